//! Implements the operations on sessions and addresses. New sessions and addresses, including their restore keys, are
//! stored in the archive before they are returned.

use super::{Mailbox, Persisted, ServiceError, ServiceOperation};
use crate::domain::history::HistoryAction;
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, AddressOptions, Session};
use crate::domain::sharing::SharedChange;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;

/// The error reason with which the service reports that a live session still has the address to be restored.
const IN_USE: &str = "already_in_use";

/// Maximum number of earlier restore keys that are tried for an address. Older keys are not tried, because each
/// attempt takes a request.
const MAX_PREVIOUS_KEYS: usize = 4;

/// The error reason with which the service rejects a restore key.
const WRONG_KEY: &str = "bad_signature";

fn is_refused(error: &ServiceError, reason: &str) -> bool {
    matches!(error.api_error(), Some(ApiError::Refused(given)) if given.as_str() == reason)
}

/// All sessions of the user: the live sessions listed by the service, and the stored sessions that have expired.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SyncedSessions {
    /// The live sessions, newest first, as listed by the service.
    pub live: Vec<Session>,
    /// Stored sessions that have expired but still contain addresses, newest first. The addresses can be restored.
    pub lapsed: Vec<Session>,
}

/// The result of restoring an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The restored address, with its current restore key.
    pub address: Address,
    /// The live session, other than the requested one, that still has the address. This session was stored, and
    /// nothing was restored. `None` if there is no such session.
    pub adopted: Option<Session>,
    /// Whether the user's restore key is correct, if a live session still has the address; `None` if the address was
    /// restored.
    pub lives: Option<RestoreKeyCheck>,
}

/// The result of checking the user's restore key for an address that a live session still has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoreKeyCheck {
    /// The restore key belongs to the address, or the user gave no restore key.
    Fits,
    /// The restore key does not belong to the address, or has already been used.
    Wrong,
}

impl Mailbox {
    /// Requests the live sessions for the token, and stores them with their restore keys. Returns the live sessions,
    /// and the stored sessions that have expired but still contain addresses.
    pub async fn sync_sessions(&self) -> Result<Persisted<SyncedSessions>, ServiceError> {
        let live = self.call(ServiceOperation::ListSessions, || self.api.sessions()).await?;
        let mut unsaved = None;
        // The service lists the newest session first, but the archive must store the oldest first.
        for session in live.iter().rev() {
            unsaved = self.store_session(session).await.or(unsaved);
        }
        let lapsed = match self.known_sessions().await {
            // A session whose addresses have all been moved to other sessions is of no further use.
            Ok(known) => known
                .into_iter()
                .filter(|old| !old.addresses.is_empty() && !live.iter().any(|new| new.id == old.id))
                .collect(),
            Err(error) => {
                unsaved = unsaved.or(Some(error));
                Vec::new()
            }
        };
        Ok(Persisted { value: SyncedSessions { live, lapsed }, unsaved })
    }

    /// Returns the stored sessions, newest first, including expired ones. Sends no request.
    pub async fn known_sessions(&self) -> Result<Vec<Session>, ServiceError> {
        self.with_archive(|archive, base| archive.sessions(base)).await
    }

    /// Returns the labels that the user gave to sessions. Sends no request.
    pub async fn labels(&self) -> Result<Vec<(SessionId, SafeText)>, ServiceError> {
        self.with_archive(|archive, base| archive.labels(base)).await
    }

    /// Stores a session label entered by the user; see [`clean_label`](crate::domain::session::clean_label).
    pub async fn set_label(&self, session: &SessionId, label: SafeText) -> Result<(), ServiceError> {
        let (named, name) = (session.clone(), label.clone());
        self.with_archive(move |archive, base| archive.set_label(base, &named, &name)).await?;
        self.share(SharedChange::Label(session.clone(), label));
        Ok(())
    }

    /// Opens a new session with one address, and stores it in the archive.
    pub async fn open_session(&self, options: AddressOptions) -> Result<Persisted<Session>, ServiceError> {
        let session =
            self.call(ServiceOperation::OpenSession, || self.api.open_session(options.clone())).await?;
        let unsaved = self.store_session(&session).await;
        for address in &session.addresses {
            self.record_history(&address.address, HistoryAction::Made).await;
        }
        Ok(Persisted { value: session, unsaved })
    }

    /// Stores a session that was not opened through this mailbox but, for example, by the user's own GraphQL query.
    /// Returns the error if the session cannot be stored; `None` on success.
    pub async fn adopt_session(&self, session: &Session) -> Option<ServiceError> {
        self.store_session(session).await
    }

    /// Stores an address and its restore key. The address was not created or restored through this mailbox but, for
    /// example, by the user's own GraphQL query. Returns the error if the address cannot be stored; `None` on success.
    pub async fn adopt_address(&self, session: &SessionId, address: Address) -> Option<ServiceError> {
        self.store_address(session, address).await.unsaved
    }

    /// Adds an address to a session, and stores the address with its restore key.
    pub async fn add_address(
        &self,
        session: &SessionId,
        options: AddressOptions,
    ) -> Result<Persisted<Address>, ServiceError> {
        let address = self
            .call(ServiceOperation::AddAddress, || self.api.add_address(session, options.clone()))
            .await?;
        let saved = self.store_address(session, address).await;
        self.record_history(&saved.value.address, HistoryAction::Made).await;
        Ok(saved)
    }

