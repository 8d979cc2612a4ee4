//! Runs commands. Each enum of commands, such as `MailCommand`, has a function that matches on all its variants
//! explicitly.

use super::{
    addresses, captcha, connection, copy, domains, grouping, hidden, history, inbox, jobs, message_pane,
    movement, notify_info, overlay, panes, restore, sessions, stars, undo,
};
use crate::app::account::Account;
use crate::app::command::{
    AddressCommand, AppCommand, Command, ListCommand, MailCommand, MessagePaneCommand,
};
use crate::app::effect::{ArchiveEffect, Effect, ExternalEffect, ExternalProgram};
use crate::app::filter::Filter;
use crate::app::layout::Pane;
use crate::app::mail_action::MailAction;
use crate::app::model::Model;
use crate::app::msg::Storage;
use crate::app::overlay::{Confirm, ConfirmableAction, Overlay};
use dropmail_client::domain::session::AddressOptions;

/// Runs a command. Some commands have a different effect in each pane.
pub(super) fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(effects) = refuse(model, command) {
        return effects;
    }
    match command {
        Command::Move(command) => movement::run_command(model, command),
        Command::Pane(command) => panes::run_command(model, command),
        Command::Address(command) => run_address_command(model, command),
        Command::Mail(command) => run_mail_command(model, command),
        Command::MessagePane(command) => run_message_pane_command(model, command),
        Command::List(command) => run_list_command(model, command),
        Command::App(command) => run_app_command(model, command),
    }
}

/// Returns `None` if a command is permitted. If not, shows the reason to the user and returns the effects to run
/// instead. A command that changes data is refused while another process owns the data directory and accepts no
/// requests from this process. A command that needs the service is refused if the program only displays mail files.
pub(super) fn refuse(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    if model.account == Account::ReadOnly && changes_data(command) {
        return Some(notify_info(
            model,
            "Another dropmail-tui has this mailbox; this one only shows it until that one ends.",
        ));
    }
    let of_focus = matches!(command, Command::App(AppCommand::Open | AppCommand::Delete));
    let about_service = command.needs_service() || model.focus == Pane::Sessions && of_focus;
    if model.storage() == Storage::MailFiles && about_service {
        return Some(notify_info(
            model,
            "These are files, opened to be read: there is no address, and no mail will come.",
        ));
    }
    None
}

/// Returns `true` if a command changes stored data or sends a request to the service. Such a command is refused while
/// another process owns the data directory and accepts no requests from this process.
fn changes_data(command: Command) -> bool {
    match command {
        Command::Move(_) | Command::Pane(_) | Command::MessagePane(_) | Command::List(_) => false,
        Command::Address(command) => match command {
            AddressCommand::NewAddress
            | AddressCommand::NewAddressOn
            | AddressCommand::OwnDomains
            | AddressCommand::Restore
            | AddressCommand::Rename
            | AddressCommand::UseAddress
            | AddressCommand::Refresh => true,
            AddressCommand::CopyAddress
            | AddressCommand::CopySubaddress
            | AddressCommand::SolveCaptcha
            | AddressCommand::Watch
            | AddressCommand::History => false,
        },
        Command::Mail(command) => match command {
            MailCommand::MarkUnread | MailCommand::Star => true,
            MailCommand::CopyCode
            | MailCommand::ChooseCode
            | MailCommand::CopyLink
            | MailCommand::ChooseLink
            | MailCommand::OpenLink
            | MailCommand::SaveMail
            | MailCommand::SaveAttachments
            | MailCommand::Pipe
            | MailCommand::Edit
            | MailCommand::Page
            | MailCommand::Browse => false,
        },
        Command::App(command) => match command {
            AppCommand::Delete | AppCommand::BringBack | AppCommand::Undo => true,
            AppCommand::Open
            | AppCommand::Back
            | AppCommand::Quit
            | AppCommand::Qr
            | AppCommand::Theme
            | AppCommand::Suspend
            | AppCommand::Help
            | AppCommand::Palette
            | AppCommand::Jobs => false,
        },
    }
}

fn run_address_command(model: &mut Model, command: AddressCommand) -> Vec<Effect> {
    match command {
        AddressCommand::NewAddress => addresses::add_address(model, AddressOptions::default()),
        AddressCommand::NewAddressOn => overlay::request_domains(model),
        AddressCommand::OwnDomains => domains::open_domains(model),
        AddressCommand::CopyAddress => copy::copy_address(model),
        AddressCommand::CopySubaddress => copy::prompt_for_tag(model),
        AddressCommand::Restore => restore::restore_selected(model),
        AddressCommand::Rename => sessions::open_label_prompt(model),
        AddressCommand::UseAddress => addresses::toggle_current_address(model),
        AddressCommand::Refresh => connection::refresh(model),
        AddressCommand::SolveCaptcha => captcha::open_offered(model),
        AddressCommand::Watch => copy::toggle_code_watch(model),
        AddressCommand::History => history::request_history(model),
    }
}

