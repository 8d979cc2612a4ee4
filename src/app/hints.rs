//! Generates the key hints in the status line: the keys that are useful in the current state, each with a label that
//! names its effect.

mod available;
mod dialogs;
mod state;

pub use available::is_available;
pub use dialogs::{attachment_hints, menu_keys, prompt_labels};
use dropmail_client::domain::sorting::sort_by_number;

use super::command::rank::AFTER_BACK;
use super::command::{AppCommand, COMMANDS, Command, ListCommand, PaneCommand};
use super::layout::{Pane, PaneLayout};
use super::model::Model;
use std::borrow::Cow;

/// A key hint: the name of the key, and a short label that names its effect.
pub type Hint = (String, Cow<'static, str>);

/// Returns the key hints for the current state of the model, the most useful first.
pub fn hints(model: &Model) -> Vec<Hint> {
    match model.overlays.last() {
        Some(overlay) => dialogs::hints(model, overlay),
        None => pane_hints(model),
    }
}

/// The commands that go to the next or previous match of a search. They are available only while a search is active;
/// otherwise, their keys may be bound to other commands.
const SEARCHING: [Command; 2] =
    [Command::List(ListCommand::SearchNext), Command::List(ListCommand::SearchPrevious)];

fn pane_hints(model: &Model) -> Vec<Hint> {
    let searching = model.context().searching;
    let taken = SEARCHING.map(|command| model.settings.keymap.key_of(command).filter(|_| searching));
    let taken = taken.each_ref().map(Option::as_ref);
    let here = COMMANDS.iter().filter_map(|row| {
        let hint = row.hint?;
        let key = model.settings.keymap.key_of(row.command)?;
        // During a search, the keys of the search commands run only these commands.
        if !SEARCHING.contains(&row.command) && taken.contains(&Some(&key)) {
            return None;
        }
        let (rank, word) = state::rank_and_word(model, &hint)?;
        is_available(model, row.command).then_some((rank, key, word))
    });
    let back = back_hint(model).into_iter().chain(hidden_panes(model));
    let back = back.map(|(rank, key, word)| (rank, key, Cow::from(word)));
    let mut here: Vec<(u8, String, Cow<'static, str>)> = back.chain(here).collect();
    sort_by_number(&mut here, |(rank, ..)| i128::from(*rank));
    here.into_iter().map(|(_, key, word)| (key, word)).collect()
}

/// Returns the key hints for the commands that show hidden panes again: for each hint, its rank, the name of the key
/// and the label. Hints with a smaller rank come first in the status line.
fn hidden_panes(model: &Model) -> impl Iterator<Item = (u8, String, &'static str)> {
    let PaneLayout { hide_sessions, hide_message, .. } = model.arrangement;
    let can_show = model.focus == Pane::Inbox && !model.layout().has_one_pane();
    let panes = [
        (hide_sessions, Command::Pane(PaneCommand::ToggleAddresses), "show addresses"),
        (hide_message, Command::Pane(PaneCommand::ToggleMessage), "show message"),
    ];
    let key = |command| model.settings.keymap.key_of(command);
    let hidden = panes.into_iter().filter(move |(hidden, ..)| *hidden && can_show);
    hidden.filter_map(move |(_, command, word)| Some((AFTER_BACK, key(command)?, word)))
}

/// Returns the key hint for `AppCommand::Back`: its rank (smaller ranks come first), the name of the key and the label.
/// Returns `None` if the inbox does not have the focus, if the command would neither remove marks nor end a search or
/// filter, or if it has no key.
fn back_hint(model: &Model) -> Option<(u8, String, &'static str)> {
    let word = match () {
        () if model.focus != Pane::Inbox => return None,
        () if !model.inbox.marked().is_empty() => "unmark",
        () if model.inbox.search_status().is_some() => "end search",
        () if !model.inbox.filter().is_empty() => "end filter",
        () => return None,
    };
    Some((AFTER_BACK, model.settings.keymap.key_of(AppCommand::Back)?, word))
}
