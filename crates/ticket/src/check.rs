use serde::{Deserialize, Serialize};

/// The read-only checks the app knows. Content names them; it can name nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum CheckId {
    /// Maker, model, serial number and name of this device.
    DeviceIdentity,
    /// Operating system, version, build.
    OperatingSystem,
    /// Time since the last start.
    Uptime,
    /// Memory in use.
    Memory,
    /// Free space on the disks.
    Disks,
    /// A network interface is up.
    Link,
    /// That interface has an address.
    Address,
    /// A default route exists and the gateway answers.
    Gateway,
    /// Names are resolved.
    NameService,
    /// The internet answers, without loss or delay, and not a sign-in page in its place.
    Internet,
    /// The proxy that is set, and the script that chooses it.
    Proxy,
    /// The clock agrees with the servers.
    Clock,
    /// Whose certificates the company's servers outside show here.
    Tls,
    /// The identity provider answers.
    IdentityProvider,
    /// The company's end of the VPN answers.
    VpnGateway,
    /// A VPN client is installed, its tunnel is up, takes the way to the company and brings something back.
    Vpn,
    /// Names that only the company's own name service knows.
    InnerNames,
    /// TLS to the company's service.
    CompanyService,
}

impl CheckId {
    /// Every check, in the order of the path and then of the device.
    pub const ALL: [Self; 18] = [
        Self::Link,
        Self::Address,
        Self::Gateway,
        Self::NameService,
        Self::Internet,
        Self::Proxy,
        Self::Clock,
        Self::Tls,
        Self::IdentityProvider,
        Self::VpnGateway,
        Self::Vpn,
        Self::InnerNames,
        Self::CompanyService,
        Self::DeviceIdentity,
        Self::OperatingSystem,
        Self::Uptime,
        Self::Memory,
        Self::Disks,
    ];

    /// The checks that make up the network path, in order.
    pub const NETWORK: [Self; 13] = [
        Self::Link,
        Self::Address,
        Self::Gateway,
        Self::NameService,
        Self::Internet,
        Self::Proxy,
        Self::Clock,
        Self::Tls,
        Self::IdentityProvider,
        Self::VpnGateway,
        Self::Vpn,
        Self::InnerNames,
        Self::CompanyService,
    ];

    /// The checks about the device itself.
    pub const DEVICE: [Self; 5] =
        [Self::DeviceIdentity, Self::OperatingSystem, Self::Uptime, Self::Memory, Self::Disks];

    /// The name used on the wire and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceIdentity => "device_identity",
            Self::OperatingSystem => "operating_system",
            Self::Uptime => "uptime",
            Self::Memory => "memory",
            Self::Disks => "disks",
            Self::Link => "link",
            Self::Address => "address",
            Self::Gateway => "gateway",
            Self::NameService => "name_service",
            Self::Internet => "internet",
            Self::Proxy => "proxy",
            Self::Clock => "clock",
            Self::Tls => "tls",
            Self::IdentityProvider => "identity_provider",
            Self::VpnGateway => "vpn_gateway",
            Self::Vpn => "vpn",
            Self::InnerNames => "inner_names",
            Self::CompanyService => "company_service",
        }
    }
}

/// One stage of the way from this device to the company; each rests on those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Stage {
    /// Cable or Wi-Fi.
    Link,
    /// An address of this network.
    Address,
    /// The router.
    Gateway,
    /// DNS.
    NameService,
    /// The open internet, and no sign-in page in its place.
    Internet,
    /// The proxy, where one is set.
    Proxy,
    /// Certificates, and the clock they are judged by.
    Tls,
    /// The company's sign-in.
    IdentityProvider,
    /// The company's end of the VPN.
    VpnGateway,
    /// The VPN's tunnel, and what comes through it.
    Tunnel,
    /// The company's service.
    CompanyService,
}

