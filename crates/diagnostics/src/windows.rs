//! Windows: what the portable libraries tell. The rest says that it is not supported yet.

pub(crate) use crate::portable::{
    address, audio_video, battery, device_identity, disks, displays, drives, has_way_by_ipv6,
    last_shutdown, limit_segments, link, load, look_along, memory, name_servers, operating_system,
    printers, received, restart, temperature, tunnels, uptime, vpn, way_to,
};

use ticket::FindingReason;

use crate::{Context, outcome::Outcome};

/// Not supported yet.
pub(crate) async fn gateway(_context: &Context) -> Outcome {
    Outcome::not_available(FindingReason::NotSupportedYet)
}
