use std::process::Command;

use super::{Directory, PASSWORD, PASSWORD_FILE};
use crate::listening::{CERTIFICATE, KEY, folder_for, private, run, serve};
use crate::port;

const BASE: &str = "dc=lumen-oak,dc=example";
const ADDRESS: &str = "127.0.0.1";

pub(super) async fn start() -> anyhow::Result<Directory> {
    let folder = folder_for(ADDRESS)?;
    let at = folder.path();
    private(at, PASSWORD_FILE, PASSWORD)?;
    let (settings, data) = (at.join("settings"), at.join("data"));
    std::fs::create_dir_all(&settings)?;
    std::fs::create_dir_all(&data)?;
    let (place, key, certificate) = (data.display(), at.join(KEY), at.join(CERTIFICATE));
    let settings_text = SETTINGS
        .replace("{data}", &place.to_string())
        .replace("{key}", &key.display().to_string())
        .replace("{certificate}", &certificate.display().to_string())
        .replace("{locks_after}", &super::LOCKS_AFTER.to_string());
    for (number, name, text) in
        [("0", "settings.ldif", settings_text), ("1", "people.ldif", people())]
    {
        let mut add = Command::new("slapadd");
        add.args(["-n", number, "-F"]).arg(&settings).arg("-l").arg(private(at, name, &text)?);
        run(&mut add)?;
    }
    let host = format!("{ADDRESS}:{}", port::free()?);
    let mut server = Command::new("slapd");
    server.args(["-d", "0", "-h", &format!("ldaps://{host}/"), "-F"]).arg(&settings);
    let process = serve(&server, &host, at).await?;
    Ok(Directory {
        _process: process,
        folder,
        host,
        kind: "openldap",
        base: BASE,
        reader: "uid=svc-reader,ou=service,dc=lumen-oak,dc=example",
        desk: "uid=svc-desk,ou=service,dc=lumen-oak,dc=example",
        user_of: |person| format!("uid={person},ou=staff,{BASE}"),
    })
}

/// The help desk's account may lift locks of staff and change members of groups.
const SETTINGS: &str = r#"dn: cn=config
objectClass: olcGlobal
cn: config
olcTLSCertificateFile: {certificate}
olcTLSCertificateKeyFile: {key}

dn: cn=module,cn=config
objectClass: olcModuleList
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase=mdb,cn=config
objectClass: olcMdbConfig
olcDatabase: mdb
olcSuffix: dc=lumen-oak,dc=example
olcRootDN: cn=root,dc=lumen-oak,dc=example
olcDbDirectory: {data}
olcDbIndex: uid eq
olcAccess: to dn.subtree="ou=staff,dc=lumen-oak,dc=example" attrs=pwdAccountLockedTime by dn.exact="uid=svc-desk,ou=service,dc=lumen-oak,dc=example" manage by users read
olcAccess: to dn.subtree="ou=groups,dc=lumen-oak,dc=example" attrs=member by dn.exact="uid=svc-desk,ou=service,dc=lumen-oak,dc=example" write by users read
olcAccess: to attrs=userPassword by self write by anonymous auth
olcAccess: to * by users read by anonymous auth

dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,dc=lumen-oak,dc=example
olcPPolicyUseLockout: TRUE
"#;

fn people() -> String {
    let mut text = format!(
        "dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Lumen & Oak\ndc: lumen-oak\n\n\
         dn: cn=default,{BASE}\nobjectClass: pwdPolicy\nobjectClass: device\ncn: default\n\
         pwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: {}\npwdMustChange: TRUE\n\n",
        super::LOCKS_AFTER
    );
    for unit in ["staff", "admins", "service", "groups"] {
        text.push_str(&format!(
            "dn: ou={unit},{BASE}\nobjectClass: organizationalUnit\nou: {unit}\n\n"
        ));
    }
    for (id, unit, more) in [
        ("maria", "staff", "mail: maria@lumen-oak.example\npreferredLanguage: de, en;q=0.5\n"),
        ("noor", "staff", "mail: noor@lumen-oak.example\nmanager: uid=maria,ou=staff,{base}\n"),
        ("ada", "admins", "secretary: uid=maria,ou=staff,{base}\n"),
        ("svc-desk", "service", ""),
        ("svc-reader", "service", ""),
    ] {
        let more = more.replace("{base}", BASE);
        text.push_str(&format!(
            "dn: uid={id},ou={unit},{BASE}\nobjectClass: inetOrgPerson\nuid: {id}\ncn: {id}\nsn: {id}\n\
             {more}userPassword: {PASSWORD}\n\n"
        ));
    }
    for (group, member) in [
        ("vpn-users", "uid=noor,ou=staff"),
        ("administrators", "uid=ada,ou=admins"),
        ("design", "uid=maria,ou=staff"),
        ("wiki-readers", "uid=maria,ou=staff"),
        ("wiki-editors", "uid=maria,ou=staff"),
        ("crm-readers", "uid=maria,ou=staff"),
        ("board-readers", "uid=maria,ou=staff"),
        ("board-editors", "cn=board-readers,ou=groups"),
    ] {
        let owner = match group {
            "wiki-readers" => format!("owner: uid=maria,ou=staff,{BASE}\n"),
            "crm-readers" => format!("owner: uid=ada,ou=admins,{BASE}\n"),
            _ => String::new(),
        };
        text.push_str(&format!(
            "dn: cn={group},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {group}\nmember: {member},{BASE}\n{owner}\n"
        ));
    }
    text
}
