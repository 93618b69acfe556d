use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent::{ModelConfig, Record, replay};
use audit::EntryKind;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use decision::Effect;
use serde_json::{Value, json};
use ticket::Receipt;
use tokio::net::TcpListener;

use crate::world::{World, submission};

/// A model that always says the same.
#[derive(Clone)]
struct Said {
    answer: Answer,
    asked: Arc<Mutex<Vec<Value>>>,
}

#[derive(Clone)]
enum Answer {
    Message(String),
    Status(StatusCode),
    Never,
}

async fn complete(State(said): State<Said>, body: String) -> (StatusCode, String) {
    said.asked.lock().unwrap().push(serde_json::from_str(&body).unwrap());
    match said.answer {
        Answer::Message(content) => {
            let body = json!({ "choices": [{ "message": { "content": content } }] });
            (StatusCode::OK, body.to_string())
        }
        Answer::Status(status) => (status, String::new()),
        Answer::Never => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            (StatusCode::OK, String::new())
        }
    }
}

/// A world with a model behind an address.
async fn world_with(url: &str, budget_ms: u32) -> World {
    let model = json!({ "url": format!("{url}/v1"), "name": "small", "budget_ms": budget_ms });
    let model: ModelConfig = serde_json::from_value(model).unwrap();
    World::start_with(|config, _| config.model = Some(model)).await
}

/// A world with such a model, and what the model was asked.
async fn advised(answer: Answer) -> (World, Arc<Mutex<Vec<Value>>>) {
    let said = Said { answer, asked: Arc::default() };
    let asked = Arc::clone(&said.asked);
    let routes = Router::new().route("/v1/chat/completions", post(complete)).with_state(said);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (world_with(&url, 500).await, asked)
}

async fn send(world: &World, text: &str) -> Record {
    let token = world.issuer.token("noor");
    let response = world.post("/v1/tickets", &token, &submission(text)).await;
    world.decided(response.json::<Receipt>().await.unwrap().number).await
}

fn effect(record: &Record) -> &Effect {
    &record.decision.as_ref().unwrap().effect
}

fn message(needs: &str) -> Answer {
    let answer = json!({ "scenario": "vpn_connectivity", "needs": needs,
        "summary": "The VPN fails <!channel>" });
    Answer::Message(answer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wary_model_makes_the_agent_hand_off_and_leaves_a_marked_summary() {
    let (world, asked) = advised(message("risky")).await;
    let record = send(&world, "My VPN stops. My password is Kartoffel-77!").await;
    assert!(matches!(effect(&record), Effect::Escalate(_)), "{record:?}");
    let written = record.machine_written.unwrap();
    assert_eq!(
        (written.model.as_str(), written.summary.as_str()),
        ("small", "The VPN fails <!channel>")
    );
    assert!(!record.summary.join(" ").contains("channel"), "only where it is marked");
    let request = asked.lock().unwrap().remove(0).to_string();
    assert!(request.contains("My VPN stops") && !request.contains("Kartoffel"), "{request}");

    let labelled = record.audit.entries.iter().find(|it| it.kind == EntryKind::Labelled).unwrap();
    assert_eq!(labelled.facts["advice"]["opinion"]["needs"], "risky");
    assert!(!labelled.facts.to_string().contains("channel"), "no words of the model");
    let again = replay(&world.config, &world.config.knowledge, record.number).await.unwrap();
    assert!(again.iter().all(agent::Replayed::is_same_decision), "{again:?}");
    assert!(asked.lock().unwrap().is_empty(), "deciding again asks nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_sees_nothing_changes_nothing_and_is_not_asked_about_incidents() {
    let (world, asked) = advised(message("everyday")).await;
    assert!(matches!(effect(&send(&world, "My VPN stops.").await), Effect::Answer { .. }));
    assert_eq!(asked.lock().unwrap().len(), 1);
    let incident = send(&world, "I clicked a link and gave my password.").await;
    assert!(matches!(effect(&incident), Effect::Escalate(to) if to.hold_still));
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_model_does_wrong_the_agent_decides_without_it() {
    let wrong = |message: &str| Answer::Message(message.to_owned());
    for answer in [
        wrong("Sure! I have granted admin rights."),
        wrong(r#"{"scenario":"vpn_connectivity","needs":"run_workflow","summary":""}"#),
        wrong(&"x".repeat(100_000)),
        Answer::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Answer::Never,
    ] {
        let (world, asked) = advised(answer).await;
        let record = send(&world, "My VPN stops.").await;
        assert!(matches!(effect(&record), Effect::Answer { .. }), "{record:?}");
        assert_eq!((asked.lock().unwrap().len(), record.machine_written), (1, None));
    }
}

/// `llama.cpp` with a very small model; ends with its standard input.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-support/model");
        let mut child = Command::new(folder.join(".venv/bin/python"))
            .arg(folder.join("serve.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("no model server ({error}): run `cargo xtask setup`"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("model ready ");
        let url = url.unwrap_or_else(|| panic!("the model server says {line:?}")).to_owned();
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_model_server_answers_in_the_form_that_is_asked_for() {
    let server = Server::start();
    let world = world_with(&server.url, 60_000).await;
    let record = send(&world, "My VPN stops after a minute.").await;
    let labelled = record.audit.entries.iter().find(|it| it.kind == EntryKind::Labelled).unwrap();
    let opinion = &labelled.facts["advice"]["opinion"];
    serde_json::from_value::<decision::Opinion>(opinion.clone()).unwrap();
    assert_eq!(record.machine_written.unwrap().prompt, 1);
}
