//! What can be read, and found.

use serde::{Deserialize, Serialize};
use specta::Type;
use ticket::{Cause, Right, Scenario};

use super::requests::RequestRow;

/// What the Ask screen shows before anything is typed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HomeView {
    /// Guided help, most used first.
    pub guides: Vec<GuideCard>,
    /// Articles people open most.
    pub popular: Vec<ArticleLink>,
    /// Requests that are not finished.
    pub open_requests: Vec<RequestRow>,
    /// Faults that several people have now.
    pub incidents: Vec<IncidentView>,
}

/// A fault that several people have now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct IncidentView {
    /// Its number.
    pub id: u32,
    /// What is broken.
    pub cause: Cause,
    /// Since when IT knows, RFC 3339.
    pub since: String,
    /// Whether a request of this person belongs to it, sent or not.
    pub joined: bool,
}

/// A card that starts guided help.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GuideCard {
    /// Id of the playbook.
    pub playbook: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// "Fix my VPN connection".
    pub title: String,
    /// What will happen.
    pub summary: String,
    /// About how long it takes.
    pub minutes: u8,
}

/// A link to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ArticleLink {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A piece of text, marked if it matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Fragment {
    /// The words.
    pub text: String,
    /// Whether they matched the query.
    pub marked: bool,
}

/// How far a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// More is being typed: found by words, at once.
    Typing,
    /// Nothing was typed for a moment: found by words and by meaning.
    Pause,
}

/// What a query found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SearchView {
    /// The query these results are for.
    pub query: String,
    /// How far it was.
    pub pace: Pace,
    /// The index is still being built; these results may be incomplete.
    pub indexing: bool,
    /// How many articles are in it by now.
    pub indexed: u32,
    /// Whether one of the articles seems to answer; told in a pause only.
    pub answers: bool,
    /// Guided help, when a scenario is likely.
    pub guide: Option<GuideCard>,
    /// The words smell of compromise: offer the security report first.
    pub security: bool,
    /// The best articles.
    pub results: Vec<ResultView>,
}

/// One article found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ResultView {
    /// Id of the article.
    pub id: String,
    /// Its title.
    pub title: Vec<Fragment>,
    /// The sentence that matches best.
    pub snippet: Vec<Fragment>,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: String,
    /// Whether the review is overdue.
    pub overdue: bool,
}

/// An article, rendered.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ArticleView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Language of the text, if it is not the app's.
    pub other_language: Option<String>,
    /// Parts in order; parts with a platform are tabs.
    pub blocks: Vec<BlockView>,
    /// The tab that is this device's system, if there is one.
    pub platform: Option<String>,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: String,
    /// Whether the review is overdue.
    pub overdue: bool,
    /// Answer already given to "Did this help?".
    pub helped: Option<bool>,
    /// Guided help of the same subject.
    pub guide: Option<GuideCard>,
    /// What can be asked for here: the page of an entry of the catalogue.
    pub offer: Option<OfferView>,
}

/// An entry of the catalogue.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OfferView {
    /// Its id.
    pub entry: String,
    /// As people call it, within a sentence.
    pub name: String,
    /// What can be asked for, the smallest first.
    pub rights: Vec<Right>,
}

/// A part of an article.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BlockView {
    /// Name of the platform's tab; absent: for everybody.
    pub platform: Option<String>,
    /// Sanitized HTML. Its only links are `#article:ID`, `#playbook:ID` and `#check:network`.
    pub html: String,
}
