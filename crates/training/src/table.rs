use std::collections::BTreeMap;
use std::io::{self, Write};

use training::{HeldOut, Row};
use triage::Head;

/// Shares of right answers, per head and per language; the rows with a vector have their own.
pub(crate) fn write(out: &mut impl Write, rows: &[Row<'_>], held_out: &HeldOut) -> io::Result<()> {
    for (at, head) in Head::ALL.into_iter().enumerate() {
        let mut per_language: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (row, said) in rows.iter().zip(&held_out.probabilities) {
            let Some(said) = said.get(at).map(|it| best(it)) else { continue };
            let example = row.example;
            if example.answer(head).is_none() {
                continue;
            }
            let lang = example.lang.as_deref().unwrap_or("?");
            let keys: &[&str] = if row.has_meaning { &["meaning"] } else { &["words", lang] };
            for key in keys {
                let counts = per_language.entry(key).or_default();
                counts.0 += usize::from(example.accepts(head, said));
                counts.1 += 1;
            }
        }
        let shares = per_language
            .iter()
            .map(|(lang, (right, n))| format!("{lang} {:.3}", *right as f32 / *n as f32));
        let shares: Vec<String> = shares.collect();
        let [words, meaning] = [held_out.words, held_out.meaning]
            .map(|temperatures| temperatures.get(at).copied().unwrap_or_default());
        let shares = shares.join(", ");
        writeln!(out, "{head:?} (temperatures {words:.2}, {meaning:.2}): {shares}")?;
    }
    Ok(())
}

fn best(probabilities: &[f32]) -> usize {
    let highest = probabilities.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
    highest.map_or(0, |(at, _)| at)
}
