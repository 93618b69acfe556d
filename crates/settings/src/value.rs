use url::Url;

use crate::{Key, Settings};

/// Language of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// As the system says.
    #[default]
    System,
    /// English.
    English,
    /// German.
    German,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Appearance {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The values as what they are.
impl Settings {
    /// Address of the agent; absent: IT has not set Deskside up here.
    #[must_use]
    pub fn agent_url(&self) -> Option<Url> {
        self.value(Key::AgentUrl).parse().ok()
    }

    /// The identity provider, exactly as written: an issuer is compared letter by letter.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.text(Key::Issuer)
    }

    /// Our name at the identity provider.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.value(Key::ClientId)
    }

    /// What access tokens must be for.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.value(Key::Audience)
    }

    /// Port of the loopback redirect; absent: any.
    #[must_use]
    pub fn loopback_port(&self) -> Option<u16> {
        self.value(Key::LoopbackPort).parse().ok()
    }

    /// Language of the app.
    #[must_use]
    pub fn language(&self) -> Language {
        match self.value(Key::Language) {
            "en" => Language::English,
            "de" => Language::German,
            _ => Language::System,
        }
    }

    /// Light or dark.
    #[must_use]
    pub fn appearance(&self) -> Appearance {
        match self.value(Key::Appearance) {
            "light" => Appearance::Light,
            "dark" => Appearance::Dark,
            _ => Appearance::System,
        }
    }

    /// Hue of the accent, degrees; absent: ours.
    #[must_use]
    pub fn brand_hue(&self) -> Option<u16> {
        self.value(Key::BrandHue).parse().ok()
    }

    /// Asset name of this device; absent: its host name.
    #[must_use]
    pub fn asset_name(&self) -> Option<&str> {
        self.text(Key::AssetName)
    }

    /// Whether the app starts with the person's session.
    #[must_use]
    pub fn autostart(&self) -> bool {
        self.value(Key::Autostart) == "true"
    }

    /// Whether answers are told with a notification.
    #[must_use]
    pub fn notifications(&self) -> bool {
        self.value(Key::Notifications) == "true"
    }

    /// Whether the person shares questions that nothing answered.
    #[must_use]
    pub fn shares_questions(&self) -> bool {
        self.value(Key::ShareQuestions) == "true"
    }

    /// The keys that open the window from anywhere, such as `ctrl+alt+h`; absent: none do.
    #[must_use]
    pub fn shortcut(&self) -> Option<&str> {
        self.text(Key::Shortcut).filter(|keys| *keys != "off")
    }

    /// Address that answers 204 on the open internet; absent: not asked.
    #[must_use]
    pub fn internet_probe_url(&self) -> Option<Url> {
        self.value(Key::InternetProbeUrl).parse().ok()
    }

    /// The same with a number in place of the name; absent: not asked.
    #[must_use]
    pub fn internet_probe_number_url(&self) -> Option<Url> {
        self.value(Key::InternetProbeNumberUrl).parse().ok()
    }

    /// An address of the company's own network that answers; absent: the agent stands for it.
    #[must_use]
    pub fn service_url(&self) -> Option<Url> {
        self.value(Key::ServiceUrl).parse().ok()
    }

    /// The HTTP proxy programs here use; absent: none.
    #[must_use]
    pub fn proxy_url(&self) -> Option<Url> {
        self.value(Key::ProxyUrl).parse().ok()
    }

    /// The script that chooses the proxy; absent: none.
    #[must_use]
    pub fn proxy_script_url(&self) -> Option<Url> {
        self.value(Key::ProxyScriptUrl).parse().ok()
    }

    /// Ends of the VPN on the company's side, as written.
    pub fn vpn_gateways(&self) -> impl Iterator<Item = &str> {
        self.value(Key::VpnGateways).split_whitespace()
    }

    /// Networks the VPN leads to, as written.
    pub fn vpn_networks(&self) -> impl Iterator<Item = &str> {
        self.value(Key::VpnNetworks).split_whitespace()
    }

    /// Whether work needs the VPN here.
    #[must_use]
    pub fn is_vpn_required(&self) -> bool {
        self.value(Key::VpnNeed) == "required"
    }

    fn text(&self, key: Key) -> Option<&str> {
        Some(self.value(key)).filter(|value| !value.is_empty())
    }
}
