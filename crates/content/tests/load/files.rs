use std::fs;

use content::{Audience, Impact, Priority, Urgency, load};

use crate::folder::{article_ids, check, folder};

#[test]
fn a_malformed_playbook_is_left_out_with_its_line_and_advice() {
    let file = "playbooks/vpn.yaml";
    let lost = [
        "knowledge/articles/cable.md:15: there is no playbook `vpn`, or it has a problem of its own. Use the id of a file in playbooks/.",
        "knowledge/articles/wifi.md:15: there is no playbook `vpn`, or it has a problem of its own. Use the id of a file in playbooks/.",
    ];
    for (from, to, expect) in [
        (
            "cause: no_link",
            "cause: no_lnik",
            "knowledge/playbooks/vpn.yaml:17: `no_lnik` is not a known value. Use one of `no_link`, `no_address`, `no_gateway`, `gateway_silent`, `name_service_failed`, `name_service_slow`, `name_service_wrong`, `captive_portal`, `internet_unreachable`, `connection_lossy`, `connection_slow`, `ipv4_broken`, `ipv6_broken`, `proxy_unreachable`, `proxy_script_unreachable`, `clock_wrong`, `tls_intercepted`, `certificate_untrusted`, `certificate_expired`, `certificate_wrong_name`, `identity_provider_down`, `identity_provider_slow`, `vpn_gateway_down`, `vpn_port_blocked`, `vpn_client_missing`, `tunnel_down`, `vpn_access_refused`, `tunnel_without_route`, `tunnel_conflict`, `inner_names_failed`, `large_packets_lost`, `company_service_down`, `company_service_slow`, `account_locked`, `account_ended`, `vpn_not_allowed`, `device_not_compliant`.",
        ),
        (
            "    escalate: {}",
            "    text: {en: x}",
            "knowledge/playbooks/vpn.yaml:39: a step does exactly one thing. Give one of `check`, `ask`, `do`, `confirm`, `resolved: {}`, `escalate: {}` and `report_security: {}`.",
        ),
        (
            "    title: {en: Good}",
            "    title: {de: Gut}",
            "knowledge/playbooks/vpn.yaml:36: a text needs at least an English version. Add `en: \"…\"`.",
        ),
        (
            "start: look",
            "start: lok",
            "knowledge/playbooks/vpn.yaml:10: the first step `lok` does not exist. Name one of the steps.",
        ),
        (
            "      next: fixed",
            "      next: mended",
            "knowledge/playbooks/vpn.yaml:31: `mended` does not exist. Name one of the steps.\nknowledge/playbooks/vpn.yaml:32: no step leads to `fixed`. Lead to it, or remove it.\nknowledge/playbooks/vpn.yaml:35: no step leads to `solved`. Lead to it, or remove it.",
        ),
        (
            "no: send}",
            "no: look}",
            "knowledge/playbooks/vpn.yaml:34: `fixed` leads back to `look`. Lead on: the employee goes back with the back button.",
        ),
        (
            "run: [link]",
            "run: []",
            "knowledge/playbooks/vpn.yaml:12: the step `look` checks nothing. Name at least one check under `run`.",
        ),
        (
            "{cause: no_link, next: mend}",
            "{check: link, next: mend}",
            "knowledge/playbooks/vpn.yaml:12: the step `look` has a branch without a condition. Give `cause`, or `check` and `status`.",
        ),
        (
            "{id: office,",
            "{id: home,",
            "knowledge/playbooks/vpn.yaml:19: the step `ask` has two options of one id. Give each option its own id.",
        ),
    ] {
        let expect = format!("{}\n{}\n{expect}", lost[0], lost[1]);
        let content = check(file, from, to, &expect);
        assert_eq!(content.playbooks.len(), 0);
        assert_eq!(article_ids(&content), ["cable", "wifi"]);
    }
}

