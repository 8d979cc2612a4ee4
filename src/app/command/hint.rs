//! Definitions of the key hints in the command table, which the status line shows.

use crate::app::layout::Pane;

/// A key hint for a command in the status line: its label, and the conditions under which it is shown.
#[derive(Clone, Copy, Debug)]
pub struct HintSpec {
    /// Label of the hint in the status line, one or two words.
    pub word: &'static str,
    /// The panes in which the command is useful. The status line shows the hint only while one of these panes has the
    /// focus, unless a rule in `changes` specifies [`HintChange::Shown`].
    pub panes: &'static [Pane],
    /// Sort key of the hint in the status line; hints with a smaller rank come first.
    pub rank: u8,
    /// Rules that change the hint in certain screen states. If several rules that apply change the rank, the first of
    /// them determines the rank; the same holds for the label.
    pub changes: &'static [HintRule],
}

/// A state of the screen in which a key hint differs from its usual form, for example in its label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HintState {
    /// The push connection of a session is interrupted, or the program is waiting to sign in to the service again.
    Disconnected,
    /// The inbox has the focus and contains marked mails.
    MailsMarked,
    /// The message pane has the focus and highlights the matches of an inbox search. No search in the open mail is
    /// active.
    MatchesOfInbox,
    /// The sessions pane has the focus.
    SessionsFocused,
    /// The inbox or the message pane has the focus.
    MailsFocused,
    /// The cursor in the sessions pane is on an expired session.
    SessionLapsed,
    /// The screen shows only one pane.
    OnePane,
    /// The screen is narrower than [`NARROW`] columns, so only short labels fit into the status line.
    Narrow,
    /// The program copies each new code to the clipboard as soon as it arrives.
    Watching,
    /// The current mail has candidates for a code, none of which is claimed.
    OnlyCodeCandidates,
    /// The current mail has links, none of which is claimed.
    OnlyLinkCandidates,
    /// The `copy-code` command would copy a code from a mail other than the current one.
    CodeOfOtherMail,
    /// The `copy-link` command would copy a link from a mail other than the current one.
    LinkOfOtherMail,
}

/// Width of the screen in columns below which key hints with a long label use a short label instead, so that they fit
/// into the status line.
pub const NARROW: u16 = 60;

/// A rule that changes the key hint of a command in a certain screen state.
#[derive(Clone, Copy, Debug)]
pub struct HintRule {
    /// The screen state in which the rule applies.
    pub state: HintState,
    /// The change that the rule makes to the rank, the label or the visibility of the hint.
    pub change: HintChange,
}

/// A single change to the key hint that the status line shows for a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HintChange {
    /// The key hint gets this rank instead of its usual rank, which changes its position in the status line.
    Rank(u8),
    /// The key hint gets this label instead of its usual label.
    Word(&'static str),
    /// The label of the key hint also names the sender of the mail whose code or link the command would copy.
    Sender,
    /// The status line shows the key hint even if none of its panes has the focus.
    Shown,
}

/// Named ranks of key hints. Hints with a smaller rank come first in the status line.
pub mod rank {
    /// Rank of the key hints that come first in the status line.
    pub const FIRST: u8 = 0;
    /// Rank of the key hints that come after the hints for copying and for `AppCommand::Back`.
    pub const AFTER_BACK: u8 = 3;
    /// Rank of the key hints that come after the help hint.
    pub const AFTER_HELP: u8 = 5;
    /// Rank of the key hints that come after the hints for addresses and for quitting.
    pub const AFTER_ADDRESS: u8 = 7;
    /// Rank of the key hints that come last: the status line shows them only if all other hints fit.
    pub const LAST: u8 = 20;
}

impl HintState {
    /// Returns a rule that changes the rank of a key hint to `rank` while the screen is in this state.
    pub(super) const fn rank(self, rank: u8) -> HintRule {
        HintRule { state: self, change: HintChange::Rank(rank) }
    }

    /// Returns a rule that changes the label of a key hint to `word` while the screen is in this state.
    pub(super) const fn word(self, word: &'static str) -> HintRule {
        HintRule { state: self, change: HintChange::Word(word) }
    }

    /// Returns a rule for a command that copies a code or link. While the screen is in this state, the label of the
    /// command's key hint also names the sender of the mail that contains the code or link.
    pub(super) const fn sender(self) -> HintRule {
        HintRule { state: self, change: HintChange::Sender }
    }

    /// Returns a rule that shows a key hint while the screen is in this state, regardless of which pane has the focus.
    pub(super) const fn always_shown(self) -> HintRule {
        HintRule { state: self, change: HintChange::Shown }
    }
}
