//! The hints of the status line as the command table declares them.

use crate::app::layout::Pane;

/// A hint in the status line as the command table declares the hint: a short label for a command.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Label of the hint in the status line, one or two words.
    pub word: &'static str,
    /// The panes whose focus makes the hint appear in the status line.
    pub panes: &'static [Pane],
    /// Sort key of the hint in the status line; hints with a smaller rank come first.
    pub rank: u8,
    /// Changes of the hint in certain states of the screen. The first change that applies wins.
    pub changes: &'static [HintChange],
}

/// A state of the screen in which the hint of a command differs from its usual form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HintState {
    /// A push connection is interrupted, or the program waits before it retries to open the account.
    Disconnected,
    /// The inbox has the focus and contains marked mails.
    MailsMarked,
    /// The message pane shows matches of an inbox search, which the user did not request there.
    MatchesOfInbox,
    /// The sessions pane has the focus.
    SessionsFocused,
    /// The inbox or the message pane has the focus.
    MailsFocused,
    /// The cursor of the sessions pane is on a lapsed session.
    SessionLapsed,
    /// The screen shows only one pane.
    OnePane,
    /// The program is watching for codes.
    Watching,
    /// The copy command would take the code from another mail than the mail under the cursor.
    CodeOfOtherMail,
    /// The copy command would take the link from another mail than the mail under the cursor.
    LinkOfOtherMail,
}

/// A change of the hint of a command in one state of the screen.
#[derive(Clone, Copy, Debug)]
pub struct HintChange {
    /// The change applies while the screen is in this state.
    pub state: HintState,
    /// The change that the state causes.
    pub change: Change,
}

/// A single change of the hint of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// The hint has another rank.
    Rank(u8),
    /// The hint has another label.
    Word(&'static str),
    /// The label names the sender of the mail that the command would copy from.
    Sender,
    /// The hint appears although its pane does not have the focus.
    Shown,
}

/// Ranks of hints that the table and the status line refer to by name.
pub mod rank {
    /// Rank of a key hint that comes first in the status line.
    pub const FIRST: u8 = 0;
    /// Rank of a key hint that follows the hints for copying and for `AppCommand::Back`.
    pub const AFTER_BACK: u8 = 3;
    /// Rank of a key hint that follows the hint for the help.
    pub const AFTER_HELP: u8 = 5;
    /// Rank of a key hint that is shown only if all other hints fit into the status line.
    pub const LAST: u8 = 20;
}

impl HintState {
    /// Returns the change of the rank of a hint in this state.
    pub(super) const fn rank(self, rank: u8) -> HintChange {
        HintChange { state: self, change: Change::Rank(rank) }
    }

    /// Returns the change of the label of a hint in this state.
    pub(super) const fn word(self, word: &'static str) -> HintChange {
        HintChange { state: self, change: Change::Word(word) }
    }

    /// Returns the change that adds the sender of the mail to the label of a hint in this state.
    pub(super) const fn sender(self) -> HintChange {
        HintChange { state: self, change: Change::Sender }
    }

    /// Returns the change that shows a hint in this state, whatever pane has the focus.
    pub(super) const fn shown(self) -> HintChange {
        HintChange { state: self, change: Change::Shown }
    }
}
