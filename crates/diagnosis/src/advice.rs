use ticket::Cause;

/// What a cause is and what to do about it, one sentence each, in English. The window says the same
/// (`ui/src/messages/en.json`), in the person's language.
#[must_use]
#[allow(clippy::too_many_lines, reason = "a table: two sentences for each cause")]
pub const fn advice(cause: Cause) -> Advice {
    match cause {
        Cause::NoLink => Advice {
            is: "This device is not connected to any network.",
            to_do: "Turn Wi-Fi on and choose a network, or plug in a network cable. Airplane mode must be off.",
        },
        Cause::NoAddress => Advice {
            is: "The network gives this device no address.",
            to_do: "Turn Wi-Fi off and on again, or unplug the cable for ten seconds. At home, restart the router.",
        },
        Cause::NoGateway => Advice {
            is: "This device does not know the way out of its network.",
            to_do: "Disconnect from the network and connect again. If an address was set by hand, switch it back to automatic.",
        },
        Cause::GatewaySilent => Advice {
            is: "The router does not answer.",
            to_do: "Move closer to the Wi-Fi, or restart the router: unplug it, wait ten seconds, plug it in again.",
        },
        Cause::NameServiceFailed => Advice {
            is: "The network is there, but it finds no names.",
            to_do: "Disconnect and connect again. At home, restart the router. If a special DNS server is set, remove it.",
        },
        Cause::NameServiceSlow => Advice {
            is: "Names are found only after seconds: the name service is slow.",
            to_do: "Disconnect and connect again. At home, restart the router. If a special DNS server is set, remove it.",
        },
        Cause::NameServiceWrong => Advice {
            is: "The name service of this network gives wrong answers.",
            to_do: "Do not enter any password here. Use another network, such as your phone’s hotspot, and tell IT where this happened.",
        },
        Cause::CaptivePortal => Advice {
            is: "This Wi-Fi wants you to sign in on its own page first.",
            to_do: "Open the page, accept the terms, then come back. The check then runs again by itself.",
        },
        Cause::InternetUnreachable => Advice {
            is: "The router answers, but nothing behind it does.",
            to_do: "At home, restart the router or ask your provider. Elsewhere, try another network, such as your phone’s hotspot.",
        },
        Cause::ConnectionLossy => Advice {
            is: "Much of what this device sends gets lost on the way.",
            to_do: "Move closer to the Wi-Fi or use a cable. If others have it too, the network or its provider has a fault: use another one meanwhile.",
        },
        Cause::ConnectionSlow => Advice {
            is: "The connection is so slow that programs give up.",
            to_do: "Stop large downloads and video here, or use another network, such as your phone’s hotspot.",
        },
        Cause::Ipv4Broken => Advice {
            is: "Half of this connection is broken: IPv4 leads nowhere, so most pages and the VPN do not open.",
            to_do: "At home, restart the router. Elsewhere, use another network. If it stays, tell the provider that IPv4 is broken.",
        },
        Cause::Ipv6Broken => Advice {
            is: "Half of this connection is broken: IPv6 leads nowhere, so pages hang before they open.",
            to_do: "At home, restart the router. Elsewhere, use another network. Send this to IT if it stays.",
        },
        Cause::ProxyUnreachable => Advice {
            is: "The proxy set on this device does not answer.",
            to_do: "If you are not in the office, switch the proxy off in the network settings. In the office, send this to IT.",
        },
        Cause::ProxyScriptUnreachable => Advice {
            is: "The file that tells programs which proxy to use cannot be loaded.",
            to_do: "If you are not in the office, switch automatic proxy settings off. In the office, send this to IT.",
        },
        Cause::ClockWrong => Advice {
            is: "The clock of this device is wrong, so safe connections fail.",
            to_do: "Open the date and time settings and turn on “Set time automatically”.",
        },
        Cause::TlsIntercepted => Advice {
            is: "Something in this network opens your encrypted connections.",
            to_do: "Do not enter any password. Use another network. If this is the office network, send this to IT: they see who it is.",
        },
        Cause::CertificateUntrusted => Advice {
            is: "A server shows a certificate this device does not trust.",
            to_do: "Do not enter any password. Try another network. If it stays, send this to IT: they see the details.",
        },
        Cause::CertificateExpired => Advice {
            is: "The certificate of a company server has run out.",
            to_do: "Nothing to fix here. Send this to IT: they renew it.",
        },
        Cause::CertificateWrongName => Advice {
            is: "A server answers with a certificate for another name.",
            to_do: "Do not enter any password. Try another network. If it stays, send this to IT: they see the details.",
        },
        Cause::IdentityProviderDown => Advice {
            is: "The company sign-in does not answer. It is not your device.",
            to_do: "Nothing to fix here. IT usually knows already; send this if it takes longer.",
        },
        Cause::IdentityProviderSlow => Advice {
            is: "The company sign-in answers far too slowly. It is not your device.",
            to_do: "Wait a few minutes and try again. IT usually knows already; send this if it takes longer.",
        },
        Cause::VpnGatewayDown => Advice {
            is: "The company’s end of the VPN does not answer. Everything before it is fine.",
            to_do: "Nothing to fix here. Try again in a few minutes; send this to IT if it stays.",
        },
        Cause::VpnPortBlocked => Advice {
            is: "This network blocks the VPN.",
            to_do: "Use another network, such as your phone’s hotspot. Hotels often have a better one for guests who ask.",
        },
        Cause::VpnClientMissing => Advice {
            is: "No VPN app was found on this device.",
            to_do: "Install it with the setup article, or ask IT to install it for you.",
        },
        Cause::TunnelDown => Advice {
            is: "Everything is fine up to the VPN, but the VPN is not connected.",
            to_do: "Open the VPN app, choose Disconnect, wait ten seconds and choose Connect.",
        },
        Cause::VpnAccessRefused => Advice {
            is: "The VPN gateway is there, but it does not let this device in.",
            to_do: "Send this to IT: the key, the certificate or the registration of this device has to be renewed.",
        },
        Cause::TunnelWithoutRoute => Advice {
            is: "The VPN is connected, but the way to the company does not lead through it.",
            to_do: "Open the VPN app, choose Disconnect, wait ten seconds and choose Connect. Send this to IT if it stays.",
        },
        Cause::TunnelConflict => Advice {
            is: "Two VPNs get in each other’s way.",
            to_do: "Close the VPN app that is not the company’s, then connect the company’s again.",
        },
        Cause::InnerNamesFailed => Advice {
            is: "The VPN is connected, but names inside of the company are not found.",
            to_do: "Open the VPN app, choose Disconnect, wait ten seconds and choose Connect. Send this to IT if it stays.",
        },
        Cause::LargePacketsLost => Advice {
            is: "Small messages pass, larger ones get lost on the way, so pages hang.",
            to_do: "Use another network if you can. Send this to IT: the packet size of the connection has to be made smaller.",
        },
        Cause::CompanyServiceDown => Advice {
            is: "The company’s service does not answer. Everything before it is fine.",
            to_do: "Nothing to fix here. IT usually knows already; what you send goes out by itself.",
        },
        Cause::CompanyServiceSlow => Advice {
            is: "The company’s service answers far too slowly. Everything before it is fine.",
            to_do: "Wait a few minutes and try again. IT usually knows already; send this if it takes longer.",
        },
        Cause::AccountLocked => Advice {
            is: "The network is fine, but your account is locked.",
            to_do: "Wait fifteen minutes without trying, then sign in once. If you did not cause it, report a security problem.",
        },
        Cause::AccountEnded => Advice {
            is: "The network is fine, but your account has ended.",
            to_do: "Ask here for more time; your manager decides. Your files stay where they are meanwhile.",
        },
        Cause::VpnNotAllowed => Advice {
            is: "The network is fine, but your account may not use the VPN.",
            to_do: "Ask for VPN access here; your manager approves it. Changing settings on this device does not help.",
        },
        Cause::DeviceNotCompliant => Advice {
            is: "The network is fine, but the company does not let this device in as it is.",
            to_do: "Install the waiting updates and restart. The check repeats within an hour; send this to IT if it stays.",
        },
    }
}

/// What is the matter and what can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What it is.
    pub is: &'static str,
    /// What the person can do.
    pub to_do: &'static str,
}
