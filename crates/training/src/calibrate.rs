/// The temperature that makes the right answers of held-out rows most likely.
///
/// Guo et al., "On Calibration of Modern Neural Networks", 2017.
pub(crate) fn temperature(held_out: &[(&[f32], usize)]) -> f32 {
    let candidates = (4..=60).map(|step| step as f32 * 0.05);
    candidates
        .min_by(|one, other| surprise(held_out, *one).total_cmp(&surprise(held_out, *other)))
        .unwrap_or(1.0)
}

fn surprise(held_out: &[(&[f32], usize)], temperature: f32) -> f32 {
    let of = |(logits, right): &(&[f32], usize)| {
        let mut probabilities: Vec<f32> = logits.iter().map(|logit| logit / temperature).collect();
        triage::softmax(&mut probabilities);
        -probabilities.get(*right).copied().unwrap_or_default().max(1e-9).ln()
    };
    held_out.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_sure_is_cooled_down_and_too_shy_is_warmed_up() {
        // Says 0.98 and is right in three of four.
        let sure: [(&[f32], usize); 4] =
            [(&[4.0, 0.0], 0), (&[4.0, 0.0], 0), (&[4.0, 0.0], 0), (&[4.0, 0.0], 1)];
        assert!(temperature(&sure) > 2.0);
        // Says 0.57 and is always right.
        let shy: [(&[f32], usize); 2] = [(&[0.3, 0.0], 0), (&[0.0, 0.3], 1)];
        assert!(temperature(&shy) < 0.5);
        assert!((temperature(&[]) - 0.2).abs() < f32::EPSILON);
    }
}
