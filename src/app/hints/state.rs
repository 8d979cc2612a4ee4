//! Computes the rank and the label that a key hint has in the current state of the screen. Hints with a smaller rank
//! come first in the status line.

use crate::app::account::Account;
use crate::app::code_watch::CodeWatch;
use crate::app::command::{HintChange, HintSpec, HintState, NARROW};
use crate::app::connection::ConnectionState;
use crate::app::layout::Pane;
use crate::app::message_pane::{OpenMail, Search, SearchTerm};
use crate::app::model::{FindingKind, FindingSource, Model};
use dropmail_client::domain::session::SessionState;
use mail_reader::text_width::truncate;
use std::borrow::Cow;

/// Maximum width in columns of a sender's name in a key hint; a longer name is truncated.
const MAX_SENDER_WIDTH: usize = 16;

/// Returns the rank of a key hint in the current state (hints with a smaller rank come first) and its label. Returns
/// `None` if the hint is not shown.
pub(super) fn rank_and_word(model: &Model, hint: &HintSpec) -> Option<(u8, Cow<'static, str>)> {
    let mut shown = hint.panes.contains(&model.focus);
    let (mut rank, mut word) = (None, None);
    for change in hint.changes.iter().filter(|change| is_in_state(model, change.state)) {
        match change.change {
            HintChange::Shown => shown = true,
            HintChange::Rank(other) => rank = rank.or(Some(other)),
            HintChange::Word(other) => word = word.or(Some(other.into())),
            HintChange::Sender => word = word.or_else(|| with_sender(model, hint.word, change.state)),
        }
    }
    shown.then(|| (rank.unwrap_or(hint.rank), word.unwrap_or(hint.word.into())))
}

/// Returns `true` if the condition `state`, on which a key hint depends, is currently met.
fn is_in_state(model: &Model, state: HintState) -> bool {
    match state {
        HintState::Disconnected => is_disconnected(model),
        HintState::MailsMarked => model.focus == Pane::Inbox && !model.inbox.marked().is_empty(),
        HintState::MatchesOfInbox => shows_matches_of_inbox(model),
        HintState::SessionsFocused => model.focus == Pane::Sessions,
        HintState::MailsFocused => model.focus != Pane::Sessions,
        HintState::SessionLapsed => {
            model.sessions.selected_row().is_some_and(|row| row.state == SessionState::Lapsed)
        }
        HintState::OnePane => model.layout().has_one_pane(),
        HintState::Narrow => model.screen.width < NARROW,
        HintState::Watching => model.code_watch == CodeWatch::On,
        HintState::OnlyCodeCandidates => has_only_candidates(model, FindingKind::Code),
        HintState::OnlyLinkCandidates => has_only_candidates(model, FindingKind::Link),
        HintState::CodeOfOtherMail => model.other_source(FindingKind::Code).is_some(),
        HintState::LinkOfOtherMail => model.other_source(FindingKind::Link).is_some(),
    }
}

/// Returns `true` if the push connection of a session is interrupted, or if the program is waiting to sign in to the
/// service again.
fn is_disconnected(model: &Model) -> bool {
    let cut = model.sessions.rows.iter().any(|row| matches!(row.connection, ConnectionState::Waiting { .. }));
    cut || matches!(model.account, Account::Waiting { .. })
}

/// Returns `true` if the message pane has the focus and highlights the matches of an inbox search. Returns `false` if
/// the user has started a search in the open mail.
fn shows_matches_of_inbox(model: &Model) -> bool {
    let found = |open: &OpenMail| matches!(&open.search, Some(Search { needle: SearchTerm::Found(_), .. }));
    model.focus == Pane::Message && model.message_pane.open_mail().is_some_and(found)
}

fn has_only_candidates(model: &Model, kind: FindingKind) -> bool {
    model.finding_source(kind) == FindingSource::Candidates
}

/// Returns the label `word` of a copy command, followed by the sender of the mail from which the command would copy.
/// Returns `None` if the command would copy from the current mail, or if no mail contains anything to copy.
fn with_sender(model: &Model, word: &str, state: HintState) -> Option<Cow<'static, str>> {
    let kind = if state == HintState::CodeOfOtherMail { FindingKind::Code } else { FindingKind::Link };
    model
        .other_source(kind)
        .map(|summary| format!("{word} of {}", truncate(&summary.sender, MAX_SENDER_WIDTH)).into())
}
