//! The sessions pane: addresses, and what is left of their session's life.

use super::pane_frame;
use super::status::when;
use super::theme::Styles;
use crate::app::Model;
use crate::app::command::Command;
use crate::app::layout::Pane;
use crate::app::link::Link;
use crate::app::model::{Account, Asking};
use crate::app::msg::MailPlace;
use crate::app::sessions::{Line as Place, Row};
use crate::domain::fit::pad;
use crate::domain::session::Life;
use crate::domain::time::left;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Sessions;
    let block = pane_frame(model, Pane::Sessions, "Addresses", area, styles);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let rows = usize::from(inside.height);
    let places = model.sessions.lines();
    let top = model.sessions.top_for(rows);
    let shown = places.iter().enumerate().skip(top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .filter_map(|(at, place)| {
            let line = place_line(model, place, styles, width)?;
            Some(if at == model.sessions.cursor { styles.select(line, focused) } else { line })
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::styled(absence(model), styles.dim));
    }
    super::rows::draw(frame, inside, lines);
}

fn absence(model: &Model) -> String {
    let words = match (&model.account, model.asking) {
        (Account::Waiting { .. }, _) => "Not connected yet.",
        (Account::Elsewhere, _) => "No address is kept here.",
        (Account::Open, Asking::Nothing) => {
            return format!("{} makes an address.", model.key(Command::NewAddress));
        }
        (Account::Booting | Account::Opening { .. } | Account::Open, _) => "One moment …",
    };
    words.to_owned()
}

fn place_line<'a>(model: &'a Model, place: &Place, styles: &Styles, width: usize) -> Option<Line<'a>> {
    match *place {
        Place::Session(at) => Some(session_line(model, model.sessions.rows.get(at)?, styles, width)),
        Place::Address(row, at) => {
            let row = model.sessions.rows.get(row)?;
            let address = row.session.addresses.get(at)?;
            let style = if row.is_live() { styles.strong } else { styles.dim };
            let sign = if model.has_signs() { model.sign_of(&address.address) } else { ' ' };
            Some(Line::styled(pad(&format!("{sign} {}", address.address), width), style))
        }
    }
}

/// A session that lives: its sign, whether all is well, and its words.
fn live_words(model: &Model, row: &Row, remains: String) -> (&'static str, bool, String) {
    if let Link::Waiting { until, .. } = &row.link {
        return ("◌", false, format!("cut · again {}", when(model, *until)));
    }
    match (row.life, &row.link) {
        (Life::Expiring, _) => ("!", false, format!("{remains} · expiring")),
        (Life::Adopted, Link::Up { .. }) => ("●", true, format!("{remains} · adopted")),
        (_, Link::Up { .. }) => ("●", true, remains),
        (_, Link::Connecting { .. } | Link::Off | Link::Waiting { .. }) => {
            ("◌", false, format!("{remains} · connecting"))
        }
    }
}

fn session_line<'a>(model: &Model, row: &Row, styles: &Styles, width: usize) -> Line<'a> {
    let remains = format!("{} left", left(row.session.expires_at, model.now));
    let (sign, style, state) = match row.life {
        Life::Opening if model.account == Account::Elsewhere => {
            ("◇", styles.dim, format!("{remains} · in the other program"))
        }
        Life::Opening => ("◌", styles.waiting, "opening".to_owned()),
        Life::Lapsed => ("○", styles.dim, format!("lapsed · {} restores", model.key(Command::Restore))),
        Life::Restoring => ("◌", styles.waiting, "restoring …".to_owned()),
        Life::Lost => ("✗", styles.bad, format!("out of reach · {} tries", model.key(Command::Restore))),
        Life::Live | Life::Adopted | Life::Expiring => {
            let (sign, style, words) = live_words(model, row, remains);
            (sign, if style { styles.good } else { styles.waiting }, words)
        }
    };
    let mails = match row.mails {
        0 => "no mail".to_owned(),
        1 => "1 mail".to_owned(),
        n => format!("{n} mails"),
    };
    // A name is what the user knows the session by, so it goes first.
    let name =
        model.sessions.labels.get(&row.session.id).map_or_else(String::new, |label| format!("{label} · "));
    let state = match model.mail_place() {
        MailPlace::Files => String::new(),
        MailPlace::Archive | MailPlace::Memory => format!("{state} · "),
    };
    let text = pad(&format!(" {name}{state}{mails}"), width.saturating_sub(1));
    Line::from(vec![Span::styled(sign, style), Span::styled(text, styles.dim)])
}
