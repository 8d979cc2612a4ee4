//! The service's API for a process on a shared data folder: the owner sends requests itself, the others send them
//! over the owner.

mod requests;

use super::client::Link;
use super::member::{Member, Role};
use super::streams::gone;
use crate::domain::sharing::SharedChange;
use crate::ports::dropmail_api::{ApiError, DropMailApi};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The service's API for a process on a shared data folder.
#[derive(Debug)]
pub struct SharedApi {
    direct: Arc<dyn DropMailApi>,
    member: Arc<Member>,
    has_token: AtomicBool,
}

impl SharedApi {
    /// Creates the API of a process; `direct` sends requests without another process.
    pub fn new(direct: Arc<dyn DropMailApi>, member: Arc<Member>) -> Self {
        Self { direct, member, has_token: AtomicBool::new(false) }
    }

    /// Returns the connection to the owner; `None` if this process sends the request itself. That is an error
    /// as long as it has no token, because the owner had one and has gone.
    async fn link(&self) -> Result<Option<Arc<Link>>, ApiError> {
        if let Role::Linked(link) = self.member.settled_role().await
            && !link.is_closed()
        {
            return Ok(Some(link));
        }
        if self.has_token.load(Ordering::Relaxed) { Ok(None) } else { Err(gone()) }
    }

    /// Passes a change of this owner on to the other processes.
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
