//! Operations on sessions and addresses. Each new session or address is stored in the archive, with its
//! restore key, before it is returned.

use super::{Mailbox, Persisted, ServiceError, ServiceOperation};
use crate::domain::history::HistoryAction;
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, AddressOptions, Session};
use crate::domain::sharing::SharedChange;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;

/// The reason that the service gives for not restoring an address that a live session still has.
const IN_USE: &str = "already_in_use";

/// Maximum number of previous restore keys that are tried for an address; older ones are not, because each
/// try is a request.
const MAX_PREVIOUS_KEYS: usize = 4;

/// The reason that the service gives for refusing a restore key.
const WRONG_KEY: &str = "bad_signature";

fn is_refused(error: &ServiceError, reason: &str) -> bool {
    matches!(error.api_error(), Some(ApiError::Refused(given)) if given.as_str() == reason)
}

/// All sessions of the token: those that the service lists, and the stored ones that have lapsed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SyncedSessions {
    /// The live sessions, as the service lists them.
    pub live: Vec<Session>,
    /// Stored sessions that have lapsed and whose addresses can be restored, newest first.
    pub lapsed: Vec<Session>,
}

/// Result of restoring an address, which receives mail again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The restored address, with its current restore key.
    pub address: Address,
    /// The other live session that still has the address, so that nothing is restored and the session is
    /// stored; `None` if there is none.
    pub adopted: Option<Session>,
    /// Whether the given restore key was right, if the address was still live and nothing was restored;
    /// `None` if the address was restored.
    pub lives: Option<RestoreKeyCheck>,
}

/// Whether the given restore key of an address that is still live was right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoreKeyCheck {
    /// The key belongs to the address, or no key was given.
    Fits,
    /// The key never belonged to the address, or has been used already.
    Wrong,
}

impl Mailbox {
    /// Requests the live sessions of the token and stores them with their restore keys. Also returns the
    /// stored sessions that have lapsed.
    pub async fn sync_sessions(&self) -> Result<Persisted<SyncedSessions>, ServiceError> {
        let live = self.call(ServiceOperation::ListSessions, || self.api.sessions()).await?;
        let mut unsaved = None;
        // The service lists the newest session first; the archive orders sessions by the order of storing.
        for session in live.iter().rev() {
            unsaved = self.keep_session(session).await.or(unsaved);
        }
        let lapsed = match self.known_sessions().await {
            // A session has no further use once all its addresses have moved to other sessions.
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

    /// Lists the stored sessions, newest first, including the lapsed ones. Needs no network.
    pub async fn known_sessions(&self) -> Result<Vec<Session>, ServiceError> {
        self.with_archive(|archive, base| archive.sessions(base)).await
    }

    /// Lists the names that the user gave to sessions. Needs no network.
    pub async fn labels(&self) -> Result<Vec<(SessionId, SafeText)>, ServiceError> {
        self.with_archive(|archive, base| archive.labels(base)).await
    }

    /// Stores the name that the user gives to a session; see [`crate::domain::session::label`].
    pub async fn set_label(&self, session: &SessionId, label: SafeText) -> Result<(), ServiceError> {
        let (named, name) = (session.clone(), label.clone());
        self.with_archive(move |archive, base| archive.set_label(base, &named, &name)).await?;
        self.share(SharedChange::Label(session.clone(), label));
        Ok(())
    }

    /// Opens a new session with one address and stores it.
    pub async fn open_session(&self, wish: AddressOptions) -> Result<Persisted<Session>, ServiceError> {
        let session =
            self.call(ServiceOperation::OpenSession, || self.api.open_session(wish.clone())).await?;
        let unsaved = self.keep_session(&session).await;
        for address in &session.addresses {
            self.note(&address.address, HistoryAction::Made).await;
        }
        Ok(Persisted { value: session, unsaved })
    }

    /// Stores a session that was opened in another way, such as by a query of the user. Returns the error if
    /// storing fails.
    pub async fn adopt_session(&self, session: &Session) -> Option<ServiceError> {
        self.keep_session(session).await
    }

    /// Stores an address that was created or restored in another way, with its restore key. Returns the error
    /// if storing fails.
    pub async fn adopt_address(&self, session: &SessionId, address: Address) -> Option<ServiceError> {
        self.keep_address(session, address).await.unsaved
    }

    /// Adds an address to a session and stores it with its restore key.
    pub async fn add_address(
        &self,
        session: &SessionId,
        wish: AddressOptions,
    ) -> Result<Persisted<Address>, ServiceError> {
        let address =
            self.call(ServiceOperation::AddAddress, || self.api.add_address(session, wish.clone())).await?;
        let kept = self.keep_address(session, address).await;
        self.note(&kept.value.address, HistoryAction::Made).await;
        Ok(kept)
    }

    /// Restores an earlier address into a session with the given restore key, or with a stored one. The
    /// service replaces the key; the new key is stored before this function returns.
    ///
    /// An address that still belongs to another live session of the token (`already_in_use`) needs no key.
    /// That session is stored, with the key that it shows.
    pub async fn restore(
        &self,
        session: &SessionId,
        address: &str,
        key: Option<RestoreKey>,
    ) -> Result<Persisted<Restored>, ServiceError> {
        if !self.with_archive(|archive, _| Ok(archive.is_writable())).await? {
            // Restoring changes the key at the service; a new key that cannot be stored would be lost.
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
                    let Persisted { value, unsaved } = self.keep_address(session, restored).await;
                    self.note(&value.address, HistoryAction::Restored).await;
                    return Ok(Persisted {
                        value: Restored { address: value, adopted: None, lives: None },
                        unsaved,
                    });
                }
                Err(refusal) if is_refused(&refusal, IN_USE) => {
                    return self.adopt(session, address, named.as_ref(), refusal).await;
                }
                Err(refusal) if is_refused(&refusal, WRONG_KEY) => refused = refused.or(Some(refusal)),
                Err(error) => return Err(error),
            }
        }
        Err(refused.unwrap_or_else(|| ServiceError::NoRestoreKey { address: SafeText::new(address) }))
    }

