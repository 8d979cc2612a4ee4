//! Waits for a mail: by push, over broken connections, with the sessions kept alive meanwhile.
//!
//! What counts as new does not depend on the order of packets. A wait begins with what the archive
//! and the service know already; of that only mail counts that came after the mark. All that is
//! told later is new. When the session is queried and how the stream is kept is decided by
//! [`crate::domain::session_sync`].

mod filter;
mod watching;

pub use filter::{Mark, Wanted};

use super::persist::{self, WAIT_ATTEMPTS};
use super::{Mailbox, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use crate::domain::session_sync::Demand;
use crate::ports::archive::Kept;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::sync::Arc;

/// Sessions that are watched at once when none is named, the newest first.
const MAX_SESSIONS: usize = 32;

/// Sessions that are queried as if each were waited for alone, the newest first: the service takes only so
/// many calls.
const MAX_URGENT: usize = 4;

/// The mail that was waited for.
#[derive(Clone, Debug)]
pub struct Found {
    /// What a list shows of it.
    pub kept: Kept,
    /// What its bytes hold.
    pub mail: Arc<Mail>,
    /// Its exact bytes.
    pub raw: Bytes,
}

/// How a wait gets on, for whoever looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Mail of a session is told as it comes.
    Watching(SessionId),
    /// A connection broke, for this reason; it is tried again.
    Again(SafeText),
    /// A mail came that was not asked for.
    PassedOver(SafeText),
}

impl Mailbox {
    /// Waits until a mail comes that is wanted. Ends with an error only where trying again is of
    /// no use: a lapsed session, a refused token, or a service that was never reached. It has no
    /// time limit of its own and can be dropped at any time; what was taken in by then is kept.
    pub async fn wait(&self, wanted: &Wanted, tell: &(dyn Fn(Stage) + Sync)) -> Result<Found, ServiceError> {
        let sessions = self.sessions_to_watch(wanted, tell).await?;
        let mut waits: FuturesUnordered<_> = (0..)
            .zip(sessions)
            .map(|(nth, session)| {
                let demand = if nth < MAX_URGENT { Demand::Waiting } else { Demand::Collecting };
                watching::watch_one(self, session, demand, wanted, tell)
            })
            .collect();
        let mut last = ServiceError::NoSession;
        while let Some(outcome) = waits.next().await {
            match outcome {
                Ok(found) => return Ok(found),
                // A service that cannot be reached for one session is out of reach for all.
                Err(error) if persist::passes(&error) => return Err(error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn sessions_to_watch(
        &self,
        wanted: &Wanted,
        tell: &(dyn Fn(Stage) + Sync),
    ) -> Result<Vec<SessionId>, ServiceError> {
        if let Some(session) = &wanted.session {
            return Ok(vec![session.clone()]);
        }
        if let Mark::After(Some(id)) = &wanted.mark {
            let id = id.clone();
            if let Some(kept) = self.on_archive(move |archive, _| archive.kept(&id)).await? {
                return Ok(vec![kept.summary.envelope.session]);
            }
        }
        if let Some(address) = &wanted.address {
            let found = persist::persist(WAIT_ATTEMPTS, tell, || self.find_address(address)).await?;
            return Ok(vec![found.0.id]);
        }
        let live = persist::persist(WAIT_ATTEMPTS, tell, || self.take_up_sessions()).await?.value.live;
        if live.is_empty() {
            return Err(ServiceError::NoSession);
        }
        Ok(live.into_iter().take(MAX_SESSIONS).map(|session| session.id).collect())
    }
}
