use ticket::{CheckId, FindingReason};

use crate::{
    Context, Roots, clock, internet, names, off_thread::off_thread, outcome::Outcome, service,
    system, vpn,
};

/// Does one check. Takes as long as it takes: the deadline is the caller's.
pub(crate) async fn outcome(check: CheckId, context: Context) -> Outcome {
    match check {
        CheckId::DeviceIdentity => read(&context, system::device_identity).await,
        CheckId::OperatingSystem => read(&context, system::operating_system).await,
        CheckId::Uptime => read(&context, system::uptime).await,
        CheckId::Memory => read(&context, system::memory).await,
        CheckId::Disks => read(&context, system::disks).await,
        CheckId::Link => read(&context, system::link).await,
        CheckId::Address => read(&context, system::address).await,
        CheckId::Gateway => system::gateway(&context).await,
        CheckId::NameService => names::check(&context.targets).await,
        CheckId::Internet => internet::check(&context).await,
        CheckId::Clock => clock::check(&context).await,
        CheckId::IdentityProvider => service::identity_provider(&context).await,
        CheckId::Vpn => vpn::check(&context).await,
        CheckId::CompanyService => service::company_service(&context).await,
    }
}

/// Reads this device off the runtime's threads.
pub(crate) async fn read(context: &Context, reader: fn(&Roots) -> Outcome) -> Outcome {
    let roots = context.roots.clone();
    off_thread(move || reader(&roots))
        .await
        .unwrap_or_else(|| Outcome::not_available(FindingReason::CheckBroke))
}
