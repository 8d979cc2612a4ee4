//! Opens the help and the menus for domains, codes, links, attachments, themes and QR codes.
// This file exceeds 300 lines because each menu has its own function.

use crate::app::command::{
    AddressCommand, Availability, COMMANDS, Command, CommandSpec, MailCommand, row_of,
};
use crate::app::effect::{CopiedMail, CopySource, DomainEffect, Effect, ExternalEffect};
use crate::app::keymap::Chord;
use crate::app::layout::Pane;
use crate::app::mail_action::{MailAction, PendingAction};
use crate::app::message_pane::LoadedMail;
use crate::app::model::Model;
use crate::app::msg::{AppError, Storage};
use crate::app::overlay::{Action, Attachments, Item, Menu, Overlay, Qr};
use crate::app::update::{message_pane, notify_failure, notify_info, settings};
use crate::config::themes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::session::{AddressOptions, Domain};
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::time::{self, Timestamp};
use mail_reader::sanitize::SafeText;
use mail_reader::text_width::{display_width, pad};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn show_menu(model: &mut Model, menu: Menu) -> Vec<Effect> {
    model.overlays.push(Overlay::Menu(menu));
    Vec::new()
}

/// Minimum width of the screen in columns for help lines that show all keys of a command. On a narrower screen, they
/// show only one key.
const NARROW: u16 = 60;

pub(super) fn command_items(model: &Model, detail: fn(&CommandSpec) -> &'static str) -> Vec<Item> {
    let context = model.context();
    let narrow = model.screen.width < NARROW;
    let rows: Vec<&CommandSpec> = COMMANDS.iter().filter(|row| context.allows(row.scope)).collect();
    let keys = |row: &CommandSpec| {
        let keys = keys_of(model, row.command);
        if narrow {
            keys.into_iter().min_by_key(|key| display_width(key)).unwrap_or_default()
        } else {
            keys.join(" ")
        }
    };
    let wide = rows.iter().map(|row| display_width(&keys(row))).max().unwrap_or(0);
    let item = |row: &CommandSpec| Item {
        label: format!("{}  {}", pad(&keys(row), wide), row.help).into(),
        detail: if narrow { SafeText::default() } else { detail(row).into() },
        action: Action::Run(row.command),
    };
    rows.into_iter().map(item).collect()
}

/// Returns the names of a command's keys. If a key produces a different character on the user's keyboard layout, that
/// character follows in parentheses.
fn keys_of(model: &Model, command: Command) -> Vec<String> {
    let chords = model.settings.keymap.chords_of(command);
    let name = |chord: &Chord| match model.keyboard.local_name(chord.keys()) {
        Some(local) => format!("{chord} ({local})"),
        None => chord.to_string(),
    };
    chords.map(name).collect()
}

/// Returns the sort key of a menu item in the help. Commands that have a hint in the focused pane come first.
fn help_rank(model: &Model, action: &Action) -> u8 {
    let Action::Run(command) = action else { return u8::MAX };
    let Some(row) = row_of(*command) else { return u8::MAX };
    let hinted = row.hint.filter(|hint| hint.panes.contains(&model.focus)).map(|hint| hint.rank);
    hinted.unwrap_or(if matches!(row.scope, Availability::Message | Availability::Searching) {
        100
    } else {
        u8::MAX
    })
}

/// Handles the key `?`: opens the help, which lists the keys and their commands. Commands that are useful in
/// the focused pane come first.
pub(in crate::app::update) fn open_help(model: &mut Model) -> Vec<Effect> {
    let mut items = command_items(model, |_| "");
    sort_by_number(&mut items, |item| i128::from(help_rank(model, &item.action)));
    let whose = match model.focus {
        Pane::Sessions => "for addresses",
        Pane::Inbox => "in the inbox",
        Pane::Message => "in a mail",
    };
    show_menu(model, Menu::new(format!("Keys {whose}"), items).with_enter_label("runs a line"))
}

/// Handles the key `N`: requests the list of domains from the service. The domain menu opens when the response arrives.
pub(in crate::app::update) fn request_domains(model: &mut Model) -> Vec<Effect> {
    if model.account == crate::app::account::Account::Open {
        vec![Effect::Domain(DomainEffect::List)]
    } else {
        let key = model.key_of(AddressCommand::Refresh);
        notify_info(
            model,
            format!("The service is not reached yet, so its domains are not known. {key} tries at once."),
        )
    }
}

pub(in crate::app::update) fn open_domain_menu(
    model: &mut Model,
    result: Result<Vec<Domain>, AppError>,
) -> Vec<Effect> {
    let domains = match result {
        Ok(domains) => domains,
        Err(why) => return notify_failure(model, why),
    };
    let now = model.now;
    let any = |label: &str, detail: &str, permanent_only| Item {
        label: label.into(),
        detail: detail.into(),
        action: Action::NewAddressOn(AddressOptions { domain: None, permanent_only }),
    };
    let first = [
        any("any domain", "the service chooses", false),
        any("any permanent domain", "the service chooses among those without an end", true),
    ];
    let item = |domain: Domain| Item {
        detail: describe_domain(&domain, now),
        label: domain.name,
        action: Action::NewAddressOn(AddressOptions { domain: Some(domain.id), permanent_only: false }),
    };
    let items = first.into_iter().chain(domains.into_iter().map(item)).collect();
    show_menu(model, Menu::new("New address on", items).with_enter_label("takes").with_filter_field())
}

