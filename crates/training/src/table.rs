use std::collections::BTreeMap;
use std::io::{self, Write};

use training::{Example, HeldOut};
use triage::Head;

/// Shares of right answers, per head and per language.
pub(crate) fn write(
    out: &mut impl Write,
    examples: &[Example],
    held_out: &HeldOut,
) -> io::Result<()> {
    for (at, head) in Head::ALL.into_iter().enumerate() {
        let mut per_language: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (example, row) in examples.iter().zip(&held_out.probabilities) {
            let Some(said) = row.get(at).map(|it| best(it)) else { continue };
            if example.answer(head).is_none() {
                continue;
            }
            let lang = example.lang.as_deref().unwrap_or("?");
            for key in ["all", lang] {
                let counts = per_language.entry(key).or_default();
                counts.0 += usize::from(example.accepts(head, said));
                counts.1 += 1;
            }
        }
        let shares = per_language
            .iter()
            .map(|(lang, (right, n))| format!("{lang} {:.3}", *right as f32 / *n as f32));
        let shares: Vec<String> = shares.collect();
        let temperature = held_out.temperatures.get(at).copied().unwrap_or_default();
        writeln!(out, "{head:?} (temperature {temperature:.2}): {}", shares.join(", "))?;
    }
    Ok(())
}

fn best(probabilities: &[f32]) -> usize {
    let highest = probabilities.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
    highest.map_or(0, |(at, _)| at)
}
