//! Directories as companies have them: Active Directory, as Samba has it, and OpenLDAP. Each on an address or
//! a port of its own, with the people of the example company and a help desk account that may do little.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::listening::{CERTIFICATE, SAID};
use crate::process::OwnGroup;

mod openldap;
mod samba;

/// A directory that ends with this value.
#[derive(Debug)]
pub struct Directory {
    _process: OwnGroup,
    folder: TempDir,
    host: String,
    kind: &'static str,
    base: &'static str,
    reader: &'static str,
    desk: &'static str,
    /// How somebody's own sign-in is tried.
    user_of: fn(&str) -> String,
}

/// Everybody's password at first.
const PASSWORD: &str = "Start-pw-1!";
/// So many wrong passwords lock an account.
const LOCKS_AFTER: usize = 3;

impl Directory {
    /// Active Directory: a domain controller of Samba.
    ///
    /// # Errors
    /// It cannot be set up or started.
    pub async fn samba() -> anyhow::Result<Self> {
        samba::start().await
    }

    /// OpenLDAP with its password policy.
    ///
    /// # Errors
    /// It cannot be set up or started.
    pub async fn openldap() -> anyhow::Result<Self> {
        openldap::start().await
    }

    /// What the agent's configuration says to read it.
    #[must_use]
    pub fn config(&self) -> Value {
        let is_openldap = self.kind != samba::KIND;
        let protected = format!("cn=administrators,ou=groups,{}", self.base);
        json!({ "kind": self.kind, "url": self.url(), "ca_file": self.ca_file(), "base": self.base,
            "subject_attribute": if is_openldap { "uid" } else { "employeeID" },
            "protected_groups": if is_openldap { vec![protected] } else { Vec::new() },
            "delegate_attribute": if is_openldap { "secretary" } else { "assistant" },
            "vpn_groups": ["vpn-users"], "sensitive_groups": ["crm-readers"],
            "grants": [
                { "entry": "wiki-space", "rights": { "read": "wiki-readers", "edit": "wiki-editors" } },
                { "entry": "customer-records", "rights": { "read": "crm-readers" }, "roles": ["vpn-users"] },
            ],
            "reader": { "user": self.reader, "password_file": self.password_file() } })
    }

    /// What it says to change it.
    #[must_use]
    pub fn writer(&self) -> Value {
        json!({ "user": self.desk, "password_file": self.password_file() })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.host)
    }

    /// The certificate that its own comes from.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE)
    }

    /// Below which its people are.
    #[must_use]
    pub const fn base(&self) -> &'static str {
        self.base
    }

    /// An account that can only read.
    #[must_use]
    pub const fn reader(&self) -> &'static str {
        self.reader
    }

    /// The help desk's account: it lifts locks of staff, moves the end of their accounts and changes
    /// members of groups, nothing else.
    #[must_use]
    pub const fn desk(&self) -> &'static str {
        self.desk
    }

    /// The file with the password of both.
    #[must_use]
    pub fn password_file(&self) -> PathBuf {
        self.folder.path().join(PASSWORD_FILE)
    }

    /// The names (DN) of a group's members, as its own search tells them.
    ///
    /// # Errors
    /// The directory cannot be asked.
    pub fn members(&self, group: &str) -> anyhow::Result<Vec<String>> {
        let found = Command::new("ldapsearch")
            .env("LDAPTLS_CACERT", self.ca_file())
            .args(["-x", "-LLL", "-o", "ldif-wrap=no", "-H", &self.url(), "-b", self.base])
            .args(["-D", self.reader, "-y", &self.password_file().display().to_string()])
            .args([&format!("(cn={group})"), "member"])
            .output()
            .context("ldapsearch")?;
        ensure!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        Ok(found.lines().filter_map(|it| it.strip_prefix("member: ")).map(str::to_owned).collect())
    }

    /// Whether somebody can sign in with their password.
    ///
    /// # Errors
    /// The directory cannot be asked.
    pub fn lets_in(&self, person: &str) -> anyhow::Result<bool> {
        self.tries(person, PASSWORD)
    }

    /// Signs in with a wrong password until the account is locked.
    ///
    /// # Errors
    /// The directory cannot be asked, or lets them in.
    pub fn lock_out(&self, person: &str) -> anyhow::Result<()> {
        for _ in 0..LOCKS_AFTER {
            ensure!(!self.tries(person, "wrong")?, "{person} got in with a wrong password");
        }
        ensure!(!self.lets_in(person)?, "{person} is not locked");
        Ok(())
    }

    /// Ends the account of somebody, as the personnel department does. OpenLDAP knows no end.
    ///
    /// # Errors
    /// The directory refuses.
    pub fn end_account(&self, person: &str) -> anyhow::Result<()> {
        ensure!(self.kind == samba::KIND, "only Active Directory ends accounts");
        samba::end_account(self.folder.path(), person)
    }

    /// How many locks were lifted by somebody who came over the network, as the directory itself wrote it down.
    /// OpenLDAP does not.
    ///
    /// # Errors
    /// Its record cannot be read.
    pub fn unlocks(&self) -> anyhow::Result<usize> {
        self.changes("/attributes/lockoutTime/actions/0/values/0/value", &json!("0"))
    }

    /// How often somebody was put into a group by who came over the network, as the directory itself wrote it down.
    /// OpenLDAP does not.
    ///
    /// # Errors
    /// Its record cannot be read.
    pub fn additions(&self) -> anyhow::Result<usize> {
        self.changes("/attributes/member/actions/0/action", &json!("add"))
    }

    /// Takes everybody out of a group, at the directory itself.
    ///
    /// # Errors
    /// The directory refuses.
    pub fn empty(&self, group: &str) -> anyhow::Result<()> {
        ensure!(self.kind == samba::KIND, "only Active Directory has groups without members");
        samba::empty(self.folder.path(), group)
    }

    /// How many changes over the network succeeded in which something is so.
    fn changes(&self, path: &str, is: &Value) -> anyhow::Result<usize> {
        let record = std::fs::read_to_string(self.folder.path().join(SAID))
            .context("the record of changes")?;
        let entries = record.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let is_it = |entry: &Value| {
            let change = entry.get("dsdbChange");
            let of = |path: &str| change.and_then(|it| it.pointer(path));
            of("/remoteAddress").is_some_and(Value::is_string)
                && of("/statusCode") == Some(&json!(0))
                && of(path) == Some(is)
        };
        Ok(entries.filter(is_it).count())
    }

    fn tries(&self, person: &str, password: &str) -> anyhow::Result<bool> {
        const INVALID_CREDENTIALS: i32 = 49;
        let status = Command::new("ldapsearch")
            .env("LDAPTLS_CACERT", self.ca_file())
            .args(["-x", "-b", "", "-s", "base", "-H", &self.url()])
            .args(["-D", &(self.user_of)(person), "-w", password])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("ldapsearch")?;
        match status.code() {
            Some(0) => Ok(true),
            Some(INVALID_CREDENTIALS) => Ok(false),
            other => anyhow::bail!("ldapsearch ended with {other:?}"),
        }
    }
}

const PASSWORD_FILE: &str = "password";

fn is_free(address: &str, port: u16) -> bool {
    TcpListener::bind((address, port)).is_ok()
}
