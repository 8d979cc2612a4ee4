//! Keyboard input: a key goes to the topmost overlay if there is one, otherwise through the key bindings to a
//! command.

use super::{
    captcha, connection, copy, domains, hidden, history, inbox, info, invoke, overlay, panes, reader,
    restore, sessions, undo,
};
use crate::app::command::Command;
use crate::app::effect::{ArchiveEffect, Effect, ExternalEffect, ExternalProgram};
use crate::app::filter::Filter;
use crate::app::key::{Code, Key};
use crate::app::keymap::KeyMatch;
use crate::app::layout::{Layout, Pane};
use crate::app::model::{Account, MailAction, Model};
use crate::app::msg::Storage;
use crate::app::overlay::{Confirm, ConfirmableAction, Overlay};
use crate::app::update::overlay::Outcome;
use crate::domain::session::AddressOptions;

pub(super) fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    // Ctrl with a character never types text, so the character may stand for the Latin one on its key.
    let key = if key.ctrl { model.keyboard.latin_key(key).unwrap_or(key) } else { key };
    // Ctrl-C quits in every state, because a user who presses it wants to leave.
    if key == Key::ctrl('c') {
        model.quitting = true;
        return Vec::new();
    }
    // The key of `Command::Suspend` works over an overlay too, but only with Ctrl: without it, the key may be
    // input for the overlay.
    let goes = KeyMatch::Command(Command::Suspend);
    if key.ctrl && !model.overlays.is_empty() && model.settings.keymap.lookup(&[key], model.context()) == goes
    {
        model.suspending = true;
        return Vec::new();
    }
    // The user should not run commands without seeing their effect. On a screen that is too small, only
    // `Quit` works.
    if model.layout() == Layout::TooSmall {
        let leaves = KeyMatch::Command(Command::Quit);
        let keymap = &model.settings.keymap;
        let quits = model.keyboard.look_up(keymap, &mut Vec::new(), key, model.context()) == leaves;
        return if quits && model.overlays.is_empty() { quit(model) } else { Vec::new() };
    }
    if key.code == Code::Esc {
        model.queued.clear();
    }
    // The user has read the notices. A menu that opens late would receive keys meant for something else, so
    // the pending action is dropped.
    model.notices.dismiss();
    model.pending.take_if(|pending| !matches!(pending.choice, MailAction::Pipe(_)));
    if !model.overlays.is_empty() {
        let outcome = overlay::key(model, key);
        return finish(model, outcome);
    }
    let context = model.context();
    match model.keyboard.look_up(&model.settings.keymap, &mut model.typed, key, context) {
        KeyMatch::Command(command) => {
            model.typed.clear();
            run(model, command)
        }
        KeyMatch::Sequence(at) => {
            model.typed.clear();
            invoke::start(model, at)
        }
        KeyMatch::Partial => Vec::new(),
        KeyMatch::NoMatch => {
            let typed: String = std::mem::take(&mut model.typed).iter().map(ToString::to_string).collect();
            unbound(model, &typed)
        }
    }
}

/// Runs the command that the user has chosen in an overlay, if any.
pub(super) fn finish(model: &mut Model, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Effects(effects) => effects,
        Outcome::Run(command) => run(model, command),
        Outcome::Invoke(invocation) => invoke::run(model, &invocation),
    }
}

/// Reports that a key has no binding: once for each key, but every time if the output is for a screen reader,
/// whose user cannot see that nothing changed.
fn unbound(model: &mut Model, typed: &str) -> Vec<Effect> {
    if !model.settings.accessible && !model.keyboard.reports(typed) {
        return Vec::new();
    }
    let help = model.key(Command::Help);
    info(model, format!("{typed} does nothing here. {help} lists the keys."))
}

/// Quits the program; if mail would be lost, asks the user first.
fn quit(model: &mut Model) -> Vec<Effect> {
    if model.unsaved == 0 {
        model.quitting = true;
        return Vec::new();
    }
    let (these, are) =
        if model.unsaved == 1 { ("1 mail", "is") } else { (&*format!("{} mails", model.unsaved), "are") };
    let (again, save) = (model.key(Command::Refresh), model.key(Command::SaveMail));
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

/// Runs a command; some commands act on the pane that has the focus.
pub(super) fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(step) = step(model, command) {
        let before = place(model);
        move_by(model, step);
        return if place(model) == before { at_the_edge(model, step) } else { Vec::new() };
    }
    refuse(model, command).unwrap_or_else(|| perform(model, command))
}

