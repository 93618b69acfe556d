//! Labelled rows in, figures out: how well requests are labelled and decided, attacks found, secrets
//! masked, articles found. The formats of rows and reports are a contract with IT, who measures on its own data.
//! Pure: whoever calls gives the text of a file and what was found for each row.

mod figures;
mod guard;
mod redact;
mod rows;
mod search;
mod triage;

pub use guard::{Category, GuardLabel, GuardMiss, GuardReport, GuardRow, Guarded, guard};
pub use redact::{Kind, Masked, RedactMiss, RedactReport, RedactRow, redact};
pub use rows::{Malformed, parse, unpacked};
pub use search::{
    Abstention, Against, Alone, Difference, IndexCost, RankFigures, Ranked, SearchArticle,
    SearchQuery, SearchReport, against, search,
};
pub use triage::{
    Decided, Flag, LabelFigures, LanguageFigures, Latency, MissedHighRisk, Outcome, TriageReport,
    TriageRow, triage,
};
