//! The commands, by topic, and when each of them can run.

mod spec;
mod table;

pub use spec::{CommandSpec, Hint, man_section, row_of};
pub use table::COMMANDS;

/// A command that the user runs by a key, the palette or the mouse.
///
/// Each topic has an enum of its own and one function that runs it, so a command that nothing runs does not compile.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Move the cursor, or scroll the message.
    Move(MoveCommand),
    /// Choose or arrange panes.
    Pane(PaneCommand),
    /// Act on addresses, sessions or the service. Such a command is not available while the program only shows mail
    /// files.
    Address(AddressCommand),
    /// Act on the current mail, or on the marked mails.
    Mail(MailCommand),
    /// Change what the message pane shows.
    Reader(ReaderCommand),
    /// Change which mails the inbox lists or marks.
    List(ListCommand),
    /// Act on the program, or on whatever has the focus.
    App(AppCommand),
}

/// Commands that move the cursor or scroll the message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Commands that choose or arrange panes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Commands on addresses, sessions and the service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Commands on the current mail or the marked mails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Commands on what the message pane shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
pub enum ReaderCommand {
    NextView,
    FoldQuotes,
    NextMail,
    PreviousMail,
}

/// Commands on which mails the inbox lists or marks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Commands on the program, or on whatever has the focus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the command table holds the words for each")]
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

/// Implements the conversion from the commands of a topic to a command.
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
    Reader: ReaderCommand,
    List: ListCommand,
    App: AppCommand
);

/// Parts of the screen in which a command is available.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Availability {
    /// The command is available in every pane.
    Everywhere,
    /// The command is available where there is a mail: in the inbox and in the message pane.
    Mail,
    /// The command is available in the message pane only.
    Message,
    /// The command is available only during a search in the focused pane.
    Searching,
}

/// The state of the screen that decides which commands are available.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Whether there is a mail to which a command can apply.
    pub mail: bool,
    /// Whether the message pane has the focus and shows a mail.
    pub message: bool,
    /// Whether a search is active in the focused pane.
    pub searching: bool,
}

impl Context {
    /// Returns whether a command with the availability `scope` can run in this state of the screen.
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
    /// Returns whether the command concerns addresses, sessions or the service. Such a command is not
    /// available while the program only shows mail files.
    pub fn needs_service(self) -> bool {
        matches!(self, Self::Address(_))
    }
}