/// Refuses a command that another instance or the kind of mailbox does not permit, and says why; `None` if the
/// command may run.
pub(super) fn refuse(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    if model.account == Account::OwnedByOtherInstance && changes(command) {
        return Some(info(
            model,
            "Another dropmail-tui has this mailbox; this one only shows it until that one ends.",
        ));
    }
    let of_address = |command| matches!(command, Command::Open | Command::Delete);
    let about_service = command.needs_service() || model.focus == Pane::Sessions && of_address(command);
    if model.mail_place() == Storage::MailFiles && about_service {
        return Some(info(
            model,
            "These are files, opened to be read: there is no address, and no mail will come.",
        ));
    }
    None
}

fn perform(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::NextPane => focus(model, model.focus.next()),
        Command::PreviousPane => focus(model, model.focus.previous()),
        Command::Open => open(model),
        Command::Back => back(model),
        Command::Quit => quit(model),
        Command::NewAddress => sessions::new_address(model, AddressOptions::default()),
        Command::NewAddressOn => overlay::ask_domain(model),
        Command::OwnDomains => domains::open_domains(model),
        Command::CopySubaddress => copy::ask_extension(model),
        Command::Delete if model.focus == Pane::Sessions => sessions::ask_delete(model),
        Command::Delete => hidden::open_hidden(model),
        Command::ToggleScope => inbox::toggle_scope(model),
        Command::Suspend => {
            model.suspending = true;
            Vec::new()
        }
        Command::Restore => restore::restore(model),
        Command::BringBack => vec![Effect::Archive(ArchiveEffect::ListHidden)],
        Command::Undo => undo::undo(model),
        Command::Refresh => connection::refresh(model),
        Command::SolveCaptcha => captcha::offered(model),
        Command::Help => overlay::help(model),
        Command::Palette => overlay::palette(model),
        Command::Theme => overlay::themes(model),
        Command::Qr => overlay::qr(model),
        Command::Rename => sessions::ask_label(model),
        Command::UseAddress => sessions::use_address(model),
        Command::History => history::ask(model),
        Command::Filter => inbox::ask_filter(model),
        Command::Search => overlay::ask_search(model),
        Command::SearchNext => overlay::next_match(model, 1),
        Command::SearchPrevious => overlay::next_match(model, -1),
        other => panes::run(model, other).unwrap_or_else(|| run_on_mail(model, other)),
    }
}

/// Whether a command changes stored data or sends a request to the service; the program refuses such a
/// command while another instance owns the mailbox.
fn changes(command: Command) -> bool {
    matches!(
        command,
        Command::NewAddress
            | Command::NewAddressOn
            | Command::OwnDomains
            | Command::Delete
            | Command::Restore
            | Command::Rename
            | Command::UseAddress
            | Command::BringBack
            | Command::Undo
            | Command::MarkUnread
            | Command::Refresh
    )
}

fn run_on_mail(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::CopyAddress => copy::address(model),
        Command::CopyCode => copy::best_code(model),
        Command::CopyLink => copy::best_link(model),
        Command::Watch => copy::watch(model),
        Command::ChooseCode => overlay::choose_code(model),
        Command::ChooseLink => overlay::choose_link(model),
        Command::OpenLink => overlay::ask_open_link(model),
        Command::NextView => reader::next_view(model),
        Command::FoldQuotes => reader::fold_quotes(model),
        Command::NextMail => next_mail(model, 1),
        Command::PreviousMail => next_mail(model, -1),
        Command::SaveMail => inbox::save(model),
        Command::Mark => inbox::mark(model),
        Command::MarkRange => inbox::mark_range(model),
        Command::SaveAttachments => overlay::choose_attachment(model),
        Command::Pipe => overlay::ask_pipe(model),
        Command::Edit => overlay::choose(model, MailAction::Tool(ExternalProgram::Editor)),
        Command::Page => overlay::choose(model, MailAction::Tool(ExternalProgram::Pager)),
        Command::Browse => overlay::choose(model, MailAction::Browse),
        Command::MarkUnread => inbox::mark_unread(model),
        _ => Vec::new(),
    }
}

