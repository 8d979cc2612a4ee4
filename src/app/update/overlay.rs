//! Opens overlays, and handles the user's input in them.

mod attachments;
mod best_finding;
mod mail_menus;
mod menus;
mod mouse;
mod palette;
mod prompts;

pub(super) use best_finding::{confirm_open_link, copy_best_code, copy_best_link};
pub(super) use mail_menus::{
    open_attachment_list, open_code_menu, open_link_menu, run_pending_action, run_when_loaded,
};
pub(super) use menus::{open_domain_menu, open_help, open_theme_menu, request_domains, show_qr};
pub(super) use palette::open_palette;
pub(super) use prompts::{open_pipe_prompt, open_search_prompt};

pub(super) use mouse::{click, scroll};

use super::{
    addresses, domains, hidden, history, jobs, list_keys, notify_info, notify_problem, restore, search,
    sessions, settings,
};
use crate::app::command::{AddressCommand, AppCommand, Command, ListCommand, MailCommand};
use crate::app::effect::{AccountEffect, CopySource, Effect, ExternalEffect};
use crate::app::input::TextInput;
use crate::app::invocation::Invocation;
use crate::app::key::{Key, KeyCode};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::overlay::{
    Action, Answer, Confirm, ConfirmableAction, Item, Menu, MenuContent, NO, Overlay, Qr, YES,
};
use mail_reader::sanitize::SafeText;

/// The result of handling a key press or a click in an overlay, which the caller must apply.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Run these effects; the list may be empty.
    Effects(Vec<Effect>),
    /// Run this command, which the user has chosen in a menu.
    Run(Command),
    /// Run this command with the argument that the user has typed in the command palette.
    Invoke(Invocation),
}

impl From<Vec<Effect>> for Outcome {
    fn from(effects: Vec<Effect>) -> Self {
        Self::Effects(effects)
    }
}

/// Passes a key press to the topmost overlay.
pub(super) fn handle_key(model: &mut Model, key: Key) -> Outcome {
    let effects = match model.overlays.pop() {
        Some(Overlay::Menu(menu)) => return handle_menu_key(model, menu, key),
        Some(Overlay::Attachments(list)) => attachments::handle_key(model, list, key),
        Some(Overlay::Confirm(confirm)) => handle_confirm_key(model, confirm, key),
        Some(Overlay::Prompt(prompt)) => prompts::handle_key(model, prompt, key),
        Some(Overlay::Captcha(captcha)) => super::captcha::handle_key(model, captcha, key),
        // Any key closes a QR code.
        Some(Overlay::Qr(_)) | None => Vec::new(),
    };
    effects.into()
}

/// Inserts pasted text into the input field of the topmost overlay. If there is no input field, ignores the text, so
/// that pasted text never runs commands.
pub(super) fn paste(model: &mut Model, text: &str) {
    match model.overlays.last_mut() {
        Some(Overlay::Menu(Menu { filter: Some(input), .. })) => {
            input.paste(text);
            if let Some(Overlay::Menu(mut menu)) = model.overlays.pop() {
                palette::update_items(model, &mut menu);
                menu.select_first();
                model.overlays.push(Overlay::Menu(menu));
            }
            preview_theme(model);
        }
        Some(Overlay::Prompt(prompt)) => {
            prompt.input.paste(text);
            if prompt.purpose.applies_while_typing() {
                let (purpose, text) = (prompt.purpose.clone(), prompt.input.text().to_owned());
                let wrong = prompts::apply_typed(model, &purpose, &text);
                if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
                    prompt.wrong = wrong;
                }
            }
        }
        Some(Overlay::Captcha(captcha)) => captcha.input.paste(text),
        Some(Overlay::Menu(_) | Overlay::Confirm(_) | Overlay::Attachments(_) | Overlay::Qr(_)) | None => {}
    }
}

fn handle_menu_key(model: &mut Model, mut menu: Menu, key: Key) -> Outcome {
    model.preview = None;
    if key.code == KeyCode::Esc {
        model.typed.clear();
        return Vec::new().into();
    }
    if key.code == KeyCode::Enter {
        let action = menu.matching_items().get(menu.cursor).map(|item| item.action.clone());
        return match action {
            Some(Action::StopJob(id)) => {
                keep_open(model, Overlay::Menu(menu));
                jobs::stop_job(model, id).into()
            }
            Some(action) => run_action(model, action),
            None => keep_open(model, Overlay::Menu(menu)).into(),
        };
    }
    if key.code == KeyCode::Tab && menu.content == MenuContent::Palette {
        palette::complete_typed(model, &mut menu);
    } else if let Some(step) = list_keys::list_step(key) {
        menu.move_by(step);
    } else if let Some(input) = &mut menu.filter {
        if input.handle_key(key) {
            palette::update_items(model, &mut menu);
            menu.select_first();
        }
    } else if let Some(command) = list_keys::list_command(model, key) {
        match command {
            Command::App(AppCommand::Quit | AppCommand::Back | AppCommand::Help) => return Vec::new().into(),
            Command::List(ListCommand::Search | ListCommand::Filter) => {
                menu.filter = Some(TextInput::default());
            }
            Command::Move(command) => menu.move_by(list_keys::step_of(command)),
            Command::Address(AddressCommand::History) if menu.can_show_all_history() => {
                keep_open(model, Overlay::Menu(menu));
                return history::request_history_of(None).into();
            }
            // Other commands have no effect in a menu.
            Command::Pane(_)
            | Command::Address(_)
            | Command::Mail(_)
            | Command::MessagePane(_)
            | Command::List(_)
            | Command::App(_) => {}
        }
    }
    keep_open(model, Overlay::Menu(menu));
    preview_theme(model);
    Vec::new().into()
}

