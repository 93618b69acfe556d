use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ticket::Receipt;

use crate::world::{World, submission};

/// The rights on every file of the database.
fn modes(database: &Path) -> Vec<(String, u32)> {
    let files = std::fs::read_dir(database.parent().unwrap()).unwrap();
    let modes = files.map(|file| {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        (file.file_name().into_string().unwrap(), mode)
    });
    let mut modes: Vec<_> = modes.filter(|(name, _)| name.starts_with("agent.db")).collect();
    modes.sort();
    modes
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_for_its_own_user_alone() {
    let world = World::start().await;
    let sent = world.post("/v1/tickets", &world.issuer.token("noor"), &submission("x")).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    let private = ["agent.db", "agent.db-shm", "agent.db-wal"].map(|it| (it.to_owned(), 0o600));
    assert_eq!(modes(&world.config.database), private);

    std::fs::set_permissions(&world.config.database, Permissions::from_mode(0o644)).unwrap();
    let world = world.restart().await;
    world.decided(number).await;
    assert_eq!(modes(&world.config.database), private);
}
