//! Determines which commands can have an effect in the current state. The status line and the command palette
//! omit all other commands.

use crate::app::account::Account;
use crate::app::code_watch::CodeWatch;
use crate::app::command::{AddressCommand, AppCommand, Command, ListCommand, MailCommand};
use crate::app::layout::Pane;
use crate::app::model::{FindingKind, FindingSource, Model};
use crate::app::msg::Storage;
use crate::app::sessions::{SessionEntry, SessionsLine};
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::session::SessionState;

/// Returns `true` if a command can have an effect in the current state. No key hint is shown for any other command.
pub fn is_available(model: &Model, command: Command) -> bool {
    if command.needs_service() && model.storage() == Storage::MailFiles {
        return false;
    }
    match command {
        Command::Move(_) | Command::Pane(_) | Command::MessagePane(_) => true,
        Command::Address(command) => is_address_command_available(model, command),
        Command::Mail(command) => is_mail_command_available(model, command),
        Command::List(command) => is_list_command_available(model, command),
        Command::App(command) => is_app_command_available(model, command),
    }
}

fn is_address_command_available(model: &Model, command: AddressCommand) -> bool {
    match command {
        AddressCommand::CopyAddress | AddressCommand::CopySubaddress => model.selected_address().is_some(),
        AddressCommand::NewAddress | AddressCommand::NewAddressOn => model.account == Account::Open,
        AddressCommand::Watch => model.selected_address().is_some() || model.code_watch == CodeWatch::On,
        AddressCommand::Rename => model.sessions.selected_row().is_some(),
        AddressCommand::Restore => {
            model.sessions.rows.iter().any(|row| !row.is_live() && !row.session.addresses.is_empty())
        }
        AddressCommand::OwnDomains
        | AddressCommand::UseAddress
        | AddressCommand::Refresh
        | AddressCommand::SolveCaptcha
        | AddressCommand::History => true,
    }
}

fn is_mail_command_available(model: &Model, command: MailCommand) -> bool {
    let mail = || model.current_summary();
    match command {
        MailCommand::CopyCode => is_copy_available(model, FindingKind::Code),
        MailCommand::CopyLink => is_copy_available(model, FindingKind::Link),
        MailCommand::OpenLink => mail().is_some_and(has_link),
        MailCommand::SaveAttachments => mail().is_some_and(|summary| summary.attachments > 0),
        MailCommand::SaveMail
        | MailCommand::MarkUnread
        | MailCommand::Star
        | MailCommand::ChooseCode
        | MailCommand::ChooseLink => mail().is_some(),
        MailCommand::Pipe | MailCommand::Edit | MailCommand::Page | MailCommand::Browse => true,
    }
}

/// Returns `true` if the command that copies a code or link has one to copy. If the current mail must be loaded to find
/// out, returns `true` only if another mail has a code or link that the command can copy instead.
fn is_copy_available(model: &Model, kind: FindingKind) -> bool {
    match model.finding_source(kind) {
        FindingSource::Current(_) | FindingSource::Candidates | FindingSource::Other(_) => true,
        FindingSource::Unknown => model.other_source(kind).is_some(),
        FindingSource::Nothing => false,
    }
}

fn is_list_command_available(model: &Model, command: ListCommand) -> bool {
    match command {
        ListCommand::Mark | ListCommand::MarkRange => {
            model.focus == Pane::Inbox && model.current_summary().is_some()
        }
        ListCommand::Search | ListCommand::Filter | ListCommand::Group => !model.inbox.is_empty(),
        ListCommand::SearchNext | ListCommand::SearchPrevious => {
            model.context().searching && match_count(model) > 1
        }
        ListCommand::ToggleScope => true,
    }
}

/// Returns the number of matches that the search in the focused pane has found.
fn match_count(model: &Model) -> usize {
    match model.focus {
        Pane::Message => model
            .message_pane
            .open_mail()
            .and_then(|open| open.search.as_ref())
            .map_or(0, |search| search.matches.len()),
        Pane::Inbox | Pane::Sessions => model.inbox.shown_count(),
    }
}

fn is_app_command_available(model: &Model, command: AppCommand) -> bool {
    let files = model.storage() == Storage::MailFiles;
    match command {
        AppCommand::Delete if model.focus == Pane::Sessions => !files && can_delete_address(model),
        AppCommand::Delete => model.current_summary().is_some(),
        AppCommand::Qr if files => model.current_summary().is_some_and(has_link),
        AppCommand::Qr => model.selected_address().is_some(),
        AppCommand::Open => model.focus != Pane::Inbox || model.current_summary().is_some(),
        AppCommand::Undo => !model.changes.is_empty(),
        AppCommand::BringBack => model.hidden > 0 || !model.changes.is_empty(),
        AppCommand::Back
        | AppCommand::Quit
        | AppCommand::Jobs
        | AppCommand::Theme
        | AppCommand::Suspend
        | AppCommand::Help
        | AppCommand::Palette => true,
    }
}

/// Returns `true` if the delete command can act on the line under the cursor in the sessions pane: it can delete an
/// address of a live session, or remove an expired session from the list.
fn can_delete_address(model: &Model) -> bool {
    match model.sessions.selected_line() {
        Some(SessionsLine::Address(row, _) | SessionsLine::Session(row)) if is_lapsed(model, row) => true,
        Some(SessionsLine::Address(..) | SessionsLine::Session(_)) | None => {
            let address = model.sessions.selected_address_line();
            address.and_then(|(row, _)| model.sessions.rows.get(row)).is_some_and(SessionEntry::is_live)
        }
    }
}

fn is_lapsed(model: &Model, row: usize) -> bool {
    model.sessions.rows.get(row).is_some_and(|row| row.state == SessionState::Lapsed)
}

fn has_link(summary: &Summary) -> bool {
    summary.link.is_some()
}
