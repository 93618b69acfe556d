use std::collections::BTreeMap;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::Kind;

/// What can be looked at. This list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// The account of a person in the directory.
    Account,
    /// What the identity provider has of a person.
    Identity,
    /// Whether a person is in a group, and what that group is.
    Membership,
    /// Whether a person has an entry of the catalogue, and may have it.
    Grant,
    /// The VPN profile of a person on a device.
    VpnProfile,
    /// The user certificate of a person on a device.
    Certificate,
    /// A device in the asset register.
    Device,
    /// The repair order of a ticket.
    Order,
    /// The case that security has of a ticket.
    SecurityCase,
    /// The page of a ticket to a team.
    Page,
    /// A printer and its queue.
    Printer,
    /// A service that may be restarted.
    Service,
    /// How a person's record was taken over from the directory into other systems.
    Sync,
    /// What is left to look after in a ticket.
    FollowUp,
}

/// Something a reading tells. Each is one of a few words; `unknown` always is one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Where the account stands.
    AccountState,
    /// Whether it is an administrator's that only people touch.
    Protected,
    /// Whether it ends within 30 days.
    EndsSoon,
    /// Whether the directory knows a manager who can decide.
    Manager,
    /// Whether there are signs that somebody else uses it.
    Compromise,
    /// Whether a channel for a reset was registered.
    ResetChannel,
    /// Whether a reset link was sent that still works.
    ResetLink,
    /// Whether sessions are open.
    Sessions,
    /// Whether the person is in the group.
    Member,
    /// What the group gives.
    GroupClass,
    /// Whether the person's role qualifies.
    Qualifies,
    /// Whether the person has the entry.
    Granted,
    /// The VPN profile on the device.
    Profile,
    /// Whether the person may use the VPN.
    VpnAllowed,
    /// The user certificate.
    CertificateState,
    /// Whose the device is.
    DeviceOwner,
    /// Whether the device meets the rules.
    Compliant,
    /// Whether another device can be lent.
    Loaner,
    /// The repair order.
    OrderState,
    /// The case at security.
    CaseState,
    /// The page.
    PageState,
    /// Whether somebody is on call.
    OnCall,
    /// The printer's queue.
    Queue,
    /// The service.
    ServiceState,
    /// Whether IT listed it as one that may be restarted.
    Listed,
    /// The record in other systems.
    Record,
    /// Whether a review is planned.
    Review,
    /// Whether the ticket is open.
    TicketOpen,
}

/// What was read: a word for each fact.
pub type Known = BTreeMap<Fact, String>;

/// Facts and the words that each may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts(BTreeMap<Fact, Vec<String>>);

/// What was not told.
const UNKNOWN: &str = "unknown";
const YES: &str = "yes";
const NO: &str = "no";
const YES_NO: &[&str] = &[YES, NO];

impl Reading {
    /// The inputs it needs.
    #[must_use]
    pub const fn of(self) -> &'static [Kind] {
        match self {
            Self::Account | Self::Identity | Self::Sync => &[Kind::Person],
            Self::Membership => &[Kind::Person, Kind::Group],
            Self::Grant => &[Kind::Person, Kind::Entry],
            Self::VpnProfile | Self::Certificate => &[Kind::Person, Kind::Device],
            Self::Device => &[Kind::Person, Kind::Device],
            Self::Order | Self::SecurityCase | Self::FollowUp => &[Kind::Ticket],
            Self::Page => &[Kind::Ticket, Kind::Team],
            Self::Printer => &[Kind::Printer],
            Self::Service => &[Kind::Service],
        }
    }

    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Identity => "identity",
            Self::Membership => "membership",
            Self::Grant => "grant",
            Self::VpnProfile => "vpn_profile",
            Self::Certificate => "certificate",
            Self::Device => "device",
            Self::Order => "order",
            Self::SecurityCase => "security_case",
            Self::Page => "page",
            Self::Printer => "printer",
            Self::Service => "service",
            Self::Sync => "sync",
            Self::FollowUp => "follow_up",
        }
    }
}

