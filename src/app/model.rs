//! The whole state of the screen.

use super::auto_open::AutoOpenBackoff;
use super::command::{Command, Context};
use super::connection::Generation;
use super::effect::{Effect, ExternalProgram};
use super::inbox::Inbox;
use super::key::Key;
use super::layout::{Area, Layout, Pane, PaneLayout};
use super::mouse::MouseState;
use super::msg::{AppError, MailboxSource, Storage};
use super::notice::Notices;
use super::overlay::Overlay;
use super::personal_domain::PersonalDomainDraft;
use super::reader::{LoadedMail, Reader};
use super::sessions::Sessions;
use super::settings::Settings;
use crate::config::Restore;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Summary;
use crate::domain::richtext::CellSize;
use crate::domain::sanitize::SafeText;
use crate::domain::time::Timestamp;
use crate::domain::transport_selector::TransportSelector;
use crate::ports::dropmail_api::ServiceStatus;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::Arc;

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
        last: Option<AppError>,
    },
    /// It did not work; the next try comes by itself.
    Waiting {
        /// How many tries failed.
        attempt: u32,
        /// When the next one starts.
        until: Timestamp,
        /// What failed.
        why: AppError,
    },
    /// The token holds.
    Open,
    /// Another program has this mailbox; this one shows what is kept, and takes over when that
    /// one has gone.
    OwnedByOtherInstance,
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
pub enum PendingRequest {
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
#[expect(clippy::struct_excessive_bools, reason = "facts that are independent of each other")]
pub struct Model {
    /// The time.
    pub now: Timestamp,
    /// Where days begin, for the user.
    pub zone: TimeZone,
    /// The screen.
    pub screen: Area,
    /// The size of a cell of the screen, as far as the terminal reports it.
    pub cell: CellSize,
    /// Whether the terminal's own background is lighter than its text, as far as it reports that.
    pub light_background: bool,
    /// What the program runs on; known once it has booted.
    pub place: Option<MailboxSource>,
    /// Where it stands with the service.
    pub account: Account,
    /// Whether a new session or address was asked for.
    pub asking: PendingRequest,
    /// Sessions that were opened by themselves.
    pub openings: AutoOpenBackoff,
    /// What is known of the ways to hear of new mail.
    pub channels: TransportSelector,
    /// What the service has said beside its answers.
    pub service_status: ServiceStatus,
    /// Sessions and addresses.
    pub sessions: Sessions,
    /// The mails.
    pub inbox: Inbox,
    /// The mail on the screen.
    pub reader: Reader,
    /// Which address has which sign, counted in the order in which they came up.
    pub address_tags: HashMap<SafeText, usize>,
    /// Whether only mail of the session or address under the cursor is shown.
    pub one_by_one: bool,
    /// How the user has arranged the panes.
    pub arrangement: PaneLayout,
    /// The arrangement that was kept last.
    pub kept_arrangement: PaneLayout,
    /// What the mouse did before.
    pub hand: MouseState,
    /// Whether the terminal's window has the focus, as far as the terminal tells.
    pub focused: bool,
    /// The pane that hears the keys.
    pub focus: Pane,
    /// What lies over the panes, the topmost last.
    pub overlays: Vec<Overlay>,
    /// Short messages.
    pub notices: Notices,
    /// Whether the next code is copied as soon as it comes.
    pub watching: Watching,
    /// A mail whose attachments are to be chosen from as soon as it is loaded.
    pub pending: Option<Pending>,
    /// Marks that wait until the mail that is being fetched is there: a disk takes its time.
    pub held: Vec<Effect>,
    /// The settings that the screen lives by.
    pub settings: Settings,
    /// The theme that the picker shows at the moment.
    pub preview: Option<&'static str>,
    /// The start of a chord.
    pub typed: Vec<Key>,
    /// The session that is being named.
    pub renaming: Option<SessionId>,
    /// The domain of the user's own that is being added or given up.
    pub own_domain: Option<PersonalDomainDraft>,
    /// Whether lapsed sessions are restored.
    pub restore: Restore,
    /// Whether this program has the mailbox; else another one has it.
    pub owner: bool,
    /// Whether the user has asked to leave.
    pub quitting: bool,
    /// Whether the user has asked to go to the shell for a while; the loop does so and resets it.
    pub suspending: bool,
    /// How many mails were hidden in this run and not brought back.
    pub hidden: usize,
    /// The command that a mail was handed to, while it runs.
    pub piping: Option<SafeText>,
    /// The mail whose page for the browser is being made.
    pub browsing: Option<MailId>,
    /// Mails of this run that the disk did not take: they are in memory alone.
    pub unsaved: usize,
    /// How much of a large file is written, in bytes, and how large it will be.
    pub saving: Option<(u64, u64)>,
    /// Grows with each change that can be seen.
    pub revision: u64,
    pub(in crate::app) generation: Generation,
}

/// What a key asked of a mail that has to be loaded first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The mail.
    pub id: MailId,
    /// What is to be chosen from.
    pub choice: MailAction,
}

/// What is to be done with a mail once it is here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MailAction {
    /// A choice of its codes.
    Codes,
    /// A choice of its links.
    Links,
    /// A choice of its attachments.
    Attachments,
    /// It is shown in a program of the user's.
    Tool(ExternalProgram),
    /// Its HTML is shown in the browser.
    Browse,
    /// It is handed to this command.
    Pipe(String),
}

