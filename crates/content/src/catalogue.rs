use jiff::civil::Date;
use serde::Deserialize;
use ticket::Right;

use crate::{Article, ArticleKind, Block, LocalizedText, Platform};

/// A system, license or place that people ask access to; `catalogue/ID.yaml`. Every employee may read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    /// Format version; 1.
    pub version: u16,
    /// Equal to the file's name.
    pub id: String,
    /// As people call it, within a sentence: access to *the VPN*.
    pub name: LocalizedText,
    /// What it is for, in a sentence or two.
    pub about: LocalizedText,
    /// Words people use for it that the text does not.
    pub words: Vec<String>,
    /// How much harm wrong access does.
    pub sensitivity: Sensitivity,
    /// What can be asked for, the smallest first.
    pub rights: Vec<OfferedRight>,
    /// The roles that qualify for it; none: everybody.
    #[serde(default)]
    pub roles: Vec<LocalizedText>,
    /// Who says yes.
    pub approval: Approval,
    /// Working days from the yes until it is there.
    pub working_days: u16,
    /// Team that keeps it true.
    pub owner: String,
    /// When it was last read for truth.
    pub reviewed: Date,
    /// When it must be read again.
    pub review_by: Date,
    /// Where its facts come from.
    pub source: String,
    /// The article that says more.
    #[serde(default)]
    pub article: Option<String>,
}

/// How much harm wrong access does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sensitivity {
    /// What any employee could have.
    Standard,
    /// Data of customers, people or money.
    Sensitive,
    /// Harms the company where it is misused.
    Restricted,
}

/// A right that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferedRight {
    /// Which.
    pub right: Right,
    /// What it lets people do.
    pub what: LocalizedText,
}

/// Who says yes before access is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody: the role is enough.
    Role,
    /// The manager.
    Manager,
    /// The manager and the owner.
    ManagerAndOwner,
}

/// Before the id of an entry's page.
const PREFIX: &str = "access-";
const EVERYWHERE: [Platform; 5] =
    [Platform::Windows, Platform::Macos, Platform::Linux, Platform::Ios, Platform::Android];

impl CatalogueEntry {
    /// The id of its page.
    #[must_use]
    pub fn page_id(&self) -> String {
        format!("{PREFIX}{}", self.id)
    }

    /// Its pages, one for each language we have words for and it is written in.
    pub(crate) fn pages(&self) -> impl Iterator<Item = Article> {
        let written = |words: &&Words| self.about.languages().any(|it| it == words.locale);
        [&ENGLISH, &GERMAN].into_iter().filter(written).map(|words| self.page(words))
    }

    fn page(&self, words: &Words) -> Article {
        let locale = words.locale;
        let fill = |text: &str| {
            let days = self.working_days.to_string();
            text.replace("{name}", self.name.get(locale)).replace("{days}", &days)
        };
        let mut lines = vec![self.about.get(locale).to_owned(), String::new()];
        lines.extend(words.steps.iter().zip(1..).map(|(step, at)| fill(&format!("{at}. {step}"))));
        lines.extend([String::new(), format!("## {}", words.rights), String::new()]);
        lines.extend(self.rights.iter().map(|offered| {
            let name = match offered.right {
                Right::Read => words.read,
                Right::Edit => words.edit,
                Right::Administer => words.administer,
            };
            format!("- **{name}**: {}", offered.what.get(locale))
        }));
        let approval = match self.approval {
            Approval::Role => words.role,
            Approval::Manager => words.manager,
            Approval::ManagerAndOwner => words.manager_and_owner,
        };
        lines.extend([String::new(), format!("## {}", words.approval), String::new()]);
        let roles: Vec<&str> = self.roles.iter().map(|role| role.get(locale)).collect();
        let given = if roles.is_empty() {
            words.everybody.to_owned()
        } else {
            words.roles.replace("{roles}", &roles.join(", "))
        };
        lines.push(format!("{approval} {given} {}", fill(words.takes)));
        lines.extend(self.article.iter().map(|id| format!("\n- [{}](article:{id})", words.more)));
        Article {
            id: self.page_id(),
            title: fill(words.title),
            summary: fill(words.summary),
            kind: ArticleKind::Access,
            locale: locale.to_owned(),
            platforms: EVERYWHERE.to_vec(),
            keywords: self.words.clone(),
            owner: self.owner.clone(),
            reviewed: self.reviewed,
            review_by: self.review_by,
            source: self.source.clone(),
            causes: Vec::new(),
            checks: Vec::new(),
            blocks: vec![Block { platform: None, markdown: lines.join("\n") }],
        }
    }
}

/// What every page says, in one language.
struct Words {
    locale: &'static str,
    title: &'static str,
    summary: &'static str,
    steps: [&'static str; 3],
    rights: &'static str,
    read: &'static str,
    edit: &'static str,
    administer: &'static str,
    approval: &'static str,
    role: &'static str,
    manager: &'static str,
    manager_and_owner: &'static str,
    everybody: &'static str,
    roles: &'static str,
    takes: &'static str,
    more: &'static str,
}

const ENGLISH: Words = Words {
    locale: "en",
    title: "Get access to {name}",
    summary: "What can be asked for, who says yes, and how long it takes.",
    steps: [
        "Choose the right at the top of this page: the smallest that does the work. **Rights** below says what each one lets you do.",
        "Say in one line what you want to do with it, and choose **Send to IT**.",
        "Follow it in **My requests**: there you see who is asked and what they say.",
    ],
    rights: "Rights",
    read: "Read",
    edit: "Edit",
    administer: "Administer",
    approval: "Who says yes",
    role: "Nobody has to: your role is enough.",
    manager: "Your manager, in their own Deskside.",
    manager_and_owner: "Your manager and the owner of the system, each in their own Deskside.",
    everybody: "Everybody here may ask.",
    roles: "It is given to: {roles}.",
    takes: "Working days from the yes until it is there: {days}.",
    more: "More about it, and what to do when it does not work",
};

const GERMAN: Words = Words {
    locale: "de",
    title: "Zugriff auf {name} erhalten",
    summary: "Was Sie anfragen können, wer zustimmt und wie lange es dauert.",
    steps: [
        "Wählen Sie oben auf dieser Seite das kleinste Recht, das für die Arbeit reicht. Unter **Rechte** steht, was jedes erlaubt.",
        "Schreiben Sie in einer Zeile, was Sie damit tun wollen, und wählen Sie **An die IT senden**.",
        "Verfolgen Sie es unter **Meine Anfragen**: Dort sehen Sie, wer gefragt ist und was daraus wird.",
    ],
    rights: "Rechte",
    read: "Lesen",
    edit: "Bearbeiten",
    administer: "Verwalten",
    approval: "Wer zustimmt",
    role: "Niemand muss zustimmen: Ihre Rolle genügt.",
    manager: "Ihre Führungskraft, im eigenen Deskside.",
    manager_and_owner: "Ihre Führungskraft und wer für das System verantwortlich ist, jeweils im eigenen Deskside.",
    everybody: "Alle hier dürfen anfragen.",
    roles: "Es erhalten: {roles}.",
    takes: "Arbeitstage von der Zustimmung, bis es da ist: {days}.",
    more: "Mehr dazu, und was zu tun ist, wenn es nicht geht",
};
