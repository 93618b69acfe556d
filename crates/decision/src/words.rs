use policy::TierRule;
use ticket::{Cause, CheckId, Scenario};
use triage::Signal;

pub(crate) const fn scenario_words(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::PasswordResetLockout => "password or sign-in",
        Scenario::SoftwareAccess => "software or access",
        Scenario::HowTo => "how-to question",
        Scenario::VpnConnectivity => "VPN or network",
        Scenario::HardwareFault => "device fault",
        Scenario::SecurityIncident => "security incident",
        Scenario::Outage => "outage",
        Scenario::Other => "other",
    }
}

/// Why a row applies, as the end of "it stops here because …".
pub(crate) const fn rule_words(rule: TierRule) -> &'static str {
    match rule {
        TierRule::Instructs => "the text gives orders to the agent",
        TierRule::MfaBypass => "it would weaken a second factor",
        TierRule::SecurityIncident => "it may be a compromise",
        TierRule::Outage => "an outage was reported",
        TierRule::Secret => "a secret is asked for",
        TierRule::Elevation => "admin rights are asked for",
        TierRule::BulkData => "it touches the data of many",
        TierRule::OtherPerson => "it is about somebody else",
        TierRule::SharedSystem => "many use this device or server",
        TierRule::SeveralPeople => "several people are affected",
        TierRule::UnknownRisky => "unknown and it looks risky",
        TierRule::HighByRule => "a triage rule calls it high",
        TierRule::LooksRisky => "its words look dangerous",
        TierRule::WantsPerson => "a person was asked for",
        TierRule::StepsFailed => "the standard steps did not help",
        TierRule::Thanks => "they say it is solved",
        TierRule::Status => "they ask where a request stands",
        TierRule::OwnAccount => "it is their own account",
        TierRule::StandardAccess => "access needs provisioning",
        TierRule::HowTo => "it is a question",
        TierRule::ConnectionFault => "one connection is faulty",
        TierRule::DeviceFault => "a device needs hands",
        TierRule::DetailMissing => "a detail is missing",
        TierRule::LooksIncomplete => "its words leave something open",
        TierRule::LooksHuman => "its words look like work for a person",
        TierRule::SensitiveByRule => "a triage rule calls it sensitive",
        TierRule::Ambiguous => "it is not clear what is meant",
        TierRule::StillUnclear => "it stays unclear",
        TierRule::NoScenario => "it fits no scenario",
    }
}

/// What the team does best first.
pub(crate) const fn advice(scenario: Scenario, rule: TierRule) -> &'static str {
    match rule {
        TierRule::Instructs => "review it, change nothing",
        TierRule::MfaBypass => "call back on a known number",
        TierRule::Secret | TierRule::Elevation | TierRule::BulkData => {
            "ask for the reason and owner"
        }
        TierRule::OtherPerson => "verify with the person concerned",
        TierRule::SharedSystem | TierRule::SeveralPeople => "look for a common cause",
        TierRule::WantsPerson => "call them",
        _ => scenario_advice(scenario),
    }
}

const fn scenario_advice(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::PasswordResetLockout => "check the lock in the directory",
        Scenario::SoftwareAccess => "check role and approval",
        Scenario::HowTo => "answer and write an article",
        Scenario::VpnConnectivity => "check the gateway for this user",
        Scenario::HardwareFault => "arrange a loaner, then repair",
        Scenario::SecurityIncident => "contain, then call them",
        Scenario::Outage => "check health, open an incident",
        Scenario::Other => "read it and give it a label",
    }
}

pub(crate) const fn signal_words(signal: Signal) -> &'static str {
    match signal {
        Signal::Instructs => "orders to the agent",
        Signal::MfaBypass => "a wish to weaken a second factor",
        Signal::Secret => "a wish for a secret",
        Signal::Elevation => "a wish for admin rights",
        Signal::BulkData => "data of many",
        Signal::OtherPerson => "somebody else's account",
        Signal::SharedSystem => "a device or server many use",
        Signal::SeveralPeople => "several people affected",
        Signal::Risky => "something hard to undo",
        Signal::WantsPerson => "a wish for a person",
        Signal::TriedAlready => "steps tried already",
        Signal::Thanks => "thanks",
        Signal::AsksStatus => "a question for the status",
        Signal::Emotional => "an upset person",
        Signal::Urgent => "haste",
        Signal::Deadline => "a time by which it is needed",
        Signal::NamesTarget => "the name of a system",
        Signal::NamesLevel => "how much is needed",
    }
}

pub(crate) const fn cause_words(cause: Cause) -> &'static str {
    match cause {
        Cause::NoLink => "no cable or Wi-Fi",
        Cause::NoAddress => "no address",
        Cause::NoGateway => "no default route",
        Cause::GatewaySilent => "router silent",
        Cause::NameServiceFailed => "DNS fails",
        Cause::NameServiceSlow => "DNS slow",
        Cause::NameServiceWrong => "DNS gives wrong answers",
        Cause::CaptivePortal => "captive portal",
        Cause::InternetUnreachable => "no internet",
        Cause::ConnectionLossy => "packet loss",
        Cause::ConnectionSlow => "connection too slow",
        Cause::Ipv4Broken => "IPv4 broken",
        Cause::Ipv6Broken => "IPv6 broken",
        Cause::ProxyUnreachable => "proxy unreachable",
        Cause::ProxyScriptUnreachable => "proxy script unreachable",
        Cause::ClockWrong => "clock wrong",
        Cause::TlsIntercepted => "TLS intercepted",
        Cause::CertificateUntrusted => "untrusted certificate",
        Cause::CertificateExpired => "certificate expired",
        Cause::CertificateWrongName => "certificate for another name",
        Cause::IdentityProviderDown => "sign-in unreachable",
        Cause::IdentityProviderSlow => "sign-in slow",
        Cause::VpnGatewayDown => "VPN gateway down",
        Cause::VpnPortBlocked => "VPN port blocked",
        Cause::VpnClientMissing => "no VPN client",
        Cause::TunnelDown => "VPN not connected",
        Cause::VpnAccessRefused => "VPN refuses this device",
        Cause::TunnelWithoutRoute => "VPN without route",
        Cause::TunnelConflict => "two VPNs in conflict",
        Cause::InnerNamesFailed => "company DNS fails",
        Cause::LargePacketsLost => "large packets lost (MTU)",
        Cause::CompanyServiceSlow => "company service slow",
        Cause::AccountLocked => "account locked",
        Cause::AccountEnded => "account ended",
        Cause::VpnNotAllowed => "no right to the VPN",
        Cause::DeviceNotCompliant => "device not compliant",
        Cause::CompanyServiceDown => "company service down",
    }
}

pub(crate) fn check_words(check: CheckId) -> String {
    check.as_str().replace('_', " ")
}
