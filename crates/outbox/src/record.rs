use sealing::{KEY_ID_LEN, Key};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Damage, Entry, OutboxError, Owner, Payload, State, owner::OWNER_LEN};

const MAGIC: &[u8; 4] = b"DSO1";
/// What every version of the format begins with.
const FAMILY: &[u8; 3] = b"DSO";
const ID_LEN: usize = 16;
const HEADER_LEN: usize = MAGIC.len() + KEY_ID_LEN + ID_LEN + OWNER_LEN;

/// An entry and its place in the order of writing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) sequence: u64,
    pub(crate) entry: Entry,
}

#[derive(Serialize)]
struct BodyOut<'a> {
    sequence: u64,
    payload: &'a Payload,
    state: &'a State,
}

#[derive(Deserialize)]
struct BodyIn {
    sequence: u64,
    payload: Payload,
    state: State,
}

/// The bytes of the file.
pub(crate) fn encode(sequence: u64, entry: &Entry, key: &Key) -> Result<Vec<u8>, OutboxError> {
    let body = BodyOut { sequence, payload: &entry.payload, state: &entry.state };
    let body = serde_json::to_vec(&body).map_err(OutboxError::Encode)?;
    let id = entry.id();
    let header = [MAGIC.as_slice(), &key.id(), id.as_bytes(), &entry.owner.to_bytes()].concat();
    let sealed = sealing::seal(key, &header, &body)?;
    Ok([header, sealed].concat())
}

/// Reads the bytes of the file that is named after `id`.
pub(crate) fn decode(bytes: &[u8], id: Uuid, key: &Key) -> Result<Record, Damage> {
    let (header, sealed) = bytes.split_at_checked(HEADER_LEN).ok_or(Damage::NotARecord)?;
    let owner = read_header(header, id, key)?;
    let body = sealing::open(key, header, sealed).map_err(|_| Damage::Changed)?;
    // Authentic, so not damaged: a newer version of the app wrote something this one cannot read.
    let body: BodyIn = serde_json::from_slice(&body).map_err(|_| Damage::NewerVersion)?;
    let entry = Entry { owner, payload: body.payload, state: body.state };
    if entry.id() != id {
        return Err(Damage::Changed);
    }
    Ok(Record { sequence: body.sequence, entry })
}

fn read_header(header: &[u8], id: Uuid, key: &Key) -> Result<Owner, Damage> {
    let (magic, rest) = header.split_first_chunk::<4>().ok_or(Damage::NotARecord)?;
    let (key_id, rest) = rest.split_first_chunk::<KEY_ID_LEN>().ok_or(Damage::NotARecord)?;
    let (record_id, rest) = rest.split_first_chunk::<ID_LEN>().ok_or(Damage::NotARecord)?;
    let owner: &[u8; OWNER_LEN] = rest.try_into().map_err(|_| Damage::NotARecord)?;
    if magic != MAGIC {
        return Err(if magic.starts_with(FAMILY) {
            Damage::NewerVersion
        } else {
            Damage::NotARecord
        });
    }
    if record_id != id.as_bytes() {
        return Err(Damage::Changed);
    }
    if *key_id != key.id() {
        return Err(Damage::OtherKey);
    }
    Owner::from_bytes(owner).ok_or(Damage::Changed)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use ticket::{Reply, ReplyAction};

    use super::*;

    fn entry() -> Entry {
        let reply = Reply { id: Uuid::now_v7(), action: ReplyAction::Solved };
        let owner = Owner::person("https://id.example", "noor");
        Entry::new(owner, Payload::Reply { ticket: 4, reply }, Timestamp::UNIX_EPOCH)
    }

    fn check(change: impl FnOnce(&mut Vec<u8>), expect: Damage) {
        let (key, entry) = (Key::new([1; 32]), entry());
        let mut bytes = encode(7, &entry, &key).unwrap();
        change(&mut bytes);
        assert_eq!(decode(&bytes, entry.id(), &key), Err(expect));
    }

    #[test]
    fn reads_back_what_it_writes() {
        let (key, entry) = (Key::new([1; 32]), entry());
        let bytes = encode(7, &entry, &key).unwrap();
        assert_eq!(bytes[..4], *b"DSO1");
        assert_eq!(decode(&bytes, entry.id(), &key), Ok(Record { sequence: 7, entry }));
    }

    #[test]
    fn holds_nothing_readable() {
        let key = Key::new([1; 32]);
        let bytes = encode(7, &entry(), &key).unwrap();
        for word in ["solved", "noor", "id.example", "ticket"] {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn tells_why_it_cannot_read() {
        check(Vec::clear, Damage::NotARecord);
        check(|bytes| bytes.truncate(HEADER_LEN - 1), Damage::NotARecord);
        check(|bytes| bytes.truncate(HEADER_LEN), Damage::Changed);
        check(|bytes| bytes.truncate(bytes.len() - 1), Damage::Changed);
        check(|bytes| bytes[0] = b'X', Damage::NotARecord);
        check(|bytes| bytes[3] = b'2', Damage::NewerVersion);
        check(|bytes| bytes[4] ^= 1, Damage::OtherKey);
        check(|bytes| bytes[12] ^= 1, Damage::Changed);
        check(|bytes| bytes[28] = 0, Damage::Changed);
        check(|bytes| bytes[29] ^= 1, Damage::Changed);
        check(|bytes| bytes[80] ^= 1, Damage::Changed);
    }

    #[test]
    fn cannot_be_given_to_another_record() {
        let (key, entry) = (Key::new([1; 32]), entry());
        let bytes = encode(7, &entry, &key).unwrap();
        assert_eq!(decode(&bytes, Uuid::now_v7(), &key), Err(Damage::Changed));
    }
}
