//! The whole state of the screen.

use super::channels::Channels;
use super::command::Context;
use super::inbox::Inbox;
use super::layout::{Area, Layout, Pane};
use super::link::Generation;
use super::msg::{Failure, Place};
use super::notice::Notices;
use super::overlay::Overlay;
use super::reader::Reader;
use super::sessions::Sessions;
use crate::config::Restore;
use crate::domain::ids::MailId;
use crate::domain::sanitize::SafeText;
use crate::domain::time::Timestamp;
use crate::ports::transport::Weather;

/// Where the program stands with the service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// The ports are not there yet.
    Booting,
    /// A token is made sure of and the sessions are listed.
    Opening {
        /// The question that is under way.
        generation: Generation,
        /// How many tries failed before.
        attempt: u32,
        /// When the question was asked.
        since: Timestamp,
        /// What failed last: it is told until something better is known.
        last: Option<Failure>,
    },
    /// It did not work; the next try comes by itself.
    Waiting {
        /// How many tries failed.
        attempt: u32,
        /// When the next one starts.
        until: Timestamp,
        /// What failed.
        why: Failure,
    },
    /// The token holds.
    Open,
    /// Another program has this mailbox; this one shows what is kept, and takes over when that
    /// one has gone.
    Elsewhere,
}

/// Whether the next code is copied as soon as it comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Watching {
    /// It is not.
    #[default]
    Off,
    /// It is.
    On,
}

/// A request for a new session or address that has not been answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Asking {
    /// There is none.
    #[default]
    Nothing,
    /// One is under way.
    Address,
    /// A session is being restored.
    Restore,
}

/// The whole state of the screen. Holds no handle: equal models show the same.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// The time, to the second.
    pub now: Timestamp,
    /// The screen.
    pub screen: Area,
    /// What the program runs on; known once it has booted.
    pub place: Option<Place>,
    /// Where it stands with the service.
    pub account: Account,
    /// Whether a new session or address was asked for.
    pub asking: Asking,
    /// What is known of the ways to hear of new mail.
    pub channels: Channels,
    /// What the service has said beside its answers.
    pub weather: Weather,
    /// Sessions and addresses.
    pub sessions: Sessions,
    /// The mails.
    pub inbox: Inbox,
    /// The mail on the screen.
    pub reader: Reader,
    /// The pane that hears the keys.
    pub focus: Pane,
    /// What lies over the panes, the topmost last.
    pub overlays: Vec<Overlay>,
    /// Short messages.
    pub notices: Notices,
    /// Whether the next code is copied as soon as it comes.
    pub watching: Watching,
    /// What the inbox was last searched for, in lower case.
    pub inbox_search: String,
    /// A mail whose attachments are to be chosen from as soon as it is loaded.
    pub pending: Option<Pending>,
    /// Whether lapsed sessions are restored.
    pub restore: Restore,
    /// Whether this program has the mailbox; else another one has it.
    pub owner: bool,
    /// Whether the user has asked to leave.
    pub quitting: bool,
    /// Grows with each change that can be seen.
    pub revision: u64,
    generation: Generation,
}

/// What a key asked of a mail that has to be loaded first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The mail.
    pub id: MailId,
    /// What is to be chosen from.
    pub choice: Choice,
}

/// A chooser over the contents of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Of its codes.
    Codes,
    /// Of its links.
    Links,
    /// Of its attachments.
    Attachments,
}

impl Model {
    /// The state before anything has happened.
    pub fn new(now: Timestamp, screen: Area) -> Self {
        Self {
            now,
            screen,
            place: None,
            account: Account::Booting,
            asking: Asking::Nothing,
            channels: Channels::default(),
            weather: Weather::default(),
            sessions: Sessions::default(),
            inbox: Inbox::default(),
            reader: Reader::Empty,
            focus: Pane::Inbox,
            overlays: Vec::new(),
            notices: Notices::default(),
            watching: Watching::Off,
            inbox_search: String::new(),
            pending: None,
            restore: Restore::default(),
            owner: true,
            quitting: false,
            revision: 0,
            generation: 0,
        }
    }

    /// A number that no question had before.
    pub fn next_generation(&mut self) -> Generation {
        self.generation += 1;
        self.generation
    }

    /// How the screen is divided.
    pub fn layout(&self) -> Layout {
        Layout::of(self.screen)
    }

    /// What the keys mean at the moment.
    pub fn context(&self) -> Context {
        let message = self.focus == Pane::Message && self.reader.page().is_some();
        Context {
            mail: message || self.inbox.selected().is_some(),
            message,
            searching: match self.focus {
                Pane::Message => self.reader.page().is_some_and(|page| page.search.is_some()),
                Pane::Inbox => !self.inbox_search.is_empty(),
                Pane::Sessions => false,
            },
        }
    }

    /// The mail that a command is about: the one that is read, else the one under the cursor.
    pub fn mail_at_hand(&self) -> Option<MailId> {
        if self.focus == Pane::Message
            && let Some(id) = self.reader.id()
        {
            return Some(id.clone());
        }
        self.inbox.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// The address to give out at the moment.
    pub fn address(&self) -> Option<&SafeText> {
        self.sessions.selected_address().map(|address| &address.address)
    }
}
