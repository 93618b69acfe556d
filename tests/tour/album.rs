//! Numbered pictures in a folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use test_support::{Chromium, Window};

/// Where pictures are kept, in the order they are taken.
pub(crate) struct Album {
    folder: PathBuf,
    taken: usize,
}

impl Album {
    /// An empty album; pictures of an earlier tour are removed.
    pub(crate) fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        for entry in std::fs::read_dir(folder)?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "png") {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { folder: folder.to_owned(), taken: 0 })
    }

    /// Takes a picture of the window and says what it shows.
    pub(crate) async fn take(
        &mut self,
        window: &Window,
        name: &str,
        shows: &str,
    ) -> anyhow::Result<()> {
        let file = self.next(name);
        window.keep_picture(&self.folder.join(&file)).await.with_context(|| file.clone())?;
        self.say(&format!("{file}  {shows}"))
    }

    /// Takes a picture of a telephone.
    pub(crate) async fn take_phone(
        &mut self,
        phone: &Chromium,
        name: &str,
        shows: &str,
    ) -> anyhow::Result<()> {
        let file = self.next(name);
        phone.keep_picture(&self.folder.join(&file)).await.with_context(|| file.clone())?;
        self.say(&format!("{file}  {shows}"))
    }

    /// The name of the file of the next picture.
    fn next(&mut self, name: &str) -> String {
        self.taken += 1;
        format!("{:02}-{name}.png", self.taken)
    }

    /// One line for the person who watches.
    pub(crate) fn say(&self, line: &str) -> anyhow::Result<()> {
        writeln!(std::io::stdout(), "{line}").context("writing to the terminal")
    }
}
