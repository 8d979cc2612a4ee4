//! What can be done where the cursor is: the hints of the status line.

use super::command::{Command, TABLE};
use super::link::Link;
use super::model::{Account, Model};
use super::sessions::Line;

/// The key and the word of each hint, the most wanted first.
pub fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let cut = model.sessions.rows.iter().any(|row| matches!(row.link, Link::Waiting { .. }));
    let trouble = cut || matches!(model.account, Account::Waiting { .. });
    let rank = |command, rank| if trouble && command == Command::Refresh { 0 } else { rank };
    let here = TABLE.iter().filter_map(|row| {
        let hint = row.hint?;
        let shown = hint.panes.contains(&model.focus) || (trouble && row.command == Command::Refresh);
        let key = model.settings.keymap.key_of(row.command)?;
        (shown && makes_sense(model, row.command)).then_some((rank(row.command, hint.rank), key, hint.word))
    });
    let mut here: Vec<(u8, String, &'static str)> = here.collect();
    here.sort_by_key(|(rank, ..)| *rank);
    here.into_iter().map(|(_, key, word)| (key, word)).collect()
}

/// Whether a command would do something at the moment.
pub fn makes_sense(model: &Model, command: Command) -> bool {
    let mail = || model.mail_at_hand().and_then(|id| model.inbox.get(&id)).map(|mail| &mail.summary);
    match command {
        Command::CopyCode => model.source(|summary| summary.code.is_some()).is_some(),
        Command::CopyLink => model.source(|summary| summary.link.is_some()).is_some(),
        Command::OpenLink => mail().is_some_and(|summary| summary.link.is_some()),
        Command::SaveAttachments => mail().is_some_and(|summary| summary.attachments > 0),
        Command::Mark | Command::MarkRange => model.focus == super::layout::Pane::Inbox && mail().is_some(),
        Command::SaveMail | Command::MarkUnread | Command::ChooseCode | Command::ChooseLink => {
            mail().is_some()
        }
        Command::Open => model.focus != super::layout::Pane::Inbox || mail().is_some(),
        Command::CopyAddress | Command::CopyExtended | Command::Qr => model.address().is_some(),
        Command::Rename => model.sessions.selected_row().is_some(),
        Command::Restore => {
            model.sessions.rows.iter().any(|row| !row.is_live() && !row.session.addresses.is_empty())
        }
        Command::Delete if model.focus == super::layout::Pane::Sessions => match model.sessions.selected() {
            Some(Line::Address(row, _)) => {
                model.sessions.rows.get(row).is_some_and(super::sessions::Row::is_live)
            }
            Some(Line::Session(_)) | None => false,
        },
        Command::Delete => mail().is_some(),
        Command::Search | Command::Filter => !model.inbox.is_empty(),
        Command::SearchNext | Command::SearchPrevious => model.context().searching,
        _ => true,
    }
}
