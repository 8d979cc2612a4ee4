//! Hints for the status line: the keys that are useful in the current state, and what they do.

mod dialogs;

pub use dialogs::{for_attachments, for_prompt};

use super::command::{COMMANDS, Command};
use super::connection::ConnectionState;
use super::layout::{Pane, PaneLayout};
use super::model::{Account, Model, Watching};
use super::msg::Storage;
use super::reader::{MessageView, Search, SearchTerm};
use super::sessions::Line;
use crate::domain::mail::Summary;
use crate::domain::session::SessionState;
use mail_reader::text_width::truncate;
use std::borrow::Cow;

/// A key hint: the name of the key and a short description of its effect.
pub type Hint = (String, Cow<'static, str>);

/// Lists the key hints for the current state, the most useful first.
pub fn hints(model: &Model) -> Vec<Hint> {
    match model.overlays.last() {
        Some(overlay) => dialogs::hints(model, overlay),
        None => in_panes(model),
    }
}

/// The commands that are available only during a search. Outside a search, their keys run other commands.
const SEARCHING: [Command; 2] = [Command::SearchNext, Command::SearchPrevious];

/// Rank of a hint that follows the hints for copying and the hint for `Command::Back`.
const AFTER_BACK: u8 = 3;
/// Rank of a hint that follows the hint for the help.
const AFTER_HELP: u8 = 5;
/// Rank of a hint that is shown only if the status line has space for all hints.
const LAST: u8 = 20;

fn in_panes(model: &Model) -> Vec<Hint> {
    let cut = model.sessions.rows.iter().any(|row| matches!(row.link, ConnectionState::Waiting { .. }));
    let trouble = cut || matches!(model.account, Account::Waiting { .. });
    // An inbox search marks its words in the opened mail by itself. The user did not open the mail for these
    // marks.
    let found =
        |page: &MessageView| matches!(&page.search, Some(Search { needle: SearchTerm::Found(_), .. }));
    let unasked = model.focus == Pane::Message && model.reader.page().is_some_and(found);
    let marked = model.focus == Pane::Inbox && !model.inbox.marked().is_empty();
    let rank = |command, rank| match command {
        Command::Refresh if trouble => 0,
        Command::SearchNext if unasked => AFTER_BACK,
        // The user marks mails in order to run one of these commands on them.
        Command::Delete | Command::SaveMail | Command::MarkUnread if marked => 0,
        Command::Delete if model.focus != Pane::Sessions => LAST,
        // With one pane on the screen, the user needs to know how to reach the message.
        Command::Open if model.layout().is_one() => AFTER_HELP,
        // The link of another mail than the one under the cursor is less useful.
        Command::CopyLink if is_elsewhere(model, |summary| summary.link.is_some()) => AFTER_HELP,
        Command::Quit if model.focus == Pane::Sessions => LAST,
        _ => rank,
    };
    let searching = model.context().searching;
    let taken = SEARCHING.map(|command| model.settings.keymap.key_of(command).filter(|_| searching));
    let taken = taken.each_ref().map(Option::as_ref);
    let here = COMMANDS.iter().filter_map(|row| {
        let hint = row.hint?;
        let shown = hint.panes.contains(&model.focus)
            || (trouble && row.command == Command::Refresh)
            || (marked && row.command == Command::MarkUnread);
        let key = model.settings.keymap.key_of(row.command)?;
        // During a search, these keys have no other meaning.
        if !SEARCHING.contains(&row.command) && taken.contains(&Some(&key)) {
            return None;
        }
        let word = match row.command {
            Command::Watch if model.watching == Watching::On => "stop watching".into(),
            Command::Delete if model.focus != Pane::Sessions => "hide".into(),
            Command::Delete
                if model.sessions.selected_row().is_some_and(|row| row.life == SessionState::Lapsed) =>
            {
                "take out".into()
            }
            Command::CopyCode => of_whom(model, hint.word, |summary| summary.code.is_some()),
            Command::CopyLink => of_whom(model, hint.word, |summary| summary.link.is_some()),
            _ => hint.word.into(),
        };
        (shown && is_available(model, row.command)).then_some((rank(row.command, hint.rank), key, word))
    });
    let back = way_back(model).into_iter().chain(hidden_panes(model));
    let back = back.map(|(rank, key, word)| (rank, key, Cow::from(word)));
    let mut here: Vec<(u8, String, Cow<'static, str>)> = back.chain(here).collect();
    here.sort_by_key(|(rank, ..)| *rank);
    here.into_iter().map(|(_, key, word)| (key, word)).collect()
}

/// Maximum width of a sender's name in a hint, in columns; a longer name is truncated.
const NAME: usize = 16;

/// Text of the hint for a copy command. The text names the sender if the command would copy from another mail
/// than the one under the cursor.
fn of_whom(model: &Model, word: &'static str, has: impl Fn(&Summary) -> bool) -> Cow<'static, str> {
    match model.source(&has) {
        Some(summary) if is_elsewhere(model, has) => {
            format!("{word} of {}", truncate(&summary.sender, NAME)).into()
        }
        Some(_) | None => word.into(),
    }
}

/// Whether a copy command would take its text from another mail than the one under the cursor.
fn is_elsewhere(model: &Model, has: impl Fn(&Summary) -> bool) -> bool {
    let at_hand = model.summary_at_hand().map(|summary| &summary.envelope.id);
    model.source(has).is_some_and(|summary| Some(&summary.envelope.id) != at_hand)
}

/// Lists the hints for the commands that show hidden panes again.
fn hidden_panes(model: &Model) -> impl Iterator<Item = (u8, String, &'static str)> {
    let PaneLayout { hide_sessions, hide_message, .. } = model.arrangement;
    let room = model.focus == Pane::Inbox && !model.layout().is_one();
    let panes = [
        (hide_sessions, Command::ToggleAddresses, "show addresses"),
        (hide_message, Command::ToggleMessage, "show message"),
    ];
    let key = |command| model.settings.keymap.key_of(command);
    let hidden = panes.into_iter().filter(move |(hidden, ..)| *hidden && room);
    hidden.filter_map(move |(_, command, word)| Some((AFTER_BACK, key(command)?, word)))
}

/// The hint for `Command::Back` in the inbox, where that command removes marks or ends a search or filter.
fn way_back(model: &Model) -> Option<(u8, String, &'static str)> {
    let word = match () {
        () if model.focus != Pane::Inbox => return None,
        () if !model.inbox.marked().is_empty() => "unmark",
        () if model.inbox.searching().is_some() => "end search",
        () if !model.inbox.filter().is_empty() => "end filter",
        () => return None,
    };
    Some((AFTER_BACK, model.settings.keymap.key_of(Command::Back)?, word))
}

fn is_lapsed(model: &Model, row: usize) -> bool {
    model.sessions.rows.get(row).is_some_and(|row| row.life == SessionState::Lapsed)
}

/// Whether a command can run in the current state, so that its hint is shown.
pub fn is_available(model: &Model, command: Command) -> bool {
    let mail = || model.summary_at_hand();
    let files = model.mail_place() == Storage::MailFiles;
    match command {
        _ if files && command.needs_service() => false,
        Command::Delete if files && model.focus == Pane::Sessions => false,
        Command::Qr if files => mail().is_some_and(|summary| summary.link.is_some()),
        Command::CopyCode => model.source(|summary| summary.code.is_some()).is_some(),
        Command::CopyLink => model.source(|summary| summary.link.is_some()).is_some(),
        Command::OpenLink => mail().is_some_and(|summary| summary.link.is_some()),
        Command::SaveAttachments => mail().is_some_and(|summary| summary.attachments > 0),
        Command::Mark | Command::MarkRange => model.focus == Pane::Inbox && mail().is_some(),
        Command::SaveMail | Command::MarkUnread | Command::ChooseCode | Command::ChooseLink => {
            mail().is_some()
        }
        Command::Open => model.focus != Pane::Inbox || mail().is_some(),
        Command::CopyAddress | Command::CopySubaddress | Command::Qr => model.address().is_some(),
        Command::NewAddress | Command::NewAddressOn => model.account == Account::Open,
        Command::Watch => model.address().is_some() || model.watching == Watching::On,
        Command::Rename => model.sessions.selected_row().is_some(),
        Command::Undo => !model.changes.is_empty(),
        Command::Restore => {
            model.sessions.rows.iter().any(|row| !row.is_live() && !row.session.addresses.is_empty())
        }
        Command::Delete if model.focus == Pane::Sessions => match model.sessions.selected() {
            Some(Line::Address(row, _) | Line::Session(row)) if is_lapsed(model, row) => true,
            Some(Line::Address(row, _)) => {
                model.sessions.rows.get(row).is_some_and(super::sessions::SessionEntry::is_live)
            }
            Some(Line::Session(_)) | None => false,
        },
        Command::Delete => mail().is_some(),
        Command::Search | Command::Filter => !model.inbox.is_empty(),
        Command::SearchNext | Command::SearchPrevious => {
            let matches = match model.focus {
                Pane::Message => model
                    .reader
                    .page()
                    .and_then(|page| page.search.as_ref())
                    .map_or(0, |search| search.matches.len()),
                Pane::Inbox | Pane::Sessions => model.inbox.shown(),
            };
            model.context().searching && matches > 1
        }
        _ => true,
    }
}
