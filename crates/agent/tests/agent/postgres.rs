//! What PostgreSQL adds: processes on several machines, a server that fails, two versions side by side.
//! The server is the test's own. Everything else is tested with both databases.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use agent::{Config, Limits, Roles, Running};
use audit::EntryKind;
use connectors::{Ports, Recording};
use futures_util::future::join_all;
use reqwest::StatusCode;
use test_support::{PATIENCE, Postgres, until};
use ticket::{Receipt, Submission};

use crate::home::connect_to;
use crate::personal::{PERSON, WORDS, found, record, written};
use crate::world::{Laptop, World, submission};

const PHISHING: &str = "I clicked a phishing link";

async fn world_on(server: &Postgres) -> World {
    World::start_on(&server.server(), Ports::default()).await
}

async fn start(config: &Config, roles: Roles, ports: Ports) -> Running {
    agent::start_with(config.clone(), roles, Limits::default(), ports).await.unwrap()
}

/// Sends until an agent says that it has it; each time another one is asked.
async fn sent(world: &World, agents: &[&str], request: &Submission) -> u32 {
    let token = world.issuer.token(PERSON);
    let mut agents = agents.iter().cycle();
    until("a receipt", PATIENCE, async || {
        let path = format!("{}/v1/tickets", agents.next().unwrap());
        let asked = world.http.post(path).bearer_auth(&token).json(request).send().await;
        let answer = asked.ok().and_then(|answer| answer.error_for_status().ok());
        Ok(match answer {
            Some(answer) => answer.json::<Receipt>().await.ok().map(|receipt| receipt.number),
            None => None,
        })
    })
    .await
    .unwrap()
}

