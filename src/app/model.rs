//! The model: the complete state of the user interface.

mod targets;

pub use targets::{FindingKind, FindingSource};

use super::account::Account;
use super::address_tags::AddressTags;
use super::auto_open::AutoOpenBackoff;
use super::code_watch::CodeWatch;
use super::command::Command;
use super::connection::Generation;
use super::effect::Effect;
use super::inbox::Inbox;
use super::invocation::Invocation;
use super::jobs::Jobs;
use super::key::Key;
use super::keyboard::Keyboard;
use super::layout::{Area, Layout, Pane, PaneLayout};
use super::mail_action::PendingAction;
use super::mail_check::MailCheck;
use super::message_pane::MessagePane;
use super::mouse::MouseState;
use super::msg::{MailboxSource, Storage};
use super::notice::Notices;
use super::overlay::Overlay;
use super::pending_request::PendingRequest;
use super::personal_domain::PersonalDomainDraft;
use super::sessions::Sessions;
use super::settings::Settings;
use super::undo::{Changes, EarlierChange};
use crate::config::RestorePolicy;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::service_status::ServiceStatus;
use dropmail_client::domain::sharing::Ownership;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::domain::transport_selector::TransportSelector;
use jiff::tz::TimeZone;
use mail_reader::richtext::CellSize;
use mail_reader::sanitize::SafeText;
use std::collections::VecDeque;

/// The complete state of the user interface. The model is plain data without files, sockets or timers, so equal
/// models render the same screen.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, in any combination")]
pub struct Model {
    /// The current time, as the runtime most recently reported it. The core itself does not read the clock.
    pub now: Timestamp,
    /// The user's time zone, which determines how timestamps are shown and when a day begins.
    pub zone: TimeZone,
    /// Area of the whole screen, in cells.
    pub screen: Area,
    /// Size of a terminal cell in pixels, which determines the scale of images. It is a default value until the
    /// terminal reports the size.
    pub cell: CellSize,
    /// `true` if the terminal has reported that its background is lighter than its text. Determines the colours of QR
    /// codes.
    pub light_background: bool,
    /// The source of the mailbox: the service and the storage of the mail. `None` until the dependencies of the
    /// program, such as the archive and the API client, have been created.
    pub mailbox_source: Option<MailboxSource>,
    /// Status of the user's account on the service.
    pub account: Account,
    /// The request in flight for a session or an address, if any.
    pub pending_request: PendingRequest,
    /// Limits how often the program opens sessions automatically.
    pub auto_open: AutoOpenBackoff,
    /// Selects the push transport for all sessions, based on earlier failures.
    pub transport_selector: TransportSelector,
    /// Current demands and warnings of the service: a delay, a captcha, or a legacy token that should be replaced.
    pub service_status: ServiceStatus,
    /// State of the sessions pane: the sessions with their addresses, and the cursor.
    pub sessions: Sessions,
    /// State of the inbox pane, including the list of mails.
    pub inbox: Inbox,
    /// State of the message pane, including the open mail.
    pub message_pane: MessagePane,
    /// The address tags: letters that identify the user's addresses in inbox rows.
    pub address_tags: AddressTags,
    /// If `true`, the inbox shows only the mails of the session or address under the cursor in the sessions pane.
    pub follows_cursor: bool,
    /// The pane layout that the user chose.
    pub arrangement: PaneLayout,
    /// The most recently stored pane layout. The program stores `arrangement` when it differs from this layout.
    pub stored_arrangement: PaneLayout,
    /// State of the mouse: the border that the user is dragging, and the previous button press, which is needed to
    /// detect double clicks.
    pub mouse: MouseState,
    /// `true` if the terminal window has the focus, or if the terminal does not report focus changes.
    pub focused: bool,
    /// The pane that has the focus and receives the key presses.
    pub focus: Pane,
    /// The open overlays (dialogs); the last overlay is on top.
    pub overlays: Vec<Overlay>,
    /// The notices that the screen shows.
    pub notices: Notices,
    /// Whether the program copies each new code to the clipboard as soon as it arrives.
    pub code_watch: CodeWatch,
    /// `true` if a notice of this run has explained why copied text may be missing from the clipboard.
    pub clipboard_doubt_shown: bool,
    /// An action on a mail that runs as soon as the mail is loaded; `None` if no action is pending.
    pub pending_action: Option<PendingAction>,
    /// Deferred effects that store the read state of mails. They run once no mail is being loaded, because
    /// writing to a slow disk would delay the loading.
    pub deferred_effects: Vec<Effect>,
    /// The settings of the user interface, such as the theme and the key bindings.
    pub settings: Settings,
    /// Name of the theme under the cursor in the theme menu, which the screen previews; `None` if the theme menu is
    /// closed.
    pub preview: Option<&'static str>,
    /// The user's keyboard layout, and the unbound keys for which a notice has been shown.
    pub keyboard: Keyboard,
    /// The keys of an incomplete chord (key sequence) that the user has typed so far.
    pub typed: Vec<Key>,
    /// The commands of a running sequence that have not run yet. Each command runs when the previous one has finished.
    pub queued: VecDeque<Invocation>,
    /// The personal domain that the user is adding or deleting; `None` if the user is doing neither.
    pub own_domain: Option<PersonalDomainDraft>,
    /// How the program treats the addresses of expired sessions: it restores them automatically, offers to restore
    /// them, or does neither.
    pub restore: RestorePolicy,
    /// The role of this process among the processes that use the same data directory. For example, only the process
    /// that owns the data directory opens sessions automatically.
    pub ownership: Ownership,
    /// If `true`, the user has quit the program, and the event loop must end.
    pub quitting: bool,
    /// If `true`, the user has requested that the program be suspended. The event loop then suspends it and clears the
    /// flag.
    pub suspending: bool,
    /// The changes that the user can undo.
    pub changes: Changes,
    /// The change from an earlier run of the program that will be undone as soon as the required data has been read
    /// from the archive; `None` if there is no such change.
    pub undoing: Option<EarlierChange>,
    /// Number of mails that the user has hidden since the program started, excluding those that have been restored.
    pub hidden: usize,
    /// The running jobs.
    pub jobs: Jobs,
    /// The shell command to which a mail is being piped; `None` if no such command is running.
    pub piping: Option<SafeText>,
    /// Id of the mail whose HTML page is being created for the browser; `None` if no page is being created.
    pub browsing: Option<MailId>,
    /// Number of mails that are only in memory, because storing them failed. These mails are lost when the
    /// program ends.
    pub unsaved: usize,
    /// Progress of writing a large file: bytes written and total size in bytes. `None` if no large file is being
    /// written.
    pub saving: Option<(u64, u64)>,
    /// Time at which the next tick is due, recorded when the window gains the focus; `None` after that tick. If the
    /// tick comes much later than this, the program concludes that the machine was suspended.
    pub tick_expected_at: Option<Timestamp>,
    /// The most recent time at which the window gained or lost the focus, or a mail arrived.
    pub attended_at: Timestamp,
    /// The check for new mail that the user has requested; `None` if no such check is in progress.
    pub mail_check: Option<MailCheck>,
    /// Counter that increases with each visible change. The runtime renders a new frame after the counter has
    /// increased.
    pub revision: u64,
    pub(in crate::app) generation: Generation,
}