#[test]
fn a_rule_with_a_problem_is_left_out_alone() {
    for (from, to, expect) in [
        (
            "weight: 0.85",
            "weight: 1.5",
            "knowledge/triage/rules.yaml:7: the rule `phishing` has the weight 1.5. Write a weight above 0 and up to 1.",
        ),
        (
            "weight: 0.85",
            "weight: .nan",
            "knowledge/triage/rules.yaml:7: the rule `phishing` has the weight NaN. Write a weight above 0 and up to 1.",
        ),
        (
            r"['\bphish']",
            "[]",
            "knowledge/triage/rules.yaml:7: the rule `phishing` has no pattern. Add at least one pattern under `any`.",
        ),
        (
            "id: phishing",
            "id: vpn",
            "knowledge/triage/rules.yaml:3: the rule `vpn` is there twice. Give the second one another id.",
        ),
    ] {
        let content = check("triage/rules.yaml", from, to, expect);
        assert_eq!(content.rules.rules.len(), 1);
        assert_eq!(content.rules.rules[0].id, "vpn");
    }
}

#[test]
fn teams_are_checked() {
    let file = "routing/teams.yaml";
    let content = check(
        file,
        "fallback: desk",
        "fallback: des",
        "knowledge/routing/teams.yaml:2: the fallback `des` is not a team. Use the id of one of the teams.",
    );
    assert!(content.routing.is_some());
    assert!(content.policies.is_some());
    let content = check(
        "routing/priority.yaml",
        "high: high}",
        "high: soon}",
        "knowledge/routing/priority.yaml:2: `soon` is not a known value. Use one of `low`, `normal`, `high`, `critical`.",
    );
    let priorities = content.routing.unwrap().priorities;
    assert_eq!(priorities.of(Impact::Company, Urgency::High), Priority::Normal);
    check(
        file,
        "respond_within_minutes: 60",
        "respond_within_minutes: 0",
        "knowledge/routing/teams.yaml:9: the team `network` promises an answer within no time. Write respond_within_minutes of 1 or more.",
    );
    let with_hours = |zone: &str, to: &str| {
        format!(
            "respond_within_minutes: 60\n    hours: {{zone: {zone}, days: [monday, friday], from: '08:00', to: '{to}'}}"
        )
    };
    check(
        file,
        "respond_within_minutes: 60",
        &with_hours("Atlantis/Capital", "18:00"),
        "knowledge/routing/teams.yaml:9: team `network`: the time zone `Atlantis/Capital` is not known. Use a name such as `Europe/Berlin`.",
    );
    check(
        file,
        "respond_within_minutes: 60",
        &with_hours("Europe/Berlin", "07:30"),
        "knowledge/routing/teams.yaml:9: team `network`: the hours hold no time at all. Name a day, and a `to` that is later than `from`.",
    );
}

#[test]
fn who_is_on_call_is_checked() {
    let of = |from: &str, to: &str, expect: &str| {
        let content = check("routing/on-call.yaml", from, to, expect);
        content.routing.unwrap().on_call.len()
    };
    let problem = |what: &str| format!("knowledge/routing/on-call.yaml:{what}");
    let left = of(
        "team: network",
        "team: netwerk",
        &problem("3: `netwerk`: it is no team. Use the id of a team in routing/teams.yaml."),
    );
    assert_eq!(left, 0);
    let days = "3: `network`: nobody is ever on call. Name people, and `days` of 1 or more.";
    assert_eq!(of("days: 7", "days: 0", &problem(days)), 0);
    let line = "3: `network`: its line is empty or longer than 80 characters. \
                Write a telephone number, or leave it out.";
    assert_eq!(of("line: '555'", "line: ''", &problem(line)), 0);
    let content = load(folder().path(), Audience::Agent).unwrap().0;
    assert_eq!(content.routing.unwrap().on_call.len(), 1);
    let root = folder();
    fs::remove_file(root.path().join("routing/on-call.yaml")).unwrap();
    let (content, report) = load(root.path(), Audience::Agent).unwrap();
    assert_eq!((content.routing.unwrap().on_call.len(), report.problems.len()), (0, 0));
}
