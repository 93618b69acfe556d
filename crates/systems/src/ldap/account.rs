use jiff::{SignedDuration, Timestamp};
use ldap3::SearchEntry;

use super::LdapKind;

/// An account ends soon if it ends within so many days.
const SOON_DAYS: i64 = 30;
/// `userAccountControl` ([MS-ADTS] 2.2.16): the account is switched off.
const DISABLED: i64 = 0x2;
/// In `msDS-User-Account-Control-Computed`: locked, and the password has ended.
const LOCKED: i64 = 0x10;
const PASSWORD_EXPIRED: i64 = 0x80_0000;
/// Primary groups ([MS-ADTS] 6.1.1.6) that are not in `memberOf`: those of administrators.
const PROTECTED_PRIMARY: [&str; 3] = ["512", "518", "519"];
/// From 1601 to 1970, as FILETIME counts ([MS-DTYP] 2.3.3), in its steps of 100 ns.
const EPOCH: i64 = 116_444_736_000_000_000;
/// `accountExpires` where the account never ends.
const NEVER: [i64; 2] = [0, i64::MAX];

/// What the directory says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Account {
    /// In the words of runbooks; nothing where it cannot be told.
    pub(super) state: Option<&'static str>,
    pub(super) is_protected: bool,
    pub(super) ends_soon: bool,
    /// Distinguished name of the manager.
    pub(super) manager: Option<String>,
    /// Whether the manager's account can be used.
    pub(super) has_manager: bool,
}

impl Account {
    pub(super) fn of(kind: LdapKind, entry: &SearchEntry, now: Timestamp) -> Self {
        let manager = text(entry, "manager").map(str::to_owned);
        match kind {
            LdapKind::ActiveDirectory => Self { manager, ..active_directory(entry, now) },
            LdapKind::Openldap => Self { manager, ..openldap(entry) },
        }
    }
}

fn active_directory(entry: &SearchEntry, now: Timestamp) -> Account {
    let flags = number(entry, "userAccountControl");
    let computed = number(entry, "msDS-User-Account-Control-Computed");
    let ends = number(entry, "accountExpires").filter(|ends| !NEVER.contains(ends));
    let ends = ends.and_then(|ends| Timestamp::from_microsecond((ends - EPOCH) / 10).ok());
    let must_change = number(entry, "pwdLastSet") == Some(0);
    let state = match (flags, computed) {
        (Some(flags), _) if flags & DISABLED != 0 => Some("disabled"),
        (Some(_), Some(_)) if ends.is_some_and(|ends| ends <= now) => Some("expired"),
        (Some(_), Some(computed)) if computed & LOCKED != 0 => Some("locked"),
        (Some(_), Some(computed)) if must_change || computed & PASSWORD_EXPIRED != 0 => {
            Some("must_change")
        }
        (Some(_), Some(_)) => Some("active"),
        _ => None,
    };
    let soon = now.saturating_add(SignedDuration::from_hours(24 * SOON_DAYS)).unwrap_or(now);
    let is_primary =
        text(entry, "primaryGroupID").is_some_and(|it| PROTECTED_PRIMARY.contains(&it));
    Account {
        state,
        is_protected: is_primary || number(entry, "adminCount").is_some_and(|count| count > 0),
        ends_soon: ends.is_some_and(|ends| ends <= soon),
        ..Account::default()
    }
}

/// What the overlay `ppolicy` adds. Somebody with the password policy's lock is locked until an
/// administrator or its time lifts it.
fn openldap(entry: &SearchEntry) -> Account {
    let is_locked = text(entry, "pwdAccountLockedTime").is_some();
    let must_change = text(entry, "pwdReset").is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let state = match (is_locked, must_change) {
        (true, _) => "locked",
        (false, true) => "must_change",
        (false, false) => "active",
    };
    Account { state: Some(state), ..Account::default() }
}

/// The first value; the names of attributes do not mind large letters (RFC 4512, 2.5).
fn text<'a>(entry: &'a SearchEntry, name: &str) -> Option<&'a str> {
    let found = entry.attrs.iter().find(|(it, _)| it.eq_ignore_ascii_case(name))?;
    found.1.first().map(String::as_str)
}

fn number(entry: &SearchEntry, name: &str) -> Option<i64> {
    text(entry, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> SearchEntry {
        let attrs =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        SearchEntry { dn: "CN=x".to_owned(), attrs: attrs.collect(), bin_attrs: Default::default() }
    }

    fn check(attributes: &[(&str, &str)], expect: (Option<&str>, bool, bool)) {
        let base = [
            ("userAccountControl", "512"),
            ("msDS-User-Account-Control-Computed", "0"),
            ("pwdLastSet", "1"),
        ];
        let given = |name: &str| attributes.iter().any(|(it, _)| *it == name);
        let rest = base.into_iter().filter(|(name, _)| !given(name));
        let all: Vec<_> = rest.chain(attributes.iter().copied()).collect();
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let account = Account::of(LdapKind::ActiveDirectory, &entry(&all), now);
        assert_eq!(
            (account.state, account.is_protected, account.ends_soon),
            expect,
            "{attributes:?}"
        );
    }

    /// Microseconds since 1601 in steps of 100 ns.
    fn filetime(at: &str) -> String {
        let at: Timestamp = at.parse().unwrap();
        (at.as_microsecond() * 10 + EPOCH).to_string()
    }

    #[test]
    fn where_an_account_of_active_directory_stands() {
        check(&[], (Some("active"), false, false));
        check(&[("accountExpires", "9223372036854775807")], (Some("active"), false, false));
        check(&[("userAccountControl", "514")], (Some("disabled"), false, false));
        check(&[("msDS-User-Account-Control-Computed", "16")], (Some("locked"), false, false));
        check(
            &[("msDS-User-Account-Control-Computed", "8388608")],
            (Some("must_change"), false, false),
        );
        check(&[("pwdLastSet", "0")], (Some("must_change"), false, false));
        check(
            &[("accountExpires", &filetime("2026-12-20T00:00:00Z"))],
            (Some("active"), false, true),
        );
        check(
            &[("accountExpires", &filetime("2027-12-20T00:00:00Z"))],
            (Some("active"), false, false),
        );
        check(
            &[("accountExpires", &filetime("2026-11-01T00:00:00Z"))],
            (Some("expired"), false, true),
        );
        check(&[("adminCount", "1")], (Some("active"), true, false));
        check(&[("primaryGroupID", "512")], (Some("active"), true, false));
        check(&[("PRIMARYGROUPID", "513")], (Some("active"), false, false));
    }

    #[test]
    fn what_the_directory_does_not_tell_is_not_guessed() {
        let now = Timestamp::UNIX_EPOCH;
        let silent =
            Account::of(LdapKind::ActiveDirectory, &entry(&[("userAccountControl", "512")]), now);
        assert_eq!(silent.state, None);
    }

    #[test]
    fn where_an_account_of_openldap_stands() {
        for (attributes, expect) in [
            (&[][..], "active"),
            (&[("pwdAccountLockedTime", "20261129120000Z")], "locked"),
            (&[("pwdReset", "TRUE")], "must_change"),
        ] {
            let account =
                Account::of(LdapKind::Openldap, &entry(attributes), Timestamp::UNIX_EPOCH);
            assert_eq!(account.state, Some(expect));
        }
    }
}
