//! The file of checkpoints: one signed line per checkpoint, only ever added to. The key belongs to
//! whoever makes checkpoints, not to the agent that writes entries.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use audit::{Checkpoint, CheckpointBreak};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// Checkpoints with the key that proves them.
#[derive(Debug)]
pub struct Checkpoints {
    file: PathBuf,
    key: Key,
}

/// What is needed: to make checkpoints, the whole key; to check them, its public half.
enum Key {
    Whole(Ed25519KeyPair),
    Public(Vec<u8>),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Whole(_) => "Whole(..)",
            Self::Public(_) => "Public(..)",
        })
    }
}

/// Why checkpoints cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointsError {
    /// A file cannot be read or written.
    #[error("cannot use {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The key is not one that `audit key` made.
    #[error("{} is not a key that `audit key` made", .0.display())]
    Key(PathBuf),
    /// A line is no checkpoint.
    #[error("line {0} is not a checkpoint")]
    Line(usize),
    /// A line was signed with another key, or changed.
    #[error("line {0} does not have the signature of this key")]
    Signature(usize),
    /// The lines do not follow each other.
    #[error(transparent)]
    Break(#[from] CheckpointBreak),
    /// There is only the public half.
    #[error("the public key proves checkpoints, it cannot make them")]
    PublicOnly,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Signed {
    checkpoint: Checkpoint,
    signature: String,
}

/// Makes a key: `file` for whoever signs, readable by this user only, and `file.pub` for whoever checks that.
///
/// # Errors
/// A file is there already or cannot be written.
pub fn make_key(file: &Path) -> Result<PathBuf, CheckpointsError> {
    let refused = |error| CheckpointsError::File(file.to_owned(), error);
    let unknown = |_| CheckpointsError::Key(file.to_owned());
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(unknown)?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref())
        .map_err(|_| CheckpointsError::Key(file.to_owned()))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut key = options.open(file).map_err(refused)?;
    key.write_all(document.as_ref()).and_then(|()| key.sync_all()).map_err(refused)?;
    let public = file.with_extension("pub");
    let half = BASE64_STANDARD.encode(pair.public_key().as_ref());
    std::fs::write(&public, format!("{half}\n"))
        .map_err(|error| CheckpointsError::File(public.clone(), error))?;
    Ok(public)
}

impl Checkpoints {
    /// A file of checkpoints, and the key that makes or proves them: the whole one or its public half.
    ///
    /// # Errors
    /// The key cannot be read.
    pub fn new(file: &Path, key: &Path) -> Result<Self, CheckpointsError> {
        let bytes =
            std::fs::read(key).map_err(|error| CheckpointsError::File(key.to_owned(), error))?;
        let public = || BASE64_STANDARD.decode(bytes.trim_ascii()).ok().filter(|it| it.len() == 32);
        let key = match Ed25519KeyPair::from_pkcs8(&bytes) {
            Ok(pair) => Key::Whole(pair),
            Err(_) => Key::Public(public().ok_or_else(|| CheckpointsError::Key(key.to_owned()))?),
        };
        Ok(Self { file: file.to_owned(), key })
    }

    /// Every checkpoint, each proved. None yet: an empty list.
    ///
    /// # Errors
    /// A line is not what was written with this key.
    pub fn read(&self) -> Result<Vec<Checkpoint>, CheckpointsError> {
        let refused = |error| CheckpointsError::File(self.file.clone(), error);
        let mut text = String::new();
        match File::open(&self.file) {
            Ok(mut file) => file.read_to_string(&mut text).map_err(refused)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(error)),
        };
        let lines = text.lines().zip(1..);
        lines.map(|(line, number)| self.prove(line, number)).collect()
    }

    fn prove(&self, line: &str, number: usize) -> Result<Checkpoint, CheckpointsError> {
        let no_line = CheckpointsError::Line(number);
        let Ok(signed) = serde_json::from_str::<Signed>(line) else { return Err(no_line) };
        let Ok(signature) = BASE64_STANDARD.decode(&signed.signature) else { return Err(no_line) };
        let public = match &self.key {
            Key::Whole(pair) => pair.public_key().as_ref(),
            Key::Public(half) => half,
        };
        UnparsedPublicKey::new(&ED25519, public)
            .verify(signed.checkpoint.digest().as_bytes(), &signature)
            .map_err(|_| CheckpointsError::Signature(number))?;
        Ok(signed.checkpoint)
    }

    /// Adds a checkpoint, on the disk when this returns.
    ///
    /// # Errors
    /// The key is only the public half, or the file cannot be written.
    pub fn add(&self, checkpoint: Checkpoint) -> Result<(), CheckpointsError> {
        let Key::Whole(pair) = &self.key else { return Err(CheckpointsError::PublicOnly) };
        let refused = |error: io::Error| CheckpointsError::File(self.file.clone(), error);
        let signature = BASE64_STANDARD.encode(pair.sign(checkpoint.digest().as_bytes()));
        let mut line = serde_json::to_vec(&Signed { checkpoint, signature })
            .map_err(|error| refused(error.into()))?;
        line.push(b'\n');
        let file = OpenOptions::new().append(true).create(true).open(&self.file);
        let mut file = file.map_err(refused)?;
        file.write_all(&line).and_then(|()| file.sync_all()).map_err(refused)
    }
}
