//! The model: the whole state of the screen.

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

/// Status of the account on the service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// The ports are not ready yet.
    Booting,
    /// The program verifies or requests a token and lists the sessions.
    Opening {
        /// Number of the request in flight.
        generation: Generation,
        /// Number of failed attempts before this one.
        attempt: u32,
        /// When the request was sent.
        since: Timestamp,
        /// The last failure; it is shown until the request has succeeded.
        last: Option<AppError>,
    },
    /// Opening the account failed; the program tries again later.
    Waiting {
        /// Number of failed attempts.
        attempt: u32,
        /// When the next attempt starts.
        until: Timestamp,
        /// The last failure.
        why: AppError,
    },
    /// The token is valid and the sessions are known.
    Open,
    /// Another program owns this mailbox. This program shows the archive and takes over when the other one
    /// exits.
    OwnedByOtherInstance,
}

/// Whether the program copies the next code as soon as it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Watching {
    /// The next code is not copied.
    #[default]
    Off,
    /// The next code is copied as soon as it arrives.
    On,
}

/// A request for a new session or address that has not been answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PendingRequest {
    /// No request is in flight.
    #[default]
    Nothing,
    /// A request for a new session or address is in flight.
    Address,
    /// A session is being restored.
    Restore,
}

/// The whole state of the screen. It holds no handle, so equal models show the same screen.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are independent of each other")]
pub struct Model {
    /// The current time.
    pub now: Timestamp,
    /// Time zone of the user; it decides when a day begins.
    pub zone: TimeZone,
    /// Size of the screen in cells.
    pub screen: Area,
    /// Size of a cell of the screen, as far as the terminal reports it.
    pub cell: CellSize,
    /// Whether the terminal's own background is lighter than its text, as far as the terminal reports it.
    pub light_background: bool,
    /// The service and the storage that the program runs with; `None` until the ports are ready.
    pub place: Option<MailboxSource>,
    /// State of the account at the service.
    pub account: Account,
    /// Request for a new session or address that has not been answered.
    pub asking: PendingRequest,
    /// Delays between sessions that the program opens automatically.
    pub openings: AutoOpenBackoff,
    /// Chooses the push transport by the failures so far.
    pub channels: TransportSelector,
    /// Status of the service, which arrives along with replies: a wait, a captcha, a legacy token.
    pub service_status: ServiceStatus,
    /// The sessions pane: sessions and addresses.
    pub sessions: Sessions,
    /// The inbox pane: the list of mails.
    pub inbox: Inbox,
    /// The message pane: the mail on the screen.
    pub reader: Reader,
    /// Index of each address, in the order of first appearance; the tag letter of the address follows from
    /// it.
    pub address_tags: HashMap<SafeText, usize>,
    /// Whether the inbox shows only mail of the session or address under the cursor.
    pub one_by_one: bool,
    /// The user's arrangement of the panes.
    pub arrangement: PaneLayout,
    /// The arrangement that was stored last.
    pub kept_arrangement: PaneLayout,
    /// Previous mouse events: a drag, and the last press for double clicks.
    pub hand: MouseState,
    /// Whether the terminal window has the focus, as far as the terminal reports it.
    pub focused: bool,
    /// The pane that receives the keys.
    pub focus: Pane,
    /// The open overlays, the topmost last.
    pub overlays: Vec<Overlay>,
    /// The notices on the screen.
    pub notices: Notices,
    /// Whether the program copies the next code as soon as it arrives.
    pub watching: Watching,
    /// Action that waits until its mail is loaded.
    pub pending: Option<Pending>,
    /// Read marks that are not stored until the mail being loaded has arrived, because a slow disk would
    /// delay it.
    pub held: Vec<Effect>,
    /// The settings of the screen.
    pub settings: Settings,
    /// The theme under the cursor of the theme picker.
    pub preview: Option<&'static str>,
    /// Keys typed so far of a key sequence.
    pub typed: Vec<Key>,
    /// The session that the user is naming.
    pub renaming: Option<SessionId>,
    /// The personal domain that is being added or deleted.
    pub own_domain: Option<PersonalDomainDraft>,
    /// Whether addresses of lapsed sessions are restored.
    pub restore: Restore,
    /// Whether this program owns the mailbox; otherwise another program does.
    pub owner: bool,
    /// Whether the user has quit the program.
    pub quitting: bool,
    /// Whether the user has suspended the program; the event loop then does so and resets the flag.
    pub suspending: bool,
    /// Number of mails that were hidden in this run and not brought back.
    pub hidden: usize,
    /// The shell command that currently receives a mail.
    pub piping: Option<SafeText>,
    /// The mail whose page for the browser is being created.
    pub browsing: Option<MailId>,
    /// Number of mails of this run that are only in memory, because they could not be saved.
    pub unsaved: usize,
    /// Progress of writing a large file: bytes written and total size in bytes.
    pub saving: Option<(u64, u64)>,
    /// Number that grows with each visible change.
    pub revision: u64,
    pub(in crate::app) generation: Generation,
}

