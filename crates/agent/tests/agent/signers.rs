use std::path::PathBuf;

use agent::Config;
use tempfile::TempDir;

use crate::world::World;

/// People of IT who sign, each with a key.
pub(crate) struct Signers {
    folder: TempDir,
}

impl Signers {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ida", "jon"] {
            agent::make_key(&folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn key(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn configure(&self, config: &mut Config) {
        let public = |name: &str| {
            let file = self.folder.path().join(name).with_extension("pub");
            (name.to_owned(), std::fs::read_to_string(file).unwrap().trim().to_owned())
        };
        config.signers = ["ida", "jon"].map(public).into();
        config.knowledge = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
    }

    /// Both sign that a runbook is trusted.
    pub(crate) fn trust(&self, world: &World, mode: &[&str]) {
        self.trust_in(world, "unlock-account", mode);
    }

    pub(crate) fn trust_in(&self, world: &World, runbook: &str, mode: &[&str]) {
        let (ida, jon) = (self.key("ida"), self.key("jon"));
        let set = ["mode", "set", runbook];
        let why = ["--reason", "tried for a month", "--key", &ida];
        let written = world.succeed(&[&set, mode, &why].concat());
        assert!(written.contains("does not count yet"), "{written}");
        let number = written.split_whitespace().next().unwrap();
        let signed = world.succeed(&["mode", "sign", number, "--key", &jon]);
        assert!(signed.contains("signed by ida and jon:"), "{signed}");
    }
}
