use std::path::Path;
use std::process::Command;

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Directory, PASSWORD, PASSWORD_FILE, is_free};
use crate::listening::{CERTIFICATE, KEY, folder_for, private, run, serve};

const BASE: &str = "DC=lumen-oak,DC=example";
/// Its port is fixed, so each has an address of its own.
const PORT: u16 = 636;

pub(super) async fn start() -> anyhow::Result<Directory> {
    let address = free_address()?;
    let folder = folder_for(&address)?;
    let at = folder.path();
    private(at, PASSWORD_FILE, PASSWORD)?;
    let database = provision(at, &address)?;
    run(Command::new("ldbadd").arg("-H").arg(&database).arg(private(
        at,
        "people.ldif",
        &people(),
    )?))?;
    run(Command::new("ldbmodify").arg("-H").arg(&database).arg(private(at, "more.ldif", MORE)?))?;
    let lock = format!("--account-lockout-threshold={}", super::LOCKS_AFTER);
    samba_tool(&database, &["domain", "passwordsettings", "set", &lock])?;
    let desk = value_of(&database, "desk", "objectSid")?;
    // What may be delegated for a user ([MS-ADA1] to [MS-ADA3]): lockoutTime; for a group: member.
    let lift = format!("(OA;CI;RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1;{USER};{desk})");
    let member = format!("(OA;CI;RPWP;bf9679c0-0de6-11d0-a285-00aa003049e2;;{desk})");
    // And accountExpires ([MS-ADA1]).
    let end = format!("(OA;CI;RPWP;bf967915-0de6-11d0-a285-00aa003049e2;{USER};{desk})");
    for (unit, right) in [("Staff", lift), ("Staff", end), ("Groups", member)] {
        let unit = format!("--objectdn=OU={unit},{BASE}");
        samba_tool(
            &database,
            &["dsacl", "set", "--action=allow", &unit, &format!("--sddl={right}")],
        )?;
    }
    let mut server = Command::new("samba");
    server.args(["--interactive", "--model=single", "--configfile"]).arg(at.join("etc/smb.conf"));
    let process = serve(&server, &format!("{address}:{PORT}"), at).await?;
    Ok(Directory {
        _process: process,
        folder,
        host: address,
        kind: KIND,
        base: BASE,
        reader: "reader@lumen-oak.example",
        desk: "desk@lumen-oak.example",
        user_of: |person| format!("{person}@lumen-oak.example"),
    })
}

pub(super) const KIND: &str = "active_directory";

/// On the first day of 1601: FILETIME ([MS-DTYP] 2.3.3) counts from there, and 0 is never.
pub(super) fn end_account(folder: &Path, person: &str) -> anyhow::Result<()> {
    let database = folder.join("private/sam.ldb").display().to_string();
    let name = value_of(&database, person, "distinguishedName")?;
    let change =
        format!("dn: {name}\nchangetype: modify\nreplace: accountExpires\naccountExpires: 1\n");
    run(Command::new("ldbmodify")
        .arg("-H")
        .arg(&database)
        .arg(private(folder, "end.ldif", &change)?))
}

/// Takes everybody out of a group.
pub(super) fn empty(folder: &Path, group: &str) -> anyhow::Result<()> {
    let database = folder.join("private/sam.ldb").display().to_string();
    let name = value_of(&database, group, "distinguishedName")?;
    let change = format!("dn: {name}\nchangetype: modify\nreplace: member\n");
    run(Command::new("ldbmodify").arg("-H").arg(&database).arg(private(
        folder,
        "empty.ldif",
        &change,
    )?))
}

/// The class `user`.
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// Tests run side by side as processes: each begins somewhere else.
fn free_address() -> anyhow::Result<String> {
    let begin = std::process::id();
    let addresses = (0..2000_u32).map(|step| {
        let at = begin.wrapping_mul(7).wrapping_add(step) % 60_000;
        format!("127.77.{}.{}", at / 250, at % 250 + 2)
    });
    addresses.into_iter().find(|address| is_free(address, PORT)).context(
        "no free address: the ports of a domain controller are below 1024, which needs root",
    )
}

fn provision(folder: &Path, address: &str) -> anyhow::Result<String> {
    let mut provision = Command::new("samba-tool");
    provision.args(["domain", "provision", "--realm=LUMEN-OAK.EXAMPLE", "--domain=LUMENOAK"]);
    provision.args(["--server-role=dc", "--dns-backend=NONE", "--host-name=dc1"]);
    provision.arg(format!("--adminpass={PASSWORD}")).arg(format!("--host-ip={address}"));
    provision.arg(format!("--targetdir={}", folder.display()));
    let (key, certificate) = (folder.join(KEY), folder.join(CERTIFICATE));
    for option in [
        "bind interfaces only=yes".to_owned(),
        format!("interfaces={address}/8"),
        "server services=ldap,cldap,kdc,rpc".to_owned(),
        "dcerpc endpoint servers=epmapper,samr,lsarpc,netlogon,drsuapi".to_owned(),
        format!("tls keyfile={}", key.display()),
        format!("tls certfile={}", certificate.display()),
        format!("tls cafile={}", certificate.display()),
        format!("log file={}", folder.join("samba.log").display()),
        // Every change, in JSON.
        "log level=1 dsdb_json_audit:5".to_owned(),
        format!("pid directory={}", folder.display()),
    ] {
        provision.arg(format!("--option={option}"));
    }
    run(&mut provision)?;
    Ok(folder.join("private/sam.ldb").display().to_string())
}

