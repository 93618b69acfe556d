use std::{
    fmt,
    fs::{self, File},
    io::{ErrorKind, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use rustix::fs::{Mode, OFlags};

use crate::{KeyFileProblem, SealingError, files};

const KEY_LEN: usize = 32;
/// Bytes of what names a key.
pub const KEY_ID_LEN: usize = 8;

/// A key. It lives in a keyring, or in a file where there is none ([`file_key`]).
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_LEN]);

impl Key {
    /// A key from the keyring.
    #[must_use]
    pub fn new(bytes: [u8; KEY_LEN]) -> Self {
        Self(bytes)
    }

    /// A new random key.
    ///
    /// # Errors
    /// [`SealingError::Randomness`].
    pub fn generate() -> Result<Self, SealingError> {
        let mut bytes = [0; KEY_LEN];
        SystemRandom::new().fill(&mut bytes).map_err(|_| SealingError::Randomness)?;
        Ok(Self(bytes))
    }

    /// The secret itself, to be put into the keyring and nowhere else.
    #[must_use]
    pub fn secret(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// Names the key without telling anything about it: the first bytes of its SHA-256.
    #[must_use]
    pub fn id(&self) -> [u8; KEY_ID_LEN] {
        let digest = digest(&SHA256, &self.0);
        let mut id = [0; KEY_ID_LEN];
        id.iter_mut().zip(digest.as_ref()).for_each(|(id, byte)| *id = *byte);
        id
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The key in this file, which is made with a new key if it does not exist. Whoever
/// reads the file reads what is sealed with it, so it must be ours and closed to others.
///
/// # Errors
/// [`SealingError::KeyFile`] if the file may not be used, [`SealingError::Disk`] or
/// [`SealingError::Randomness`] if it cannot be read or made.
pub fn file_key(path: &Path) -> Result<Key, SealingError> {
    if let Some(key) = existing_key(path)? {
        return Ok(key);
    }
    create(path)?;
    let missing = || SealingError::disk("read the new key", path, ErrorKind::NotFound.into());
    existing_key(path)?.ok_or_else(missing)
}

/// The key in this file, if there is one.
///
/// # Errors
/// As [`file_key`].
pub fn existing_key(path: &Path) -> Result<Option<Key>, SealingError> {
    let refused = |problem| SealingError::KeyFile { path: path.to_owned(), problem };
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => return Err(refused(KeyFileProblem::NotAFile)),
        Err(error) => return Err(SealingError::disk("open the key", path, error.into())),
    };
    let failed = |error| SealingError::disk("read the key", path, error);
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(refused(KeyFileProblem::NotAFile));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(KeyFileProblem::OtherOwner));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(refused(KeyFileProblem::OpenToOthers));
    }
    let mut bytes = Vec::with_capacity(KEY_LEN + 1);
    file.take(KEY_LEN as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let bytes = bytes.try_into().map_err(|_| refused(KeyFileProblem::Length))?;
    Ok(Some(Key(bytes)))
}

/// The link is what makes the key appear: whole, or not at all, and never over another one.
fn create(path: &Path) -> Result<(), SealingError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    files::create_folder(folder)?;
    let temporary = files::temporary_name(path);
    files::write_synced(&temporary, Key::generate()?.secret())?;
    let linked = match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(SealingError::disk("make the key", path, error))
        }
        Ok(()) | Err(_) => Ok(()),
    };
    files::remove(&temporary)?;
    linked?;
    files::sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn check(prepare: impl FnOnce(&Path), expect: KeyFileProblem) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.key");
        prepare(&path);
        let refused = file_key(&path).unwrap_err();
        assert!(
            matches!(refused, SealingError::KeyFile { problem, .. } if problem == expect),
            "{refused}"
        );
    }

    fn write(path: &Path, length: usize, mode: u32) {
        fs::write(path, vec![7; length]).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn makes_a_private_key_once_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/down/outbox.key");
        let key = file_key(&path).unwrap();
        assert_eq!(file_key(&path).unwrap(), key);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert_ne!(key, Key::generate().unwrap());
    }

    #[test]
    fn refuses_a_key_that_others_can_read_or_choose() {
        check(|path| write(path, KEY_LEN, 0o644), KeyFileProblem::OpenToOthers);
        check(|path| write(path, KEY_LEN, 0o620), KeyFileProblem::OpenToOthers);
        check(|path| write(path, KEY_LEN - 1, 0o600), KeyFileProblem::Length);
        check(|path| write(path, KEY_LEN + 1, 0o600), KeyFileProblem::Length);
        check(|path| fs::create_dir(path).unwrap(), KeyFileProblem::NotAFile);
        check(
            |path| {
                let target = path.with_extension("target");
                write(&target, KEY_LEN, 0o600);
                symlink(target, path).unwrap();
            },
            KeyFileProblem::NotAFile,
        );
    }

    #[test]
    fn never_shows_the_secret_in_debug_output() {
        assert_eq!(format!("{:?}", Key::new([1; KEY_LEN])), "Key(…)");
    }
}
