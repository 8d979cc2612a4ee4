//! Stores a received mail for each recipient, and returns the mails of a session in order.

use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;

use super::state::StoreState;
use super::{AddressName, Recipient, Store};
use crate::clock;
use crate::error::RequestError;
use crate::ids::MailRef;
use crate::mail_content::{AttachmentFields, MailContent};
use crate::sanitize::{self, ImagePolicy};
use crate::tokens::UserIdentity;
use jiff::Timestamp;
use mail_reader::smtp_oddity::SmtpOddity;

/// Maximum number of mails in a list without paging. Clients request older mails page by page.
const MAX_LISTED_MAILS: usize = 100;
/// Maximum number of mails in one page; a larger number in a request is reduced to this value.
const MAX_PAGE_MAILS: usize = 1_000;

/// A received mail as it is stored for one recipient.
#[derive(Debug)]
pub(crate) struct MailRecord {
    pub(crate) session: Uuid,
    pub(crate) reference: MailRef,
    pub(crate) received_at: Timestamp,
    pub(crate) from: Arc<str>,
    pub(crate) to: AddressName,
    pub(crate) to_written: String,
    pub(crate) content: Arc<MailContent>,
    /// The rules of SMTP that the sender of the mail violated.
    pub(crate) oddities: Arc<[SmtpOddity]>,
}

/// Sort order of a list of mails by their time of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortOrder {
    OldestFirst,
    NewestFirst,
}

/// A request for a page of a session's mails. `after` and `before` are mail numbers; both bounds are exclusive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest {
    pub(crate) order: SortOrder,
    pub(crate) after: Option<u64>,
    pub(crate) before: Option<u64>,
    pub(crate) first: Option<usize>,
    pub(crate) last: Option<usize>,
}

/// A page of a session's mails, and whether more mails precede or follow the page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) mails: Vec<Arc<MailRecord>>,
    pub(crate) total: usize,
    pub(crate) has_previous: bool,
    pub(crate) has_next: bool,
}

impl Store {
    /// Stores a mail for each recipient, except those whose address has been deleted or whose session has expired in
    /// the meantime. Extends the lifetime of the recipients' sessions and wakes the subscriptions of these sessions.
    /// Returns the number of recipients for which the mail was stored.
    pub(crate) fn deliver(
        &self,
        from: &Arc<str>,
        recipients: &[Recipient],
        content: &Arc<MailContent>,
        oddities: &[SmtpOddity],
    ) -> usize {
        let oddities: Arc<[SmtpOddity]> = oddities.into();
        let received_at = clock::now();
        let (now, deadline) = (Instant::now(), self.deadline());
        let mut state = self.lock();
        let mut delivered = 0;
        for recipient in recipients {
            // Since the recipient was accepted, its address may have been deleted or its session may have expired.
            let Some(id) = self.session_for(&mut state, recipient, now) else { continue };
            state.last_seq += 1;
            let seq = state.last_seq;
            let mail = MailRecord {
                session: id,
                reference: MailRef::new(seq),
                received_at,
                from: Arc::clone(from),
                to: recipient.address.clone(),
                to_written: recipient.written.clone(),
                content: Arc::clone(content),
                oddities: Arc::clone(&oddities),
            };
            state.store(id, mail);
            state.extend(id, deadline);
            self.drop_oldest_over_limit(&mut state, id);
            delivered += 1;
        }
        delivered
    }

    fn session_for(&self, state: &mut StoreState, recipient: &Recipient, now: Instant) -> Option<Uuid> {
        match recipient.session {
            Some(id) => {
                let lives = state.sessions.get(&id).is_some_and(|session| session.deadline > now);
                (lives && state.live.get(&recipient.address) == Some(&id)).then_some(id)
            }
            None => self.catch(state, &recipient.address),
        }
    }

    fn drop_oldest_over_limit(&self, state: &mut StoreState, id: Uuid) {
        let count = |state: &StoreState| state.sessions.get(&id).map_or(0, |session| session.mails.len());
        while count(state) > self.limits.mails_per_session.max(1) {
            tracing::warn!("too many mails in a session: dropped its oldest mail");
            state.drop_oldest_of(id);
        }
        while state.bytes > self.limits.total_bytes && state.arrivals.len() > 1 {
            let Some(oldest) = state.arrivals.first_key_value().map(|(_, session)| *session) else { break };
            tracing::warn!("too many bytes of mail: dropped the oldest mail");
            state.drop_oldest_of(oldest);
        }
    }

    /// Returns a session's mails with numbers greater than `after`, newest first. Older mails beyond
    /// [`MAX_LISTED_MAILS`] are left out. If `address` is given, returns only the mails to that address.
    pub(crate) fn newest(
        &self,
        id: Uuid,
        owner: UserIdentity,
        after: u64,
        address: Option<&str>,
    ) -> Result<Vec<Arc<MailRecord>>, RequestError> {
        let mut state = self.lock();
        let mails = state.session(id, owner)?.mails.iter().rev();
        let fit = mails
            .take_while(|mail| mail.reference.seq > after)
            .filter(|mail| address.is_none_or(|address| &*mail.to == address));
        Ok(fit.take(MAX_LISTED_MAILS).cloned().collect())
    }

