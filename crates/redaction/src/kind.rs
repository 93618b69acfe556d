use std::fmt;

use serde::{Deserialize, Serialize};

/// What was masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// A private key in PEM form.
    PrivateKey,
    /// A recovery key of an encrypted disk.
    RecoveryKey,
    /// User and password in an address.
    AddressSignIn,
    /// A password or PIN.
    Password,
    /// A key or token of a service.
    AccessKey,
    /// A one-time code.
    OneTimeCode,
    /// A payment card number.
    CardNumber,
    /// An international bank account number.
    BankAccount,
    /// A social security number of the United States.
    IdNumber,
    /// A mail address of a person.
    MailAddress,
    /// A telephone number.
    TelephoneNumber,
    /// Street and house.
    PostalAddress,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::PrivateKey,
        Self::RecoveryKey,
        Self::AddressSignIn,
        Self::Password,
        Self::AccessKey,
        Self::OneTimeCode,
        Self::CardNumber,
        Self::BankAccount,
        Self::IdNumber,
        Self::MailAddress,
        Self::TelephoneNumber,
        Self::PostalAddress,
    ];

    /// What stands in its place.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::PrivateKey => "[private key removed]",
            Self::RecoveryKey => "[recovery key removed]",
            Self::AddressSignIn => "[sign-in removed]",
            Self::Password => "[password removed]",
            Self::AccessKey => "[key removed]",
            Self::OneTimeCode => "[code removed]",
            Self::CardNumber => "[card number removed]",
            Self::BankAccount => "[bank account removed]",
            Self::IdNumber => "[id number removed]",
            Self::MailAddress => "[mail address removed]",
            Self::TelephoneNumber => "[phone number removed]",
            Self::PostalAddress => "[address removed]",
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateKey => "private key",
            Self::RecoveryKey => "recovery key",
            Self::AddressSignIn => "sign-in in an address",
            Self::Password => "password",
            Self::AccessKey => "access key",
            Self::OneTimeCode => "one-time code",
            Self::CardNumber => "card number",
            Self::BankAccount => "bank account number",
            Self::IdNumber => "social security number",
            Self::MailAddress => "mail address",
            Self::TelephoneNumber => "telephone number",
            Self::PostalAddress => "postal address",
        })
    }
}
