use std::fs;
use std::path::Path;

use content::{Audience, Content, Report, load};
use tempfile::TempDir;

pub const ORGANIZATION: &str = r#"version: 1
name: Lumen & Oak
help_desk: {phone: "+1 555 0100", hours: {en: Office hours}}
security: {phone: "+1 555 0199", hours: {en: Day and night}}
password_page: https://signin.lumen-oak.example/reset
"#;

pub const RULES: &str = r#"version: 1
rules:
  - id: vpn
    scenario: vpn_connectivity
    weight: 0.75
    any: ['\bvpn\b']
  - id: phishing
    scenario: security_incident
    risk: high
    weight: 0.85
    any: ['\bphish']
"#;

pub const TEAMS: &str = r#"version: 1
fallback: desk
teams:
  - id: desk
    name: {en: Service Desk}
    scenarios: [other]
    domain: access
    respond_within_minutes: 240
  - id: network
    name: {en: Network team}
    scenarios: [vpn_connectivity]
    domain: infrastructure
    respond_within_minutes: 60
"#;

pub const ARTICLE: &str = r#"---
version: 1
id: wifi
title: Wi-Fi does not connect
summary: Three steps.
kind: how-to
locale: en
platforms: [windows]
keywords: [wlan]
owner: network
reviewed: 2026-10-12
review_by: 2027-10-12
source: our own
---
See [the other one](article:cable) and [guided help](playbook:vpn).
[Check](check:network).
"#;

pub const PLAYBOOK: &str = r#"version: 1
id: vpn
scenario: vpn_connectivity
title: {en: Fix my VPN connection}
summary: {en: Short}
minutes: 3
owner: network
reviewed: 2026-10-12
review_by: 2027-10-12
start: look
steps:
  look:
    title: {en: Looking}
    check:
      run: [link]
      branches:
        - {cause: no_link, next: mend}
      otherwise: ask
  ask:
    title: {en: Where are you?}
    ask:
      options:
        - {id: home, text: {en: At home}, next: mend}
        - {id: office, text: {en: Office}, next: send}
  mend:
    title: {en: Plug it in}
    article: wifi
    do:
      steps:
        - en: Plug it in
      next: fixed
  fixed:
    title: {en: Did this fix it?}
    confirm: {yes: solved, no: send}
  solved:
    title: {en: Good}
    resolved: {}
  send:
    title: {en: A person takes over}
    escalate: {}
"#;

const ON_CALL: &str = "version: 1
teams:
  - team: network
    line: '555'
    rota:
      zone: UTC
      begins: 2026-01-05T09:00
      days: 7
      people:
        - {id: one, mail: one@example.com}
";
const PRIORITY: &str = "\
version: 1
person: {low: low, normal: normal, high: high}
several: {low: normal, normal: high, high: critical}
company: {low: high, normal: critical, high: critical}
";

/// A small sound folder.
pub fn folder() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "organization.yaml", ORGANIZATION);
    put(root.path(), "triage/rules.yaml", RULES);
    put(root.path(), "routing/teams.yaml", TEAMS);
    put(root.path(), "routing/priority.yaml", PRIORITY);
    put(root.path(), "routing/on-call.yaml", ON_CALL);
    put(root.path(), "policies/desk.cedarschema", "entity Agent;");
    put(root.path(), "policies/desk.cedar", "permit (principal, action, resource);");
    put(root.path(), "articles/wifi.md", ARTICLE);
    let other = ARTICLE.replace("id: wifi", "id: cable");
    put(root.path(), "articles/cable.md", &other);
    put(root.path(), "playbooks/vpn.yaml", PLAYBOOK);
    root
}

pub fn put(root: &Path, file: &str, text: impl AsRef<[u8]>) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub fn load_agent(root: &Path) -> (Content, Report) {
    load(root, Audience::Agent).unwrap()
}

/// Replaces `from` by `to` in one file of a sound folder; the only problem must read as expected.
#[track_caller]
pub fn check(file: &str, from: &str, to: &str, expect: &str) -> Content {
    let root = folder();
    let text = fs::read_to_string(root.path().join(file)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    put(root.path(), file, text.replacen(from, to, 1));
    let (content, report) = load_agent(root.path());
    assert_eq!(report.to_string().trim_end(), expect);
    content
}

pub fn article_ids(content: &Content) -> Vec<&str> {
    content.articles.iter().map(|article| article.id.as_str()).collect()
}
