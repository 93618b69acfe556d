use std::fmt;

use ring::digest::{Context, SHA256};

pub(crate) const OWNER_LEN: usize = 33;
const DIGEST_LEN: usize = 32;

/// Who wrote an entry, and in whose name alone it may leave.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// Nobody in particular: a security report written signed out belongs to the installation.
    Installation,
    /// A person, known by the SHA-256 of issuer and subject. See [`Owner::person`].
    Person([u8; DIGEST_LEN]),
}

impl Owner {
    /// The person with this `iss` and `sub`.
    #[must_use]
    pub fn person(issuer: &str, subject: &str) -> Self {
        let mut digest = Context::new(&SHA256);
        for part in [issuer, subject] {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let mut bytes = [0; DIGEST_LEN];
        bytes.copy_from_slice(digest.finish().as_ref());
        Self::Person(bytes)
    }

    pub(crate) fn to_bytes(self) -> [u8; OWNER_LEN] {
        let mut bytes = [0; OWNER_LEN];
        if let (Self::Person(digest), Some((kind, rest))) = (self, bytes.split_first_mut()) {
            *kind = 1;
            rest.copy_from_slice(&digest);
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; OWNER_LEN]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let digest: [u8; DIGEST_LEN] = rest.try_into().ok()?;
        match kind {
            0 if digest == [0; DIGEST_LEN] => Some(Self::Installation),
            1 => Some(Self::Person(digest)),
            _ => None,
        }
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installation => f.write_str("Installation"),
            Self::Person(_) => f.write_str("Person(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_people_apart_and_reads_them_back() {
        let people = [
            Owner::Installation,
            Owner::person("https://id.example", "noor"),
            Owner::person("https://id.example", "maria"),
            Owner::person("https://id.examplen", "oor"),
        ];
        for (place, owner) in people.iter().enumerate() {
            assert_eq!(Owner::from_bytes(&owner.to_bytes()), Some(*owner));
            assert!(!people[..place].contains(owner));
        }
        assert_eq!(Owner::from_bytes(&[2; OWNER_LEN]), None);
    }
}
