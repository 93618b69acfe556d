//! What is asked of the file where the database is one. The other tests run with both databases.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ticket::Receipt;

use crate::personal::{WORDS, found, record, written};
use crate::world::{World, submission};

fn file(world: &World) -> &Path {
    world.config.database.file().unwrap()
}

/// The files of the database.
fn files(world: &World) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(world.home.path()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        paths.filter(|path| path.to_string_lossy().contains("agent.db")).collect();
    files.sort();
    files
}

/// Who may do what with each of them.
fn modes(world: &World) -> Vec<(String, u32)> {
    let mode = |path: PathBuf| {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        (path.file_name().unwrap().to_string_lossy().into_owned(), mode)
    };
    files(world).into_iter().map(mode).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_for_its_own_user_alone() {
    let world = World::start().await;
    let sent = world.post("/v1/tickets", &world.issuer.token("noor"), &submission("x")).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    let private = ["agent.db", "agent.db-shm", "agent.db-wal"].map(|it| (it.to_owned(), 0o600));
    assert_eq!(modes(&world), private);

    std::fs::set_permissions(file(&world), Permissions::from_mode(0o644)).unwrap();
    let world = world.restart().await;
    world.decided(number).await;
    assert_eq!(modes(&world), private);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_sealed_on_the_disk() {
    let world = World::start().await;
    let (_, numbers) = written(&world).await;
    // What is looked for can be found: the names of teams are nobody's.
    assert_eq!(found(&files(&world), &["Security team"]), ["Security team"]);
    assert_eq!(found(&files(&world), &WORDS), [""; 0]);
    let world = world.restart().await;
    assert!(record(&world, numbers[0]).await.text.contains("teapot"));
    assert_eq!(found(&files(&world), &WORDS), [""; 0]);
}
