use jiff::{SignedDuration, Timestamp};
use ldap3::SearchEntry;
use ticket::AccountState;

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
/// An account is extended by so many days.
const MORE_DAYS: i64 = 90;
/// `accountExpires` where the account never ends.
const NEVER: [i64; 2] = [0, i64::MAX];

/// What the directory says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Account {
    /// In the words of runbooks; nothing where it cannot be told.
    pub(super) state: Option<&'static str>,
    pub(super) is_protected: bool,
    pub(super) ends_soon: bool,
    /// `accountExpires`, where the account ends at all.
    pub(super) ends: Option<i64>,
    /// Distinguished name of the manager.
    pub(super) manager: Option<String>,
    /// Whether the manager's account can be used.
    pub(super) has_manager: bool,
    /// When the next sign-in asks for another password.
    pub(super) password_ends: Option<Timestamp>,
}

/// An end that is put in the place of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NewEnd {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Account {
    /// In the words of people.
    pub(super) fn standing(&self) -> Option<AccountState> {
        self.state.map(|state| match state {
            "locked" => AccountState::Locked,
            "disabled" | "expired" => AccountState::Disabled,
            _ => AccountState::Active,
        })
    }

    /// When it ends, if it does.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        self.ends.and_then(moment)
    }

    /// Another end, 90 days later than it was or, where that is over, than now. Nothing: it does not end soon,
    /// so it was extended already.
    pub(super) fn extended(&self, now: Timestamp) -> Option<NewEnd> {
        let from = self.ends.filter(|_| self.ends_soon)?;
        Some(NewEnd { from, to: from.max(filetime(now)) + days(MORE_DAYS) })
    }

    /// The end that an extended account had, or now where that was over. Nothing: it ends soon, so it was never
    /// extended or was put back already.
    pub(super) fn put_back(&self) -> Option<NewEnd> {
        let from = self.ends.filter(|_| !self.ends_soon)?;
        Some(NewEnd { from, to: from - days(MORE_DAYS) })
    }

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
    let expires = number(entry, "accountExpires").filter(|ends| !NEVER.contains(ends));
    let ends = expires.and_then(moment);
    let password_ends = number(entry, "msDS-UserPasswordExpiryTimeComputed");
    let password_ends = password_ends.filter(|ends| !NEVER.contains(ends)).and_then(moment);
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
        ends: expires,
        password_ends,
        ..Account::default()
    }
}

fn moment(filetime: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond((filetime - EPOCH) / 10).ok()
}

/// Days in steps of FILETIME.
const fn days(days: i64) -> i64 {
    days * 24 * 60 * 60 * 10_000_000
}

fn filetime(at: Timestamp) -> i64 {
    at.as_microsecond() * 10 + EPOCH
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
pub(super) fn text<'a>(entry: &'a SearchEntry, name: &str) -> Option<&'a str> {
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

    fn filetime(at: &str) -> String {
        super::filetime(at.parse().unwrap()).to_string()
    }

    #[test]
    fn an_end_is_moved_once_and_put_back_once() {
        let check = |ends: &str, extended: Option<&str>| {
            let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
            let of = |ends: i64| {
                let entry = entry(&[("accountExpires", &ends.to_string())]);
                Account::of(LdapKind::ActiveDirectory, &entry, now)
            };
            let account = of(super::filetime(ends.parse().unwrap()));
            let moved = account.extended(now);
            let expect = extended.map(|to| super::filetime(to.parse().unwrap()));
            assert_eq!(moved.map(|it| it.to), expect, "{ends}");
            let Some(moved) = moved else { return };
            let after = of(moved.to);
            assert_eq!((after.extended(now), account.put_back()), (None, None), "{ends}");
            let back = after.put_back().unwrap();
            assert_eq!(back.to, moved.from.max(super::filetime(now)), "{ends}");
        };
        check("2026-12-20T00:00:00Z", Some("2027-03-20T00:00:00Z"));
        check("2026-11-01T00:00:00Z", Some("2027-02-27T12:00:00Z"));
        check("2027-12-20T00:00:00Z", None);
        let never = entry(&[("accountExpires", "0")]);
        let never = Account::of(LdapKind::ActiveDirectory, &never, Timestamp::UNIX_EPOCH);
        assert_eq!((never.extended(Timestamp::UNIX_EPOCH), never.put_back()), (None, None));
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
    fn when_a_password_ends_is_told_where_it_does() {
        let ends = |value: &str| {
            let entry = entry(&[("msDS-UserPasswordExpiryTimeComputed", value)]);
            Account::of(LdapKind::ActiveDirectory, &entry, Timestamp::UNIX_EPOCH).password_ends
        };
        let at = "2027-01-11T08:30:00Z";
        assert_eq!(ends(&filetime(at)), Some(at.parse().unwrap()));
        // Never, and at once because it was never set.
        assert_eq!((ends("9223372036854775807"), ends("0"), ends("x")), (None, None, None));
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
