//! macOS: what the portable libraries tell. The rest says that it is not supported yet.

pub(crate) use crate::portable::{
    address, device_identity, disks, has_way_by_ipv6, limit_segments, link, look_along, memory,
    name_servers, operating_system, received, tunnels, uptime, way_to,
};

use ticket::FindingReason;

use crate::{Context, Roots, outcome::Outcome, vpn::Seen};

/// Not supported yet.
pub(crate) async fn gateway(_context: &Context) -> Outcome {
    Outcome::not_available(FindingReason::NotSupportedYet)
}

/// Not supported yet: tunnels of the system itself look the same here.
pub(crate) fn vpn(_roots: &Roots) -> Result<Seen, FindingReason> {
    Err(FindingReason::NotSupportedYet)
}