fn run_mail_command(model: &mut Model, command: MailCommand) -> Vec<Effect> {
    match command {
        MailCommand::CopyCode => overlay::copy_best_code(model),
        MailCommand::ChooseCode => overlay::open_code_menu(model),
        MailCommand::CopyLink => overlay::copy_best_link(model),
        MailCommand::ChooseLink => overlay::open_link_menu(model),
        MailCommand::OpenLink => overlay::confirm_open_link(model),
        MailCommand::SaveMail => match message_pane::viewed_part(model) {
            Some(part) => overlay::run_when_loaded(model, MailAction::SavePart(part)),
            None => inbox::save_mails(model),
        },
        MailCommand::SaveAttachments => overlay::open_attachment_list(model),
        MailCommand::Pipe => overlay::open_pipe_prompt(model),
        MailCommand::Edit => {
            overlay::run_when_loaded(model, MailAction::OpenInProgram(ExternalProgram::Editor))
        }
        MailCommand::Page => {
            overlay::run_when_loaded(model, MailAction::OpenInProgram(ExternalProgram::Pager))
        }
        MailCommand::Browse => overlay::run_when_loaded(model, MailAction::Browse),
        MailCommand::MarkUnread => inbox::mark_unread(model),
        MailCommand::Star => stars::toggle_stars(model),
    }
}

fn run_message_pane_command(model: &mut Model, command: MessagePaneCommand) -> Vec<Effect> {
    match command {
        MessagePaneCommand::NextView => message_pane::next_view(model),
        MessagePaneCommand::ToggleQuotes => message_pane::toggle_quotes(model),
        MessagePaneCommand::NextMail => open_neighbour(model, 1),
        MessagePaneCommand::PreviousMail => open_neighbour(model, -1),
    }
}

fn run_list_command(model: &mut Model, command: ListCommand) -> Vec<Effect> {
    match command {
        ListCommand::ToggleScope => inbox::toggle_scope(model),
        ListCommand::Search => overlay::open_search_prompt(model),
        ListCommand::SearchNext => overlay::go_to_match(model, 1),
        ListCommand::SearchPrevious => overlay::go_to_match(model, -1),
        ListCommand::Filter => inbox::open_filter_prompt(model),
        ListCommand::Mark if model.focus == Pane::Inbox => inbox::toggle_mark(model),
        // Outside the inbox, there are no mails to mark, so Space scrolls by a page, as in a pager.
        ListCommand::Mark => movement::page_down(model),
        ListCommand::MarkRange => inbox::mark_range(model),
        ListCommand::Group => grouping::switch_to_next(model),
    }
}

fn run_app_command(model: &mut Model, command: AppCommand) -> Vec<Effect> {
    match command {
        AppCommand::Open => open(model),
        AppCommand::Back => go_back(model),
        AppCommand::Quit => quit(model),
        AppCommand::Delete if model.focus == Pane::Sessions => sessions::delete_selected(model),
        AppCommand::Delete => hidden::hide_targets(model),
        AppCommand::BringBack => vec![Effect::Archive(ArchiveEffect::ListHidden)],
        AppCommand::Undo => undo::undo(model),
        AppCommand::Qr => overlay::show_qr(model),
        AppCommand::Theme => overlay::open_theme_menu(model),
        AppCommand::Suspend => {
            model.suspending = true;
            Vec::new()
        }
        AppCommand::Help => overlay::open_help(model),
        AppCommand::Palette => overlay::open_palette(model),
        AppCommand::Jobs => jobs::open_list(model),
    }
}

/// Quits the program. If mails that are only in memory would be lost, asks the user for confirmation first.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if model.unsaved == 0 {
        model.quitting = true;
        return Vec::new();
    }
    let (these, are) =
        if model.unsaved == 1 { ("1 mail", "is") } else { (&*format!("{} mails", model.unsaved), "are") };
    let (again, save) = (model.key_of(AddressCommand::Refresh), model.key_of(MailCommand::SaveMail));
    model.overlays.push(Overlay::Confirm(Confirm {
        question: format!("Quit, though {these} {are} not on the disk?").into(),
        details: vec![
            "What the disk did not take is lost with the program.".into(),
            format!("Make room and {again} keeps it; {save} saves a mail elsewhere.").into(),
        ],
        action: ConfirmableAction::Quit,
    }));
    Vec::new()
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.focus {
        Pane::Sessions => copy::copy_address(model),
        Pane::Inbox => message_pane::open_selected(model),
        Pane::Message => Vec::new(),
    }
}

/// Handles the `J` and `K` keys in the message pane: moves the inbox cursor down by `by` mails (up if negative) and
/// opens the mail there. The message pane keeps the focus. If another pane has the focus, opens the mail under the
/// cursor without moving the cursor.
fn open_neighbour(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.focus != Pane::Message {
        return message_pane::open_selected(model);
    }
    let rows = inbox::visible_rows(model);
    model.inbox.move_by(by, rows);
    model.focus = Pane::Inbox;
    message_pane::open_selected(model)
}

/// Handles the `Esc` key: stops a running shell command or the creation of an HTML page. If there is neither, leaves
/// the first of these states that is active: a search in the open mail, the view of a MIME part, an attached mail,
/// notices, a pane other than the inbox, marks, the inbox search, the filter, and the scope of the inbox.
fn go_back(model: &mut Model) -> Vec<Effect> {
    if model.piping.is_some() {
        return vec![Effect::External(ExternalEffect::StopPipe)];
    }
    if model.browsing.is_some() {
        return vec![Effect::External(ExternalEffect::StopBrowse)];
    }
    if let Some(open) = model.message_pane.open_mail_mut()
        && model.focus == Pane::Message
        && (open.end_search() || message_pane::leave_part(open))
    {
        return Vec::new();
    }
    if model.focus == Pane::Message && message_pane::leave_attached(model) {
        return Vec::new();
    }
    model.notices.clear();
    if model.focus != Pane::Inbox {
        model.focus = Pane::Inbox;
    } else if inbox::clear_marks(model) || model.inbox.end_search() {
    } else if model.inbox.filter().is_empty() {
        model.follows_cursor = false;
    } else {
        model.inbox.set_filter(Filter::default());
    }
    Vec::new()
}