    /// Restores an earlier address into a session, with the restore key `key` or, if `key` is `None`, with a stored
    /// one. The service then issues a new restore key, which is stored before this function returns.
    ///
    /// If another live session of the user still has the address (`already_in_use`), no restore key is needed. That
    /// session is then stored with its current restore keys.
    pub async fn restore(
        &self,
        session: &SessionId,
        address: &str,
        key: Option<RestoreKey>,
    ) -> Result<Persisted<Restored>, ServiceError> {
        if !self.with_archive(|archive, _| Ok(archive.is_writable())).await? {
            // Restoring changes the restore key on the service. A new key that cannot be stored would be lost.
            return Err(ServiceError::ArchiveNotWritable { address: SafeText::new(address) });
        }
        let mut refused = None;
        let named = key.clone().filter(|key| !key.is_absent());
        for key in self.keys_to_try(address, key).await? {
            let restored = self
                .call(ServiceOperation::RestoreAddress, || self.api.restore_address(session, address, &key))
                .await;
            match restored {
                Ok(restored) => {
                    let Persisted { value, unsaved } = self.store_address(session, restored).await;
                    self.record_history(&value.address, HistoryAction::Restored).await;
                    return Ok(Persisted {
                        value: Restored { address: value, adopted: None, lives: None },
                        unsaved,
                    });
                }
                Err(refusal) if is_refused(&refusal, IN_USE) => {
                    return self.adopt_live_session(session, address, named.as_ref(), refusal).await;
                }
                Err(refusal) if is_refused(&refusal, WRONG_KEY) => refused = refused.or(Some(refusal)),
                Err(error) => return Err(error),
            }
        }
        Err(refused.unwrap_or_else(|| ServiceError::NoRestoreKey { address: SafeText::new(address) }))
    }

    /// Returns the restore keys to try for an address, most likely key first: only the key that the user gave or, if
    /// there is none, the stored key and earlier ones. Earlier keys are included because an outdated list of sessions
    /// may have replaced the stored key with an older one.
    async fn keys_to_try(
        &self,
        address: &str,
        given: Option<RestoreKey>,
    ) -> Result<Vec<RestoreKey>, ServiceError> {
        if let Some(given) = given.filter(|key| !key.is_absent()) {
            return Ok(vec![given]);
        }
        let address_text = address.to_owned();
        let known = self.with_archive(move |archive, base| {
            let mut known: Vec<_> = archive.restore_key(base, &address_text)?.into_iter().collect();
            known.extend(archive.previous_restore_keys(base, &address_text, MAX_PREVIOUS_KEYS)?);
            Ok(known)
        });
        let mut keys: Vec<RestoreKey> = Vec::new();
        for key in known.await? {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// Restores an address with the stored restore key that was shown to the user. If the service rejects this key,
    /// reads the keys of the address from the archive, where they may have changed, and tries those. If they fail too,
    /// returns the first error.
    pub async fn restore_with_known_keys(
        &self,
        session: &SessionId,
        address: &str,
        shown: RestoreKey,
    ) -> Result<Persisted<Restored>, ServiceError> {
        match self.restore(session, address, Some(shown)).await {
            Err(refusal) if is_refused(&refusal, WRONG_KEY) => {
                // Only the first error tells the user the cause, so it is returned.
                self.restore(session, address, None).await.map_err(|_again| refusal)
            }
            other => other,
        }
    }

    /// Finds and stores the live session that has the address, after the service has refused to restore the address
    /// because it is in use. Returns the error `refusal` if none of the user's sessions has the address.
    async fn adopt_live_session(
        &self,
        requested_session: &SessionId,
        address: &str,
        given_key: Option<&RestoreKey>,
        refusal: ServiceError,
    ) -> Result<Persisted<Restored>, ServiceError> {
        let live = self.call(ServiceOperation::ListSessions, || self.api.sessions()).await?;
        for session in live {
            let present =
                session.addresses.iter().find(|held| held.address.as_str().eq_ignore_ascii_case(address));
            if let Some(present) = present.cloned() {
                let adopted = (session.id != *requested_session).then_some(session);
                let unsaved = match &adopted {
                    Some(session) => self.store_session(session).await,
                    // The list may lack addresses that are just being added to this session, so only the address is
                    // stored, not the whole session.
                    None => self.store_address(requested_session, present.clone()).await.unsaved,
                };
                let fits = given_key.is_none_or(|key| *key == present.restore_key);
                let lives = Some(if fits { RestoreKeyCheck::Fits } else { RestoreKeyCheck::Wrong });
                return Ok(Persisted { value: Restored { address: present, adopted, lives }, unsaved });
            }
        }
        // The address belongs to a session of another token; the service's error explains what that means.
        Err(refusal)
    }

    /// Deletes an address on the service, after which it no longer receives mail. The archive keeps its restore key,
    /// so the user can restore the address.
    pub async fn delete_address(&self, id: &AddressId) -> Result<(), ServiceError> {
        self.call(ServiceOperation::DeleteAddress, || self.api.delete_address(id)).await?;
        if let Some(address) = self.address_by_id(id).await {
            self.record_history(&address, HistoryAction::Deleted).await;
        }
        let id = id.clone();
        let noted = self.with_archive(move |archive, base| archive.mark_deleted(base, &id)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the deletion of an address could not be stored");
        }
        Ok(())
    }
}
