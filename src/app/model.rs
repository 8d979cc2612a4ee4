//! The model: the whole state of the screen.
//!
//! Longer than 300 lines: every field of the state has its description here.

use super::address_tags::AddressTags;
use super::auto_open::AutoOpenBackoff;
use super::command::{Command, Context};
use super::connection::Generation;
use super::effect::{Effect, ExternalProgram};
use super::inbox::Inbox;
use super::invocation::Invocation;
use super::jobs::Jobs;
use super::key::Key;
use super::keyboard::Keyboard;
use super::layout::{Area, Layout, Pane, PaneLayout};
use super::mouse::MouseState;
use super::msg::{AppError, MailboxSource, Storage};
use super::notice::Notices;
use super::overlay::Overlay;
use super::personal_domain::PersonalDomainDraft;
use super::reader::{LoadedMail, Reader};
use super::sessions::Sessions;
use super::settings::Settings;
use super::undo::Changes;
use crate::config::Restore;
use crate::domain::ids::MailId;
use crate::domain::mail::Summary;
use crate::domain::service_status::ServiceStatus;
use crate::domain::sharing::Ownership;
use crate::domain::time::Timestamp;
use crate::domain::transport_selector::TransportSelector;
use jiff::tz::TimeZone;
use mail_reader::richtext::CellSize;
use mail_reader::sanitize::SafeText;
use std::collections::VecDeque;
use std::sync::Arc;

/// Status of the user's account on the service: whether the token is valid and the sessions are known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// The program has just started; its ports are not ready yet.
    Booting,
    /// A request is in flight that verifies or requests a token and lists the sessions.
    Opening {
        /// Generation of the request in flight; the core drops a reply that carries another generation.
        generation: Generation,
        /// Count of failed attempts in a row before this one. A higher count means a longer delay after
        /// another failure.
        attempt: u32,
        /// When the program sent the request.
        since: Timestamp,
        /// The failure of the previous attempt, shown until the request succeeds; `None` on the first
        /// attempt.
        last: Option<AppError>,
    },
    /// Opening the account failed; the program tries again later.
    Waiting {
        /// Count of failed attempts in a row. A higher count means a longer delay before the next attempt.
        attempt: u32,
        /// When the next attempt to open the account starts.
        until: Timestamp,
        /// Why the last attempt to open the account failed.
        why: AppError,
    },
    /// The token is valid and the sessions are known.
    Open,
    /// Another program owns this mailbox and takes no requests of this one. This program shows the archive, and
    /// takes over when the other program exits.
    OwnedByOtherInstance,
}

/// Whether the program copies the next code as soon as it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Watching {
    /// The program does not copy the next code by itself.
    #[default]
    Off,
    /// The program copies the next code as soon as the code arrives.
    On,
}

/// A request for a session or address that the service has not answered yet. At most one such request is in
/// flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PendingRequest {
    /// No request is in flight.
    #[default]
    Nothing,
    /// A request for a new session or address is in flight.
    Address,
    /// A request that restores addresses of a session is in flight.
    Restore,
}

