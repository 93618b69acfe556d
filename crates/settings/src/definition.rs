use crate::Kind;

/// What can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Address of the agent.
    AgentUrl,
    /// Address of the identity provider, exactly as it names itself.
    Issuer,
    /// Our name there.
    ClientId,
    /// What access tokens must be for.
    Audience,
    /// Fixed port of the loopback redirect; empty: any.
    LoopbackPort,
    /// Language of the app.
    Language,
    /// Light or dark.
    Appearance,
    /// Hue of the accent, degrees; empty: ours.
    BrandHue,
    /// Asset name of this device; empty: its host name.
    AssetName,
    /// Start when the person signs in to the computer.
    Autostart,
    /// Tell about answers with a notification.
    Notifications,
    /// Keys that open the window from anywhere.
    Shortcut,
    /// Share questions that nothing answered with IT.
    ShareQuestions,
    /// Address that answers 204 on the open internet; empty: not asked.
    InternetProbeUrl,
    /// The same with a number in place of the name; empty: not asked.
    InternetProbeNumberUrl,
    /// An address of the company's own network that answers; empty: the agent stands for it.
    ServiceUrl,
    /// The HTTP proxy programs here use; empty: none.
    ProxyUrl,
    /// The script that chooses the proxy; empty: none.
    ProxyScriptUrl,
    /// Ends of the VPN on the company's side, such as `wireguard://vpn.example:51820`.
    VpnGateways,
    /// Networks the VPN leads to, such as `10.0.0.0/8`.
    VpnNetworks,
    /// Whether work needs the VPN here.
    VpnNeed,
}

/// Everything there is to know about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// Its name in files.
    pub name: &'static str,
    /// What a value must be.
    pub kind: Kind,
    /// The value if nobody sets one; empty: none.
    pub default: &'static str,
    /// Decides whom the app trusts or talks to: comes only from the managed file if there is one.
    pub is_security: bool,
    /// Whether the user's file counts at all.
    pub user_may_change: bool,
    /// Switched on by the user alone; IT may keep it off.
    pub is_consent: bool,
}

impl Key {
    /// Every key, in the order they are shown.
    pub const ALL: [Self; 21] = [
        Self::Language,
        Self::Appearance,
        Self::Autostart,
        Self::Notifications,
        Self::Shortcut,
        Self::ShareQuestions,
        Self::AgentUrl,
        Self::Issuer,
        Self::ClientId,
        Self::Audience,
        Self::LoopbackPort,
        Self::InternetProbeUrl,
        Self::InternetProbeNumberUrl,
        Self::ServiceUrl,
        Self::ProxyUrl,
        Self::ProxyScriptUrl,
        Self::VpnGateways,
        Self::VpnNetworks,
        Self::VpnNeed,
        Self::AssetName,
        Self::BrandHue,
    ];

    /// The one definition of this key.
    #[must_use]
    pub const fn definition(self) -> Definition {
        match self {
            Self::AgentUrl => security("agent_url", Kind::SecureAddress, ""),
            Self::Issuer => security("issuer", Kind::SecureAddress, ""),
            Self::ClientId => security("client_id", Kind::Text { max: 200 }, "deskside"),
            Self::Audience => security("audience", Kind::Text { max: 200 }, "urn:deskside:agent"),
            Self::InternetProbeUrl => security("internet_probe_url", Kind::Address, ""),
            Self::InternetProbeNumberUrl => {
                security("internet_probe_number_url", Kind::Address, "")
            }
            Self::ServiceUrl => security("service_url", Kind::SecureAddress, ""),
            Self::ProxyUrl => security("proxy_url", Kind::Address, ""),
            Self::ProxyScriptUrl => security("proxy_script_url", Kind::Address, ""),
            Self::VpnGateways => security("vpn_gateways", Kind::Text { max: 500 }, ""),
            Self::VpnNetworks => security("vpn_networks", Kind::Text { max: 500 }, ""),
            Self::VpnNeed => {
                security("vpn_need", Kind::Choice(&["optional", "required"]), "optional")
            }
            Self::LoopbackPort => {
                free("loopback_port", Kind::Number { min: 1_024, max: 65_535 }, "")
            }
            Self::Language => free("language", Kind::Choice(&["system", "en", "de"]), "system"),
            Self::Appearance => {
                free("appearance", Kind::Choice(&["system", "light", "dark"]), "system")
            }
            Self::Autostart => free("autostart", Kind::Switch, "true"),
            Self::Notifications => free("notifications", Kind::Switch, "true"),
            Self::Shortcut => free(
                "shortcut",
                Kind::Choice(&["ctrl+alt+h", "ctrl+alt+space", "off"]),
                "ctrl+alt+h",
            ),
            Self::ShareQuestions => consent("share_questions"),
            Self::BrandHue => managed("brand_hue", Kind::Number { min: 0, max: 359 }, ""),
            Self::AssetName => managed("asset_name", Kind::Text { max: 100 }, ""),
        }
    }

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// The key with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

const fn free(name: &'static str, kind: Kind, default: &'static str) -> Definition {
    Definition { name, kind, default, is_security: false, user_may_change: true, is_consent: false }
}

const fn consent(name: &'static str) -> Definition {
    Definition { is_consent: true, ..free(name, Kind::Switch, "false") }
}

const fn security(name: &'static str, kind: Kind, default: &'static str) -> Definition {
    Definition { is_security: true, ..free(name, kind, default) }
}

const fn managed(name: &'static str, kind: Kind, default: &'static str) -> Definition {
    Definition { user_may_change: false, ..free(name, kind, default) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_has_its_own_name_and_a_default_of_its_kind() {
        let names: BTreeSet<_> = Key::ALL.into_iter().map(Key::name).collect();
        assert_eq!(names.len(), Key::ALL.len());
        for key in Key::ALL {
            let Definition { name, kind, default, .. } = key.definition();
            assert_eq!(Key::from_name(name), Some(key));
            if !default.is_empty() {
                assert_eq!(kind.check_text(default).as_deref(), Ok(default), "{name}");
            }
        }
    }
}
