//! The command palette: finds commands by name, and completes their arguments.

use super::menus::{command_items, show_menu};
use crate::app::command::{ArgumentKind, COMMANDS, CommandSpec, argument_kind};
use crate::app::effect::Effect;
use crate::app::inbox::Grouping;
use crate::app::input::TextInput;
use crate::app::invocation::Invocation;
use crate::app::model::Model;
use crate::app::overlay::{Action, Item, Menu, MenuContent};
use crate::config::themes;
use mail_reader::sanitize::SafeText;

/// Maximum number of codes or links that the command palette offers as arguments.
const MAX_POSITIONS: usize = 9;

/// The filter and search terms that the command palette completes, each with a description. A term that ends in
/// a colon requires a value.
const TERMS: &[(&str, &str)] = &[
    ("has:code", "a code was found"),
    ("has:link", "a link was found"),
    ("has:attachment", "an attachment was found"),
    ("is:unread", "not read yet"),
    ("is:read", "read"),
    ("is:starred", "you gave it a star"),
    ("from:", "sender contains the text"),
    ("to:", "recipient contains the text"),
    ("subject:", "subject contains the text"),
    ("after:today", "received today"),
    ("after:2d", "received in the last two days"),
    ("before:today", "received before today"),
];

/// Handles the `:` key: opens the command palette, in which the user finds commands by typing.
pub(in crate::app::update) fn open_palette(model: &mut Model) -> Vec<Effect> {
    let menu = Menu::new("Commands", items(model)).with_enter_label("runs").with_filter_field();
    show_menu(model, Menu { content: MenuContent::Palette, ..menu })
}

fn items(model: &Model) -> Vec<Item> {
    command_items(model, |row| row.name)
}

/// Updates the items of the command palette after the user has typed text. If the text is the name of a command that
/// takes an argument, followed by a space, the items are possible arguments. If not, the items are commands.
pub(super) fn update_items(model: &Model, menu: &mut Menu) {
    if menu.content != MenuContent::Palette {
        return;
    }
    let typed = menu.filter.as_ref().map_or("", TextInput::text);
    menu.items = match parse_command(typed) {
        Some((row, kind, argument)) => argument_items(model, row, kind, argument),
        None => items(model),
    };
}

/// Completes the typed text to the command of the item under the cursor, including its argument if it has one.
pub(super) fn complete_typed(model: &Model, menu: &mut Menu) {
    let text = match menu.matching_items().get(menu.cursor).map(|item| &item.action) {
        Some(Action::Invoke(invocation)) => invocation.to_string(),
        Some(Action::Run(command)) => {
            let space = if argument_kind(*command).is_some() { " " } else { "" };
            format!("{}{space}", Invocation { command: *command, argument: None })
        }
        _ => return,
    };
    menu.filter = Some(TextInput::new(&text));
    update_items(model, menu);
    menu.select_first();
}

/// Parses text that starts with the name of a command and a space. Returns the command, its argument kind and the
/// argument text. Returns `None` if there is no such command or it takes no argument.
fn parse_command(typed: &str) -> Option<(&'static CommandSpec, ArgumentKind, &str)> {
    let (name, argument) = typed.trim_start().split_once(' ')?;
    let row = COMMANDS.iter().find(|row| row.name == name)?;
    Some((row, row.argument?, argument))
}

fn argument_items(model: &Model, row: &CommandSpec, kind: ArgumentKind, typed: &str) -> Vec<Item> {
    let item = |argument: &str, detail: SafeText| {
        let invocation = Invocation { command: row.command, argument: Some(argument.to_owned()) };
        Item { label: invocation.to_string().into(), detail, action: Action::Invoke(invocation) }
    };
    let as_typed = || {
        let typed = typed.trim();
        let detail = if typed.is_empty() { "" } else { row.help };
        (!typed.is_empty()).then(|| item(typed, detail.into()))
    };
    match kind {
        ArgumentKind::Theme => {
            let typed = typed.trim();
            let mut names: Vec<&str> =
                themes::NAMES.iter().copied().filter(|name| name.contains(typed)).collect();
            names.sort_by_key(|name| !name.starts_with(typed));
            names.into_iter().map(|name| item(name, themes::description(name).into())).collect()
        }
        ArgumentKind::Grouping => {
            let names = Grouping::NAMES.iter().filter(|(name, _)| name.starts_with(typed.trim()));
            names.map(|(name, grouping)| item(name, grouping.description().into())).collect()
        }
        ArgumentKind::CodePosition | ArgumentKind::LinkPosition => {
            let values = copyable_values(model, kind == ArgumentKind::CodePosition);
            if values.is_empty() && typed.trim().parse::<usize>().is_ok_and(|position| position > 0) {
                return as_typed().into_iter().collect();
            }
            if values.is_empty() {
                let (label, detail) = (row.name.into(), row.help.into());
                return vec![Item { label, detail, action: Action::Run(row.command) }];
            }
            let numbered = values.into_iter().take(MAX_POSITIONS).enumerate();
            let items = numbered.map(|(index, value)| item(&(index + 1).to_string(), value));
            items.filter(|item| item.label.ends_with(typed.trim())).collect()
        }
        ArgumentKind::FilterTerms | ArgumentKind::SearchTerms => {
            // Only the last term is completed. A term that is complete is not offered again.
            let (before, last) = typed.rsplit_once(' ').unwrap_or(("", typed));
            let fits = |term: &&(&str, &str)| term.0.starts_with(last) && term.0 != last;
            let join = |term: &str| format!("{before} {term}").trim().to_owned();
            let completed = TERMS.iter().filter(fits).map(|(term, help)| item(&join(term), (*help).into()));
            as_typed().into_iter().chain(completed).collect()
        }
        ArgumentKind::ShellCommand | ArgumentKind::AddressWord | ArgumentKind::SessionName => {
            as_typed().into_iter().collect()
        }
    }
}

/// Returns the codes (if `codes` is `true`) or the links (if `codes` is `false`) in the current mail. Returns an empty
/// list if the message pane does not show the current mail.
fn copyable_values(model: &Model, codes: bool) -> Vec<SafeText> {
    let open = model.message_pane.open_mail().filter(|open| {
        let id = &open.opened.outermost().envelope.id;
        model.current_mail().as_ref() == Some(id)
    });
    let Some(findings) = open.map(|open| &open.opened.mail.findings) else { return Vec::new() };
    if codes {
        findings.codes.iter().map(|code| code.value.clone()).collect()
    } else {
        findings.links.iter().map(|link| link.url.clone()).collect()
    }
}
