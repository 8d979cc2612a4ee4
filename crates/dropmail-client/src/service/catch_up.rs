//! Queries all live sessions once, before a command lists mails or looks for a mail that is not in the archive.
//!
//! The state machine in [`session_sync`](crate::domain::session_sync) controls these queries, as well as those for the
//! screen and for the `wait` command. Paging, retries and errors are therefore handled in the same way everywhere.

use super::retry::{self, RetryLimit};
use super::{Mailbox, ServiceError, SyncedSession};
use crate::domain::ids::SessionId;
use crate::domain::session_sync::{Demand, SessionSync, SyncAction, SyncContext, SyncEvent};
use futures_util::{StreamExt, stream};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Maximum number of sessions that are queried in parallel; the other sessions wait.
const MAX_PARALLEL_SESSIONS: usize = 4;

impl Mailbox {
    /// Fetches and stores all new mail of all live sessions. Returns one error for each failed query, for each failed
    /// download, and for each list of mails that is incomplete. A failure in one session does not prevent the queries
    /// of the other sessions. Returns `Err` only if the live sessions cannot be listed.
    pub async fn catch_up(&self) -> Result<Vec<ServiceError>, ServiceError> {
        let limit = RetryLimit::Listing(Instant::now());
        let list = || self.sync_sessions();
        let live = retry::retry_until_reached(limit, &|_| (), list).await?.value.live;
        let outcomes = stream::iter(live)
            .map(|session| self.catch_up_session(session.id, limit))
            .buffered(MAX_PARALLEL_SESSIONS);
        let failures = outcomes.map(|outcome| match outcome {
            Ok(touched) => {
                let gap = touched.gap.map(ServiceError::Incomplete);
                touched.missed.into_iter().map(|missed| missed.error).chain(gap).collect()
            }
            Err(error) => vec![error],
        });
        Ok(failures.concat().await)
    }

    /// Queries one session. Repeats the query until the service replies or a retry cannot help.
    async fn catch_up_session(
        &self,
        session: SessionId,
        limit: RetryLimit,
    ) -> Result<SyncedSession, ServiceError> {
        let complete_to = self.stored_complete_to(&session).await;
        let mut sync = SessionSync::new(Demand::CatchingUp, complete_to, self.clock.now());
        let (mut last_number, mut event) = (0, None);
        loop {
            let now = self.clock.now();
            let actions = self.with_transport_selector(|transports| {
                let mut context = SyncContext { now, transports, last_number: &mut last_number };
                match event.take() {
                    Some(event) => sync.handle(event, &mut context),
                    None => sync.poll(&mut context),
                }
            });
            for action in actions {
                let SyncAction::Query { number } = action else { continue };
                match self.touch(&session, sync.complete_to()).await {
                    Ok(touched) => return Ok(touched),
                    Err(error) if !limit.allows(sync.query_failures() + 1, &error) => return Err(error),
                    Err(error) => {
                        tracing::info!(%error, "the session is queried again");
                        let (cause, wait) = retry::cause_and_wait(error.api_error());
                        event = Some(SyncEvent::QueryFailed { query: number, cause, wait });
                    }
                }
            }
            if event.is_none() {
                let Some(due) = sync.due() else {
                    return self.touch(&session, sync.complete_to()).await;
                };
                sleep(Duration::try_from(due.duration_since(self.clock.now())).unwrap_or(Duration::ZERO))
                    .await;
            }
        }
    }
}
