//! Opens the help, the menus for domains and themes, and QR codes.

use crate::app::command::{AddressCommand, Availability, COMMANDS, Command, CommandSpec, Topic, row_of};
use crate::app::effect::{DomainEffect, Effect};
use crate::app::keymap::Chord;
use crate::app::layout::Pane;
use crate::app::model::{FindingKind, FindingSource, Model};
use crate::app::msg::{AppError, Storage};
use crate::app::overlay::{Action, Item, Menu, Overlay, Qr};
use crate::app::update::{notify_failure, notify_info, settings};
use crate::config::themes;
use dropmail_client::domain::session::{AddressOptions, Domain};
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::time::{self, Timestamp};
use mail_reader::sanitize::SafeText;
use mail_reader::text_width::{display_width, pad};

pub(super) fn show_menu(model: &mut Model, menu: Menu) -> Vec<Effect> {
    model.overlays.push(Overlay::Menu(menu));
    Vec::new()
}

/// Minimum width of the screen in columns at which the help shows all keys of each command. On a narrower screen, it
/// shows only one key for each command.
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

/// Returns the names of a command's keys. If a key types a different character on the user's keyboard layout, that
/// character follows in parentheses.
fn keys_of(model: &Model, command: Command) -> Vec<String> {
    let chords = model.settings.keymap.chords_of(command);
    let name = |chord: &Chord| match model.keyboard.local_name(chord.keys()) {
        Some(local) => format!("{chord} ({local})"),
        None => chord.to_string(),
    };
    chords.map(name).collect()
}

/// Returns the rank of a menu item in the help; items with a lower rank come first. Commands that have a key hint in
/// the focused pane have the lowest ranks.
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

/// The signs in the rows of the inbox, each with its meaning.
const SIGNS: [(&str, &str); 5] = [
    ("●", "in the list: the mail is unread"),
    ("✓", "in the list: the mail is marked"),
    ("★", "in the list: the mail has a star"),
    ("+2", "in the list: the mail has 2 attachments"),
    ("a, b", "in the list: the address that got the mail; the addresses show the same letters"),
];

/// Sorts the menu items of commands by topic, in the order of `topics`, and inserts a heading before each topic.
fn with_headings(items: &[Item], topics: &[Topic]) -> Vec<Item> {
    let is_about =
        |item: &Item, topic: Topic| matches!(&item.action, Action::Run(command) if command.topic() == topic);
    let with_heading = |topic: &Topic| {
        let below: Vec<Item> = items.iter().filter(|item| is_about(item, *topic)).cloned().collect();
        let heading = (!below.is_empty()).then(|| Menu::heading_item(topic.heading()));
        heading.into_iter().chain(below)
    };
    topics.iter().flat_map(with_heading).collect()
}

/// Handles the `?` key: opens the help, which lists the keys and their commands by topic. Topics and commands that are
/// useful in the focused pane come first.
pub(in crate::app::update) fn open_help(model: &mut Model) -> Vec<Effect> {
    let mut items = command_items(model, |_| "");
    sort_by_number(&mut items, |item| i128::from(help_rank(model, &item.action)));
    let mut items = with_headings(&items, &Topic::sorted_for(model.focus));
    items.push(Menu::heading_item("Signs in the list"));
    items.extend(SIGNS.map(|(sign, words)| Item {
        label: format!("{sign}  {words}").into(),
        detail: SafeText::default(),
        action: Action::Nothing,
    }));
    let whose = match model.focus {
        Pane::Sessions => "for addresses",
        Pane::Inbox => "in the inbox",
        Pane::Message => "in a mail",
    };
    show_menu(model, Menu::new(format!("Keys {whose}"), items).with_enter_label("runs a line"))
}

/// Handles the `N` key: requests the list of domains from the service. The domain menu opens when the response arrives.
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

/// Returns the description of a domain for the domain menu: its remaining lifetime, its age, and the names of the
/// channels, such as the API, through which the service offers it.
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

/// Handles the `T` key: opens the theme menu, which previews the theme that is under the cursor.
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

/// Handles the `Q` key: shows a QR code of the address or of the best link. If both exist, opens a menu to choose one.
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
        let (label, from) = match model.finding_source(FindingKind::Link) {
            FindingSource::Current(summary) => ("the best link".to_owned(), Some(summary)),
            FindingSource::Other(summary) => {
                (format!("the newest link, of {}", summary.sender), Some(summary))
            }
            FindingSource::Candidates | FindingSource::Unknown | FindingSource::Nothing => {
                (String::new(), None)
            }
        };
        let link = from.and_then(|summary| summary.link.as_ref());
        items.extend(link.map(|link| line(&label, &link.url)));
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