/// Returns the description of a domain for the domain menu: its remaining lifetime, its age, and the channels through
/// which the service offers it. The service defines the names of these channels.
fn describe_domain(domain: &Domain, now: Timestamp) -> SafeText {
    let mut words = vec![match domain.expires_at {
        Some(at) => format!("rotating, {} left", time::format_remaining(at, now)),
        None => "permanent".to_owned(),
    }];
    words.extend(domain.introduced_at.map(|since| format!("{} old", time::format_age(since, now))));
    if !domain.available_via.is_empty() {
        let doors: Vec<&str> = domain.available_via.iter().map(SafeText::as_str).collect();
        words.push(format!("via {}", doors.join(", ")));
    }
    words.join(" · ").into()
}

/// Runs an action that requires the current mail to be completely loaded. If necessary, defers the action until the
/// mail is loaded.
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

pub(in crate::app::update) fn open_code_menu(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Codes)
}

pub(in crate::app::update) fn open_link_menu(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Links)
}

pub(in crate::app::update) fn open_attachment_list(model: &mut Model) -> Vec<Effect> {
    run_when_loaded(model, MailAction::Attachments)
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
        MailAction::Links => show_links(model, &opened),
        MailAction::Attachments => show_attachments(model, &opened),
        MailAction::OpenInProgram(tool) => message_pane::open_in_program(model, tool),
        MailAction::Browse => message_pane::open_in_browser(model),
        MailAction::Pipe(command) => message_pane::pipe_mail(model, None, command),
        MailAction::CopyCode(index) => copy_code(model, &opened, index),
        MailAction::CopyLink(index) => copy_link(model, &opened, index),
    }
}

fn copied_mail(opened: &LoadedMail) -> CopiedMail {
    CopiedMail::new(&Summary::new(opened.outermost().envelope.clone(), &opened.mail))
}

fn percent(confidence: mail_codes::Confidence) -> String {
    format!("{} %", confidence.thousandths() / 10)
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

fn show_links(model: &mut Model, opened: &LoadedMail) -> Vec<Effect> {
    let item = |(index, link): (usize, &mail_codes::Link)| {
        let words = if link.words.is_empty() { String::new() } else { format!(" · {}", link.words) };
        // The warning comes first, because a narrow screen truncates the end of the text.
        let warning = link.warnings.first().map_or_else(String::new, |why| format!("careful: {why} · "));
        Item {
            label: format!("[{}] {}", index + 1, link.url).into(),
            detail: format!("{warning}{}{words}", link.kind.as_str()).into(),
            action: Action::Copy(CopySource::Link(copied_mail(opened)), link.url.clone()),
        }
    };
    let items: Vec<Item> = opened.mail.findings.links.iter().enumerate().map(item).collect();
    if items.is_empty() {
        return notify_info(model, "There is no link in this mail.");
    }
    show_menu(model, Menu::new("Links", items).with_enter_label("copies"))
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

fn show_attachments(model: &mut Model, opened: &Arc<LoadedMail>) -> Vec<Effect> {
    if opened.mail.attachments.is_empty() {
        let key = model.key_of(MailCommand::SaveMail);
        return notify_info(model, format!("This mail has no attachment. {key} saves the mail itself."));
    }
    let list = Attachments { opened: Arc::clone(opened), cursor: 0, marked: BTreeSet::new() };
    model.overlays.push(Overlay::Attachments(list));
    Vec::new()
}

/// Handles the key `T`: opens the theme menu, which previews the theme that is under the cursor.
pub(in crate::app::update) fn open_theme_menu(model: &mut Model) -> Vec<Effect> {
    if model.settings.no_color {
        return settings::notify_no_colours(model);
    }
    let item = |name: &&'static str| Item {
        label: (*name).into(),
        detail: themes::description(name).into(),
        action: Action::Theme(name),
    };
    let items: Vec<Item> = themes::NAMES.iter().map(item).collect();
    let now = settings::known_theme(&model.settings.theme);
    let cursor = themes::NAMES.iter().position(|name| Some(*name) == now).unwrap_or(0);
    let menu = Menu::new("Themes", items).with_enter_label("keeps");
    show_menu(model, Menu { cursor, esc: "leaves it as it was", ..menu })
}

/// Handles the key `Q`: shows a QR code of the address or of the best link. If both exist, opens a menu to choose one.
pub(in crate::app::update) fn show_qr(model: &mut Model) -> Vec<Effect> {
    let line = |label: &str, text: &SafeText| Item {
        label: label.into(),
        detail: text.clone(),
        action: Action::ShowQr(format!("QR code of {label}").into(), text.clone()),
    };
    let is_files = model.storage() == Storage::MailFiles;
    // If the program shows mail files, `Model::selected_address` returns a file name, for which a QR code is useless.
    let address = model.selected_address().filter(|_| !is_files);
    let mut items: Vec<Item> = address.map(|address| line("the address", address)).into_iter().collect();
    if model.focus != Pane::Sessions {
        let link =
            model.copy_source(|summary| summary.link.is_some()).and_then(|summary| summary.link.as_ref());
        items.extend(link.map(|link| line("the best link", &link.url)));
    }
    match items.as_slice() {
        [] if is_files => notify_info(model, "There is no link in this mail, so no QR code."),
        [] => notify_info(model, "There is no address yet. It comes once the service is reached."),
        [Item { action: Action::ShowQr(title, text), .. }] => {
            let qr = Qr { title: title.clone(), text: text.clone() };
            model.overlays.push(Overlay::Qr(qr));
            Vec::new()
        }
        _ => show_menu(model, Menu::new("Show as a QR code", items).with_enter_label("shows")),
    }
}
