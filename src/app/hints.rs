//! Key hints in the status line: the keys that are useful in the current state, with a label of their effect.

mod available;
mod dialogs;

pub use available::is_available;
pub use dialogs::{for_attachments, for_prompt};

use super::command::{AddressCommand, AppCommand, COMMANDS, Command, ListCommand, MailCommand, PaneCommand};
use super::connection::ConnectionState;
use super::layout::{Pane, PaneLayout};
use super::model::{Account, Model, Watching};
use super::reader::{MessageView, Search, SearchTerm};
use crate::domain::mail::Summary;
use crate::domain::session::SessionState;
use mail_reader::text_width::truncate;
use std::borrow::Cow;

/// A key hint: the name of the key, and a short label of its effect.
pub type Hint = (String, Cow<'static, str>);

/// Returns the key hints for the current state of the model, the most useful first.
pub fn hints(model: &Model) -> Vec<Hint> {
    match model.overlays.last() {
        Some(overlay) => dialogs::hints(model, overlay),
        None => in_panes(model),
    }
}

/// The commands that are available only during a search. Outside a search, their keys are bound to other commands.
const SEARCHING: [Command; 2] =
    [Command::List(ListCommand::SearchNext), Command::List(ListCommand::SearchPrevious)];

/// Rank of a key hint that follows the hints for copying and for `AppCommand::Back`.
const AFTER_BACK: u8 = 3;
/// Rank of a key hint that follows the hint for the help.
const AFTER_HELP: u8 = 5;
/// Rank of a key hint that is shown only if all other hints fit into the status line.
const LAST: u8 = 20;

fn in_panes(model: &Model) -> Vec<Hint> {
    let trouble = is_in_trouble(model);
    let marked = has_marks(model);
    let searching = model.context().searching;
    let taken = SEARCHING.map(|command| model.settings.keymap.key_of(command).filter(|_| searching));
    let taken = taken.each_ref().map(Option::as_ref);
    let here = COMMANDS.iter().filter_map(|row| {
        let hint = row.hint?;
        let shown = hint.panes.contains(&model.focus)
            || (trouble && row.command == Command::Address(AddressCommand::Refresh))
            || (marked && row.command == Command::Mail(MailCommand::MarkUnread));
        let key = model.settings.keymap.key_of(row.command)?;
        // During a search, the keys of the search commands run only these commands.
        if !SEARCHING.contains(&row.command) && taken.contains(&Some(&key)) {
            return None;
        }
        let word = word(model, row.command, hint.word);
        (shown && is_available(model, row.command)).then_some((
            rank(model, row.command, hint.rank),
            key,
            word,
        ))
    });
    let back = way_back(model).into_iter().chain(hidden_panes(model));
    let back = back.map(|(rank, key, word)| (rank, key, Cow::from(word)));
    let mut here: Vec<(u8, String, Cow<'static, str>)> = back.chain(here).collect();
    here.sort_by_key(|(rank, ..)| *rank);
    here.into_iter().map(|(_, key, word)| (key, word)).collect()
}

/// Returns whether a push connection is interrupted, or the program waits before it retries to open the account.
fn is_in_trouble(model: &Model) -> bool {
    let cut = model.sessions.rows.iter().any(|row| matches!(row.link, ConnectionState::Waiting { .. }));
    cut || matches!(model.account, Account::Waiting { .. })
}

/// Returns whether the inbox has the focus and contains marked mails.
fn has_marks(model: &Model) -> bool {
    model.focus == Pane::Inbox && !model.inbox.marked().is_empty()
}

/// Returns whether the message pane has the focus and highlights matches of an inbox search. The user has not
/// started a search in the message itself.
fn shows_matches_of_inbox(model: &Model) -> bool {
    let found =
        |page: &MessageView| matches!(&page.search, Some(Search { needle: SearchTerm::Found(_), .. }));
    model.focus == Pane::Message && model.reader.page().is_some_and(found)
}

/// Returns the rank of a command's hint in the current state; `rank` is its default rank.
fn rank(model: &Model, command: Command, rank: u8) -> u8 {
    match command {
        Command::Address(AddressCommand::Refresh) if is_in_trouble(model) => 0,
        Command::List(ListCommand::SearchNext) if shows_matches_of_inbox(model) => AFTER_BACK,
        // The user marks mails in order to run one of these commands on all of them.
        Command::App(AppCommand::Delete) | Command::Mail(MailCommand::SaveMail | MailCommand::MarkUnread)
            if has_marks(model) =>
        {
            0
        }
        Command::App(AppCommand::Delete) if model.focus != Pane::Sessions => LAST,
        // If the screen shows only one pane, the user needs to know how to open the message.
        Command::App(AppCommand::Open) if model.layout().is_one() => AFTER_HELP,
        // A link from a mail that is not under the cursor is less useful.
        Command::Mail(MailCommand::CopyLink) if is_elsewhere(model, |summary| summary.link.is_some()) => {
            AFTER_HELP
        }
        Command::App(AppCommand::Quit) if model.focus == Pane::Sessions => LAST,
        Command::Move(_)
        | Command::Pane(_)
        | Command::Address(_)
        | Command::Mail(_)
        | Command::Reader(_)
        | Command::List(_)
        | Command::App(_) => rank,
    }
}

/// Returns the label of a command's hint in the current state; `word` is its default label.
fn word(model: &Model, command: Command, word: &'static str) -> Cow<'static, str> {
    let on_lapsed = || model.sessions.selected_row().is_some_and(|row| row.life == SessionState::Lapsed);
    match command {
        Command::Address(AddressCommand::Watch) if model.watching == Watching::On => "stop watching".into(),
        Command::App(AppCommand::Delete) if model.focus != Pane::Sessions => "hide".into(),
        Command::App(AppCommand::Delete) if on_lapsed() => "take out".into(),
        Command::Mail(MailCommand::CopyCode) => of_whom(model, word, |summary| summary.code.is_some()),
        Command::Mail(MailCommand::CopyLink) => of_whom(model, word, |summary| summary.link.is_some()),
        Command::Move(_)
        | Command::Pane(_)
        | Command::Address(_)
        | Command::Mail(_)
        | Command::Reader(_)
        | Command::List(_)
        | Command::App(_) => word.into(),
    }
}

/// Maximum width in columns of a sender's name in a key hint; a longer name is truncated.
const NAME: usize = 16;

/// Returns the label of the hint for a copy command. The label names the sender if the command would copy from
/// a mail that is not under the cursor.
fn of_whom(model: &Model, word: &'static str, has: impl Fn(&Summary) -> bool) -> Cow<'static, str> {
    match model.source(&has) {
        Some(summary) if is_elsewhere(model, has) => {
            format!("{word} of {}", truncate(&summary.sender, NAME)).into()
        }
        Some(_) | None => word.into(),
    }
}

/// Returns whether a copy command would copy from a mail that is not under the cursor.
fn is_elsewhere(model: &Model, has: impl Fn(&Summary) -> bool) -> bool {
    let at_hand = model.summary_at_hand().map(|summary| &summary.envelope.id);
    model.source(has).is_some_and(|summary| Some(&summary.envelope.id) != at_hand)
}

/// Returns the hints for the commands that show hidden panes again.
fn hidden_panes(model: &Model) -> impl Iterator<Item = (u8, String, &'static str)> {
    let PaneLayout { hide_sessions, hide_message, .. } = model.arrangement;
    let room = model.focus == Pane::Inbox && !model.layout().is_one();
    let panes = [
        (hide_sessions, Command::Pane(PaneCommand::ToggleAddresses), "show addresses"),
        (hide_message, Command::Pane(PaneCommand::ToggleMessage), "show message"),
    ];
    let key = |command| model.settings.keymap.key_of(command);
    let hidden = panes.into_iter().filter(move |(hidden, ..)| *hidden && room);
    hidden.filter_map(move |(_, command, word)| Some((AFTER_BACK, key(command)?, word)))
}

/// Returns the hint for `AppCommand::Back` in the inbox, where this command removes marks or ends a search or
/// filter; `None` if the command would do none of these.
fn way_back(model: &Model) -> Option<(u8, String, &'static str)> {
    let word = match () {
        () if model.focus != Pane::Inbox => return None,
        () if !model.inbox.marked().is_empty() => "unmark",
        () if model.inbox.searching().is_some() => "end search",
        () if !model.inbox.filter().is_empty() => "end filter",
        () => return None,
    };
    Some((AFTER_BACK, model.settings.keymap.key_of(AppCommand::Back)?, word))
}
