use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::text;
use crate::Roots;
use crate::catalog::{Catalog, Signs};
use crate::vpn::{Client, Seen};

/// Clients by their files and their running programs; nothing is started to ask.
pub(crate) fn vpn(roots: &Roots, catalog: &Catalog) -> Seen {
    let known = catalog.vpn_clients.iter().filter_map(|client| Some((client, client.signs()?)));
    let installed: Vec<_> = known.filter(|(_, signs)| is_installed(&roots.usr, signs)).collect();
    let packages = if installed.is_empty() {
        String::new()
    } else {
        text(&roots.var.join("lib/dpkg/status")).unwrap_or_default()
    };
    let programs = running(roots);
    let clients = installed.into_iter().map(|(client, signs)| Client {
        name: client.name.clone(),
        version: version(&packages, &signs.packages),
        is_running: signs.programs.iter().any(|program| programs.contains(program)),
    });
    Seen { clients: clients.collect() }
}

/// The names of the programs that run, as the kernel keeps them: 15 bytes at most. One that has ended
/// and nobody asked after (state `Z`) does not (proc(5): `stat`).
fn running(roots: &Roots) -> BTreeSet<String> {
    let Ok(folder) = fs::read_dir(&roots.proc) else { return BTreeSet::new() };
    let is_process = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    folder
        .filter_map(|entry| {
            let entry = entry.ok()?;
            entry.file_name().to_str().filter(|name| is_process(name))?;
            let stat = text(&entry.path().join("stat")).ok()?;
            let (front, state) = stat.rsplit_once(") ")?;
            let (_, name) = front.split_once('(')?;
            (!state.starts_with('Z')).then(|| name.to_owned())
        })
        .collect()
}

fn is_installed(usr: &Path, signs: &Signs) -> bool {
    signs.files.iter().any(|file| usr.join(file).exists())
}

/// The version of the first of these packages in dpkg's list (paragraphs of `Key: value`).
fn version(packages: &str, wanted: &[String]) -> Option<String> {
    wanted.iter().find_map(|name| {
        let begin = format!("Package: {name}\n");
        let paragraph = packages.split("\n\n").find(|paragraph| paragraph.starts_with(&begin))?;
        let version = paragraph.lines().find_map(|line| line.strip_prefix("Version: "))?;
        Some(version.trim().to_owned())
    })
}
