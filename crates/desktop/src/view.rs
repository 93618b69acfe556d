//! What the window shows: view models made here, rendered there. Texts that belong to the
//! product are named by closed enums (the message files of `ui/` hold the words); texts that belong to
//! content or people are given as they are.

mod approvals;
mod device;
mod draft;
mod guide;
mod knowledge;
mod requests;
mod session;
mod settings;
mod start;

pub use approvals::ApprovalView;
pub use device::{DeviceView, Health, TileView};
pub use draft::{
    AccessView, DeviceFact, DraftView, FactRow, GroupView, SavedView, SummaryKind, SummaryLine,
};
pub use guide::{
    CheckRow, GuideAction, GuidePhase, GuideView, OptionView, PathStop, RowState, StepView,
};
pub use knowledge::{
    ArticleLink, ArticleView, BlockView, Fragment, GuideCard, HomeView, IncidentView, OfferView,
    Pace, ResultView, SearchView,
};
pub use requests::{ReplyView, RequestRow, RequestState, RequestView, TimelineEntry};
pub use session::{InstallationsView, SessionState, SessionView, SignOutOutcome, UnsentChoice};
pub use settings::{
    IgnoredView, MeaningState, SettingKey, SettingMisfit, SettingOrigin, SettingView, SettingsView,
};
pub use start::{
    Appearance, ContactView, DepartmentView, OrganizationView, OutsideTarget, Screen, Startup,
};
