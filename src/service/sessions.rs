//! Sessions and addresses: what is opened is in the archive, key and all, before it is handed on.

use super::{Doing, Mailbox, Saved, ServiceError};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, Session};
use crate::ports::transport::{AddressWish, TransportError};

/// The service's reason for not restoring an address that lives.
const IN_USE: &str = "already_in_use";

/// Keys that were set aside are tried up to this many: each is a call.
const MOST_KEYS: usize = 4;

/// The service's reason for not taking a key.
const WRONG_KEY: &str = "bad_signature";

fn is_refused(error: &ServiceError, reason: &str) -> bool {
    matches!(error.transport(), Some(TransportError::Refused(told)) if told.as_str() == reason)
}

/// What is found at the start of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenUp {
    /// Sessions that live, as the service lists them.
    pub live: Vec<Session>,
    /// Sessions that are kept and no longer live, newest first. Their addresses can be restored.
    pub lapsed: Vec<Session>,
}

/// An address that takes mail again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The address with the key that it has now.
    pub address: Address,
    /// The session that holds it, where it turned out to live in one: that one is adopted, and
    /// nothing was restored into the session that was asked for.
    pub adopted: Option<Session>,
    /// What a key was worth that nothing was restored with, since the address lives.
    pub lives: Option<KeyOfLiving>,
}

/// A key beside the one that a living address has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyOfLiving {
    /// It is the same, or none was named.
    Fits,
    /// It is another: it was never its key, or was used up.
    Wrong,
}

impl Mailbox {
    /// Takes up every session of the token that still lives, and tells of the kept ones that do
    /// not. The live ones are kept, with their keys, before this returns.
    pub async fn take_up_sessions(&self) -> Result<Saved<TakenUp>, ServiceError> {
        let live = self.call(Doing::ListSessions, || self.transport.sessions()).await?;
        let mut unsaved = None;
        // The service lists the newest first, and the archive orders by what came first.
        for session in live.iter().rev() {
            unsaved = self.keep_session(session).await.or(unsaved);
        }
        let lapsed = match self.known_sessions().await {
            // One whose addresses have all gone into another session is at its end.
            Ok(known) => known
                .into_iter()
                .filter(|old| !old.addresses.is_empty() && !live.iter().any(|new| new.id == old.id))
                .collect(),
            Err(error) => {
                unsaved = unsaved.or(Some(error));
                Vec::new()
            }
        };
        Ok(Saved { value: TakenUp { live, lapsed }, unsaved })
    }

    /// Sessions that are kept, newest first, also lapsed ones. Needs no network.
    pub async fn known_sessions(&self) -> Result<Vec<Session>, ServiceError> {
        self.on_archive(|archive, base| archive.sessions(base)).await
    }

    /// What the user calls sessions. Needs no network.
    pub async fn labels(&self) -> Result<Vec<(SessionId, SafeText)>, ServiceError> {
        self.on_archive(|archive, base| archive.labels(base)).await
    }

    /// Keeps what the user calls a session (see [`crate::domain::session::label`]).
    pub async fn set_label(&self, session: &SessionId, label: SafeText) -> Result<(), ServiceError> {
        let session = session.clone();
        self.on_archive(move |archive, base| archive.set_label(base, &session, &label)).await
    }

    /// Opens a session with one address.
    pub async fn open_session(&self, wish: AddressWish) -> Result<Saved<Session>, ServiceError> {
        let session = self.call(Doing::OpenSession, || self.transport.open_session(wish.clone())).await?;
        let unsaved = self.keep_session(&session).await;
        Ok(Saved { value: session, unsaved })
    }

    /// Keeps a session that was opened by other means; why it is not on disk, when it is not.
    pub async fn adopt_session(&self, session: &Session) -> Option<ServiceError> {
        self.keep_session(session).await
    }

    /// Keeps an address that was made or restored by other means, key and all; why it is not on
    /// disk, when it is not.
    pub async fn adopt_address(&self, session: &SessionId, address: Address) -> Option<ServiceError> {
        self.keep_address(session, address).await.unsaved
    }

    /// Adds an address to a session.
    pub async fn add_address(
        &self,
        session: &SessionId,
        wish: AddressWish,
    ) -> Result<Saved<Address>, ServiceError> {
        let address =
            self.call(Doing::AddAddress, || self.transport.add_address(session, wish.clone())).await?;
        Ok(self.keep_address(session, address).await)
    }

