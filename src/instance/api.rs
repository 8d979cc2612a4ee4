//! The service's API for a process that shares a data folder. The owner of the folder sends requests itself;
//! the other processes send their requests over the owner.

mod requests;

use super::client::Link;
use super::member::{Member, Role};
use super::streams::gone;
use crate::domain::sharing::SharedChange;
use crate::ports::dropmail_api::{ApiError, DropMailApi};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Maximum time that a push connection waits for this process to get a token after the owner has gone. A
/// query fetches the token.
const TOKEN_TIME: Duration = Duration::from_secs(5);

/// The service's API for a process that shares a data folder with other processes.
#[derive(Debug)]
pub struct SharedApi {
    direct: Arc<dyn DropMailApi>,
    member: Arc<Member>,
    has_token: watch::Sender<bool>,
}

impl SharedApi {
    /// Creates the API of a process; `direct` sends requests to the service without another process.
    pub fn new(direct: Arc<dyn DropMailApi>, member: Arc<Member>) -> Self {
        Self { direct, member, has_token: watch::Sender::new(false) }
    }

    /// Returns the connection to the owner; `None` if this process sends its requests itself.
    ///
    /// Fails if this process should send the request itself but has no token yet: the owner had the token and
    /// has gone.
    async fn link(&self) -> Result<Option<Arc<Link>>, ApiError> {
        if let Role::Linked(link) = self.member.settled_role().await
            && !link.is_closed()
        {
            return Ok(Some(link));
        }
        if *self.has_token.borrow() { Ok(None) } else { Err(gone()) }
    }

    /// Waits until this process has a token of its own; returns false if none arrives in time.
    fn token_set(&self) -> impl Future<Output = bool> + use<> {
        let mut has_token = self.has_token.subscribe();
        async move { matches!(timeout(TOKEN_TIME, has_token.wait_for(|is_set| *is_set)).await, Ok(Ok(_))) }
    }

    /// Passes a change that this owner has made on to the other processes.
    fn passed_on<T>(
        &self,
        result: Result<T, ApiError>,
        change: impl FnOnce(&T) -> SharedChange,
    ) -> Result<T, ApiError> {
        if let Ok(value) = &result {
            self.member.hub().changed(change(value), None);
        }
        result
    }

    /// Returns the connection to the owner at this moment, without waiting.
    fn link_now(&self) -> Option<Arc<Link>> {
        let Role::Linked(link) = self.member.role() else { return None };
        (!link.is_closed()).then_some(link)
    }
}
