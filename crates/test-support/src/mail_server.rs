use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use tempfile::TempDir;

use crate::listening::{CERTIFICATE, KEY, folder_for, serve};
use crate::port;
use crate::process::OwnGroup;

const ADDRESS: &str = "127.0.0.1";

/// A mail server that keeps what it gets: aiosmtpd, over TLS. It ends with this value.
#[derive(Debug)]
pub struct MailServer {
    _process: OwnGroup,
    folder: TempDir,
    port: u16,
}

impl MailServer {
    /// Starts it.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = folder_for(ADDRESS)?;
        let (at, port) = (folder.path(), port::free()?);
        let host = format!("{ADDRESS}:{port}");
        // Debian's, which has the package.
        let mut server = Command::new("/usr/bin/python3");
        server.args(["-m", "aiosmtpd", "--nosetuid", "--listen", &host, "--smtpscert"]);
        server.arg(at.join(CERTIFICATE)).arg("--smtpskey").arg(at.join(KEY));
        server.args(["--class", "aiosmtpd.handlers.Mailbox"]).arg(at.join("mails"));
        let process = serve(&server, &host, at).await?;
        Ok(Self { _process: process, folder, port })
    }

    /// Where it is.
    #[must_use]
    pub const fn host(&self) -> &'static str {
        ADDRESS
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate that its own comes from.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE)
    }

    /// Every mail it took, as it came, in no particular order.
    ///
    /// # Errors
    /// Its folder cannot be read.
    pub fn mails(&self) -> anyhow::Result<Vec<String>> {
        let taken = std::fs::read_dir(self.folder.path().join("mails/new"));
        let files = taken.context("the mails")?.collect::<Result<Vec<_>, _>>()?;
        files.iter().map(|file| Ok(std::fs::read_to_string(file.path())?)).collect()
    }
}