impl Model {
    /// Creates the initial state of the user interface, before any message from the runtime (`Msg`) is processed.
    pub fn new(now: Timestamp, screen: Area) -> Self {
        Self {
            now,
            zone: TimeZone::UTC,
            screen,
            cell: CellSize::default(),
            light_background: false,
            mailbox_source: None,
            account: Account::Booting,
            pending_request: PendingRequest::Nothing,
            auto_open: AutoOpenBackoff::default(),
            transport_selector: TransportSelector::default(),
            service_status: ServiceStatus::default(),
            sessions: Sessions::default(),
            inbox: Inbox::default(),
            message_pane: MessagePane::Empty,
            address_tags: AddressTags::default(),
            follows_cursor: false,
            arrangement: PaneLayout::default(),
            stored_arrangement: PaneLayout::default(),
            mouse: MouseState::default(),
            focused: true,
            focus: Pane::Inbox,
            overlays: Vec::new(),
            notices: Notices::default(),
            code_watch: CodeWatch::Off,
            clipboard_doubt_shown: false,
            pending_action: None,
            deferred_effects: Vec::new(),
            settings: Settings::default(),
            preview: None,
            keyboard: Keyboard::default(),
            typed: Vec::new(),
            queued: VecDeque::new(),
            own_domain: None,
            restore: RestorePolicy::default(),
            ownership: Ownership::Owner,
            quitting: false,
            suspending: false,
            changes: Changes::default(),
            undoing: None,
            tick_expected_at: None,
            attended_at: now,
            mail_check: None,
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

    /// Returns a new generation number, which has not been used for any earlier request.
    pub fn next_generation(&mut self) -> Generation {
        self.generation += 1;
        self.generation
    }

    /// Returns the name of the key that is bound to a command, for display. If the command has no key, returns the key
    /// of the command palette, followed by the name of the command.
    pub fn key_of(&self, command: impl Into<Command>) -> String {
        self.settings.keymap.key_text(command)
    }

    /// Computes the layout of the screen: the areas of the panes.
    pub fn layout(&self) -> Layout {
        Layout::compute(self.screen, &self.arrangement, self.focus)
    }

    /// Returns `true` if the captcha dialog is open.
    pub fn is_captcha_open(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Captcha(_)))
    }

    /// Returns the kind of storage that contains the mail of this mailbox.
    pub fn storage(&self) -> Storage {
        self.mailbox_source.as_ref().map_or(Storage::Archive, |place| place.mail)
    }

    /// Returns the name of the theme with which the screen is rendered: the previewed theme if there is one, and the
    /// theme from the settings if not.
    pub fn theme(&self) -> &str {
        self.preview.unwrap_or(&self.settings.theme)
    }

    /// Returns `true` if inbox rows have address tags (letters that identify the recipient's address). A single address
    /// needs no tag.
    pub fn has_address_tags(&self) -> bool {
        self.address_tags.are_needed()
    }

    /// Returns the letter that identifies an address in inbox rows. An address keeps its letter when the program
    /// restarts.
    pub fn address_tag_of(&self, address: &SafeText) -> char {
        self.address_tags.letter(address)
    }
}
