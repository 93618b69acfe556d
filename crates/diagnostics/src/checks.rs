use std::sync::Arc;

use ticket::{CheckId, FindingReason};

use crate::run::Run;
use crate::visits::Visits;
use crate::{
    Context, Roots, clock, internet, names, off_thread::off_thread, outcome::Outcome, proxy,
    service, system, tls, vpn, vpn_gateway,
};

/// Does one check. Takes as long as it takes: the deadline is the caller's.
pub(crate) async fn outcome(check: CheckId, run: Arc<Run>, visits: Visits) -> Outcome {
    let context = &run.context;
    match check {
        // Whoever speaks with the agent asks it.
        CheckId::Account
        | CheckId::VpnAccess
        | CheckId::DeviceCompliance
        | CheckId::KnownIncident => Outcome::not_available(FindingReason::Unreachable),
        CheckId::DeviceIdentity => read(context, system::device_identity).await,
        CheckId::OperatingSystem => read(context, system::operating_system).await,
        CheckId::Uptime => read(context, system::uptime).await,
        CheckId::Memory => read(context, system::memory).await,
        CheckId::Disks => read(context, system::disks).await,
        CheckId::DiskHealth => read(context, system::drives).await,
        CheckId::Restart => read(context, system::restart).await,
        CheckId::LastShutdown => read(context, system::last_shutdown).await,
        CheckId::Battery => read(context, system::battery).await,
        CheckId::Temperature => read(context, system::temperature).await,
        CheckId::Displays => read(context, system::displays).await,
        CheckId::Printers => read(context, system::printers).await,
        CheckId::AudioVideo => read(context, system::audio_video).await,
        CheckId::Load => load(context).await,
        CheckId::Link => read(context, system::link).await,
        CheckId::Address => read(context, system::address).await,
        CheckId::Gateway => system::gateway(context).await,
        CheckId::NameService => names::check(&context.targets, &run.names).await,
        CheckId::Internet => internet::check(&run, &visits).await,
        CheckId::Proxy => proxy::check(&run).await,
        CheckId::Clock => clock::check(&context.targets, &visits).await,
        CheckId::Tls => tls::check(context, &visits).await,
        CheckId::IdentityProvider => service::identity_provider(&context.targets, &visits).await,
        CheckId::VpnGateway => vpn_gateway::check(&run).await,
        CheckId::Vpn => vpn::check(&run).await,
        CheckId::InnerNames => names::inner(&context.targets, &run.names).await,
        CheckId::CompanyService => service::company_service(&run, &visits).await,
    }
}

/// Whether a check asks something outside of this device.
pub(crate) const fn asks_outside(check: CheckId) -> bool {
    match check {
        CheckId::Gateway
        | CheckId::NameService
        | CheckId::Internet
        | CheckId::Proxy
        | CheckId::Clock
        | CheckId::Tls
        | CheckId::IdentityProvider
        | CheckId::VpnGateway
        | CheckId::Vpn
        | CheckId::InnerNames
        | CheckId::CompanyService => true,
        CheckId::Account
        | CheckId::VpnAccess
        | CheckId::DeviceCompliance
        | CheckId::KnownIncident
        | CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks
        | CheckId::DiskHealth
        | CheckId::Restart
        | CheckId::LastShutdown
        | CheckId::Battery
        | CheckId::Temperature
        | CheckId::Displays
        | CheckId::Printers
        | CheckId::AudioVideo
        | CheckId::Load
        | CheckId::Link
        | CheckId::Address => false,
    }
}

async fn load(context: &Context) -> Outcome {
    let (roots, catalog) = (context.roots.clone(), Arc::clone(&context.catalog));
    off_thread(move || system::load(&roots, &catalog))
        .await
        .unwrap_or_else(|| Outcome::not_available(FindingReason::CheckBroke))
}

/// Reads this device off the runtime's threads.
pub(crate) async fn read(context: &Context, reader: fn(&Roots) -> Outcome) -> Outcome {
    let roots = context.roots.clone();
    off_thread(move || reader(&roots))
        .await
        .unwrap_or_else(|| Outcome::not_available(FindingReason::CheckBroke))
}
