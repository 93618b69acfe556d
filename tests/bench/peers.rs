//! Other help desks that take the same tickets over their interfaces, each as its documentation has it set up.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use test_support::{DjangoHelpdesk, RequestTracker, Server};

use crate::load::{CONNECTIONS, rate};
use crate::report::{Report, Spread};

const REQUEST_TRACKER: &str = "the same, Request Tracker 5, SQLite";
const DJANGO_HELPDESK: &str = "the same, django-helpdesk, PostgreSQL";

/// Tickets a second, from as many connections as the agent gets.
pub(crate) async fn measure(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(REQUEST_TRACKER)?;
    let desk = Arc::new(RequestTracker::start().await?);
    let send = move |text: String| {
        let desk = Arc::clone(&desk);
        async move {
            let ticket = json!({ "Queue": "Network", "Subject": text, "Content": text,
                "ContentType": "text/plain", "Requestor": "noor@lumen-oak.example" });
            desk.analyst(Method::POST, "ticket", Some(ticket)).await.map(drop)
        }
    };
    report.add(REQUEST_TRACKER, "/s", Spread::one(rate(vec![send; CONNECTIONS]).await?));

    crate::progress(DJANGO_HELPDESK)?;
    let database = server.new_database()?;
    let desk = Arc::new(DjangoHelpdesk::start(&database).await?);
    let send = move |text: String| {
        let desk = Arc::clone(&desk);
        async move { desk.send(&text).await }
    };
    report.add(DJANGO_HELPDESK, "/s", Spread::one(rate(vec![send; CONNECTIONS]).await?));
    Ok(())
}
