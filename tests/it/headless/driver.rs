//! Test driver for the core and the view, with a fixed clock. The driver answers each effect at once with test
//! data. It also records the effects, so that tests can check them.

// This file exceeds 300 lines because the driver answers every effect of the core.

use bytes::Bytes;
use dropmail_tui::app::effect::{
    AccountEffect, ArchiveEffect, CaptchaEffect, DomainEffect, Effect, ExternalEffect, ReaderEffect,
    SaveEffect, StoreEffect,
};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::message_header::head;
use dropmail_tui::app::mouse::{Gesture, Mouse};
use dropmail_tui::app::msg::{
    AppError, Browsed, FailureKind, HiddenItems, IngestedMail, MailboxSource, Msg, Storage, TouchOutcome,
};
use dropmail_tui::app::reader::LoadedMail;
use dropmail_tui::app::{Model, subscriptions, update};
use dropmail_tui::domain::copied_to::CopiedTo;
use dropmail_tui::domain::delivery::Push;
use dropmail_tui::domain::history::HistoryEntry;
use dropmail_tui::domain::ids::{AddressId, MailId, SessionId};
use dropmail_tui::domain::mail::{Envelope, Summary};
use dropmail_tui::domain::push_transport::TransportChoice;
use dropmail_tui::domain::search::{self, Query};
use dropmail_tui::domain::secrets::RestoreKey;
use dropmail_tui::domain::session::{Address, Session};
use dropmail_tui::domain::stored_mail::{
    ArchiveSnapshot, MailCounts, PAGE, SearchBatch, SearchCursor, Stored, StoredMail,
};
use dropmail_tui::domain::time::{SignedDuration, Timestamp};
use dropmail_tui::ui;
use dropmail_tui::ui::theme::Styles;
use mail_reader::mime;
use mail_reader::richtext::{self, RenderOptions};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// A mailbox under test, with all effects that its core has returned so far.
pub(crate) struct Driver {
    pub(crate) model: Model,
    /// All effects that the core returned, in order.
    pub(crate) asked: Vec<Effect>,
    /// All texts that were copied to the clipboard, in order.
    pub(crate) copied: Vec<String>,
    /// Whether the fake service answers requests.
    pub(crate) online: bool,
    /// Number of mails that one batch of a search examines.
    pub(crate) step: usize,
    raws: HashMap<MailId, (Envelope, Bytes)>,
    arrived: i64,
}

/// Returns the time at which the fixed clock starts: 2026-03-01 12:00:00 UTC.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_second(1_772_366_400).unwrap()
}

pub(crate) fn session(name: &str) -> Session {
    let address = Address {
        id: AddressId::new(format!("address of {name}")),
        address: format!("{name}@dropmail.me").into(),
        restore_key: RestoreKey::new("key"),
    };
    let expires_at = start() + SignedDuration::from_mins(10);
    Session { id: SessionId::new(name), expires_at, addresses: vec![address] }
}

/// Fills in the placeholders of a mail template, and ends its lines with CR LF.
fn rendered(template: &str, number: i64) -> Bytes {
    let text = template
        .replace("{{address}}", "first@dropmail.me")
        .replace("{{date}}", "Sun, 01 Mar 2026 11:59:00 +0000")
        .replace("{{id}}", &number.to_string());
    assert!(!text.contains("{{"), "a placeholder is not filled in: {text}");
    Bytes::from(text.replace('\n', "\r\n"))
}

/// Returns the text of a screen, with each row in quotes. A symbol that is two columns wide hides the cell after
/// it.
fn text_of(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in buffer.content().chunks(usize::from(buffer.area.width)) {
        text.push('"');
        let mut hidden: usize = 0;
        for cell in row {
            if hidden == 0 {
                text.push_str(cell.symbol());
            }
            hidden = hidden.max(unicode_width::UnicodeWidthStr::width(cell.symbol())).saturating_sub(1);
        }
        text.push_str("\"\n");
    }
    text
}

impl Driver {
    /// Creates a mailbox that has not started yet, for a screen of this size.
    pub(crate) fn cold(width: u16, height: u16) -> Self {
        Self {
            model: Model::new(start(), Area::screen(width, height)),
            asked: Vec::new(),
            copied: Vec::new(),
            online: true,
            step: 2,
            raws: HashMap::new(),
            arrived: 0,
        }
    }