/// The whole state of the screen. The model holds no handle, so equal models show the same screen.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are independent of each other")]
pub struct Model {
    /// The current time, updated by messages, because the core reads no clock.
    pub now: Timestamp,
    /// Time zone of the user, in which times are shown and a day begins.
    pub zone: TimeZone,
    /// Area of the whole screen, in cells.
    pub screen: Area,
    /// Size of a screen cell in pixels, as far as the terminal reports it; pictures are scaled by it.
    pub cell: CellSize,
    /// Whether the terminal has reported a background that is lighter than its text; QR codes are drawn
    /// accordingly.
    pub light_background: bool,
    /// The service and the storage that the program runs with; `None` until the ports are ready.
    pub place: Option<MailboxSource>,
    /// State of the user's account on the service.
    pub account: Account,
    /// The request for a session or address that the service has not answered yet.
    pub asking: PendingRequest,
    /// Delay between sessions that the program opens automatically, if earlier ones ended too soon.
    pub openings: AutoOpenBackoff,
    /// Chooses the push transport for all sessions, depending on the failures so far.
    pub channels: TransportSelector,
    /// Status that the service reports along with its replies: a wait, a captcha, a legacy token.
    pub service_status: ServiceStatus,
    /// State of the sessions pane: sessions and addresses.
    pub sessions: Sessions,
    /// State of the inbox pane: the list of mails.
    pub inbox: Inbox,
    /// State of the message pane: the mail on the screen.
    pub reader: Reader,
    /// The tag letters of the addresses.
    pub address_tags: AddressTags,
    /// Whether the inbox shows only mail of the session or address under the cursor.
    pub one_by_one: bool,
    /// The user's arrangement of the panes.
    pub arrangement: PaneLayout,
    /// The arrangement of the panes that was stored last. If the current arrangement differs, the program
    /// stores the current one.
    pub kept_arrangement: PaneLayout,
    /// State of the mouse: the border being dragged, and the last press to detect double clicks.
    pub hand: MouseState,
    /// Whether the terminal window has the focus; `true` unless the terminal reports otherwise.
    pub focused: bool,
    /// The pane that receives the keys.
    pub focus: Pane,
    /// The open overlays, the topmost last.
    pub overlays: Vec<Overlay>,
    /// The notices that the screen shows.
    pub notices: Notices,
    /// Whether the program copies the next code as soon as it arrives.
    pub watching: Watching,
    /// Action on a mail that runs as soon as the mail is loaded; `None` if no action waits.
    pub pending: Option<Pending>,
    /// Effects that store read marks and wait until the mail that is being loaded has arrived, because a slow
    /// disk would delay it.
    pub held: Vec<Effect>,
    /// The settings of the screen, such as the theme and the key bindings.
    pub settings: Settings,
    /// Name of the theme under the cursor of the theme picker, which the screen shows for now; `None` if the
    /// picker is closed.
    pub preview: Option<&'static str>,
    /// The user's keyboard layout, as far as it is known.
    pub keyboard: Keyboard,
    /// Keys typed so far of a chord that is not complete yet.
    pub typed: Vec<Key>,
    /// Commands of a sequence that run as soon as the earlier ones are done.
    pub queued: VecDeque<Invocation>,
    /// The personal domain that the user is adding or deleting; `None` otherwise.
    pub own_domain: Option<PersonalDomainDraft>,
    /// Setting for lapsed sessions: whether the program restores their addresses automatically, offers to, or
    /// does neither.
    pub restore: Restore,
    /// The role of this process on the data folder: only the owner acts by itself.
    pub ownership: Ownership,
    /// Whether the user has quit the program; the event loop then ends.
    pub quitting: bool,
    /// Whether the user has suspended the program; the event loop then suspends it and resets the flag.
    pub suspending: bool,
    /// The changes that the user can undo.
    pub changes: Changes,
    /// Count of mails that the user has hidden since the program started and has not brought back.
    pub hidden: usize,
    /// The long work that runs.
    pub jobs: Jobs,
    /// The shell command that is receiving a mail; `None` if none runs.
    pub piping: Option<SafeText>,
    /// Id of the mail whose page for the browser is being created; `None` if no page is.
    pub browsing: Option<MailId>,
    /// Count of mails that are only in memory, because they could not be saved. Such mails are lost when the
    /// program ends.
    pub unsaved: usize,
    /// Progress of writing a large file: bytes written and total size in bytes; `None` while no large file is
    /// written.
    pub saving: Option<(u64, u64)>,
    /// Counter of the visible changes. The runtime draws a frame when the counter has grown.
    pub revision: u64,
    pub(in crate::app) generation: Generation,
}

/// An action on a mail that runs once the mail is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Id of the mail on which the action runs.
    pub id: MailId,
    /// The action that runs on the mail.
    pub choice: MailAction,
}

/// The kinds of actions that wait until a mail is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MailAction {
    /// Show the codes of the mail in a list, from which the user chooses one.
    Codes,
    /// Show the links of the mail in a list, from which the user chooses one.
    Links,
    /// Show the attachments of the mail in a list, from which the user chooses.
    Attachments,
    /// Show the mail in the user's editor or pager.
    Tool(ExternalProgram),
    /// Show the HTML of the mail in the browser.
    Browse,
    /// Pass the mail to this shell command.
    Pipe(String),
    /// Copy the code at this index in the list of codes, from 0.
    CopyCode(usize),
    /// Copy the link at this index in the list of links, from 0.
    CopyLink(usize),
}

