//! Renders the header line of a screen with only one pane: the selected address with its remaining lifetime, and the
//! names of the panes.

use super::lines;
use super::theme::Styles;
use crate::app::Model;
use crate::app::command::{AddressCommand, PaneCommand};
use crate::app::layout::NARROW;
use crate::app::model::{Account, PendingRequest};
use crate::app::msg::Storage;
use crate::app::pane_tabs;
use dropmail_client::domain::session::SessionState;
use dropmail_client::domain::time::format_remaining;
use mail_reader::text_width::{display_width, truncate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Returns the remaining lifetime of the session to which the selected address belongs, or the state of this session.
fn lifetime_text(model: &Model) -> String {
    model.sessions.selected_row().map_or_else(String::new, |row| {
        let remains = format_remaining(row.session.expires_at, model.now);
        match row.state {
            _ if model.storage() == Storage::MailFiles => String::new(),
            SessionState::Live | SessionState::Adopted | SessionState::Expiring => {
                format!(" · {remains} left")
            }
            SessionState::Opening if model.account == Account::OwnedByOtherInstance => {
                format!(" · {remains} left")
            }
            SessionState::Opening => " · opening".to_owned(),
            SessionState::Lapsed => " · lapsed".to_owned(),
            SessionState::Restoring => " · restoring".to_owned(),
            SessionState::Unreachable => " · out of reach".to_owned(),
        }
    })
}

/// Returns the selected address with its remaining lifetime; `None` if there is no address.
pub(super) fn address_words(model: &Model) -> Option<String> {
    Some(format!("{}{}", model.selected_address()?, lifetime_text(model)))
}

/// Returns the text of the header line without an address: a hint on how to create one, or the name of the program.
fn no_address(model: &Model) -> String {
    let none = model.account == Account::Open
        && model.pending_request == PendingRequest::Nothing
        && model.storage() != Storage::MailFiles;
    if none {
        format!("no address · {} makes one", model.key_of(AddressCommand::NewAddress))
    } else {
        "dropmail-tui".to_owned()
    }
}

/// Returns the right part of the header line: the names of the panes, with the focused pane highlighted. If the screen
/// has no pane tabs, returns a hint for the key that moves to the next pane or shows all panes.
fn pane_spans(model: &Model, styles: &Styles, width: usize) -> Vec<Span<'static>> {
    let tabs = pane_tabs::pane_tabs(model);
    if tabs.is_empty() {
        // On a wide screen, a single pane is shown only if the user has zoomed it.
        let words = match model.arrangement.zoomed {
            _ if width < 50 || !model.overlays.is_empty() => return Vec::new(),
            true if width >= usize::from(NARROW) => {
                format!("{} shows all panes ", model.key_of(PaneCommand::Zoom))
            }
            _ => format!("{} next pane ", model.key_of(PaneCommand::NextPane)),
        };
        return vec![Span::styled(words, styles.dim)];
    }
    let mut spans = vec![Span::styled(format!("{}  ", model.key_of(PaneCommand::NextPane)), styles.key)];
    for tab in tabs {
        let style = if tab.pane == model.focus { styles.title } else { styles.dim };
        spans.extend([Span::styled(tab.name, style), Span::raw("  ")]);
    }
    spans
}

/// Draws the header line.
pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let panes = pane_spans(model, styles, width);
    let panes_width: usize = panes.iter().map(|span| display_width(&span.content)).sum();
    let (address, life) = match model.selected_address() {
        Some(address) => (address.to_string(), lifetime_text(model)),
        None => (no_address(model), String::new()),
    };
    let max_width = width.saturating_sub(panes_width + display_width(&life) + 2);
    let address = truncate(&address, max_width);
    let used = 1 + display_width(&address) + display_width(&life) + panes_width;
    let mut spans = vec![
        Span::styled(format!(" {address}"), styles.strong),
        Span::styled(life, styles.dim),
        Span::raw(" ".repeat(width.saturating_sub(used))),
    ];
    spans.extend(panes);
    lines::draw(frame, area, [Line::from(spans)]);
}
