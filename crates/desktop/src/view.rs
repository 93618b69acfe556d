//! What the window shows: view models made here, rendered there. Texts that belong to the
//! product are named by closed enums (the message files of `ui/` hold the words); texts that belong to
//! content or people are given as they are.

use serde::{Deserialize, Serialize};
use specta::Type;
use ticket::{
    CheckId, DetailGroup, EventKind, Evidence, FindingStatus, Installation, Problem, Question,
    ReportedDiagnosis, Scenario, Stage, TriedStep,
};

/// Everything the window needs before its first screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Startup {
    /// Language of the texts: `en` or `de`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub appearance: Appearance,
    /// The company.
    pub organization: OrganizationView,
    /// Who is signed in.
    pub session: SessionView,
    /// How many requests wait for the employee.
    pub waiting: u32,
    /// Version of the program.
    pub version: String,
}

/// The company, as shown.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OrganizationView {
    /// Its name.
    pub name: String,
    /// The help desk.
    pub help_desk: ContactView,
    /// The security team.
    pub security: ContactView,
    /// Hue of the accent, degrees; absent: ours.
    pub brand_hue: Option<u16>,
}

/// Somebody to call.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ContactView {
    /// The number, as written.
    pub phone: String,
    /// When somebody answers.
    pub hours: String,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Where the sign-in stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody is signed in.
    SignedOut,
    /// The browser is open.
    SigningIn,
    /// Somebody is signed in.
    SignedIn,
}

/// Who is signed in and what works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SessionView {
    /// Where the sign-in stands.
    pub state: SessionState,
    /// Name to greet with.
    pub name: Option<String>,
    /// Whether the agent answers.
    pub online: bool,
    /// No keyring: the sign-in lasts only until the app is closed.
    pub memory_only: bool,
    /// No keyring: unsent requests are protected by a key in a file.
    pub file_key: bool,
    /// Unsent requests and reports.
    pub unsent: u32,
}

/// What the Ask screen shows before anything is typed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HomeView {
    /// Guided help, most used first.
    pub guides: Vec<GuideCard>,
    /// Articles people open most.
    pub popular: Vec<ArticleLink>,
    /// Requests that are not finished.
    pub open_requests: Vec<RequestRow>,
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

/// What a query found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SearchView {
    /// The query these results are for.
    pub query: String,
    /// The index is still being built; these results may be incomplete.
    pub indexing: bool,
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
}

/// A part of an article.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BlockView {
    /// Name of the platform's tab; absent: for everybody.
    pub platform: Option<String>,
    /// Sanitized HTML. Its only links are `#article:ID`, `#playbook:ID` and `#check:network`.
    pub html: String,
}

/// Guided help as it stands.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GuideView {
    /// Id of the playbook.
    pub playbook: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// Title of the playbook.
    pub title: String,
    /// Where in check → fix → done we are.
    pub phase: GuidePhase,
    /// Title of the step.
    pub step_title: String,
    /// A sentence or two.
    pub step_text: Option<String>,
    /// The article that says more.
    pub article: Option<ArticleLink>,
    /// What the step wants.
    pub step: StepView,
    /// Whether there is a step to go back to.
    pub can_go_back: bool,
}

/// The three stops of the stepper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GuidePhase {
    /// Looking for the cause.
    Check,
    /// Mending it.
    Fix,
    /// Did it work?
    Done,
}

/// What a step wants.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum StepView {
    /// Checks run, live.
    Check {
        /// The path, when the network is checked.
        path: Vec<PathStop>,
        /// The rows.
        rows: Vec<CheckRow>,
        /// How many have ended.
        done: u32,
        /// Whether some still run.
        running: bool,
        /// The one cause, when there is one.
        diagnosis: Option<ReportedDiagnosis>,
    },
    /// One question.
    Ask {
        /// Possible answers.
        options: Vec<OptionView>,
    },
    /// Things to do.
    Do {
        /// Numbered.
        steps: Vec<String>,
    },
    /// "Did this fix it?"
    Confirm,
    /// Solved.
    Resolved,
    /// A person takes over.
    Escalate {
        /// What to expect and have ready.
        expect: Vec<String>,
    },
    /// This is a security report.
    ReportSecurity,
}

