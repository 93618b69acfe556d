//! Installation keys: taken in, linked to people, taken away.

use audit::{Actor, Draft, EntryKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;
use ticket::{Enrollment, Installation};
use uuid::Uuid;

use crate::auth::{Caller, Presented, TokenHolder};
use crate::confirming::Subject;
use crate::desk::Desk;
use crate::letters::Notice;
use crate::store::{Session, StoreError, audit as trail, installations, letters, visits};

/// Longest name of a device, in characters.
const MOST_NAME_CHARS: usize = 120;
/// Length of an Ed25519 public key (RFC 8032).
const KEY_BYTES: usize = 32;

/// Whether the sender holds the key they enroll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// They do; this is the public key.
    Good(Vec<u8>),
    /// They do not, or the enrollment is not in the form we take.
    None,
}

/// What became of an enrollment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Enrolled {
    /// New, or new for this person.
    New(Installation),
    /// As before.
    Known(Installation),
    /// The id has another key.
    OtherKey,
    /// The person revoked an installation then, and has not signed in since.
    Revoked(Timestamp),
}

/// Checks form and proof of possession: the request is signed with the key it brings.
pub(crate) fn prove(presented: &Presented, enrollment: &Enrollment) -> Proof {
    let name = &enrollment.device_name;
    let is_name = !name.trim().is_empty()
        && name.chars().count() <= MOST_NAME_CHARS
        && !name.contains(char::is_control);
    match STANDARD.decode(&enrollment.public_key) {
        Ok(key)
            if is_name
                && key.len() == KEY_BYTES
                && presented.input.key_id == enrollment.id
                && presented.is_by(&key) =>
        {
            Proof::Good(key)
        }
        Ok(_) | Err(_) => Proof::None,
    }
}

/// Keeps a proven key, and links it to a person if there is one. After a person has revoked an
/// installation, another sign-in comes before the next link, to that one or to a new key: whoever
/// holds the device may still hold an old session.
pub(crate) async fn enroll(
    desk: &Desk,
    holder: Option<&TokenHolder>,
    enrollment: &Enrollment,
    key: &[u8],
    now: Timestamp,
) -> Result<Enrolled, StoreError> {
    let id = enrollment.id;
    let mut writing = desk.store.write().await?;
    let known = installations::key(&mut writing, id).await?;
    if known.as_ref().is_some_and(|known| known != key) {
        return Ok(Enrolled::OtherKey);
    }
    let person = holder.map(|holder| holder.person.id);
    let is_linked = match person {
        Some(person) => installations::key_of(&mut writing, id, person).await?.is_some(),
        None => true,
    };
    if let Some(holder) = holder.filter(|_| !is_linked)
        && let Some(at) = installations::last_revoked_at(&mut writing, holder.person.id).await?
        && !holder.signed_in_after(at, now)
    {
        return Ok(Enrolled::Revoked(at));
    }
    installations::keep(&mut writing, enrollment, key, now).await?;
    if let Some(person) = person {
        installations::link(&mut writing, id, person, now).await?;
        if !is_linked {
            let notice = Notice::WasThisYou { subject: Subject::Installation(id) };
            letters::write(&mut writing, person, &notice, now).await?;
        }
    }
    let facts = json!({ "installation": id, "person": person });
    trail::record(&mut writing, draft(EntryKind::InstallationEnrolled, facts, now)).await?;
    let enrolled_at = installations::enrolled_at(&mut writing, id).await?;
    writing.commit("installation_enrolled").await?;
    let device_name = enrollment.device_name.clone();
    let installation = Installation { id, device_name, enrolled_at, is_this: true };
    let is_new = known.is_none() || !is_linked;
    Ok(if is_new { Enrolled::New(installation) } else { Enrolled::Known(installation) })
}

/// Takes an installation from the caller, and ends what they have open at the portal: whoever has the device may
/// have that too. False: it was not theirs.
pub(crate) async fn revoke(
    desk: &Desk,
    caller: &Caller,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = desk.store.write().await?;
    let person = caller.person.id;
    if !take_away(&mut writing, person, id, Some(caller.installation), now).await? {
        return Ok(false);
    }
    visits::end_others(&mut writing, person, None).await?;
    writing.commit("installation_revoked").await?;
    // Its streams of events end.
    desk.announce(Some(person));
    Ok(true)
}

/// Takes an installation from a person; `by` is the one they said so at. False: it was not theirs.
pub(crate) async fn take_away(
    writing: &mut Session,
    person: i64,
    id: Uuid,
    by: Option<Uuid>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !installations::revoke(writing, id, person, now).await? {
        return Ok(false);
    }
    let facts = json!({ "installation": id, "person": person, "by": by });
    trail::record(writing, draft(EntryKind::InstallationRevoked, facts, now)).await?;
    Ok(true)
}

fn draft(kind: EntryKind, facts: serde_json::Value, now: Timestamp) -> Draft {
    Draft { at: now, ticket: None, actor: Actor::Employee, kind, facts }
}