    /// Brings an earlier address into a session, with a key that is kept unless one is given.
    /// The service uses the key up: the new one is kept before this returns.
    ///
    /// An address that still lives in another session of the token (`already_in_use`) needs no
    /// key: that session is adopted, with the key that it shows.
    pub async fn restore(
        &self,
        session: &SessionId,
        address: &str,
        key: Option<RestoreKey>,
    ) -> Result<Saved<Restored>, ServiceError> {
        if !self.on_archive(|archive, _| Ok(archive.takes())).await? {
            // The service takes the key that is kept for a new one, which would be lost.
            return Err(ServiceError::NotKept { address: SafeText::new(address) });
        }
        let mut refused = None;
        let named = key.clone().filter(|key| !key.is_absent());
        for key in self.keys_to_try(address, key).await? {
            let restored = self
                .call(Doing::RestoreAddress, || self.transport.restore_address(session, address, &key))
                .await;
            match restored {
                Ok(restored) => {
                    let Saved { value, unsaved } = self.keep_address(session, restored).await;
                    return Ok(Saved {
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

    /// The keys that may bring an address back, the likeliest first. A list of the service's that was
    /// asked for before a key changed may be kept after it: then the newest key is one that was set
    /// aside. A key of the user's own stands alone.
    async fn keys_to_try(
        &self,
        address: &str,
        given: Option<RestoreKey>,
    ) -> Result<Vec<RestoreKey>, ServiceError> {
        if let Some(given) = given.filter(|key| !key.is_absent()) {
            return Ok(vec![given]);
        }
        let wanted = address.to_owned();
        let known = self.on_archive(move |archive, base| {
            let mut known: Vec<_> = archive.restore_key(base, &wanted)?.into_iter().collect();
            known.extend(archive.earlier_keys(base, &wanted, MOST_KEYS)?);
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

    /// As [`Self::restore`] with a key that was kept and shown: where it has had its time, those that
    /// are kept now are tried.
    pub async fn restore_shown(
        &self,
        session: &SessionId,
        address: &str,
        shown: RestoreKey,
    ) -> Result<Saved<Restored>, ServiceError> {
        match self.restore(session, address, Some(shown)).await {
            Err(refusal) if is_refused(&refusal, WRONG_KEY) => {
                // It is the first word that tells.
                self.restore(session, address, None).await.map_err(|_again| refusal)
            }
            other => other,
        }
    }

    /// Looks through the token's sessions for an address that is said to live.
    async fn adopt(
        &self,
        asked: &SessionId,
        address: &str,
        named: Option<&RestoreKey>,
        refusal: ServiceError,
    ) -> Result<Saved<Restored>, ServiceError> {
        let live = self.call(Doing::ListSessions, || self.transport.sessions()).await?;
        for session in live {
            let found =
                session.addresses.iter().find(|held| held.address.as_str().eq_ignore_ascii_case(address));
            if let Some(found) = found.cloned() {
                let adopted = (session.id != *asked).then_some(session);
                let unsaved = match &adopted {
                    Some(session) => self.keep_session(session).await,
                    // What else is on its way into the session that was asked for may be missing in the list.
                    None => self.keep_address(asked, found.clone()).await.unsaved,
                };
                let fits = named.is_none_or(|key| *key == found.restore_key);
                let lives = Some(if fits { KeyOfLiving::Fits } else { KeyOfLiving::Wrong });
                return Ok(Saved { value: Restored { address: found, adopted, lives }, unsaved });
            }
        }
        // It lives where this token does not reach; the words of the refusal say what that means.
        Err(refusal)
    }

    /// Stops an address. Its key stays in the archive, and with it the way back.
    pub async fn delete_address(&self, id: &AddressId) -> Result<(), ServiceError> {
        self.call(Doing::DeleteAddress, || self.transport.delete_address(id)).await?;
        let id = id.clone();
        let noted = self.on_archive(move |archive, base| archive.mark_deleted(base, &id)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "that an address was deleted could not be kept");
        }
        Ok(())
    }

    /// Notes that a session was taken up or has changed; tells why that is not on disk.
    pub(super) async fn keep_session(&self, session: &Session) -> Option<ServiceError> {
        let session = session.clone();
        self.on_archive(move |archive, base| archive.put_session(base, &session)).await.err()
    }

    async fn keep_address(&self, session: &SessionId, address: Address) -> Saved<Address> {
        let (session, kept) = (session.clone(), address.clone());
        let unsaved =
            self.on_archive(move |archive, base| archive.put_address(base, &session, &kept)).await.err();
        Saved { value: address, unsaved }
    }
}
