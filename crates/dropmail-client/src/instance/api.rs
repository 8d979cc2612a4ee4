//! Implements the service's API for processes that share a data directory. The process that owns the directory sends
//! its requests directly to the service; the other processes send their requests via the owner.

mod requests;

use super::client::OwnerConnection;
use super::member::{InstanceRole, Member};
use super::streams::disconnected_error;
use crate::domain::sharing::SharedChange;
use crate::ports::BoxFuture;
use crate::ports::dropmail_api::{ApiError, DropMailApi};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Maximum time that a push connection waits for this process to get its own token, for example after the process that
/// owned the data directory has exited. Another request from this process obtains the token. If the time expires first,
/// the push connection fails.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(5);

/// The API client of a process that shares a data directory with other processes. It sends requests either directly to
/// the service or via the process that owns the directory.
#[derive(Debug)]
pub struct SharedApi {
    direct: Arc<dyn DropMailApi>,
    member: Arc<Member>,
    has_token: watch::Sender<bool>,
}

impl SharedApi {
    /// Creates the API client of this process. Depending on the role that `member` reports, it sends requests directly
    /// to the service through `direct` or via the process that owns the data directory.
    pub fn new(direct: Arc<dyn DropMailApi>, member: Arc<Member>) -> Self {
        Self { direct, member, has_token: watch::Sender::new(false) }
    }

    /// Returns the connection to the process that owns the data directory; `None` if this process sends its requests
    /// directly to the service.
    ///
    /// Returns an error if this process must send its requests directly but has no token yet, because only the former
    /// owner had one.
    async fn owner_connection(&self) -> Result<Option<Arc<OwnerConnection>>, ApiError> {
        if let InstanceRole::ViaOwner(owner) = self.member.await_role().await
            && !owner.is_closed()
        {
            return Ok(Some(owner));
        }
        if *self.has_token.borrow() { Ok(None) } else { Err(disconnected_error()) }
    }

    /// Waits until this process has its own token. Returns `false` if this takes longer than [`TOKEN_TIMEOUT`].
    fn token_set(&self) -> impl Future<Output = bool> + use<> {
        let mut has_token = self.has_token.subscribe();
        async move { matches!(timeout(TOKEN_TIMEOUT, has_token.wait_for(|is_set| *is_set)).await, Ok(Ok(_))) }
    }

    /// Sends a request by calling `via_owner` if this process is connected to the process that owns the data directory;
    /// if not, sends it to the service by calling `directly`.
    fn send<'a, T, L, D>(
        &'a self,
        via_owner: impl FnOnce(Arc<OwnerConnection>) -> L + Send + 'a,
        directly: impl FnOnce() -> D + Send + 'a,
    ) -> BoxFuture<'a, Result<T, ApiError>>
    where
        L: Future<Output = Result<T, ApiError>> + Send,
        D: Future<Output = Result<T, ApiError>> + Send,
    {
        Box::pin(async move { send_by(self.owner_connection().await?, via_owner, directly).await })
    }

    /// Sends a request as [`Self::send`] does, but does not wait while this process is looking for the process that
    /// owns the data directory. In that case, sends the request directly to the service.
    fn send_at_once<'a, T, L, D>(
        &'a self,
        via_owner: impl FnOnce(Arc<OwnerConnection>) -> L + Send + 'a,
        directly: impl FnOnce() -> D + Send + 'a,
    ) -> BoxFuture<'a, Result<T, ApiError>>
    where
        L: Future<Output = Result<T, ApiError>> + Send,
        D: Future<Output = Result<T, ApiError>> + Send,
    {
        Box::pin(async move { send_by(self.open_owner_connection(), via_owner, directly).await })
    }

    /// Sends a request that changes data (see [`Self::send`]). If this process owns the data directory, also reports
    /// the change to the other processes. `change` creates the report from the request's result.
    fn send_change<'a, T: Send, L, D>(
        &'a self,
        via_owner: impl FnOnce(Arc<OwnerConnection>) -> L + Send + 'a,
        directly: impl FnOnce() -> D + Send + 'a,
        change: impl FnOnce(&T) -> SharedChange + Send + 'a,
    ) -> BoxFuture<'a, Result<T, ApiError>>
    where
        L: Future<Output = Result<T, ApiError>> + Send,
        D: Future<Output = Result<T, ApiError>> + Send,
    {
        self.send(via_owner, move || async move {
            let result = directly().await;
            if let Ok(value) = &result {
                self.member.hub().report_change(change(value), None);
            }
            result
        })
    }

    /// Returns the current connection to the process that owns the data directory; `None` if there is none. Does not
    /// wait.
    fn open_owner_connection(&self) -> Option<Arc<OwnerConnection>> {
        let InstanceRole::ViaOwner(owner) = self.member.role() else { return None };
        (!owner.is_closed()).then_some(owner)
    }
}

/// Sends a request by calling `via_owner` with the connection `owner`. If there is no connection, sends the request to
/// the service by calling `directly`.
async fn send_by<T, L, D>(
    owner: Option<Arc<OwnerConnection>>,
    via_owner: impl FnOnce(Arc<OwnerConnection>) -> L,
    directly: impl FnOnce() -> D,
) -> Result<T, ApiError>
where
    L: Future<Output = Result<T, ApiError>>,
    D: Future<Output = Result<T, ApiError>>,
{
    match owner {
        Some(owner) => via_owner(owner).await,
        None => directly().await,
    }
}