    /// Creates a mailbox with one session whose stream is connected.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let mut driver = Self::cold(width, height);
        driver.boot();
        driver.connect();
        driver
    }

    pub(crate) fn boot(&mut self) {
        self.msg(Msg::Booted(MailboxSource {
            service: "dropmail.me".into(),
            smtp: None,
            samples: false,
            channels: TransportChoice::Auto,
            mail: Storage::Archive,
        }));
    }

    /// Connects every stream that the mailbox needs in its current state.
    pub(crate) fn connect(&mut self) {
        for (session, watch) in self.watches() {
            self.msg(Msg::Pushed { session, generation: watch.generation, push: Push::Ready });
        }
        self.model.notices.clear();
    }

    pub(crate) fn watches(&self) -> Vec<(SessionId, dropmail_tui::app::connection::StreamParams)> {
        use dropmail_tui::app::subscription::Subscription;
        let watches = subscriptions(&self.model).into_iter().filter_map(|wanted| match wanted {
            Subscription::Watch { session, watch } => Some((session, watch)),
            Subscription::Clock
            | Subscription::Alarm(_)
            | Subscription::Captchas
            | Subscription::ArchiveWrites
            | Subscription::ServiceStatus
            | Subscription::Samples { .. } => None,
        });
        watches.collect()
    }

    /// Sends a message to the core, and answers all resulting effects.
    pub(crate) fn msg(&mut self, msg: Msg) {
        let mut queue = VecDeque::from([msg]);
        while let Some(msg) = queue.pop_front() {
            for effect in update(&mut self.model, msg) {
                self.asked.push(effect.clone());
                queue.extend(self.answer(effect));
            }
        }
    }

    /// Sends a message to the core, and returns the resulting effects without answering them.
    pub(crate) fn msg_unanswered(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, msg)
    }

    pub(crate) fn keys(&mut self, script: &str) -> &mut Self {
        for key in Key::script(script) {
            self.msg(Msg::Key(key));
        }
        self
    }

    /// Advances the clock by `seconds` in one step.
    pub(crate) fn pass(&mut self, seconds: i64) {
        let now = self.model.now + SignedDuration::from_secs(seconds);
        self.msg(Msg::Tick(now));
    }

    /// Delivers a mail to the first session and returns its id.
    pub(crate) fn mail(&mut self, raw: &str) -> MailId {
        self.mail_to("first@dropmail.me", raw)
    }

    /// Delivers a mail with this recipient to the first session and returns its id.
    pub(crate) fn mail_to(&mut self, to: &str, raw: &str) -> MailId {
        let session = SessionId::new("first");
        self.arrived += 1;
        let id = MailId::new(format!("mail {}", self.arrived));
        let raw = rendered(raw, self.arrived);
        let envelope = Envelope {
            id: id.clone(),
            session: session.clone(),
            received_at: start() + SignedDuration::from_secs(self.arrived),
            from: "bounce@example.com".into(),
            to: to.into(),
            to_orig: to.into(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        let summary = Summary::new(envelope.clone(), &mail_codes::parse(&raw));
        self.raws.insert(id.clone(), (envelope, raw));
        let taken = IngestedMail { kept: StoredMail::new(summary), stored: Stored::New, problem: None };
        self.msg(Msg::Ingested(session, Ok(Box::new(taken))));
        id
    }

    /// Returns the history entries that the core has returned for storage, newest first.
    fn history(&self) -> Vec<HistoryEntry> {
        let entry = |effect: &Effect| match effect {
            Effect::Store(StoreEffect::AddHistory(address, action)) => {
                Some(HistoryEntry { at: start(), address: address.clone(), action: action.clone() })
            }
            _ => None,
        };
        self.asked.iter().rev().filter_map(entry).collect()
    }

    fn offline() -> AppError {
        AppError {
            kind: FailureKind::Offline,
            words: "no route to dropmail.me; `dropmail-tui --local` works without a network".into(),
            wait: None,
        }
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each effect, and nothing else")]
    fn answer(&mut self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::Archive(ArchiveEffect::Read) => Msg::ArchiveRead(Ok(ArchiveSnapshot::default())),
            Effect::Store(StoreEffect::RetryUnsaved) => Msg::UnsavedCount(self.model.unsaved),
            Effect::Archive(ArchiveEffect::Tally) => Msg::Tallied(Ok(MailCounts::default())),
            Effect::Account(AccountEffect::Open { generation, .. }) => {
                let result = if self.online { Ok(Vec::new()) } else { Err(Self::offline()) };
                Msg::AccountOpened { generation, result }
            }
            Effect::Account(AccountEffect::OpenSession(_)) => {
                let opened = self
                    .asked
                    .iter()
                    .filter(|asked| matches!(asked, Effect::Account(AccountEffect::OpenSession(_))))
                    .count();
                let name = if opened < 2 { "first".to_owned() } else { format!("session{opened}") };
                Msg::SessionOpened(Ok(session(&name)))
            }
            Effect::Account(AccountEffect::Touch { session: id, generation, .. }) => {
                let mut touched = self.model.sessions.get(&id)?.session.clone();
                touched.expires_at = self.model.now + SignedDuration::from_mins(10);
                let answer = TouchOutcome {
                    session: touched,
                    mails: Vec::new(),
                    problems: Vec::new(),
                    large: Vec::new(),
                    missed: 0,
                    complete_to: self.model.inbox.newest_of(&id),
                };
                let result = if self.online { Ok(answer) } else { Err(Self::offline()) };
                Msg::Touched { session: id, generation, result }
            }
            Effect::Reader(ReaderEffect::Load { id, generation }) => {
                let (envelope, raw) = self.raws.get(&id)?.clone();
                let start = mime::parse_preview(&raw);
                let whole = start.is_none();
                let mail = Arc::new(start.map_or_else(|| mail_codes::parse(&raw), |start| start.mail.into()));
                let attachments = mail.attachments.len();
                Msg::MailLoaded {
                    id,
                    generation,
                    result: Ok(Arc::new(LoadedMail {
                        envelope,
                        raw,
                        mail,
                        whole,
                        attachments,
                        nested: None,
                    })),
                }
            }
            Effect::Reader(ReaderEffect::LoadFull {
                opened,
                view,
                width,
                quotes,
                cell,
                keys,
                generation,
            }) => {
                let (envelope, raw) = (opened.envelope.clone(), opened.raw.clone());
                let mail = Arc::new(mail_codes::parse(&raw));
                let (id, attachments) = (envelope.id.clone(), mail.attachments.len());
                let opened = LoadedMail { envelope, raw, mail, whole: true, attachments, nested: None };
                let mut lines = head(&opened, width, &jiff::tz::TimeZone::UTC, Some(&keys));
                let options = RenderOptions { quotes, cell, ..RenderOptions::default() };
                lines.extend(richtext::render_with(&*opened.mail, &opened.raw, view, width, options));
                let (result, lines) = (Ok(Arc::new(opened)), lines.into());
                Msg::FullLoaded { id, generation, result, view, width, lines }
            }
            Effect::Reader(ReaderEffect::Render {
                opened,
                view,
                width,
                quotes,
                cell,
                enough,
                keys,
                generation,
            }) => {
                let mut lines = head(&opened, width, &jiff::tz::TimeZone::UTC, Some(&keys));
                let wanted = enough.unwrap_or(richtext::MAX_LINES);
                let options = RenderOptions { wanted, quotes, cell };
                let body = richtext::render_with(&*opened.mail, &opened.raw, view, width, options);
                let whole = enough.is_none() || body.len() < wanted;
                lines.extend(body);
                Msg::Rendered { generation, view, width, lines: lines.into(), whole }
            }
            Effect::Reader(ReaderEffect::DecodePicture(opened, size)) => {
                let bytes = mime::attachment_bytes(&opened.raw, size.part)?;
                let pixels = richtext::decode(&bytes, size.columns, size.rows);
                Msg::PictureDecoded { id: opened.envelope.id.clone(), size, pixels }
            }
            Effect::External(ExternalEffect::Pipe { command, .. }) => {
                Msg::Piped(command, Ok(vec!["it ran".into()]))
            }
            Effect::External(ExternalEffect::OpenInBrowser(_)) => Msg::Browsed(Browsed::Handed(Vec::new())),
            Effect::External(
                ExternalEffect::OpenInProgram(..)
                | ExternalEffect::StopPipe
                | ExternalEffect::StopBrowse
                | ExternalEffect::StopJob(_),
            ) => Msg::Shown(Ok(None)),
            Effect::External(ExternalEffect::OpenPart(..)) => {
                Msg::Shown(Ok(Some("Saved and opened /downloads/part".into())))
            }
            Effect::External(ExternalEffect::Copy { what, text }) => {
                self.copied.push(text.to_string());
                Msg::Copied { what, text, result: Ok(CopiedTo::Terminal) }
            }
            Effect::Account(AccountEffect::CancelBackoff) => Msg::BackoffCancelled,
            Effect::Captcha(CaptchaEffect::Cancel) => Msg::CaptchaLeft,
            Effect::Store(
                StoreEffect::SetRead(..)
                | StoreEffect::SetHidden(..)
                | StoreEffect::SetStarred(..)
                | StoreEffect::SetSessionRemoved(..)
                | StoreEffect::SetLabel(..)
                | StoreEffect::SetCurrentAddress(_)
                | StoreEffect::AddHistory(..)
                | StoreEffect::SaveArrangement(_),
            ) => Msg::Acknowledged(Ok(())),
            Effect::Archive(ArchiveEffect::ReadHistory(_)) => Msg::HistoryRead(Ok(self.history())),
            Effect::Archive(ArchiveEffect::ListHidden) => {
                Msg::HiddenListed(Ok(HiddenItems { mails: self.hidden(), ..HiddenItems::default() }))
            }
            Effect::Archive(ArchiveEffect::Search { wanted, from, generation }) => {
                let step = self.searched(wanted.query(), |kept| wanted.keeps(kept), from);
                Msg::Searched { generation, result: Ok(step) }
            }
            Effect::Account(AccountEffect::DeleteAddress(session, address)) => {
                Msg::AddressDeleted(session, address, Ok(()))
            }
            Effect::Store(StoreEffect::SaveSetting(name, _)) => {
                Msg::SettingKept { name, result: Ok("/config/config.toml".into()) }
            }
            Effect::External(ExternalEffect::OpenLink(_)) => Msg::LinkOpened(Ok(())),
            Effect::Reader(ReaderEffect::OpenAttached { opened, part, generation }) => {
                let raw = Bytes::from(mime::nested_mail(&opened.raw, part)?.into_owned());
                let mail = mail_codes::parse(&raw);
                let result = Ok(Arc::new(LoadedMail::attached(opened, part, raw, mail)));
                Msg::AttachedOpened { generation, result }
            }
            Effect::Save(
                SaveEffect::Mails(_)
                | SaveEffect::Attachments(..)
                | SaveEffect::AttachedMail(_)
                | SaveEffect::PartsOfAttached(..),
            ) => Msg::Saved(Ok(vec!["/downloads/mail".into()])),
            Effect::Captcha(
                CaptchaEffect::Fetch { .. } | CaptchaEffect::Show { .. } | CaptchaEffect::Solve(_),
            )
            | Effect::Account(AccountEffect::AddAddress(..) | AccountEffect::Restore { .. })
            | Effect::Domain(
                DomainEffect::List | DomainEffect::ListOwn | DomainEffect::Add(..) | DomainEffect::Delete(..),
            )
            | Effect::Store(StoreEffect::Ingest(_))
            | Effect::Archive(ArchiveEffect::LoadPage(_)) => {
                return None;
            }
        })
    }

    /// Adds an earlier mail to the archive; the mail is not in the loaded list.
    pub(crate) fn kept(&mut self, session: &str, raw: &str) -> MailId {
        self.arrived += 1;
        let id = MailId::new(format!("mail {}", self.arrived));
        let raw = rendered(raw, self.arrived);
        let to = format!("{session}@dropmail.me");
        let envelope = Envelope {
            id: id.clone(),
            session: SessionId::new(session),
            received_at: start() + SignedDuration::from_secs(self.arrived - 86_400),
            from: "bounce@example.com".into(),
            to: to.as_str().into(),
            to_orig: to.as_str().into(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        self.raws.insert(id.clone(), (envelope, raw));
        id
    }

    /// Returns the first page of the mail list, as the archive would return it.
    pub(crate) fn first_page(&self) -> Vec<StoredMail> {
        let mut all: Vec<_> = self.raws.values().collect();
        all.sort_by_key(|(envelope, _)| std::cmp::Reverse(envelope.received_at));
        let kept = |(envelope, raw): &(Envelope, Bytes)| {
            StoredMail::new(Summary::new(envelope.clone(), &mail_codes::parse(raw)))
        };
        all.into_iter().take(PAGE).map(kept).collect()
    }

    /// Runs one batch of a search through all stored mails that are not hidden, newest first.
    fn searched(
        &self,
        query: &Query,
        keeps: impl Fn(&StoredMail) -> bool,
        from: Option<SearchCursor>,
    ) -> SearchBatch {
        let hidden: Vec<MailId> = self.hidden().into_iter().map(|kept| kept.summary.envelope.id).collect();
        let place = |id: &MailId| id.as_str().trim_start_matches("mail ").parse::<i64>().unwrap();
        let mut all: Vec<_> =
            self.raws.values().map(|(envelope, raw)| (place(&envelope.id), envelope, raw)).collect();
        all.sort_by_key(|(place, ..)| std::cmp::Reverse(*place));
        all.retain(|(place, ..)| from.is_none_or(|SearchCursor(from)| *place < from));
        let reached = all.get(self.step - 1).map(|(place, ..)| SearchCursor(*place));
        let found = all.into_iter().take(self.step).filter_map(|(_, envelope, raw)| {
            let mail = mail_codes::parse(raw);
            let summary = Summary::new(envelope.clone(), &mail);
            let read = self.asked.contains(&Effect::Store(StoreEffect::SetRead(envelope.id.clone(), true)));
            let kept = StoredMail { read, ..StoredMail::new(summary) };
            let holds = query.holds(&search::text_of(envelope, &mail)) && !hidden.contains(&envelope.id);
            (holds && keeps(&kept)).then_some(kept)
        });
        SearchBatch { mails: found.collect(), reached }
    }

    /// Returns the hidden mails, the most recently hidden mail first.
    fn hidden(&self) -> Vec<StoredMail> {
        let mut hidden: Vec<MailId> = Vec::new();
        for effect in &self.asked {
            match effect {
                Effect::Store(StoreEffect::SetHidden(id, true)) => hidden.insert(0, id.clone()),
                Effect::Store(StoreEffect::SetHidden(id, false)) => hidden.retain(|other| other != id),
                _ => {}
            }
        }
        let kept = |id: &MailId| {
            let (envelope, raw) = self.raws.get(id).unwrap().clone();
            StoredMail { read: true, ..StoredMail::new(Summary::new(envelope, &mail_codes::parse(&raw))) }
        };
        hidden.iter().map(kept).collect()
    }

    /// Sends a mouse gesture (left button or wheel) on a screen cell to the core.
    pub(crate) fn mouse(&mut self, gesture: Gesture, column: u16, row: u16) -> &mut Self {
        self.msg(Msg::Mouse(Mouse { gesture, column, row }));
        self
    }

    /// Simulates a click of the left mouse button on a screen cell.
    pub(crate) fn click(&mut self, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(Gesture::Press, column, row).mouse(Gesture::Release, column, row)
    }

    /// Returns the column and row at which a text begins on the screen; panics if the screen does not show the
    /// text.
    pub(crate) fn place_of(&self, text: &str) -> (u16, u16) {
        let screen = self.screen();
        for (row, line) in screen.lines().enumerate() {
            // The test backend prints each line in quotes.
            let line = line.trim_matches('"');
            if let Some(at) = line.find(text) {
                let column = unicode_width::UnicodeWidthStr::width(line.get(..at).unwrap());
                return (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
            }
        }
        panic!("{text} is not on the screen:\n{screen}");
    }

    /// Renders the whole screen and returns it as text.
    pub(crate) fn screen(&self) -> String {
        text_of(self.drawn(&Styles::sixteen()).backend().buffer())
    }

    /// Renders the whole screen with the given styles.
    pub(crate) fn drawn(&self, styles: &Styles) -> Terminal<TestBackend> {
        let Area { width, height, .. } = self.model.screen;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| ui::view(&self.model, styles, frame)).unwrap();
        terminal
    }

    /// Returns whether a single line of the screen contains the text.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.screen().lines().any(|line| line.contains(text))
    }
}