impl Model {
    /// The state before anything has happened.
    pub fn new(now: Timestamp, screen: Area) -> Self {
        Self {
            now,
            zone: TimeZone::UTC,
            screen,
            cell: CellSize::default(),
            light_background: false,
            place: None,
            account: Account::Booting,
            asking: PendingRequest::Nothing,
            openings: AutoOpenBackoff::default(),
            channels: TransportSelector::default(),
            service_status: ServiceStatus::default(),
            sessions: Sessions::default(),
            inbox: Inbox::default(),
            reader: Reader::Empty,
            address_tags: HashMap::new(),
            one_by_one: false,
            arrangement: PaneLayout::default(),
            kept_arrangement: PaneLayout::default(),
            hand: MouseState::default(),
            focused: true,
            focus: Pane::Inbox,
            overlays: Vec::new(),
            notices: Notices::default(),
            watching: Watching::Off,
            pending: None,
            held: Vec::new(),
            settings: Settings::default(),
            preview: None,
            typed: Vec::new(),
            renaming: None,
            own_domain: None,
            restore: Restore::default(),
            owner: true,
            quitting: false,
            suspending: false,
            hidden: 0,
            piping: None,
            browsing: None,
            unsaved: 0,
            saving: None,
            revision: 0,
            generation: 0,
        }
    }

    /// A number that no question had before.
    pub fn next_generation(&mut self) -> Generation {
        self.generation += 1;
        self.generation
    }

    /// The key that is bound to a command now, for a sentence that names it.
    pub fn key(&self, command: Command) -> String {
        self.settings.keymap.told(command)
    }

    /// How the screen is divided.
    pub fn layout(&self) -> Layout {
        Layout::of(self.screen, &self.arrangement, self.focus)
    }

    /// Whether the dialog of a captcha is open.
    pub fn asks_captcha(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Captcha(_)))
    }

    /// What the keys mean at the moment.
    pub fn context(&self) -> Context {
        let message = self.focus == Pane::Message && self.reader.page().is_some();
        Context {
            mail: message || self.inbox.selected().is_some(),
            message,
            searching: match self.focus {
                Pane::Message => self.reader.page().is_some_and(|page| {
                    page.search.as_ref().is_some_and(|search| !search.matches.is_empty())
                }),
                Pane::Inbox => self.inbox.searching().is_some(),
                Pane::Sessions => false,
            },
        }
    }

    /// The mail that a command is about: the one that is read, else the one under the cursor.
    pub fn current_mail(&self) -> Option<MailId> {
        if self.focus == Pane::Message
            && let Some(id) = self.reader.id()
        {
            return Some(id.clone());
        }
        self.inbox.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// The attached mail that a command is about: the one that is read.
    pub fn attached_at_hand(&self) -> Option<&Arc<LoadedMail>> {
        self.reader.attached().filter(|_| self.focus == Pane::Message)
    }

    /// What is known of the mail that a command is about, also where it is attached to one of the list.
    pub fn summary_at_hand(&self) -> Option<&Summary> {
        match self.attached_at_hand().and_then(|opened| opened.nested.as_ref()) {
            Some(nested) => Some(&nested.summary),
            None => self.current_mail().and_then(|id| self.inbox.get(&id)).map(|mail| &mail.summary),
        }
    }

    /// Where the mail is.
    pub fn mail_place(&self) -> Storage {
        self.place.as_ref().map_or(Storage::Archive, |place| place.mail)
    }

    /// The mail that a copy is taken from: the one at hand. A cursor that rests on the newest mail was
    /// not put there on purpose: where that mail has nothing to copy, the newest one on the list that
    /// has is meant, so that a fresh code is one key away also when other mail came after it.
    pub fn source(&self, has: impl Fn(&Summary) -> bool) -> Option<&Summary> {
        if let Some(summary) = self.summary_at_hand().filter(|summary| has(summary)) {
            return Some(summary);
        }
        if self.focus == Pane::Message || self.inbox.cursor() > 0 {
            return None;
        }
        self.inbox.visible().map(|mail| &mail.summary).find(|summary| has(summary))
    }

    /// The name of the theme to draw with.
    pub fn theme(&self) -> &str {
        self.preview.unwrap_or(&self.settings.theme)
    }

    /// The mails that a command for several is about: the marked ones, else the one at hand.
    pub fn target_mails(&self) -> Vec<MailId> {
        let marked = if self.focus == Pane::Message { Vec::new() } else { self.inbox.marked() };
        if marked.is_empty() {
            return self.current_mail().into_iter().collect();
        }
        marked.into_iter().map(|mail| mail.summary.envelope.id.clone()).collect()
    }

    /// Whether mails are told apart by the address that they came to.
    pub fn has_address_tags(&self) -> bool {
        self.address_tags.len() > 1
    }

    /// The sign of an address: a letter, in the order in which the addresses came up.
    pub fn address_tag_of(&self, address: &SafeText) -> char {
        let letters = ('a'..='z').chain('A'..='Z');
        self.address_tags.get(address).and_then(|at| letters.clone().nth(*at)).unwrap_or('·')
    }

    /// The address to give out at the moment.
    pub fn address(&self) -> Option<&SafeText> {
        self.sessions.selected_address().map(|address| &address.address)
    }
}