impl Model {
    /// Creates the initial state of the screen, before any message.
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
            address_tags: AddressTags::default(),
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
            keyboard: Keyboard::default(),
            typed: Vec::new(),
            queued: VecDeque::new(),
            own_domain: None,
            restore: Restore::default(),
            ownership: Ownership::Owner,
            quitting: false,
            suspending: false,
            changes: Changes::default(),
            hidden: 0,
            jobs: Jobs::default(),
            piping: None,
            browsing: None,
            unsaved: 0,
            saving: None,
            revision: 0,
            generation: 0,
        }
    }

    /// Returns a generation that no earlier request had.
    pub fn next_generation(&mut self) -> Generation {
        self.generation += 1;
        self.generation
    }

    /// Names the key that is bound to a command, for a sentence on the screen.
    pub fn key(&self, command: impl Into<Command>) -> String {
        self.settings.keymap.told(command)
    }

    /// Computes the layout of the screen: the areas of the panes.
    pub fn layout(&self) -> Layout {
        Layout::of(self.screen, &self.arrangement, self.focus)
    }

    /// Returns whether the captcha dialog is open.
    pub fn asks_captcha(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Captcha(_)))
    }

    /// Collects the state of the screen that decides which commands the keys can run now.
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

    /// Returns the id of the mail to which a command applies: the one in the message pane if that pane has
    /// the focus, else the one under the cursor.
    pub fn current_mail(&self) -> Option<MailId> {
        if self.focus == Pane::Message
            && let Some(id) = self.reader.id()
        {
            return Some(id.clone());
        }
        self.inbox.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// Returns the attached mail to which a command applies: the one in the message pane, if that pane has
    /// the focus.
    pub fn attached_at_hand(&self) -> Option<&Arc<LoadedMail>> {
        self.reader.attached().filter(|_| self.focus == Pane::Message)
    }

    /// Returns the summary of the mail to which a command applies, which may be an attached mail.
    pub fn summary_at_hand(&self) -> Option<&Summary> {
        match self.attached_at_hand().and_then(|opened| opened.nested.as_ref()) {
            Some(nested) => Some(&nested.summary),
            None => self.current_mail().and_then(|id| self.inbox.get(&id)).map(|mail| &mail.summary),
        }
    }

    /// Returns where the mail of the mailbox is stored.
    pub fn mail_place(&self) -> Storage {
        self.place.as_ref().map_or(Storage::Archive, |place| place.mail)
    }

    /// Returns the summary of the mail from which a code or link is copied: normally the mail to which a
    /// command applies.
    ///
    /// There is one exception: that mail has nothing to copy and the cursor is on the newest mail. Then the
    /// newest listed mail with something to copy is used. So a fresh code needs one key even if other mail
    /// arrived after it.
    pub fn source(&self, has: impl Fn(&Summary) -> bool) -> Option<&Summary> {
        if let Some(summary) = self.summary_at_hand().filter(|summary| has(summary)) {
            return Some(summary);
        }
        if self.focus == Pane::Message || self.inbox.cursor() > 0 {
            return None;
        }
        self.inbox.visible().map(|mail| &mail.summary).find(|summary| has(summary))
    }

    /// Returns the name of the theme to draw with: the previewed one, else the one in the settings.
    pub fn theme(&self) -> &str {
        self.preview.unwrap_or(&self.settings.theme)
    }

    /// Lists the ids of the mails to which a bulk command applies: the marked mails, else the current mail.
    pub fn target_mails(&self) -> Vec<MailId> {
        let marked = if self.focus == Pane::Message { Vec::new() } else { self.inbox.marked() };
        if marked.is_empty() {
            return self.current_mail().into_iter().collect();
        }
        marked.into_iter().map(|mail| mail.summary.envelope.id.clone()).collect()
    }

    /// Returns whether inbox rows show a tag for the address of the mail. With a single address, rows need no
    /// tag.
    pub fn has_address_tags(&self) -> bool {
        self.address_tags.is_needed()
    }

    /// Returns the tag letter of an address, which stays the same after a restart.
    pub fn address_tag_of(&self, address: &SafeText) -> char {
        self.address_tags.letter(address)
    }

    /// Returns the address that the user copies: the one selected in the sessions pane.
    pub fn address(&self) -> Option<&SafeText> {
        self.sessions.selected_address().map(|address| &address.address)
    }
}