/// Count of lines by which a command moves the cursor or the text of the focused pane, negative for up;
/// `None` if the command does not move.
fn step(model: &Model, command: Command) -> Option<isize> {
    let rows = match model.focus {
        Pane::Message => usize::from(model.layout().message_room().1),
        Pane::Inbox | Pane::Sessions => inbox::rows(model),
    };
    let page = isize::try_from(rows).unwrap_or(1).max(1);
    Some(match command {
        Command::Down => 1,
        Command::Up => -1,
        Command::First => isize::MIN,
        Command::Last => isize::MAX,
        Command::HalfDown => (page / 2).max(1),
        Command::HalfUp => -(page / 2).max(1),
        Command::PageDown => page,
        // Outside the inbox there is nothing to mark, so Space scrolls by a page, as in a pager.
        Command::Mark if model.focus != Pane::Inbox => page,
        Command::PageUp => -page,
        _ => return None,
    })
}

pub(super) fn move_by(model: &mut Model, by: isize) {
    match model.focus {
        Pane::Sessions => {
            let last = model.sessions.lines().len().saturating_sub(1);
            model.sessions.cursor = model.sessions.cursor.saturating_add_signed(by).min(last);
        }
        Pane::Inbox => {
            let rows = inbox::rows(model);
            model.inbox.move_by(by, rows);
        }
        Pane::Message => {
            let rows = usize::from(model.layout().message_room().1);
            if let Some(page) = model.reader.page_mut() {
                page.scroll_by(by, rows);
            }
        }
    }
}

/// Index of the line under the cursor of the focused pane; in the message pane, of the first line on the
/// screen.
fn place(model: &Model) -> usize {
    match model.focus {
        Pane::Sessions => model.sessions.cursor,
        Pane::Inbox => model.inbox.cursor(),
        Pane::Message => model.reader.page().map_or(0, |page| page.scroll),
    }
}

/// Reports that the cursor is at the end and did not move, if the output is for a screen reader.
fn at_the_edge(model: &mut Model, step: isize) -> Vec<Effect> {
    if !model.settings.accessible {
        return Vec::new();
    }
    let words = match (model.focus, step < 0) {
        (Pane::Inbox, _) if model.inbox.selected().is_none() => "There is no mail in the list.",
        (Pane::Inbox | Pane::Sessions, true) => "This is the first line.",
        (Pane::Inbox | Pane::Sessions, false) => "This is the last line.",
        (Pane::Message, true) => "This is the beginning of the message.",
        (Pane::Message, false) => "This is the end of the message.",
    };
    info(model, words)
}

/// Moves the focus to a pane. The message pane gets the focus only if there is a mail to show.
pub(super) fn focus(model: &mut Model, pane: Pane) -> Vec<Effect> {
    if pane != Pane::Message {
        model.focus = pane;
        return Vec::new();
    }
    if model.inbox.selected().is_some() {
        return reader::open(model);
    }
    model.focus = match (model.layout(), model.focus) {
        (Layout::TooSmall, _) | (_, Pane::Sessions) => Pane::Inbox,
        (_, Pane::Inbox | Pane::Message) => Pane::Sessions,
    };
    Vec::new()
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.focus {
        Pane::Sessions => copy::address(model),
        Pane::Inbox => reader::open(model),
        Pane::Message => Vec::new(),
    }
}

/// Keys `J` and `K`: open the next or previous mail without a return to the list. While the list has the
/// focus, these keys open the mail under the cursor.
fn next_mail(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.focus != Pane::Message {
        return reader::open(model);
    }
    let rows = inbox::rows(model);
    model.inbox.move_by(by, rows);
    model.focus = Pane::Inbox;
    reader::open(model)
}

/// Key `Esc`: stops a running program or leaves the innermost state. The states are a search, a part, an
/// attached mail, the notices, the message, the marks and the filter.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.piping.is_some() {
        return vec![Effect::External(ExternalEffect::StopPipe)];
    }
    if model.browsing.is_some() {
        return vec![Effect::External(ExternalEffect::StopBrowse)];
    }
    if let Some(page) = model.reader.page_mut()
        && model.focus == Pane::Message
        && (page.end_search() || reader::leave_part(page))
    {
        return Vec::new();
    }
    if model.focus == Pane::Message && reader::leave_attached(model) {
        return Vec::new();
    }
    if model.notices.clear() {
        return Vec::new();
    }
    if model.focus != Pane::Inbox {
        model.focus = Pane::Inbox;
    } else if inbox::unmark(model) || model.inbox.end_search() {
    } else if model.inbox.filter().is_empty() {
        model.one_by_one = false;
    } else {
        model.inbox.set_filter(Filter::default());
    }
    Vec::new()
}
