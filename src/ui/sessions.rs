//! Renders the sessions pane: the sessions with their remaining lifetimes, and their addresses.

use super::header::remaining_text;
use super::status::time_text;
use super::theme::Styles;
use super::{draw_pointer, draw_title, lines, scrollbar};
use crate::app::Model;
use crate::app::account::Account;
use crate::app::command::AddressCommand;
use crate::app::connection::ConnectionState;
use crate::app::layout::Pane;
use crate::app::msg::Storage;
use crate::app::pending_request::PendingRequest;
use crate::app::sessions::{SessionEntry, SessionsLine as MailboxSource};
use dropmail_client::domain::session::SessionState;
use mail_reader::text_width::{pad, truncate_segments};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Sessions;
    let inside = draw_title(model, Pane::Sessions, ("Addresses", None), area, styles, frame);
    let width = usize::from(inside.width);
    let rows = usize::from(inside.height);
    let places = model.sessions.lines();
    let top = model.sessions.top_for(rows);
    let shown = places.iter().enumerate().skip(top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .filter_map(|(at, place)| {
            let line = source_line(model, place, styles, width)?;
            Some(if at == model.sessions.cursor { styles.select(line, focused) } else { line })
        })
        .collect();
    let cursor = model.sessions.cursor.checked_sub(top).filter(|row| *row < lines.len());
    if lines.is_empty() {
        lines.push(Line::styled(empty_state(model), styles.dim));
    }
    lines::draw(frame, inside, lines);
    draw_pointer(model, Pane::Sessions, cursor, inside, styles, frame);
    if !model.layout().has_one_pane() {
        let bar = Rect { width: inside.width + 1, ..inside };
        let last = places.len().saturating_sub(1);
        scrollbar::draw((model.sessions.cursor, last), places.len(), bar, styles, frame);
    }
}

fn empty_state(model: &Model) -> String {
    let words = match (&model.account, model.pending_request) {
        (Account::Waiting { .. }, _) => "Not connected yet.",
        (Account::ReadOnly, _) => "No address is kept here.",
        (Account::Open, PendingRequest::Nothing) => {
            return format!("{} makes an address.", model.key_of(AddressCommand::NewAddress));
        }
        (Account::Booting | Account::Opening { .. } | Account::Open, _) => "One moment …",
    };
    words.to_owned()
}

fn source_line<'a>(
    model: &'a Model,
    place: &MailboxSource,
    styles: &Styles,
    width: usize,
) -> Option<Line<'a>> {
    match *place {
        MailboxSource::Session(at) => Some(session_line(model, model.sessions.rows.get(at)?, styles, width)),
        MailboxSource::Address(row, at) => {
            let row = model.sessions.rows.get(row)?;
            let address = row.session.addresses.get(at)?;
            let style = if row.is_live() { styles.strong } else { styles.dim };
            let address_tag =
                if model.has_address_tags() { model.address_tag_of(&address.address) } else { ' ' };
            let is_current = model.sessions.current.as_ref() == Some(&address.address);
            let mark = if is_current { " · current" } else { "" };
            Some(Line::styled(pad(&format!("{address_tag} {}{mark}", address.address), width), style))
        }
    }
}

/// Returns the symbol of a live session, a flag, and a description of the session's state. The flag is `true` if the
/// push connection is up and the session will not expire soon. `remains` is the session's remaining lifetime as text.
fn live_state(model: &Model, row: &SessionEntry, remains: &str) -> (&'static str, bool, String) {
    if let ConnectionState::Waiting { until, .. } = &row.connection {
        return ("◌", false, format!("cut · again {}", time_text(model, *until)));
    }
    match (row.state, &row.connection) {
        (SessionState::Expiring, _) => ("!", false, format!("{remains} · expiring")),
        (SessionState::Adopted, ConnectionState::Up { .. }) => ("●", true, format!("{remains} · adopted")),
        (_, ConnectionState::Up { .. }) => ("●", true, remains.to_owned()),
        (_, ConnectionState::Connecting { .. } | ConnectionState::Off | ConnectionState::Waiting { .. }) => {
            ("◌", false, format!("{remains} · connecting"))
        }
    }
}

fn session_line<'a>(model: &Model, row: &SessionEntry, styles: &Styles, width: usize) -> Line<'a> {
    let remains = remaining_text(model, row);
    let (address_tag, style, state) = match row.state {
        SessionState::Opening if model.account == Account::ReadOnly => {
            ("◇", styles.dim, format!("{remains} · in the other program"))
        }
        SessionState::Opening => ("◌", styles.waiting, "opening".to_owned()),
        SessionState::Lapsed => {
            ("○", styles.dim, format!("lapsed · {} restores", model.key_of(AddressCommand::Restore)))
        }
        SessionState::Restoring => ("◌", styles.waiting, "restoring …".to_owned()),
        SessionState::Unreachable => {
            ("✗", styles.bad, format!("out of reach · {} tries", model.key_of(AddressCommand::Restore)))
        }
        SessionState::Live | SessionState::Adopted | SessionState::Expiring => {
            let (address_tag, style, words) = live_state(model, row, &remains);
            (address_tag, if style { styles.good } else { styles.waiting }, words)
        }
    };
    let mails = match row.mails {
        0 => "no mail".to_owned(),
        1 => "1 mail".to_owned(),
        n => format!("{n} mails"),
    };
    // The user identifies a session by its name, so the name comes first.
    let name =
        model.sessions.labels.get(&row.session.id).map_or_else(String::new, |label| format!("{label} · "));
    let state = match model.storage() {
        Storage::MailFiles => String::new(),
        Storage::Archive | Storage::Memory => format!("{state} · "),
    };
    let text_width = width.saturating_sub(1);
    let text = pad(&truncate_segments(&format!(" {name}{state}{mails}"), text_width), text_width);
    Line::from(vec![Span::styled(lines::one_column(address_tag), style), Span::styled(text, styles.dim)])
}
