//! The visits that several checks look at. Each is made once, and goes on as long as any check waits
//! for it: one that has seen enough takes nothing from the others.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use url::Url;

use crate::probe::{Request, Visit, visit};
use crate::run::Run;
use crate::service;

/// A visit to come, under way or made; nothing where no address is configured.
type Once = Shared<BoxFuture<'static, Option<Visit>>>;

/// The visits of one run.
#[derive(Debug, Clone)]
pub(crate) struct Visits {
    provider: Once,
    agent: Once,
    internet: Once,
    internet_by_number: Once,
}

impl Visits {
    pub(crate) fn of(run: &Arc<Run>) -> Self {
        let once = |url: Option<Url>, request| {
            let run = Arc::clone(run);
            async move { Some(visit(&run, &url?, request).await) }.boxed().shared()
        };
        let targets = &run.context.targets;
        let provider = targets.identity_provider.as_ref().and_then(service::configuration_of);
        let agent = targets.agent.as_ref().and_then(service::health_of);
        Self {
            provider: once(provider, Request::Long),
            agent: once(agent, Request::Long),
            internet: once(targets.internet_probe.clone(), Request::Short),
            internet_by_number: once(targets.internet_probe_by_number.clone(), Request::Short),
        }
    }

    /// The company's sign-in.
    pub(crate) async fn provider(&self) -> Option<Visit> {
        self.provider.clone().await
    }

    /// The agent.
    pub(crate) async fn agent(&self) -> Option<Visit> {
        self.agent.clone().await
    }

    /// The address outside, by name.
    pub(crate) async fn internet(&self) -> Option<Visit> {
        self.internet.clone().await
    }

    /// The address outside, by number.
    pub(crate) async fn internet_by_number(&self) -> Option<Visit> {
        self.internet_by_number.clone().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Catalog, Context, Deadlines, Roots, Targets, Trust};

    #[tokio::test]
    async fn a_visit_is_made_once_though_the_first_who_asked_has_left() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", server.local_addr().unwrap()).parse().unwrap();
        let context = Context {
            targets: Targets { internet_probe: Some(url), ..Targets::default() },
            roots: Roots::default(),
            deadlines: Deadlines::default(),
            trust: Trust::of_the_system(Arc::new(rustls::crypto::ring::default_provider()))
                .unwrap(),
            catalog: Arc::new(Catalog::built_in().unwrap()),
        };
        let visits = Visits::of(&Arc::new(Run::new(context)));
        let mut first = Box::pin(visits.internet());
        let (mut stream, _) = tokio::select! {
            begun = server.accept() => begun.unwrap(),
            visit = &mut first => panic!("{visit:?}"),
        };
        drop(first);
        let answered = async {
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        };
        let ((), visit) = tokio::join!(answered, visits.internet());
        assert_eq!(visit.and_then(|visit| visit.end.ok()).map(|answer| answer.status), Some(204));
        let again = tokio::time::timeout(Duration::from_millis(1), server.accept()).await;
        assert!(again.is_err(), "a second visit");
    }
}
