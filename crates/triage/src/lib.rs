//! What a text is about: labels with confidence and the words they rest on, and signals that
//! change how a request is treated. Rules are content; signals are built in, because a guardrail
//! must not depend on a file. Pure.

mod classify;
mod concepts;
mod courtesy;
mod disguise;
mod features;
mod fold;
mod forged;
mod likeness;
mod meaning;
mod model;
mod parts;
mod pattern;
mod rules;
mod signals;
mod target;

pub use classify::{Classifier, ClassifierProblem, Outlook, PRIMARY_THRESHOLD, Triage};
pub use concepts::{Concepts, TooManyConcepts};
pub use disguise::undisguised;
pub use features::{BUCKETS, DIMENSIONS, Feature, Kind, PLACES, features, meaning};
pub use fold::{Folded, fold};
pub use likeness::{Likeness, Why};
pub use meaning::Meaning;
pub use model::{
    COLUMNS, Course, DOMAINS, Head, LANGUAGES, Model, ModelError, Prediction, RARITY_STEP, softmax,
    weigh,
};
pub use parts::Part;
pub use rules::{RuleProblem, Rules};
pub use signals::{Signal, Signals, signals};
pub use target::is_graded;
