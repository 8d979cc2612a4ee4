//! Sessions and addresses: what is opened is in the archive, key and all, before it is handed on.

use super::{Doing, Mailbox, Saved, ServiceError};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, Session};
use crate::ports::transport::AddressWish;

/// What is found at the start of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenUp {
    /// Sessions that live, as the service lists them.
    pub live: Vec<Session>,
    /// Sessions that are kept and no longer live, newest first. Their addresses can be restored.
    pub lapsed: Vec<Session>,
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
            Ok(known) => known.into_iter().filter(|old| !live.iter().any(|new| new.id == old.id)).collect(),
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

    /// Opens a session with one address.
    pub async fn open_session(&self, wish: AddressWish) -> Result<Saved<Session>, ServiceError> {
        let session = self.call(Doing::OpenSession, || self.transport.open_session(wish.clone())).await?;
        let unsaved = self.keep_session(&session).await;
        Ok(Saved { value: session, unsaved })
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

    /// Brings an earlier address into a session, with the key that is kept unless one is given.
    /// The service uses the key up: the new one is kept before this returns.
    pub async fn restore(
        &self,
        session: &SessionId,
        address: &str,
        key: Option<RestoreKey>,
    ) -> Result<Saved<Address>, ServiceError> {
        let key = match key {
            Some(key) => key,
            None => self.kept_key(address).await?,
        };
        let restored = self
            .call(Doing::RestoreAddress, || self.transport.restore_address(session, address, &key))
            .await?;
        Ok(self.keep_address(session, restored).await)
    }

    /// The session of ours in which an address lives already, with the key that it has there: what
    /// to go on with where a restore is refused as `already_in_use`. It is kept before this returns.
    pub async fn adopt(&self, address: &str) -> Result<Option<Saved<Session>>, ServiceError> {
        let live = self.call(Doing::ListSessions, || self.transport.sessions()).await?;
        let holds = |session: &Session| {
            session.addresses.iter().any(|held| held.address.eq_ignore_ascii_case(address))
        };
        let Some(session) = live.into_iter().find(holds) else { return Ok(None) };
        let unsaved = self.keep_session(&session).await;
        Ok(Some(Saved { value: session, unsaved }))
    }

    /// Stops an address. Its key stays in the archive.
    pub async fn delete_address(&self, id: &AddressId) -> Result<(), ServiceError> {
        self.call(Doing::DeleteAddress, || self.transport.delete_address(id)).await
    }

    async fn kept_key(&self, address: &str) -> Result<RestoreKey, ServiceError> {
        let wanted = address.to_owned();
        self.on_archive(move |archive, base| archive.restore_key(base, &wanted))
            .await?
            .ok_or_else(|| ServiceError::NoRestoreKey { address: SafeText::new(address) })
    }

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