fn samba_tool(database: &str, arguments: &[&str]) -> anyhow::Result<()> {
    run(Command::new("samba-tool").args(arguments).args(["-H", database]))
}

fn value_of(database: &str, account: &str, name: &str) -> anyhow::Result<String> {
    let filter = format!("(sAMAccountName={account})");
    let found = Command::new("ldbsearch").args(["-H", database, &filter, name]).output()?;
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    let prefix = format!("{name}: ");
    let value = found.lines().find_map(|line| line.strip_prefix(&prefix));
    Ok(value.with_context(|| format!("{account} without {name}"))?.to_owned())
}

/// The people of the example company, with what the identity provider calls them in `employeeID`.
fn people() -> String {
    let unit = |name: &str| format!("dn: OU={name},{BASE}\nobjectClass: organizationalUnit\n\n");
    let mut text = ["Staff", "Admins", "Service", "Groups"].map(unit).concat();
    for (name, account, unit, id, more) in [
        (
            "Maria Santos",
            "maria",
            "Staff",
            "maria",
            "mail: maria@lumen-oak.example\npreferredLanguage: de, en;q=0.5\n",
        ),
        (
            "Noor Haddad",
            "noor",
            "Staff",
            "noor",
            "mail: noor@lumen-oak.example\nmanager: CN=Maria Santos,OU=Staff,{base}\n",
        ),
        // Her account ended on 1 January 2026.
        (
            "Cora Lind",
            "cora",
            "Staff",
            "cora",
            "manager: CN=Maria Santos,OU=Staff,{base}\naccountExpires: 134117856000000000\n",
        ),
        ("Gone Away", "gone", "Staff", "gone", ""),
        ("Ada Root", "ada", "Admins", "ada", "assistant: CN=Maria Santos,OU=Staff,{base}\n"),
        // Nobody who is gone answers for anybody.
        ("Jon Away", "jon", "Staff", "jon", "assistant: CN=Gone Away,OU=Staff,{base}\n"),
        ("Twin One", "twin1", "Staff", "twin", ""),
        ("Twin Two", "twin2", "Staff", "twin", ""),
        ("Help Desk", "desk", "Service", "svc-desk", ""),
        ("Help Desk Reader", "reader", "Service", "svc-reader", ""),
    ] {
        let switch = if account == "gone" { 514 } else { 512 };
        let password = in_base64(PASSWORD);
        let more = more.replace("{base}", BASE);
        text.push_str(&format!(
            "dn: CN={name},OU={unit},{BASE}\nobjectClass: user\nsAMAccountName: {account}\n\
             userPrincipalName: {account}@lumen-oak.example\nemployeeID: {id}\n{more}\
             userAccountControl: {switch}\nunicodePwd:: {password}\n\n"
        ));
    }
    for (group, member) in
        [("vpn-users", "CN=Noor Haddad,OU=Staff"), ("Operators", "CN=Ada Root,OU=Admins")]
    {
        text.push_str(&format!(
            "dn: CN={group},OU=Groups,{BASE}\nobjectClass: group\nsAMAccountName: {group}\nmember: {member},{BASE}\n\n"
        ));
    }
    for (group, more) in [
        ("design", ""),
        ("payroll", ""),
        ("wiki-readers", ""),
        ("wiki-editors", "managedBy: CN=Maria Santos,OU=Staff,{base}\n"),
        ("crm-readers", "managedBy: CN=Cora Lind,OU=Staff,{base}\n"),
        ("crm-editors", "managedBy: CN=Gone Away,OU=Staff,{base}\n"),
        ("board-editors", ""),
        ("board-readers", ""),
    ] {
        let more = more.replace("{base}", BASE);
        text.push_str(&format!(
            "dn: CN={group},OU=Groups,{BASE}\nobjectClass: group\nsAMAccountName: {group}\n{more}\n"
        ));
    }
    text
}

/// Ada is an administrator through a group within another one, and who reads the board may edit it for the same
/// reason.
const MORE: &str = "dn: CN=Domain Admins,CN=Users,DC=lumen-oak,DC=example
changetype: modify
add: member
member: CN=Operators,OU=Groups,DC=lumen-oak,DC=example

dn: CN=board-editors,OU=Groups,DC=lumen-oak,DC=example
changetype: modify
add: member
member: CN=board-readers,OU=Groups,DC=lumen-oak,DC=example
";

/// A password as Active Directory takes it ([MS-ADTS] 3.1.1.3.1.5.1): quoted, in UTF-16, here in base64.
fn in_base64(password: &str) -> String {
    let quoted = format!("\"{password}\"");
    let bytes: Vec<u8> = quoted.encode_utf16().flat_map(u16::to_le_bytes).collect();
    BASE64_STANDARD.encode(bytes)
}
