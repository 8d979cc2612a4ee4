//! The simulated archive of a mailbox under test: stored mails, pages, searches, hidden mails and history.

use super::{Driver, fill_template, start};
use bytes::Bytes;
use dropmail_client::domain::history::HistoryEntry;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::search::{self, SearchQuery};
use dropmail_client::domain::stored_mail::{MAILS_PER_PAGE, SearchBatch, SearchCursor, StoredMail};
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{Effect, StoreEffect};

/// Number of seconds in a day. Mails that a test adds to the archive directly are one day older than delivered mails.
const DAY: i64 = 86_400;

impl Driver {
    /// Builds a numbered mail for a recipient from a template. The mail arrived `seconds_earlier` seconds before the
    /// time at which a new mail would arrive.
    pub(super) fn received(
        &mut self,
        session: &str,
        to: &str,
        raw: &str,
        seconds_earlier: i64,
    ) -> (Envelope, Bytes) {
        self.mail_count += 1;
        let raw = fill_template(raw, self.mail_count);
        let envelope = Envelope {
            id: MailId::new(format!("mail {}", self.mail_count)),
            session: SessionId::new(session),
            received_at: start() + SignedDuration::from_secs(self.mail_count - seconds_earlier),
            from: "bounce@example.com".into(),
            to: to.into(),
            to_orig: to.into(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        (envelope, raw)
    }

    /// Adds an older mail to the archive. The inbox has not loaded this mail.
    pub(crate) fn archive_mail(&mut self, session: &str, raw: &str) -> MailId {
        let to = format!("{session}@dropmail.me");
        let (envelope, raw) = self.received(session, &to, raw, DAY);
        let id = envelope.id.clone();
        self.raw_mails.insert(id.clone(), (envelope, raw));
        id
    }

    /// Returns the first page of the stored mails, as the archive would return it.
    pub(crate) fn first_page(&self) -> Vec<StoredMail> {
        let mut all: Vec<_> = self.raw_mails.values().collect();
        all.sort_by_key(|(envelope, _)| std::cmp::Reverse(envelope.received_at));
        let stored_mail = |(envelope, raw): &(Envelope, Bytes)| {
            StoredMail::new(Summary::new(envelope.clone(), &mail_codes::parse(raw)))
        };
        all.into_iter().take(MAILS_PER_PAGE).map(stored_mail).collect()
    }

    /// Runs one step of a search through all stored mails that are not hidden, newest first.
    pub(super) fn search_step(
        &self,
        query: &SearchQuery,
        is_kept: impl Fn(&StoredMail) -> bool,
        from: Option<SearchCursor>,
    ) -> SearchBatch {
        let hidden: Vec<MailId> = self.hidden().into_iter().map(|mail| mail.summary.envelope.id).collect();
        let place = |id: &MailId| id.as_str().trim_start_matches("mail ").parse::<i64>().unwrap();
        let mut all: Vec<_> =
            self.raw_mails.values().map(|(envelope, raw)| (place(&envelope.id), envelope, raw)).collect();
        all.sort_by_key(|(place, ..)| std::cmp::Reverse(*place));
        all.retain(|(place, ..)| from.is_none_or(|SearchCursor(from)| *place < from));
        let reached = all.get(self.search_step_size - 1).map(|(place, ..)| SearchCursor(*place));
        let found = all.into_iter().take(self.search_step_size).filter_map(|(_, envelope, raw)| {
            let mail = mail_codes::parse(raw);
            let summary = Summary::new(envelope.clone(), &mail);
            let read = self.effects.contains(&Effect::Store(StoreEffect::SetRead(envelope.id.clone(), true)));
            let stored = StoredMail { read, ..StoredMail::new(summary) };
            let matches = query.matches(&search::text_of(envelope, &mail)) && !hidden.contains(&envelope.id);
            (matches && is_kept(&stored)).then_some(stored)
        });
        SearchBatch { mails: found.collect(), reached }
    }

    /// Returns the mails that the user has hidden, most recently hidden first.
    pub(super) fn hidden(&self) -> Vec<StoredMail> {
        let mut hidden: Vec<MailId> = Vec::new();
        for effect in &self.effects {
            match effect {
                Effect::Store(StoreEffect::SetHidden(id, true)) => hidden.insert(0, id.clone()),
                Effect::Store(StoreEffect::SetHidden(id, false)) => hidden.retain(|other| other != id),
                _ => {}
            }
        }
        let stored_mail = |id: &MailId| {
            let (envelope, raw) = self.raw_mails.get(id).unwrap().clone();
            StoredMail { read: true, ..StoredMail::new(Summary::new(envelope, &mail_codes::parse(&raw))) }
        };
        hidden.iter().map(stored_mail).collect()
    }

    /// Returns the history entries (actions on addresses) that the core has sent to the archive, newest first.
    pub(super) fn history(&self) -> Vec<HistoryEntry> {
        let entry = |effect: &Effect| match effect {
            Effect::Store(StoreEffect::AddHistory(address, action)) => {
                Some(HistoryEntry { at: start(), address: address.clone(), action: action.clone() })
            }
            _ => None,
        };
        self.effects.iter().rev().filter_map(entry).collect()
    }
}
