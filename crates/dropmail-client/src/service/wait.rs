//! Waits for a mail on push connections. Reopens connections that are lost, and keeps the sessions alive in the
//! meantime.
//!
//! The time at which the connections are opened does not affect which mails count as new. First, the archive and the
//! service are queried; of the mails found, only those after the start point count as new. Every mail that is reported
//! later counts as new. [`session_sync`](crate::domain::session_sync) decides when to query a session and when to
//! reconnect its stream.

mod filter;
mod watching;

pub use filter::{StartPoint, WaitFilter};

use super::retry::{self, RetryLimit};
use super::{Mailbox, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::session_sync::Demand;
use crate::domain::stored_mail::StoredMail;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use mail_codes::MailWithFindings;
use mail_reader::sanitize::SafeText;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Maximum number of sessions in which a wait looks for mail if the user specifies no session. If there are more
/// sessions, the newest ones are used.
const MAX_SESSIONS: usize = 32;

/// Maximum number of sessions that a wait queries frequently; if there are more, the newest ones are chosen. Frequent
/// queries of all sessions would exceed the service's rate limit.
const MAX_FAST_POLLED: usize = 4;

/// Interval between lookups of an address that does not exist yet but for which the local server's catch-all may
/// accept mail.
const CATCH_ALL_POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A mail that matches the filter of a wait, such as the one started by the `wait` command.
#[derive(Clone, Debug)]
pub struct MatchedMail {
    /// The matching mail as shown in a row of the inbox: its summary, whether it is read, and whether it is starred.
    pub stored: StoredMail,
    /// The parsed matching mail, with its codes and links.
    pub mail: Arc<MailWithFindings>,
}

/// The progress of waiting for a mail, as reported to the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WaitProgress {
    /// The service has acknowledged the subscription for the given session, so new mail is now received immediately.
    Watching(SessionId),
    /// A connection or a request failed with the given error message and will be retried.
    Again(SafeText),
    /// A mail with the given subject has arrived but does not match the filter.
    PassedOver(SafeText),
}

/// A callback that receives each matching mail. It returns `Break` to end the wait, and `Continue` to wait for another
/// mail.
pub type OnMatch<'a> = &'a (dyn Fn(MatchedMail) -> ControlFlow<()> + Sync);

impl Mailbox {
    /// Waits until a matching mail arrives, and returns it. See [`Self::wait_each`] for the errors.
    pub async fn wait(
        &self,
        filter: &WaitFilter,
        report: &(dyn Fn(WaitProgress) + Sync),
    ) -> Result<MatchedMail, ServiceError> {
        let slot = Mutex::new(None);
        self.wait_each(filter, report, &|matched| {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(matched);
            ControlFlow::Break(())
        })
        .await?;
        slot.into_inner().unwrap_or_else(PoisonError::into_inner).ok_or(ServiceError::NoSession)
    }

    /// Passes each matching mail to `on_match` once, until `on_match` returns `Break`. If [`WaitFilter::looks_once`]
    /// is `true`, the wait also ends after all sessions have been queried once.
    ///
    /// Returns an error only if a retry cannot help: the session has expired, the service rejects the token, or the
    /// service could never be reached. The wait has no timeout. The caller can drop the future at any time without
    /// losing mails that are already stored.
    pub async fn wait_each(
        &self,
        filter: &WaitFilter,
        report: &(dyn Fn(WaitProgress) + Sync),
        on_match: OnMatch<'_>,
    ) -> Result<(), ServiceError> {
        let sessions = self.sessions_to_watch(filter, report).await?;
        let is_ended = AtomicBool::new(false);
        let on_match = |matched| {
            let flow = on_match(matched);
            is_ended.fetch_or(flow.is_break(), Ordering::Relaxed);
            flow
        };
        let mut waits: FuturesUnordered<_> = (0..)
            .zip(sessions)
            .map(|(nth, session)| {
                let demand = if nth < MAX_FAST_POLLED { Demand::Waiting } else { Demand::Collecting };
                watching::watch_session(self, session, demand, filter, report, &on_match)
            })
            .collect();
        let mut last = Err(ServiceError::NoSession);
        while let Some(outcome) = waits.next().await {
            match outcome {
                Ok(()) if filter.looks_once && !is_ended.load(Ordering::Relaxed) => last = Ok(()),
                Ok(()) => return Ok(()),
                // If the service cannot be reached for one session, it cannot be reached for the others either.
                Err(error) if retry::is_transient(&error) => return Err(error),
                Err(error) if last.is_err() => last = Err(error),
                Err(_) => {}
            }
        }
        last
    }

    /// Finds the session that has an address. If the address does not exist but a local server's catch-all may create
    /// it when a mail arrives, repeats the lookup until the address exists.
    async fn find_session(
        &self,
        address: &str,
        report: &(dyn Fn(WaitProgress) + Sync),
    ) -> Result<SessionId, ServiceError> {
        let mut may_come = None;
        loop {
            let lookup =
                retry::retry_until_reached(RetryLimit::Wait, report, || self.find_address(address)).await;
            let unknown = match lookup {
                Ok((session, _)) => return Ok(session.id),
                Err(unknown @ ServiceError::NoSuchAddress { .. }) => unknown,
                Err(error) => return Err(error),
            };
            if may_come.is_none() {
                may_come = Some(self.catch_all_may_accept(address).await?);
            }
            if may_come != Some(true) {
                return Err(unknown);
            }
            tokio::time::sleep(CATCH_ALL_POLL_INTERVAL).await;
        }
    }

    /// Returns whether a catch-all may accept mail to an address that does not exist. This requires that the service
    /// runs on this machine. The domain must not be one of the service's own domains, because the catch-all does not
    /// apply to them.
    async fn catch_all_may_accept(&self, address: &str) -> Result<bool, ServiceError> {
        let host = url::Url::parse(self.api.base()).ok();
        let is_near = host.as_ref().and_then(url::Url::host).is_some_and(|host| match host {
            url::Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        });
        let Some((_, domain)) = address.rsplit_once('@').filter(|_| is_near) else { return Ok(false) };
        match self.domain_id(domain).await {
            Ok(_) => Ok(false),
            Err(ServiceError::NoSuchDomain { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn sessions_to_watch(
        &self,
        filter: &WaitFilter,
        report: &(dyn Fn(WaitProgress) + Sync),
    ) -> Result<Vec<SessionId>, ServiceError> {
        if let Some(session) = &filter.session {
            return Ok(vec![session.clone()]);
        }
        if let StartPoint::After(Some(id)) = &filter.start_point {
            let id = id.clone();
            if let Some(stored) = self.with_archive(move |archive, _| archive.stored_mail(&id)).await? {
                return Ok(vec![stored.summary.envelope.session]);
            }
        }
        if let Some(address) = &filter.address {
            return self.find_session(address, report).await.map(|id| vec![id]);
        }
        let live =
            retry::retry_until_reached(RetryLimit::Wait, report, || self.sync_sessions()).await?.value.live;
        if live.is_empty() {
            return Err(ServiceError::NoSession);
        }
        Ok(live.into_iter().take(MAX_SESSIONS).map(|session| session.id).collect())
    }
}