/// A possible answer.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OptionView {
    /// Sent back.
    pub id: String,
    /// Shown.
    pub text: String,
}

/// One stop of the drawn path.
#[derive(Debug, Clone, Copy, Serialize, Type)]
pub struct PathStop {
    /// Which.
    pub stage: Stage,
    /// Its state.
    pub state: RowState,
}

/// State of a check or a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Not begun.
    Waiting,
    /// Running.
    Running,
    /// As it should be.
    Fine,
    /// Worth a look.
    Attention,
    /// Broken.
    Failed,
    /// Could not be told.
    NotAvailable,
    /// Behind the broken stop.
    NotReached,
}

impl From<FindingStatus> for RowState {
    fn from(status: FindingStatus) -> Self {
        match status {
            FindingStatus::Fine => Self::Fine,
            FindingStatus::Attention => Self::Attention,
            FindingStatus::Failed => Self::Failed,
            FindingStatus::NotAvailable => Self::NotAvailable,
        }
    }
}

/// One check on the screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CheckRow {
    /// Which.
    pub check: CheckId,
    /// Its state.
    pub state: RowState,
    /// What it saw.
    pub evidence: Vec<Evidence>,
    /// How long it took, milliseconds; absent until it ended.
    pub took_ms: Option<u32>,
}

/// What the employee does in guided help.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum GuideAction {
    /// Goes on from checks or instructions.
    Next,
    /// Answers a question.
    Choose {
        /// Id of the option.
        option: String,
    },
    /// Answers "Did this fix it?".
    Confirm {
        /// Whether it did.
        fixed: bool,
    },
    /// Skips instructions.
    Skip,
    /// Goes back one step.
    Back,
    /// Runs the checks of this step again.
    CheckAgain,
}

/// A request before it is sent.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DraftView {
    /// What the employee wrote.
    pub text: String,
    /// Longest text, in characters.
    pub max_chars: u32,
    /// What will be masked in the text.
    pub masked: Vec<String>,
    /// The five lines IT reads first.
    pub summary: Vec<SummaryLine>,
    /// The groups, each removable.
    pub groups: Vec<GroupView>,
    /// Whether it will be sent as somebody who is signed in.
    pub signed_in: bool,
    /// Whether the agent answers now.
    pub online: bool,
    /// Whether checks still run; what they find joins the request until it is sent.
    pub checking: bool,
}

/// One line of the summary.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SummaryLine {
    /// What it says.
    pub kind: SummaryKind,
    /// The fact; empty when there is none, and for a cause.
    pub text: String,
    /// The cause, in the line that names it.
    pub diagnosis: Option<ReportedDiagnosis>,
}

/// What a line of the summary says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SummaryKind {
    /// Who asks.
    Who,
    /// What is wrong.
    What,
    /// What was tried.
    Tried,
    /// What the checks say.
    Cause,
    /// Which device.
    Device,
}

/// A group of details.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GroupView {
    /// Which.
    pub group: DetailGroup,
    /// Whether it goes along.
    pub included: bool,
    /// The facts of the device.
    pub facts: Vec<FactRow>,
    /// The checks.
    pub checks: Vec<CheckRow>,
    /// The steps tried.
    pub tried: Vec<TriedStep>,
}

/// A fact about the device.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FactRow {
    /// Which.
    pub fact: DeviceFact,
    /// Its value; absent when it could not be read.
    pub value: Option<String>,
}

/// Facts about the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DeviceFact {
    /// Name.
    Name,
    /// Maker and model.
    Model,
    /// Serial number.
    Serial,
    /// System and version.
    System,
    /// Time since the last start, in seconds.
    Uptime,
    /// Version of Deskside.
    AppVersion,
}

