use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use crate::{Key, SealingError};

/// Encrypts with ChaCha20-Poly1305 (RFC 8439) under a random nonce. Gives nonce, ciphertext and
/// tag. `aad` says what it is for; the same is needed to open it. Random nonces are safe for
/// up to 2³² messages per key.
///
/// # Errors
/// [`SealingError::Randomness`] or [`SealingError::Seal`].
pub fn seal(key: &Key, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealingError> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| SealingError::Randomness)?;
    let cipher = cipher(key).ok_or(SealingError::Seal)?;
    let mut text = plaintext.to_vec();
    cipher
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut text)
        .map_err(|_| SealingError::Seal)?;
    Ok([nonce.as_slice(), &text].concat())
}

/// Decrypts what [`seal`] gave.
///
/// # Errors
/// [`SealingError::Unseal`] for another key, another `aad`, or a single changed bit.
pub fn open(key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealingError> {
    try_open(key, aad, sealed).ok_or(SealingError::Unseal)
}

fn try_open(key: &Key, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let length = cipher(key)?.open_in_place(nonce, Aad::from(aad), &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key.secret()).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_and_purpose() {
        let key = Key::new([1; 32]);
        let sealed = seal(&key, b"requests", b"hello").unwrap();
        assert_eq!(open(&key, b"requests", &sealed).unwrap(), b"hello");
        assert!(open(&Key::new([2; 32]), b"requests", &sealed).is_err());
        assert!(open(&key, b"other", &sealed).is_err());
        assert_ne!(seal(&key, b"requests", b"hello").unwrap(), sealed);
    }

    #[test]
    fn notices_every_changed_bit_and_every_missing_byte() {
        let key = Key::new([1; 32]);
        let sealed = seal(&key, b"", b"hello").unwrap();
        for place in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[place / 8] ^= 1 << (place % 8);
            assert!(open(&key, b"", &changed).is_err(), "bit {place}");
        }
        for length in 0..sealed.len() {
            assert!(open(&key, b"", &sealed[..length]).is_err(), "length {length}");
        }
    }
}