async fn each_is_decided_once(world: &World, numbers: &[u32]) {
    for number in numbers {
        let record = world.decided(*number).await;
        let entries = record.audit.entries.iter();
        let decided = entries.filter(|entry| entry.kind == EntryKind::Decided).count();
        assert_eq!(decided, 1, "ticket {number}");
        assert!(record.audit.verified);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_of_each_role_do_the_work_of_one() {
    let server = Postgres::start().await.unwrap();
    let recording = Arc::new(Recording::default());
    let world = World::start_on(&server.server(), recording.ports()).await;
    let mut others = Vec::new();
    for roles in [Roles::ALL, Roles::SERVE, Roles::DECIDE, Roles::EXECUTE] {
        others.push(start(&world.config, roles, recording.ports()).await);
    }
    let all = std::iter::once(&world.agent).chain(&others).map(Running::url);
    let agents: Vec<&str> = all.filter(|url| !url.is_empty()).collect();
    assert_eq!(agents.len(), 3, "one only decides, one only carries out");
    // Who follows one of them is told what another one took in.
    let laptop = Laptop::enrolled(&world, PERSON).await;
    let follow = world.http.get(format!("{}/v1/events", agents[2]));
    let follow = laptop.sign(follow, "GET", "/v1/events", b"");
    let mut stream = follow.bearer_auth(world.issuer.token(PERSON)).send().await.unwrap();
    let requests: Vec<_> = (0..24).map(|n| submission(&format!("{PHISHING}, {n}."))).collect();
    let sending = requests.iter().enumerate().map(async |(place, request)| {
        let mut agents = agents.clone();
        agents.rotate_left(place % 3);
        sent(&world, &agents, request).await
    });
    let numbers = join_all(sending).await;
    each_is_decided_once(&world, &numbers).await;
    let heard = async {
        let mut heard = String::new();
        while !numbers.iter().all(|number| heard.contains(&format!("\"ticket\":{number},"))) {
            heard += &String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    // A team, a message and a status for each.
    let wanted = numbers.len() * 3;
    let all_done = async || Ok((recording.calls().len() >= wanted).then_some(()));
    until("every act", PATIENCE, all_done).await.unwrap();
    for other in others {
        other.stop().await;
    }
    let mut calls: Vec<String> = recording.calls().iter().map(|call| format!("{call:?}")).collect();
    calls.sort();
    calls.dedup();
    assert_eq!((calls.len(), recording.calls().len()), (wanted, wanted), "none was done twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_under_load_loses_nothing() {
    let mut server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    let other = start(&world.config, Roles::ALL, Ports::default()).await;
    let agents = [world.agent.url(), other.url()];
    let requests: Vec<_> = (0..60).map(|n| submission(&format!("The VPN stops, {n}."))).collect();
    let before = join_all(requests[..20].iter().map(|it| sent(&world, &agents, it))).await;
    let during = requests[20..].chunks(10).map(async |some| {
        let mut numbers = Vec::new();
        for request in some {
            numbers.push(sent(&world, &agents, request).await);
        }
        numbers
    });
    let failing = async {
        until("some of them", PATIENCE, async || {
            let records = world.records().await.newest().await?;
            Ok((records.len() > 25).then_some(()))
        })
        .await?;
        server.fail()?;
        let down = world.http.get(format!("{}/readyz", agents[0])).send().await?;
        assert_eq!(down.status(), StatusCode::SERVICE_UNAVAILABLE);
        server.start_again().await
    };
    let (during, failed) = tokio::join!(join_all(during), failing);
    failed.unwrap();
    let numbers: Vec<u32> = before.into_iter().chain(during.into_iter().flatten()).collect();
    each_is_decided_once(&world, &numbers).await;
    // What was confirmed and what was asked again is one.
    let again = join_all(requests.iter().map(|it| sent(&world, &agents, it))).await;
    assert_eq!(again, numbers);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_older_than_the_database_goes_on() {
    let server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    let agent = [world.agent.url()];
    let first = sent(&world, &agent, &submission("The VPN stops.")).await;
    each_is_decided_once(&world, &[first]).await;
    let mut database = connect_to(&world.config).await;
    // A newer one adds the worst there is: to every table, every column that another one has.
    let newer = "DO $$
        DECLARE it RECORD;
        BEGIN
            FOR it IN SELECT DISTINCT tables.table_name, columns.column_name
                FROM information_schema.tables, information_schema.columns
                WHERE tables.table_schema = 'public' AND columns.table_schema = 'public'
                AND tables.table_name <> '_sqlx_migrations' AND columns.table_name <> '_sqlx_migrations'
            LOOP
                EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS %I TEXT', it.table_name, it.column_name);
            END LOOP;
        END $$;
        INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'newer', true, '', 0)";
    sqlx::raw_sql(newer).execute(&mut database).await.unwrap();
    let second = sent(&world, &agent, &submission("The VPN stops, 2.")).await;
    each_is_decided_once(&world, &[second]).await;
    // One that is started again does too.
    let world = world.restart().await;
    let third = sent(&world, &[world.agent.url()], &submission("The VPN stops, 3.")).await;
    each_is_decided_once(&world, &[first, second, third]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_processes_that_find_it_new_one_makes_it_and_one_makes_the_key() {
    let server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    let database = server.server().new_database().unwrap();
    let config_with = |key: &str| Config {
        database: database.address().try_into().unwrap(),
        database_key: world.home.path().join(key),
        ..world.config.clone()
    };
    let (one, other) = (config_with("one.key"), config_with("other.key"));
    let limits = Limits::default;
    let (one, other) = tokio::join!(
        agent::start_with(one, Roles::ALL, limits(), Ports::default()),
        agent::start_with(other, Roles::ALL, limits(), Ports::default()),
    );
    let (kept, refused) = match (one, other) {
        (Ok(kept), Err(refused)) | (Err(refused), Ok(kept)) => (kept, refused),
        both => panic!("{both:?}"),
    };
    let said = format!("{:#}", anyhow::Error::from(refused));
    assert!(said.contains("other.key") || said.contains("one.key"), "{said}");
    kept.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_what_it_confirms_is_refused() {
    let server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    let mut database = connect_to(&world.config).await;
    let forget = "ALTER ROLE CURRENT_USER SET synchronous_commit = 'off'";
    sqlx::raw_sql(forget).execute(&mut database).await.unwrap();
    let limits = Limits::default();
    let refused =
        agent::start_with(world.config.clone(), Roles::ALL, limits, Ports::default()).await;
    let said = format!("{:#}", anyhow::Error::from(refused.unwrap_err()));
    assert!(said.contains("does not keep what it confirms"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_with_another_time_does_not_join() {
    let server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    world.succeed(&["mode", "list"]);
    let mut later = Command::new("faketime");
    later.args(["-f", "+60s", env!("CARGO_BIN_EXE_deskside-agent"), "--config"]);
    later.arg(world.home.path().join("agent.yaml")).args(["mode", "list"]);
    let refused = tokio::task::block_in_place(|| later.output()).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains(" s apart"), "{said}");
}

/// The files of the tables, without the log that every server has of its last minutes.
fn tables(server: &Postgres) -> Vec<PathBuf> {
    let mut folders = vec![server.data().join("base")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

fn everything(server: &Postgres) -> Vec<PathBuf> {
    let log = std::fs::read_dir(server.data().join("pg_wal")).unwrap();
    let log = log.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    tables(server).into_iter().chain(log).collect()
}

/// Bytes as they stand in a file.
fn stands(files: &[PathBuf], bytes: &[u8]) -> bool {
    let holds = |file: &Path| {
        let content = std::fs::read(file).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes)
    };
    files.iter().any(|file| holds(file))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_sealed_on_the_disk_and_erased_there() {
    let server = Postgres::start().await.unwrap();
    let world = world_on(&server).await;
    let (_, numbers) = written(&world).await;
    let mut database = connect_to(&world.config).await;
    sqlx::raw_sql("CHECKPOINT").execute(&mut database).await.unwrap();
    // What is looked for can be found: the names of teams are nobody's.
    assert_eq!(found(&everything(&server), &["Security team"]), ["Security team"]);
    assert_eq!(found(&everything(&server), &WORDS), [""; 0]);
    let key = "SELECT wrapped FROM keys JOIN people ON key = keys.id";
    let key: Vec<u8> = sqlx::query_scalar(key).fetch_one(&mut database).await.unwrap();
    assert!(stands(&tables(&server), &key));
    let said = world.succeed(&["person", "erase", "--subject", PERSON, "--yes"]);
    assert!(record(&world, numbers[0]).await.is_erased, "{said}");
    sqlx::raw_sql("CHECKPOINT").execute(&mut database).await.unwrap();
    assert!(!stands(&tables(&server), &key), "{said}");
}