impl Fact {
    /// The reading that tells it, and the words it may be beside `unknown`.
    #[must_use]
    pub const fn told(self) -> (Reading, &'static [&'static str]) {
        match self {
            Self::AccountState => {
                (Reading::Account, &["active", "locked", "disabled", "expired", "must_change"])
            }
            Self::Protected | Self::EndsSoon | Self::Manager | Self::Compromise => {
                (Reading::Account, YES_NO)
            }
            Self::ResetChannel | Self::ResetLink | Self::Sessions => (Reading::Identity, YES_NO),
            Self::Member => (Reading::Membership, YES_NO),
            Self::GroupClass => (Reading::Membership, &["standard", "sensitive", "restricted"]),
            Self::Qualifies | Self::Granted => (Reading::Grant, YES_NO),
            Self::Profile => (Reading::VpnProfile, &["current", "old", "none"]),
            Self::VpnAllowed => (Reading::VpnProfile, YES_NO),
            Self::CertificateState => {
                (Reading::Certificate, &["valid", "ends_soon", "expired", "revoked", "none"])
            }
            Self::DeviceOwner => (Reading::Device, &["self", "other", "shared"]),
            Self::Compliant | Self::Loaner => (Reading::Device, YES_NO),
            Self::OrderState => (Reading::Order, &["none", "open", "done"]),
            Self::CaseState => (Reading::SecurityCase, &["none", "open", "closed"]),
            Self::PageState => (Reading::Page, &["none", "sent", "acknowledged"]),
            Self::OnCall => (Reading::Page, YES_NO),
            Self::Queue => (Reading::Printer, &["empty", "moving", "stuck", "offline"]),
            Self::ServiceState => (Reading::Service, &["running", "stopped", "failing"]),
            Self::Listed => (Reading::Service, YES_NO),
            Self::Record => (Reading::Sync, &["same", "stale", "failed"]),
            Self::Review => (Reading::FollowUp, &["none", "planned", "done"]),
            Self::TicketOpen => (Reading::FollowUp, YES_NO),
        }
    }

    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AccountState => "account_state",
            Self::Protected => "protected",
            Self::EndsSoon => "ends_soon",
            Self::Manager => "manager",
            Self::Compromise => "compromise",
            Self::ResetChannel => "reset_channel",
            Self::ResetLink => "reset_link",
            Self::Sessions => "sessions",
            Self::Member => "member",
            Self::GroupClass => "group_class",
            Self::Qualifies => "qualifies",
            Self::Granted => "granted",
            Self::Profile => "profile",
            Self::VpnAllowed => "vpn_allowed",
            Self::CertificateState => "certificate_state",
            Self::DeviceOwner => "device_owner",
            Self::Compliant => "compliant",
            Self::Loaner => "loaner",
            Self::OrderState => "order_state",
            Self::CaseState => "case_state",
            Self::PageState => "page_state",
            Self::OnCall => "on_call",
            Self::Queue => "queue",
            Self::ServiceState => "service_state",
            Self::Listed => "listed",
            Self::Record => "record",
            Self::Review => "review",
            Self::TicketOpen => "ticket_open",
        }
    }

    /// Whether it may be this word, and else what to write.
    pub(super) fn check(self, word: &str) -> Result<(), String> {
        let (_, words) = self.told();
        if word == UNKNOWN || words.contains(&word) {
            return Ok(());
        }
        let (name, words) = (self.word(), words.join("`, `"));
        Err(format!("`{word}` is no word for `{name}`: use `{words}` or `{UNKNOWN}`"))
    }
}

impl Facts {
    /// Whether all of these are so; what was not told is `unknown`.
    #[must_use]
    pub fn hold(&self, known: &Known) -> bool {
        self.0.iter().all(|(fact, words)| {
            let is = known.get(fact).map_or(UNKNOWN, String::as_str);
            words.iter().any(|word| word == is)
        })
    }

    /// The facts and their words.
    pub fn iter(&self) -> impl Iterator<Item = (Fact, &[String])> {
        self.0.iter().map(|(fact, words)| (*fact, words.as_slice()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first word of each: as it should be.
    #[must_use]
    pub fn first(&self) -> Known {
        let first = |(fact, words): (Fact, &[String])| Some((fact, words.first()?.clone()));
        self.iter().filter_map(first).collect()
    }
}

/// A word as people write it: YAML takes a plain `yes` or `no` for something else.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Written {
    YesOrNo(bool),
    Word(String),
}

impl From<Written> for String {
    fn from(written: Written) -> Self {
        match written {
            Written::YesOrNo(true) => YES.to_owned(),
            Written::YesOrNo(false) => NO.to_owned(),
            Written::Word(word) => word,
        }
    }
}

/// A fact is written as one word or as several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Written),
    More(Vec<Written>),
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut facts = BTreeMap::new();
        for (fact, words) in BTreeMap::<Fact, OneOrMore>::deserialize(deserializer)? {
            let words: Vec<String> = match words {
                OneOrMore::One(word) => vec![word.into()],
                OneOrMore::More(words) => words.into_iter().map(String::from).collect(),
            };
            words.iter().try_for_each(|word| fact.check(word)).map_err(D::Error::custom)?;
            facts.insert(fact, words);
        }
        Ok(Self(facts))
    }
}
