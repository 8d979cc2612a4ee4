//! Opens the lists of a mail's codes, links and attachments, and runs other actions that require the mail to be loaded.

use super::attachments::save_attachments;
use super::best_finding::{confirm_open_link, copy_best_code, copy_best_link};
use super::menus::show_menu;
use crate::app::command::MailCommand;
use crate::app::effect::{CopiedMail, CopySource, Effect, ExternalEffect};
use crate::app::mail_action::{LinkUse, MailAction, PendingAction};
use crate::app::message_pane::LoadedMail;
use crate::app::model::Model;
use crate::app::overlay::{Action, Attachments, Item, Menu, Overlay};
use crate::app::update::{message_pane, notify_info};
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Runs an action that requires the current mail to be completely loaded. If the mail is not completely loaded yet, the
/// action runs as soon as it is.
pub(in crate::app::update) fn run_when_loaded(model: &mut Model, choice: MailAction) -> Vec<Effect> {
    let Some(id) = model.current_mail() else {
        return notify_info(model, "No mail has come yet.");
    };
    if model.current_attached_mail().is_none() {
        message_pane::leave_all_attached(model);
    }
    let at_hand =
        model.message_pane.open_mail().is_some_and(|open| open.opened.outermost().envelope.id == id);
    let whole = model.message_pane.open_mail().is_some_and(|open| open.opened.is_complete);
    model.pending_action = Some(PendingAction { id: id.clone(), action: choice });
    if at_hand && whole {
        return run_pending_action(model, &id);
    }
    notify_info(model, "Reading the mail …");
    // If the mail is open, the program is loading the rest of it.
    if at_hand { Vec::new() } else { vec![message_pane::load_mail(model, id)] }
}

/// Runs the pending action for the mail with this id, if the mail is completely loaded.
pub(in crate::app::update) fn run_pending_action(model: &mut Model, id: &MailId) -> Vec<Effect> {
    if model.message_pane.open_mail().is_some_and(|open| !open.opened.is_complete) {
        return Vec::new();
    }
    let Some(pending) = model.pending_action.take_if(|pending| pending.id == *id) else { return Vec::new() };
    let Some(opened) = model.message_pane.open_mail().map(|open| Arc::clone(&open.opened)) else {
        return Vec::new();
    };
    // The notice that the mail is being read is outdated.
    model.notices.dismiss();
    match pending.action {
        MailAction::Codes => show_codes(model, &opened),
        MailAction::Links(link_use) => show_links(model, &opened, link_use),
        MailAction::CopyBestCode => copy_best_code(model),
        MailAction::UseBestLink(LinkUse::Copy) => copy_best_link(model),
        MailAction::UseBestLink(LinkUse::Open) => confirm_open_link(model),
        MailAction::Attachments => show_attachments(model, &opened),
        MailAction::SavePart(part) => save_attachments(&opened, Some(vec![part])),
        MailAction::OpenInProgram(tool) => message_pane::open_in_program(model, tool),
        MailAction::Browse => message_pane::open_in_browser(model),
        MailAction::Pipe(command) => message_pane::pipe_mail(model, None, command),
        MailAction::CopyCode(index) => copy_code(model, &opened, index),
        MailAction::CopyLink(index) => copy_link(model, &opened, index),
    }
}

pub(in crate::app::update) fn open_code_menu(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Codes)
}

fn show_codes(model: &mut Model, opened: &LoadedMail) -> Vec<Effect> {
    let items: Vec<Item> = opened
        .mail
        .findings
        .codes
        .iter()
        .map(|code| Item {
            label: code.value.clone(),
            detail: format!("{} · {}", percent(code.confidence), code.reason).into(),
            action: Action::Copy(CopySource::Code(copied_mail(opened)), code.value.clone()),
        })
        .collect();
    if items.is_empty() {
        return notify_info(model, "Nothing in this mail reads like a code.");
    }
    show_menu(model, Menu::new("Codes", items).with_enter_label("copies"))
}

fn copy_code(model: &mut Model, opened: &LoadedMail, index: usize) -> Vec<Effect> {
    let codes = &opened.mail.findings.codes;
    match codes.get(index) {
        Some(code) => {
            vec![Effect::External(ExternalEffect::Copy {
                source: CopySource::Code(copied_mail(opened)),
                text: code.value.clone(),
            })]
        }
        None => notify_info(model, format!("This mail has no code {}; it has {}.", index + 1, codes.len())),
    }
}

pub(in crate::app::update) fn open_link_menu(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Links(LinkUse::Copy))
}

fn show_links(model: &mut Model, opened: &LoadedMail, link_use: LinkUse) -> Vec<Effect> {
    let item = |(index, link): (usize, &mail_codes::Link)| {
        let words = if link.words.is_empty() { String::new() } else { format!(" · {}", link.words) };
        // The warning comes first, because a narrow screen truncates the end of the text.
        let warning = link.warnings.first().map_or_else(String::new, |why| format!("careful: {why} · "));
        Item {
            label: format!("[{}] {}", index + 1, link.url).into(),
            detail: format!("{warning}{}{words}", link.kind.as_str()).into(),
            action: match link_use {
                LinkUse::Copy => Action::Copy(CopySource::Link(copied_mail(opened)), link.url.clone()),
                LinkUse::Open => Action::OpenLink(copied_mail(opened), link.clone()),
            },
        }
    };
    let items: Vec<Item> = opened.mail.findings.links.iter().enumerate().map(item).collect();
    if items.is_empty() {
        return notify_info(model, "There is no link in this mail.");
    }
    let enter = match link_use {
        LinkUse::Copy => "copies",
        LinkUse::Open => "opens",
    };
    show_menu(model, Menu::new("Links", items).with_enter_label(enter))
}

fn copy_link(model: &mut Model, opened: &LoadedMail, index: usize) -> Vec<Effect> {
    let links = &opened.mail.findings.links;
    match links.get(index) {
        Some(link) => {
            vec![Effect::External(ExternalEffect::Copy {
                source: CopySource::Link(copied_mail(opened)),
                text: link.url.clone(),
            })]
        }
        None => notify_info(model, format!("This mail has no link {}; it has {}.", index + 1, links.len())),
    }
}

pub(in crate::app::update) fn open_attachment_list(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Attachments)
}

fn show_attachments(model: &mut Model, opened: &Arc<LoadedMail>) -> Vec<Effect> {
    if opened.mail.attachments.is_empty() {
        let key = model.key_of(MailCommand::SaveMail);
        return notify_info(model, format!("This mail has no attachment. {key} saves the mail itself."));
    }
    let list = Attachments { opened: Arc::clone(opened), cursor: 0, marked: BTreeSet::new() };
    model.overlays.push(Overlay::Attachments(list));
    Vec::new()
}

fn copied_mail(opened: &LoadedMail) -> CopiedMail {
    CopiedMail::new(&Summary::new(opened.outermost().envelope.clone(), &opened.mail))
}

fn percent(confidence: mail_codes::Confidence) -> String {
    format!("{} %", confidence.thousandths() / 10)
}
