//! Test driver for the core and the view, with a clock that only tests advance. The driver simulates the
//! result of each effect immediately with test data. It also records the effects, so that tests can check them.

mod answers;
mod archive;

use bytes::Bytes;
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::ids::{AddressId, MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::secrets::RestoreKey;
use dropmail_client::domain::session::{Address, Session};
use dropmail_client::domain::stored_mail::{Stored, StoredMail};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_tui::app::effect::{ArchiveEffect, Effect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::mouse::{Gesture, Mouse};
use dropmail_tui::app::msg::{IngestedMail, MailboxSource, Msg, Storage};
use dropmail_tui::app::{Model, subscriptions, update};
use dropmail_tui::ui;
use dropmail_tui::ui::theme::Styles;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::collections::{HashMap, VecDeque};

/// A mailbox under test, with a record of all effects that its core has returned.
pub(crate) struct Driver {
    pub(crate) model: Model,
    /// All effects that the core has returned, in order.
    pub(crate) effects: Vec<Effect>,
    /// All strings that were copied to the clipboard, in order.
    pub(crate) copied: Vec<String>,
    /// Whether the simulated service answers requests. If `false`, requests fail as they do without a network.
    pub(crate) online: bool,
    /// Number of mails that the simulated archive examines in one step of a search.
    pub(crate) search_step_size: usize,
    raw_mails: HashMap<MailId, (Envelope, Bytes)>,
    mail_count: i64,
}

/// Returns the time at which the test clock starts: 2026-03-01 12:00:00 UTC.
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

/// Returns the message that reports to the core that the program is ready.
fn booted() -> Msg {
    Msg::Booted(MailboxSource {
        service: "dropmail.me".into(),
        smtp: None,
        samples: None,
        transports: TransportChoice::Auto,
        mail: Storage::Archive,
    })
}

/// Fills in the placeholders in a mail template, and converts the line endings to CR LF.
fn fill_template(template: &str, number: i64) -> Bytes {
    let text = template
        .replace("{{address}}", "first@dropmail.me")
        .replace("{{date}}", "Sun, 01 Mar 2026 11:59:00 +0000")
        .replace("{{id}}", &number.to_string());
    assert!(!text.contains("{{"), "the template has an unknown placeholder: {text}");
    Bytes::from(text.replace('\n', "\r\n"))
}

/// Returns the text of a screen: one line per row, in quotes. Leaves out cells that the right half of a wide character
/// covers.
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
    /// Creates a mailbox that has not been started, with a screen of `width` columns and `height` rows.
    pub(crate) fn not_started(width: u16, height: u16) -> Self {
        Self {
            model: Model::new(start(), Area::screen(width, height)),
            effects: Vec::new(),
            copied: Vec::new(),
            online: true,
            search_step_size: 2,
            raw_mails: HashMap::new(),
            mail_count: 0,
        }
    }

    /// Creates a mailbox with one session whose push stream is connected.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let mut driver = Self::not_started(width, height);
        driver.boot();
        driver.connect();
        driver
    }

    pub(crate) fn boot(&mut self) {
        self.msg(booted());
    }

    /// Starts the mailbox, and simulates the effects that the core returns, except reading the archive. The core
    /// receives no result for that effect.
    pub(crate) fn boot_without_archive(&mut self) {
        let mut effects = self.msg_unanswered(booted());
        effects.retain(|effect| *effect != Effect::Archive(ArchiveEffect::Read));
        self.run(effects);
    }

    /// Starts the mailbox. First sends `archive` to the core as the result of reading the archive, then simulates the
    /// other effects that the core returned at the start.
    pub(crate) fn boot_with_archive(&mut self, archive: Msg) {
        let mut effects = self.msg_unanswered(booted());
        effects.retain(|effect| *effect != Effect::Archive(ArchiveEffect::Read));
        self.msg(archive);
        self.run(effects);
    }

    /// Simulates the connection of every push stream that the mailbox currently requires.
    pub(crate) fn connect(&mut self) {
        for (session, watch) in self.watches() {
            self.msg(Msg::Pushed { session, generation: watch.generation, push: Push::Ready });
        }
        self.model.notices.clear();
    }

    pub(crate) fn watches(&self) -> Vec<(SessionId, dropmail_tui::app::connection::StreamParams)> {
        use dropmail_tui::app::subscription::Subscription;
        let watches = subscriptions(&self.model).into_iter().filter_map(|subscription| match subscription {
            Subscription::Stream { session, params: watch } => Some((session, watch)),
            Subscription::Clock
            | Subscription::Alarm(_)
            | Subscription::Captchas
            | Subscription::ArchiveWrites
            | Subscription::ServiceStatus
            | Subscription::Samples { .. } => None,
        });
        watches.collect()
    }

    /// Sends a message to the core, simulates all resulting effects, and sends their results to the core too.
    pub(crate) fn msg(&mut self, msg: Msg) {
        let mut queue = VecDeque::from([msg]);
        while let Some(msg) = queue.pop_front() {
            for effect in update(&mut self.model, msg) {
                self.effects.push(effect.clone());
                queue.extend(self.answer(effect));
            }
        }
    }

    /// Simulates effects that [`Self::msg_unanswered`] returned, and sends their results to the core.
    pub(crate) fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.push(effect.clone());
            if let Some(msg) = self.answer(effect) {
                self.msg(msg);
            }
        }
    }

    /// Sends a message to the core and returns the resulting effects. These effects are not simulated, so the core
    /// receives no results.
    pub(crate) fn msg_unanswered(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, msg)
    }

    pub(crate) fn keys(&mut self, script: &str) -> &mut Self {
        for key in Key::parse_sequence(script) {
            self.msg(Msg::Key(key));
        }
        self
    }

    /// Advances the test clock by `seconds` in a single step.
    pub(crate) fn advance(&mut self, seconds: i64) {
        let now = self.model.now + SignedDuration::from_secs(seconds);
        self.msg(Msg::Tick(now));
    }

    /// Delivers a mail to the first session and returns its id.
    pub(crate) fn mail(&mut self, raw: &str) -> MailId {
        self.mail_to("first@dropmail.me", raw)
    }

    /// Delivers a mail with the recipient `to` to the first session and returns its id.
    pub(crate) fn mail_to(&mut self, to: &str, raw: &str) -> MailId {
        let (envelope, raw) = self.received("first", to, raw, 0);
        let id = envelope.id.clone();
        let session = envelope.session.clone();
        let summary = Summary::new(envelope.clone(), &mail_codes::parse(&raw));
        self.raw_mails.insert(id.clone(), (envelope, raw));
        let ingested = IngestedMail { mail: StoredMail::new(summary), stored: Stored::New, problem: None };
        self.msg(Msg::Ingested(session, Ok(Box::new(ingested))));
        id
    }

    /// Sends a mouse gesture (left button or wheel) at a screen cell to the core.
    pub(crate) fn mouse(&mut self, gesture: Gesture, column: u16, row: u16) -> &mut Self {
        self.msg(Msg::Mouse(Mouse { gesture, column, row }));
        self
    }

    /// Simulates a click of the left mouse button at a screen cell.
    pub(crate) fn click(&mut self, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(Gesture::Press, column, row).mouse(Gesture::Release, column, row)
    }

    /// Returns the column and row at which the text begins on the screen; panics if the screen does not show the text.
    pub(crate) fn position_of(&self, text: &str) -> (u16, u16) {
        let screen = self.screen();
        for (row, line) in screen.lines().enumerate() {
            // The test backend prints each line in quotes.
            let line = line.trim_matches('"');
            if let Some(at) = line.find(text) {
                let column = unicode_width::UnicodeWidthStr::width(line.get(..at).unwrap());
                return (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
            }
        }
        panic!("the screen does not show {text}:\n{screen}");
    }

    /// Renders the whole screen and returns it as text.
    pub(crate) fn screen(&self) -> String {
        text_of(self.drawn(&Styles::terminal_colours()).backend().buffer())
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
