use serde::{Deserialize, Serialize};

/// The read-only checks the app knows. Content names them; it can name nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum CheckId {
    /// Whether the company lets this person's account in. Only the agent can tell.
    Account,
    /// Whether this person may use the VPN. Only the agent can tell.
    VpnAccess,
    /// Whether this device meets the company's rules. Only the agent can tell.
    DeviceCompliance,
    /// Whether several people have a fault now. Only the agent can tell.
    KnownIncident,
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
    /// What the drives and file systems say about their own health.
    DiskHealth,
    /// Whether a restart is waiting to finish an update.
    Restart,
    /// Whether the time before ended as it should.
    LastShutdown,
    /// Charge and wear of the battery.
    Battery,
    /// How hot the parts are.
    Temperature,
    /// Displays and docks.
    Displays,
    /// The printers of this device and what waits for them.
    Printers,
    /// Loudspeakers, microphones and cameras.
    AudioVideo,
    /// What kinds of programs use most of the processor and the memory.
    Load,
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
    pub const ALL: [Self; 31] = [
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
        Self::Account,
        Self::VpnAccess,
        Self::DeviceCompliance,
        Self::KnownIncident,
        Self::DeviceIdentity,
        Self::OperatingSystem,
        Self::Uptime,
        Self::Memory,
        Self::Disks,
        Self::DiskHealth,
        Self::Restart,
        Self::LastShutdown,
        Self::Battery,
        Self::Temperature,
        Self::Displays,
        Self::Printers,
        Self::AudioVideo,
        Self::Load,
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

    /// What only the agent knows.
    pub const SERVER: [Self; 4] =
        [Self::Account, Self::VpnAccess, Self::DeviceCompliance, Self::KnownIncident];

    /// The checks about the device itself.
    pub const DEVICE: [Self; 14] = [
        Self::DeviceIdentity,
        Self::OperatingSystem,
        Self::Uptime,
        Self::Memory,
        Self::Disks,
        Self::DiskHealth,
        Self::Restart,
        Self::LastShutdown,
        Self::Battery,
        Self::Temperature,
        Self::Displays,
        Self::Printers,
        Self::AudioVideo,
        Self::Load,
    ];

    /// The name used on the wire and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::VpnAccess => "vpn_access",
            Self::DeviceCompliance => "device_compliance",
            Self::KnownIncident => "known_incident",
            Self::DeviceIdentity => "device_identity",
            Self::OperatingSystem => "operating_system",
            Self::Uptime => "uptime",
            Self::Memory => "memory",
            Self::Disks => "disks",
            Self::DiskHealth => "disk_health",
            Self::Restart => "restart",
            Self::LastShutdown => "last_shutdown",
            Self::Battery => "battery",
            Self::Temperature => "temperature",
            Self::Displays => "displays",
            Self::Printers => "printers",
            Self::AudioVideo => "audio_video",
            Self::Load => "load",
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
    /// Version of the firmware.
    Firmware,
    /// Kind of device: `laptop`, `desktop`, `tablet`, `server`, `virtual`.
    DeviceKind,
    /// Time zone, by its name in the tz database.
    TimeZone,
    /// Seconds since the last start.
    UptimeSeconds,
    /// Memory, in bytes.
    TotalBytes,
    /// Memory or disk space still free, in bytes.
    FreeBytes,
    /// Share in use, 0 to 100.
    UsedPercent,
    /// Share of the last minute in which programs waited for memory, 0 to 100.
    PressurePercent,
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
    /// Which way everything else goes where a tunnel is up: `tunnel`, `link`, `none`.
    DefaultRouteKind,
    /// Routers on the way that let a packet come that far, this device's own among them.
    RoutersPassed,
    /// Whether the VPN's client program runs: `running`, `stopped`.
    ClientState,
    /// Protocol of a VPN gateway: `wireguard`, `openvpn`, `ikev2`, `tls`.
    VpnProtocol,
    /// Number of packages that wait for a restart.
    PackagesWaiting,
    /// How often in the last 30 days this device stopped without being shut down.
    UnexpectedStops,
    /// Model of a drive.
    Drive,
    /// Errors a drive or its file systems have counted.
    DriveErrors,
    /// Share of a drive's life that is used up, 0 to 100 and more.
    DriveWearPercent,
    /// Whether the drive's own report could be read: `read`, `not_readable`.
    DriveReport,
    /// Charge of a battery, 0 to 100.
    ChargePercent,
    /// What a battery does: `charging`, `discharging`, `full`, `idle`.
    BatteryState,
    /// What a battery still holds of what it held when it was new, 0 to 100.
    BatteryHealthPercent,
    /// How often a battery was charged.
    BatteryCycles,
    /// What feeds the device: `mains`, `battery`.
    PowerSource,
    /// Where it was measured: `processor`, `graphics`, `drive`, `board`.
    Sensor,
    /// Degrees Celsius.
    Celsius,
    /// Degrees Celsius at which that part protects itself.
    LimitCelsius,
    /// Number of displays that are plugged in, with the built-in one.
    DisplaysFound,
    /// How a display is plugged in: `built_in`, `displayport`, `hdmi`, `dvi`, `vga`, `usb`, `virtual`.
    Connector,
    /// Points of a display, across and down.
    Resolution,
    /// Maker and model of a dock.
    Dock,
    /// Number of printers set up.
    PrintersFound,
    /// Maker and model of a printer.
    PrinterModel,
    /// What a printer does: `idle`, `printing`, `stopped`.
    PrinterState,
    /// What a printer says about itself (RFC 8011, section 5.4.12), such as `media-empty`.
    PrinterReason,
    /// Number of jobs that wait.
    JobsWaiting,
    /// Number of ways to play sound.
    SoundOutputs,
    /// Number of ways to record sound.
    SoundInputs,
    /// Number of cameras.
    Cameras,
    /// Kind of program: never its name.
    ProgramClass,
    /// Share of the whole processor, 0 to 100.
    CpuPercent,
    /// Memory in use, in bytes.
    UsedBytes,
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