    /// Lists the restore keys to try for an address, the most likely first. A given key is tried alone.
    /// Previous keys are listed too, because an outdated list of sessions may have been stored after a key
    /// changed.
    async fn keys_to_try(
        &self,
        address: &str,
        given: Option<RestoreKey>,
    ) -> Result<Vec<RestoreKey>, ServiceError> {
        if let Some(given) = given.filter(|key| !key.is_absent()) {
            return Ok(vec![given]);
        }
        let wanted = address.to_owned();
        let known = self.with_archive(move |archive, base| {
            let mut known: Vec<_> = archive.restore_key(base, &wanted)?.into_iter().collect();
            known.extend(archive.previous_restore_keys(base, &wanted, MAX_PREVIOUS_KEYS)?);
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

    /// Like [`Self::restore`] with a stored key that was shown to the user. If the service refuses this key,
    /// the keys that are stored now are tried.
    pub async fn restore_with_known_keys(
        &self,
        session: &SessionId,
        address: &str,
        shown: RestoreKey,
    ) -> Result<Persisted<Restored>, ServiceError> {
        match self.restore(session, address, Some(shown)).await {
            Err(refusal) if is_refused(&refusal, WRONG_KEY) => {
                // The first refusal is the one that tells the user the cause.
                self.restore(session, address, None).await.map_err(|_again| refusal)
            }
            other => other,
        }
    }

    /// Finds the session of the token that has an address, after the service has refused to restore the
    /// address as in use.
    async fn adopt(
        &self,
        asked: &SessionId,
        address: &str,
        named: Option<&RestoreKey>,
        refusal: ServiceError,
    ) -> Result<Persisted<Restored>, ServiceError> {
        let live = self.call(ServiceOperation::ListSessions, || self.api.sessions()).await?;
        for session in live {
            let found =
                session.addresses.iter().find(|held| held.address.as_str().eq_ignore_ascii_case(address));
            if let Some(found) = found.cloned() {
                let adopted = (session.id != *asked).then_some(session);
                let unsaved = match &adopted {
                    Some(session) => self.keep_session(session).await,
                    // The list may lack addresses that are just being added to this session, so the whole
                    // session is not stored.
                    None => self.keep_address(asked, found.clone()).await.unsaved,
                };
                let fits = named.is_none_or(|key| *key == found.restore_key);
                let lives = Some(if fits { RestoreKeyCheck::Fits } else { RestoreKeyCheck::Wrong });
                return Ok(Persisted { value: Restored { address: found, adopted, lives }, unsaved });
            }
        }
        // The address belongs to a session of another token; the message of the refusal says what that means.
        Err(refusal)
    }

    /// Deletes an address, so that it receives no more mail. The archive keeps its restore key, so the user
    /// can restore the address.
    pub async fn delete_address(&self, id: &AddressId) -> Result<(), ServiceError> {
        self.call(ServiceOperation::DeleteAddress, || self.api.delete_address(id)).await?;
        if let Some(address) = self.name_of(id).await {
            self.note(&address, HistoryAction::Deleted).await;
        }
        let id = id.clone();
        let noted = self.with_archive(move |archive, base| archive.mark_deleted(base, &id)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the deletion of an address could not be stored");
        }
        Ok(())
    }

    /// Stores a new or changed session; returns the error if storing fails.
    pub(super) async fn keep_session(&self, session: &Session) -> Option<ServiceError> {
        let session = session.clone();
        self.with_archive(move |archive, base| archive.put_session(base, &session)).await.err()
    }

    async fn keep_address(&self, session: &SessionId, address: Address) -> Persisted<Address> {
        let (session, kept) = (session.clone(), address.clone());
        let unsaved =
            self.with_archive(move |archive, base| archive.put_address(base, &session, &kept)).await.err();
        Persisted { value: address, unsaved }
    }
}
