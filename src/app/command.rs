//! Defines the commands of the user interface, grouped by topic, and the conditions under which each is available.

mod argument;
mod hint;
mod spec;
mod synonyms;
mod table;
mod topic;

pub use argument::ArgumentKind;
pub use hint::{HintChange, HintRule, HintSpec, HintState, NARROW, rank};
pub use spec::{CommandSpec, argument_kind, man_section, row_of};
pub use table::COMMANDS;
pub use topic::Topic;

/// A command that the user runs with a key, from the command palette or with the mouse.
///
/// Each topic has its own enum and one function that matches on it. The compiler therefore rejects a command that no
/// function handles.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// A command that moves the cursor or scrolls the message pane.
    Move(MoveCommand),
    /// A command that selects, resizes, shows or hides panes.
    Pane(PaneCommand),
    /// A command that acts on addresses, sessions or the service. It is not available if the program only displays mail
    /// files.
    Address(AddressCommand),
    /// A command that acts on the current mail, or on all marked mails.
    Mail(MailCommand),
    /// A command that changes what the message pane shows.
    MessagePane(MessagePaneCommand),
    /// A command that changes which mails the inbox lists or marks.
    List(ListCommand),
    /// A command that acts on the whole program or on the focused item.
    App(AppCommand),
}

/// Commands that move the cursor or scroll the message pane.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum MoveCommand {
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
}

/// Commands that select, resize, show or hide panes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum PaneCommand {
    NextPane,
    PreviousPane,
    Zoom,
    Grow,
    Shrink,
    ToggleSplit,
    ToggleAddresses,
    ToggleMessage,
    ResetPanes,
}

/// Commands that act on addresses, sessions or the service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum AddressCommand {
    NewAddress,
    NewAddressOn,
    OwnDomains,
    CopyAddress,
    CopySubaddress,
    Restore,
    Rename,
    UseAddress,
    Refresh,
    SolveCaptcha,
    Watch,
    History,
}

/// Commands that act on the current mail or on all marked mails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum MailCommand {
    CopyCode,
    ChooseCode,
    CopyLink,
    ChooseLink,
    OpenLink,
    SaveMail,
    SaveAttachments,
    Pipe,
    Edit,
    Page,
    Browse,
    MarkUnread,
    Star,
}

/// Commands that change what the message pane shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum MessagePaneCommand {
    NextView,
    ToggleQuotes,
    NextMail,
    PreviousMail,
}

/// Commands that change which mails the inbox lists or marks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum ListCommand {
    ToggleScope,
    Search,
    SearchNext,
    SearchPrevious,
    Filter,
    Mark,
    MarkRange,
    Group,
}

/// Commands that act on the whole program or on the focused item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table contains the text of each variant")]
pub enum AppCommand {
    Open,
    Back,
    Quit,
    Delete,
    BringBack,
    Undo,
    Qr,
    Theme,
    Suspend,
    Help,
    Palette,
    Jobs,
}

/// Implements the conversion from each topic's command enum into `Command`.
macro_rules! from_topic {
    ($($topic:ident: $command:ident),*) => {
        $(impl From<$command> for Command {
            fn from(command: $command) -> Self {
                Self::$topic(command)
            }
        })*
    };
}

from_topic!(
    Move: MoveCommand,
    Pane: PaneCommand,
    Address: AddressCommand,
    Mail: MailCommand,
    MessagePane: MessagePaneCommand,
    List: ListCommand,
    App: AppCommand
);

/// The condition under which a command is available, for example only while a search is active.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Availability {
    /// The command is always available, regardless of which pane has the focus.
    Everywhere,
    /// The command is available while there is a current mail, that is, a mail on which commands act.
    Mail,
    /// The command is available only while the message pane has the focus and shows a mail.
    Message,
    /// The command is available only while a search is active in the focused pane.
    Searching,
}

/// The state of the screen that determines which commands are available.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// `true` if there is a current mail, that is, a mail on which commands can act.
    pub mail: bool,
    /// `true` if the message pane has the focus and shows a mail.
    pub message: bool,
    /// `true` if a search is active in the focused pane.
    pub searching: bool,
}

impl Context {
    /// Returns `true` if this state of the screen meets the condition `scope`, so that commands with this condition are
    /// available.
    pub fn allows(self, scope: Availability) -> bool {
        match scope {
            Availability::Everywhere => true,
            Availability::Mail => self.mail,
            Availability::Message => self.message,
            Availability::Searching => self.searching,
        }
    }
}

impl Command {
    /// Returns `true` if the command acts on addresses, sessions or the service. Such a command is not available if the
    /// program only displays mail files.
    pub fn needs_service(self) -> bool {
        matches!(self, Self::Address(_))
    }
}
