use serde::Deserialize;

use crate::LocalizedText;

/// What only the customer can say; `organization.yaml`. Public to every employee.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Format version; 1.
    pub version: u16,
    /// Name of the company.
    pub name: String,
    /// The help desk's phone.
    pub help_desk: Contact,
    /// The security team's phone.
    pub security: Contact,
    /// Who answers what is not for IT.
    #[serde(default)]
    pub others: Vec<Department>,
    /// The identity provider's own page to reset a password.
    pub password_page: String,
    /// Ids of the articles people need most, shown before anything is typed.
    #[serde(default)]
    pub popular: Vec<String>,
}

/// A part of the company that answers what is not for IT.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its name.
    pub name: LocalizedText,
    /// What it is asked, a few words.
    pub about: LocalizedText,
    /// As written on the screen.
    pub phone: String,
    /// When somebody answers.
    pub hours: LocalizedText,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// As written on the screen.
    pub phone: String,
    /// When somebody answers.
    pub hours: LocalizedText,
}