impl Stage {
    /// The path in order.
    pub const ALL: [Self; 11] = [
        Self::Link,
        Self::Address,
        Self::Gateway,
        Self::NameService,
        Self::Internet,
        Self::Proxy,
        Self::Tls,
        Self::IdentityProvider,
        Self::VpnGateway,
        Self::Tunnel,
        Self::CompanyService,
    ];

    /// The name used on the wire and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Address => "address",
            Self::Gateway => "gateway",
            Self::NameService => "name_service",
            Self::Internet => "internet",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::IdentityProvider => "identity_provider",
            Self::VpnGateway => "vpn_gateway",
            Self::Tunnel => "tunnel",
            Self::CompanyService => "company_service",
        }
    }

    /// The stage with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum FindingStatus {
    /// As it should be.
    Fine,
    /// Works, but worth a look.
    Attention,
    /// Broken.
    Failed,
    /// Could not be told here, and why it could not is in the evidence.
    NotAvailable,
}

/// What a piece of evidence is. Closed: the allow list of what a check may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum EvidenceKey {
    /// Maker of the device.
    Maker,
    /// Model of the device.
    Model,
    /// Serial number.
    Serial,
    /// Name of the device on the network.
    HostName,
    /// Name of the operating system.
    System,
    /// Version of the operating system.
    Version,
    /// Kernel or build.
    Build,
    /// Seconds since the last start.
    UptimeSeconds,
    /// Memory, in bytes.
    TotalBytes,
    /// Memory or disk space still free, in bytes.
    FreeBytes,
    /// Share in use, 0 to 100.
    UsedPercent,
    /// Where a disk is mounted.
    MountPoint,
    /// Kind of link: `ethernet`, `wifi`, `tunnel`, `other`.
    LinkKind,
    /// Number of links that are up.
    LinksUp,
    /// Class of an address: `private`, `public`, `link_local`, `shared`, `ipv6_global`, `ipv6_local`. Never the address.
    AddressClass,
    /// Milliseconds until an answer.
    Milliseconds,
    /// Share of packets that got lost, 0 to 100.
    LostPercent,
    /// Which internet protocol: `ipv4`, `ipv6`.
    IpVersion,
    /// Milliseconds until a name was resolved.
    NameMilliseconds,
    /// Milliseconds until a connection stood.
    ConnectMilliseconds,
    /// How the way out is chosen: `direct`, `proxy`, `script`.
    ProxyKind,
    /// Answer of a web server where another was expected.
    HttpStatus,
    /// Difference between this clock and the server's, in seconds; positive is ahead.
    ClockSkewSeconds,
    /// Organization that issued the certificate seen.
    CertificateIssuer,
    /// VPN client found.
    VpnClient,
    /// Its version.
    VpnClientVersion,
    /// Whether a tunnel is up: `up`, `down`.
    TunnelState,
    /// Number of tunnels that are up.
    TunnelsUp,
    /// Which way leads to the company's networks: `tunnel`, `link`, `none`.
    RouteKind,
    /// Whether the VPN's client program runs: `running`, `stopped`.
    ClientState,
    /// Protocol of a VPN gateway: `wireguard`, `openvpn`, `ikev2`, `tls`.
    VpnProtocol,
    /// Why something failed or is not available, as a fixed word.
    ReasonWord,
}

/// One fact a check saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Evidence {
    /// What it is.
    pub key: EvidenceKey,
    /// Its value. Untrusted text: names come from the system.
    pub value: String,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Finding {
    /// Which check.
    pub check: CheckId,
    /// Its outcome.
    pub status: FindingStatus,
    /// What it saw.
    pub evidence: Vec<Evidence>,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
}

impl Finding {
    /// The first value of this key, if the check reported one.
    #[must_use]
    pub fn value(&self, key: EvidenceKey) -> Option<&str> {
        self.evidence
            .iter()
            .find(|evidence| evidence.key == key)
            .map(|evidence| evidence.value.as_str())
    }
}