    /// Returns a session's oldest mail with a number greater than `after`; `None` if there is no such mail.
    pub(crate) fn next_after(
        &self,
        id: Uuid,
        owner: UserIdentity,
        after: u64,
    ) -> Result<Option<Arc<MailRecord>>, RequestError> {
        let mut state = self.lock();
        let mails = &state.session(id, owner)?.mails;
        let at = mails.partition_point(|mail| mail.reference.seq <= after);
        Ok(mails.get(at).cloned())
    }

    /// Returns the number of mails in a session.
    pub(crate) fn count(&self, id: Uuid, owner: UserIdentity) -> Result<usize, RequestError> {
        Ok(self.lock().session(id, owner)?.mails.len())
    }

    /// Returns the page of a session's mails that `ask` requests. Of the mails between `ask.after` and `ask.before`
    /// (both exclusive), sorted by `ask.order`, it takes the first `ask.first`, and of these the last `ask.last`. The
    /// page contains at most [`MAX_PAGE_MAILS`] mails.
    pub(crate) fn page(&self, id: Uuid, owner: UserIdentity, ask: PageRequest) -> Result<Page, RequestError> {
        let mut state = self.lock();
        let mails = &state.session(id, owner)?.mails;
        let total = mails.len();
        // Positions count from the start of the list in the requested order.
        let upto = |place: u64| mails.partition_point(|mail| mail.reference.seq <= place);
        let below = |place: u64| mails.partition_point(|mail| mail.reference.seq < place);
        let (start, end) = match ask.order {
            SortOrder::OldestFirst => (ask.after.map_or(0, upto), ask.before.map_or(total, below)),
            SortOrder::NewestFirst => (
                ask.after.map_or(0, |place| total - below(place)),
                ask.before.map_or(total, |place| total - upto(place)),
            ),
        };
        let end = end.max(start);
        let end = end.min(start.saturating_add(ask.first.unwrap_or(usize::MAX)));
        let start = start.max(end.saturating_sub(ask.last.unwrap_or(usize::MAX)));
        let (start, end) = match (ask.first, ask.last) {
            (None, Some(_)) => (start.max(end.saturating_sub(MAX_PAGE_MAILS)), end),
            _ => (start, end.min(start.saturating_add(MAX_PAGE_MAILS))),
        };
        let at = |position: usize| match ask.order {
            SortOrder::OldestFirst => mails.get(position),
            SortOrder::NewestFirst => mails.get(total - 1 - position),
        };
        let mails = (start..end).filter_map(at).cloned().collect();
        Ok(Page { mails, total, has_previous: start > 0, has_next: end < total })
    }

    /// Returns a mail of a session, or an error if the session does not belong to `owner` or has no such mail.
    pub(crate) fn mail(
        &self,
        id: Uuid,
        owner: UserIdentity,
        mail: MailRef,
    ) -> Result<Arc<MailRecord>, RequestError> {
        self.lock().session(id, owner)?.find(mail).ok_or(RequestError::MailNotFound)
    }

    /// Returns a mail by its session and reference; `None` if there is no such mail. The owner is not checked, because
    /// the session and the reference come from a download URL and are unguessable.
    pub(crate) fn mail_by_secret(&self, id: Uuid, mail: MailRef) -> Option<Arc<MailRecord>> {
        let state = self.lock();
        let session = state.sessions.get(&id)?;
        if session.deadline > Instant::now() { session.find(mail) } else { None }
    }
}

impl StoreState {
    fn store(&mut self, id: Uuid, mail: MailRecord) {
        let seq = mail.reference.seq;
        let Some(session) = self.sessions.get_mut(&id) else { return };
        self.bytes += mail.content.cost();
        session.mails.push_back(Arc::new(mail));
        session.latest.send_replace(seq);
        self.arrivals.insert(seq, id);
    }
}

impl super::sessions::SessionRecord {
    fn find(&self, mail: MailRef) -> Option<Arc<MailRecord>> {
        let at = self.mails.partition_point(|stored| stored.reference.seq < mail.seq);
        self.mails.get(at).filter(|stored| stored.reference == mail).cloned()
    }
}

impl MailRecord {
    /// Returns the path component that identifies this mail in download URLs. Anyone who knows this component can read
    /// the mail.
    pub(crate) fn path(&self) -> String {
        format!("gql:1:{}/{}", self.session, self.reference)
    }

    pub(crate) fn attachment_url(&self, base: &str, part: u32) -> String {
        format!("{base}/download/attachment/{}/{part}", self.path())
    }

    /// Returns the sanitised HTML part of the mail; `None` if the mail has no HTML.
    pub(crate) fn sanitized_html(&self, policy: ImagePolicy, base: &str) -> Option<String> {
        let parsed = self.content.parsed.as_ref()?;
        let by_cid =
            |part: &AttachmentFields| Some((part.content_id.clone()?, self.attachment_url(base, part.part)));
        let parts = parsed.attachments.iter().filter_map(by_cid).collect();
        Some(sanitize::clean(parsed.html.as_ref()?, policy, base.to_owned(), parts))
    }
}