/// An action on a mail that must be loaded first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Id of the mail.
    pub id: MailId,
    /// The action to run on the mail.
    pub choice: MailAction,
}

/// The action to run on a mail once the mail is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MailAction {
    /// List its codes to choose from.
    Codes,
    /// List its links to choose from.
    Links,
    /// List its attachments to choose from.
    Attachments,
    /// Show the mail in the user's editor or pager.
    Tool(ExternalProgram),
    /// Show the HTML of the mail in the browser.
    Browse,
    /// Pass the mail to this shell command.
    Pipe(String),
}

impl Model {
    /// The initial state, before any message.
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

    /// Returns a number that no earlier request had.
    pub fn next_generation(&mut self) -> Generation {
        self.generation += 1;
        self.generation
    }

    /// The key that is bound to a command, for a text that names the key.
    pub fn key(&self, command: Command) -> String {
        self.settings.keymap.told(command)
    }

    /// The layout of the screen: the areas of the panes.
    pub fn layout(&self) -> Layout {
        Layout::of(self.screen, &self.arrangement, self.focus)
    }

    /// Whether the captcha dialog is open.
    pub fn asks_captcha(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Captcha(_)))
    }

    /// The context that decides which commands the keys can run now.
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

    /// Id of the mail that a command applies to: the mail in the message pane if focused, else the one under
    /// the cursor.
    pub fn current_mail(&self) -> Option<MailId> {
        if self.focus == Pane::Message
            && let Some(id) = self.reader.id()
        {
            return Some(id.clone());
        }
        self.inbox.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// The attached mail that a command applies to: the one in the message pane, if that pane has the focus.
    pub fn attached_at_hand(&self) -> Option<&Arc<LoadedMail>> {
        self.reader.attached().filter(|_| self.focus == Pane::Message)
    }

    /// Summary of the mail that a command applies to, including an attached mail.
    pub fn summary_at_hand(&self) -> Option<&Summary> {
        match self.attached_at_hand().and_then(|opened| opened.nested.as_ref()) {
            Some(nested) => Some(&nested.summary),
            None => self.current_mail().and_then(|id| self.inbox.get(&id)).map(|mail| &mail.summary),
        }
    }

    /// Where the mail of the mailbox is stored.
    pub fn mail_place(&self) -> Storage {
        self.place.as_ref().map_or(Storage::Archive, |place| place.mail)
    }

    /// The mail to copy a code or link from: normally the mail that a command applies to.
    ///
    /// The exception: that mail has nothing to copy, and the cursor rests on the newest mail. Then the newest
    /// listed mail with something to copy is used. So a fresh code needs one key even if other mail arrived
    /// after it.
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

    /// Ids of the mails that a bulk command applies to: the marked mails, else the current mail.
    pub fn target_mails(&self) -> Vec<MailId> {
        let marked = if self.focus == Pane::Message { Vec::new() } else { self.inbox.marked() };
        if marked.is_empty() {
            return self.current_mail().into_iter().collect();
        }
        marked.into_iter().map(|mail| mail.summary.envelope.id.clone()).collect()
    }

    /// Whether rows show a tag for the address of the mail; with a single address they need none.
    pub fn has_address_tags(&self) -> bool {
        self.address_tags.len() > 1
    }

    /// The tag of an address: a letter, by the order in which the addresses first appeared.
    pub fn address_tag_of(&self, address: &SafeText) -> char {
        let letters = ('a'..='z').chain('A'..='Z');
        self.address_tags.get(address).and_then(|at| letters.clone().nth(*at)).unwrap_or('·')
    }

    /// The current address, for the user to copy: the one selected in the sessions pane.
    pub fn address(&self) -> Option<&SafeText> {
        self.sessions.selected_address().map(|address| &address.address)
    }
}
