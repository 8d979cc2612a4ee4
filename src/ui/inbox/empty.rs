//! Renders the text that an empty inbox shows: why there is no mail, and what the user can do next.

use crate::app::Model;
use crate::app::account::Account;
use crate::app::command::{AddressCommand, AppCommand, Command, ListCommand};
use crate::app::inbox::SearchStatus;
use crate::app::msg::Storage;
use crate::ui::header::is_renewed;
use crate::ui::status;
use crate::ui::theme::Styles;
use dropmail_client::domain::session::SessionState;
use mail_reader::sanitize::SafeText;
use ratatui::text::{Line, Span};

/// List of the parts of a mail that a search examines. The inbox shows this text if a search has no results.
const SEARCHED: &str =
    "Searched: subject, sender, recipients, text and names of attachments, not what is in them.";

/// Returns the text that the inbox shows while a search has no results.
fn no_results_text(model: &Model, search: &SearchStatus<'_>) -> String {
    if !search.is_complete {
        return "Looking through all mail that is kept …".to_owned();
    }
    let back = model.key_of(AppCommand::Back);
    let no_mail = match model.storage() {
        Storage::Archive => "No mail that is kept",
        Storage::Memory => "No mail in memory (nothing is kept on disk)",
        Storage::MailFiles => "None of the files",
    };
    let also = if model.inbox.filter().is_empty() { "" } else { " and is like the filter" };
    format!("{no_mail} holds “{}”{also}. {back} shows the list again.", search.text)
}

/// Minimum height in rows of an inbox pane at which blank lines separate the hints for the first steps.
const MIN_HEIGHT_FOR_BLANK_LINES: u16 = 12;

/// Returns the lines that an empty inbox of `height` rows shows: why it is empty, or hints for the first steps.
pub(super) fn empty_lines<'a>(model: &'a Model, styles: &Styles, height: u16) -> Vec<Line<'a>> {
    if let Some(search) = model.inbox.search_status() {
        let about = search.is_complete.then(|| Line::styled(SEARCHED, styles.dim));
        return std::iter::once(Line::raw(no_results_text(model, &search))).chain(about).collect();
    }
    if !model.inbox.filter().is_empty() {
        let back = model.key_of(AppCommand::Back);
        let words = match model.inbox.match_count() {
            (_, true) => format!("No mail is like that. {back} shows all again."),
            (_, false) => "Looking through all mail that is kept …".to_owned(),
        };
        return vec![Line::raw(words)];
    }
    if !model.inbox.is_empty() {
        let words = format!(
            "No mail came to this address yet (mail of all addresses: {}).",
            model.key_of(ListCommand::ToggleScope)
        );
        return vec![Line::raw(words)];
    }
    if model.hidden > 0 {
        let words = match model.hidden {
            1 => "The one mail is hidden.".to_owned(),
            count => format!("All {count} mails are hidden."),
        };
        return vec![Line::raw(format!(
            "{words} {} lists hidden mail.",
            model.key_of(AppCommand::BringBack)
        ))];
    }
    if let Some(words) = status::connection_problem(model) {
        return not_connected_lines(model, words, styles);
    }
    let Some(address) = model.selected_address() else {
        // The user may have deleted the only address of the session.
        let none = model.account == Account::Open
            && !model.pending_request.is_in_flight()
            && model.sessions.selected_row().is_some();
        if none {
            let key = model.key_of(AddressCommand::NewAddress);
            return vec![Line::raw(format!("There is no address. {key} makes one."))];
        }
        return vec![Line::styled("An address is on its way …", styles.dim)];
    };
    if let Some(lines) = expired_lines(model, address, styles) {
        return lines;
    }
    first_steps_lines(model, address, styles, height)
}

/// Returns the lines that an empty inbox shows if the service cannot be reached: the reason (`words`), and whether the
/// program will retry.
fn not_connected_lines(model: &Model, words: String, styles: &Styles) -> Vec<Line<'static>> {
    let style = if status::retries_automatically(model) { styles.bad } else { styles.waiting };
    let mut lines = vec![Line::styled(words, style)];
    if status::retries_automatically(model) {
        let again =
            format!("It is tried again by itself; {} tries at once.", model.key_of(AddressCommand::Refresh));
        lines.extend([Line::raw(""), Line::raw(again)]);
    }
    lines
}

/// Returns the hints for the first steps: the address, how to copy it, and the keys that open the help and quit the
/// program.
fn first_steps_lines<'a>(
    model: &Model,
    address: &'a SafeText,
    styles: &Styles,
    height: u16,
) -> Vec<Line<'a>> {
    let key = |command: Command| Span::styled(model.key_of(command), styles.key);
    let smtp = model.mailbox_source.as_ref().and_then(|place| place.smtp.as_ref());
    let by = smtp.map(|smtp| Line::raw(format!("sent by SMTP to {smtp}")));
    let has_blank = height >= MIN_HEIGHT_FOR_BLANK_LINES;
    let blank = (has_blank || by.is_none()).then(Line::default);
    let renewed = model.sessions.selected_row().is_some_and(is_renewed);
    let note = renewed.then(|| Line::styled("The address renews itself meanwhile.", styles.dim));
    let note = note.into_iter().flat_map(|note| has_blank.then(Line::default).into_iter().chain([note]));
    let waiting = [Line::raw("Waiting for mail to"), Line::styled(address.as_str(), styles.strong)];
    let keys = [
        Line::from(vec![
            key(AddressCommand::CopyAddress.into()),
            Span::raw(" copies the address: give it to the site that asks for one"),
        ]),
        Line::from(vec![
            key(AddressCommand::Watch.into()),
            Span::raw(" copies the code by itself as soon as it comes"),
        ]),
        Line::from(vec![
            key(AppCommand::Help.into()),
            Span::raw(" lists all keys, "),
            key(AppCommand::Quit.into()),
            Span::raw(" quits"),
        ]),
    ];
    waiting.into_iter().chain(by).chain(blank).chain(keys).chain(note).collect()
}

/// Returns the lines that an empty inbox shows if the session of the address has expired; `None` if the address can
/// receive mail.
fn expired_lines(model: &Model, address: &SafeText, styles: &Styles) -> Option<Vec<Line<'static>>> {
    let key = |command: Command| Span::styled(model.key_of(command), styles.key);
    let life = model.sessions.selected_row()?.state;
    match life {
        SessionState::Lapsed => Some(vec![
            Line::raw(format!("The session of {address} has lapsed: no mail arrives.")),
            Line::from(vec![key(AddressCommand::Restore.into()), Span::raw(" restores the address")]),
            Line::from(vec![key(AddressCommand::NewAddress.into()), Span::raw(" makes a new address")]),
        ]),
        SessionState::Live
        | SessionState::Adopted
        | SessionState::Expiring
        | SessionState::Opening
        | SessionState::Restoring
        | SessionState::Unreachable => None,
    }
}