/// After pressing send: it is stored on this device.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SavedView {
    /// Id of the submission.
    pub id: String,
    /// Whether the agent answers now.
    pub online: bool,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Only on this device; goes out as soon as possible.
    Saved,
    /// A security report that can still be taken back.
    Cancellable,
    /// The agent refused it; the reason says what to do.
    Refused,
    /// Accepted.
    Received,
    /// Answered; waiting for "did this help?".
    Answered,
    /// A question is open.
    Question,
    /// A team has it.
    WithTeam,
    /// Solved.
    Solved,
    /// Closed.
    Closed,
}

/// A request in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestRow {
    /// Id of the submission.
    pub id: String,
    /// Ticket number, once accepted.
    pub number: Option<u32>,
    /// First line.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// The team that has it.
    pub team: Option<String>,
    /// Last change, RFC 3339.
    pub updated_at: String,
    /// Whether it waits for the employee.
    pub waits_for_me: bool,
    /// Whether it is a security report.
    pub security: bool,
}

/// A request, opened.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestView {
    /// The row.
    pub row: RequestRow,
    /// What was written.
    pub text: String,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// The open question.
    pub question: Option<Question>,
    /// Articles of the last answer.
    pub articles: Vec<ArticleLink>,
    /// Minutes until somebody answers, when a team has it.
    pub respond_within_minutes: Option<u32>,
    /// A reply of mine still waits to be sent.
    pub pending: bool,
    /// Why the agent refused it, or a reply to it.
    pub refused: Option<Problem>,
    /// The exact document that was or will be sent, as JSON; absent when it was sent elsewhere.
    pub document: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TimelineEntry {
    /// When, RFC 3339.
    pub at: String,
    /// What; absent: "saved on this device".
    pub event: Option<EventKind>,
}

/// What is done with unsent requests when signing out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnsentChoice {
    /// They stay, locked, until the same person signs in again.
    Keep,
    /// They are deleted.
    Delete,
}

/// Whether the sign-out happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SignOutOutcome {
    /// Done; the refresh token is revoked where the provider could be reached.
    SignedOut {
        /// Whether the provider confirmed the revocation.
        revoked: bool,
    },
    /// Unsent requests: ask what to do with them.
    AskUnsent {
        /// How many.
        unsent: u32,
    },
}

/// The settings screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SettingsView {
    /// Every key.
    pub keys: Vec<SettingView>,
    /// Version of the program.
    pub version: String,
    /// How many articles are on this device.
    pub articles: u32,
    /// Problems found in content.
    pub content_problems: Vec<String>,
}

/// A setting.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SettingView {
    /// Its key.
    pub key: SettingKey,
    /// Its value.
    pub value: String,
    /// Possible values; empty: free text.
    pub options: Vec<String>,
    /// Where the value comes from.
    pub origin: SettingOrigin,
    /// Whether the employee may change it.
    pub locked: bool,
    /// Why a given value was ignored.
    pub error: Option<String>,
}

/// Keys of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettingKey {
    /// Address of the agent.
    AgentUrl,
    /// Address of the identity provider.
    Issuer,
    /// Our name there.
    ClientId,
    /// What access tokens must be for.
    Audience,
    /// Fixed port of the loopback redirect; empty: any.
    LoopbackPort,
    /// Language of the app.
    Language,
    /// Light or dark.
    Appearance,
    /// Hue of the accent.
    BrandHue,
    /// Asset name of this device.
    AssetName,
    /// Start when the person signs in to the computer.
    Autostart,
    /// Address that answers 204 on the open internet; empty: not asked.
    InternetProbeUrl,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettingOrigin {
    /// IT set it.
    Managed,
    /// The employee set it.
    User,
    /// Nobody set it.
    Default,
}

/// The enrolled installations of the signed-in person.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InstallationsView {
    /// All of them.
    pub installations: Vec<Installation>,
}

/// What may be opened outside of the app. Closed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutsideTarget {
    /// The provider's own page to reset a password.
    PasswordPage,
    /// The sign-in page of this Wi-Fi.
    NetworkSignIn,
}

/// A screen that something outside of the page asks to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Screen {
    /// The field, focused.
    Ask,
    /// The list.
    Requests,
    /// One request.
    Request {
        /// Id of the submission.
        id: String,
    },
    /// Settings.
    Settings,
    /// The security report.
    Security,
}