/// Shows a preview of the theme under the cursor in the theme menu.
fn preview_theme(model: &mut Model) {
    let Some(Overlay::Menu(menu)) = model.overlays.last() else { return };
    let under = menu.matching_items().get(menu.cursor).map(|item| &item.action);
    if let Some(Action::Theme(name)) = under {
        model.preview = Some(*name);
    }
}

fn keep_open(model: &mut Model, overlay: Overlay) -> Vec<Effect> {
    model.overlays.push(overlay);
    Vec::new()
}

fn run_action(model: &mut Model, action: Action) -> Outcome {
    let effects = match action {
        Action::Run(command) => return Outcome::Run(command),
        Action::Invoke(invocation) => return Outcome::Invoke(invocation),
        Action::NewAddressOn(options) => addresses::add_address(model, options),
        Action::AddDomain => domains::prompt_for_name(model),
        Action::DeleteDomain(id, name) => domains::confirm_delete(model, id, name),
        Action::OpenLink(from, link) => best_finding::ask_to_open(model, from, &link),
        Action::Copy(source, text) => vec![Effect::External(ExternalEffect::Copy { source, text })],
        Action::Nothing | Action::Heading => Vec::new(),
        Action::Theme(name) => settings::choose_theme(model, name),
        Action::StopJob(id) => jobs::stop_job(model, id),
        Action::ShowQr(title, text) => keep_open(model, Overlay::Qr(Qr { title, text })),
        Action::BringBackMails(mails) => hidden::restore_mails(model, mails),
        Action::BringBackSession(session) => sessions::restore_removed(model, session),
        Action::BringBackAddress(session, address) => restore::restore_address(model, session, address),
    };
    effects.into()
}

fn handle_confirm_key(model: &mut Model, confirm: Confirm, key: Key) -> Vec<Effect> {
    let is_about_link = matches!(confirm.action, ConfirmableAction::OpenLink(..));
    let copies =
        is_about_link && list_keys::list_command(model, key) == Some(Command::Mail(MailCommand::CopyLink));
    let key = model.keyboard.latin_key(key).unwrap_or(key);
    let letter = if let KeyCode::Char(c) = key.code { Some(c.to_ascii_lowercase()) } else { None };
    if matches!(key.code, KeyCode::Esc | KeyCode::Char('q')) || letter == Some(NO) {
        apply_answer(model, confirm, Answer::No)
    } else if copies {
        apply_answer(model, confirm, Answer::CopyLink)
    } else if key.code == KeyCode::Enter || letter == Some(YES) {
        apply_answer(model, confirm, Answer::Yes)
    } else {
        keep_open(model, Overlay::Confirm(confirm))
    }
}

/// Applies the user's answer in a confirmation dialog.
fn apply_answer(model: &mut Model, confirm: Confirm, answer: Answer) -> Vec<Effect> {
    if answer != Answer::Yes {
        model.own_domain = None;
        model.queued.clear();
    }
    match confirm.action {
        ConfirmableAction::OpenLink(from, text) if answer == Answer::CopyLink => {
            vec![Effect::External(ExternalEffect::Copy { source: CopySource::Link(from), text })]
        }
        _ if answer != Answer::Yes => Vec::new(),
        ConfirmableAction::DeleteAddress(session, address) => {
            vec![Effect::Account(AccountEffect::DeleteAddress(session, address))]
        }
        ConfirmableAction::OpenLink(_, url) => vec![Effect::External(ExternalEffect::OpenLink(url))],
        ConfirmableAction::AddDomain => domains::send_add_request(model),
        ConfirmableAction::Quit => {
            model.quitting = true;
            Vec::new()
        }
    }
}

/// Shows the output of a shell command to which a mail was piped, or the reason why the command failed.
pub(super) fn show_pipe_output(
    model: &mut Model,
    command: &str,
    result: Result<Vec<SafeText>, SafeText>,
) -> Vec<Effect> {
    model.piping = None;
    let lines = match result {
        Ok(lines) if lines.is_empty() => {
            return notify_info(model, format!("“{command}” took it and printed nothing."));
        }
        Ok(lines) => lines,
        Err(why) => return notify_problem(model, why),
    };
    let item = |label| Item { label, detail: SafeText::default(), action: Action::Nothing };
    let items = lines.into_iter().map(item).collect();
    keep_open(model, Overlay::Menu(Menu::new(command, items)))
}

/// Handles the `n` and `N` keys during a search: moves down by `by` matches (up if negative) in the inbox or in the
/// open mail.
pub(super) fn go_to_match(model: &mut Model, by: isize) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_size().1);
    if model.focus == Pane::Inbox {
        return search::go_to_match(model, by);
    }
    if let Some(open) = model.message_pane.open_mail_mut() {
        open.go_to_match(by, rows);
    }
    Vec::new()
}
