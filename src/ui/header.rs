//! Renders the header line of a screen that shows only one pane: the selected address with its remaining lifetime, and
//! the names of the panes.

use super::lines;
use super::theme::Styles;
use crate::app::Model;
use crate::app::account::Account;
use crate::app::command::{AddressCommand, PaneCommand};
use crate::app::connection::ConnectionState;
use crate::app::layout::NARROW;
use crate::app::msg::Storage;
use crate::app::pane_tabs;
use crate::app::sessions::SessionEntry;
use dropmail_client::domain::session::SessionState;
use dropmail_client::domain::time::format_remaining;
use mail_reader::sanitize::SafeText;
use mail_reader::text_width::{display_width, truncate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Text shown after the remaining lifetime of a session whose push connection is open. The program's regular queries
/// extend the lifetime, so the user need not do anything. The text is short, so that the remaining lifetime fits beside
/// it on a narrow screen too.
const RENEWED: &str = "renews";

/// Returns the remaining lifetime of a session as text.
fn remaining_time(model: &Model, row: &SessionEntry) -> String {
    format!("{} left", format_remaining(row.session.expires_at, model.now))
}

/// Returns the remaining lifetime of a session as text, followed by `renews` if [`is_renewed`] returns `true` for the
/// session.
pub(in crate::ui) fn remaining_text(model: &Model, row: &SessionEntry) -> String {
    let remains = remaining_time(model, row);
    if is_renewed(row) { format!("{remains}, {RENEWED}") } else { remains }
}

/// Returns the letter that identifies the selected address in inbox rows, and a space after it; an empty string if
/// inbox rows show no such letters.
fn address_tag(model: &Model, address: &SafeText) -> String {
    if model.has_address_tags() { format!("{} ", model.address_tag_of(address)) } else { String::new() }
}

/// Returns `true` if the session is live and its push connection is open. The program then receives the session's mail
/// and extends the session's lifetime.
pub(in crate::ui) fn is_renewed(row: &SessionEntry) -> bool {
    row.state == SessionState::Live && matches!(row.connection, ConnectionState::Up { .. })
}

/// Returns the lifetime of the selected session as text in several variants, longest first. For a session that is being
/// opened or has expired, for example, the text is the state of the session. Returns no variants if there is no session
/// or if the mails come from files.
fn lifetime_variants(model: &Model) -> Vec<String> {
    let Some(row) = model.sessions.selected_row() else { return Vec::new() };
    let remains = format!(" · {}", remaining_text(model, row));
    match row.state {
        _ if model.storage() == Storage::MailFiles => Vec::new(),
        SessionState::Live if is_renewed(row) => vec![remains, format!(" · {}", remaining_time(model, row))],
        SessionState::Live | SessionState::Adopted | SessionState::Expiring => vec![remains],
        SessionState::Opening if model.account == Account::ReadOnly => vec![remains],
        SessionState::Opening => vec![" · opening".to_owned()],
        SessionState::Lapsed => vec![" · lapsed".to_owned()],
        SessionState::Restoring => vec![" · restoring".to_owned()],
        SessionState::Unreachable => vec![" · out of reach".to_owned()],
    }
}

/// Returns the longest lifetime text that fits into `max_width` columns together with the address. If none fits,
/// returns the shortest one, because the address can still be truncated.
fn fitting_lifetime(model: &Model, address: &str, max_width: usize) -> String {
    let mut variants = lifetime_variants(model);
    let shortest = variants.pop().unwrap_or_default();
    let available_width = max_width.saturating_sub(display_width(address));
    variants.into_iter().find(|life| display_width(life) <= available_width).unwrap_or(shortest)
}

/// Returns the selected address with its remaining lifetime, in at most `max_width` columns. Returns `None` if there is
/// no address, or if the text does not fit.
pub(super) fn address_words(model: &Model, max_width: usize) -> Option<String> {
    let address = model.selected_address()?;
    let address = format!("{}{address}", address_tag(model, address));
    let words = format!("{address}{}", fitting_lifetime(model, &address, max_width));
    (display_width(&words) <= max_width).then_some(words)
}

/// Returns the text that the header line shows if no address is selected: a hint on how to create one, or the name of
/// the program.
fn no_address(model: &Model) -> String {
    let none = model.account == Account::Open
        && !model.pending_request.is_in_flight()
        && model.storage() != Storage::MailFiles;
    if none {
        format!("no address · {} makes one", model.key_of(AddressCommand::NewAddress))
    } else {
        "dropmail-tui".to_owned()
    }
}

/// Returns the right part of the header line: the names of the panes, with the focused pane highlighted. If there are
/// no pane tabs, returns a hint with the key that moves to the next pane or shows all panes. The hint is omitted on a
/// narrow screen and while an overlay is open.
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
        Some(address) => {
            let max_width = width.saturating_sub(panes_width + 2);
            let address = format!("{}{address}", address_tag(model, address));
            let life = fitting_lifetime(model, &address, max_width);
            (address, life)
        }
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
