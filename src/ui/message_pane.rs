//! Renders the message pane: draws the lines of the current view, starting at the scroll position.

use super::theme::Styles;
use super::{
    TITLE_EDGES, code_chip, code_in_text, draw_title, hyperlink, lines, notices, pane_inside, picture,
    scrollbar,
};
use crate::app::Model;
use crate::app::command::AppCommand;
use crate::app::layout::Pane;
use crate::app::message_pane::{MessagePane, OpenMail};
use dropmail_client::domain::time::Timestamp;
use mail_codes::Stale;
use mail_reader::mail::format_progress;
use mail_reader::richtext::{self, View};
use mail_reader::text_width::display_width;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let rows = usize::from(pane_inside(model, Pane::Message, area).height);
    let (title, chip) = title_and_chip(model, rows, usize::from(area.width), styles);
    let inside = draw_title(model, Pane::Message, (&title, chip), area, styles, frame);
    let lines = match &model.message_pane {
        MessagePane::Empty if model.inbox.selected().is_none() => {
            vec![Line::styled("No mail to show.", styles.dim)]
        }
        MessagePane::Empty => {
            vec![Line::styled(format!("{} opens a mail.", model.key_of(AppCommand::Open)), styles.dim)]
        }
        MessagePane::Loading { .. } => vec![Line::styled("One moment …", styles.dim)],
        MessagePane::Open(open) => body_lines(open, model.now, styles, usize::from(inside.height)),
    };
    lines::draw(frame, inside, lines);
    if let MessagePane::Open(open) = &model.message_pane {
        let count = open.rendered.lines.len();
        let bar = Rect { width: area.right() - inside.x, ..inside };
        // Without a border or a margin, the scroll bar would hide text.
        if bar.width > inside.width {
            let last = count.saturating_sub(usize::from(inside.height));
            scrollbar::draw((open.scroll, last), count, bar, styles, frame);
        }
        picture::draw(open, styles, frame, inside);
        if styles.hyperlinks && model.overlays.is_empty() {
            let covered = notices::covered_areas(model, styles, frame.area());
            hyperlink::mark_links(open, frame, inside, &covered);
        }
    }
}

/// Returns the content area of the message pane, in which the lines of the mail are drawn.
pub(super) fn content_area(model: &Model, pane: Rect) -> Rect {
    pane_inside(model, Pane::Message, pane)
}

/// Returns a note for the title of the message pane if the code in the mail has expired or is old; an empty string if
/// the code is still current or the mail has no code.
fn code_age_note(open: &OpenMail, now: Timestamp) -> &'static str {
    let code = open.opened.mail.findings.confident_code();
    match code.and_then(|code| code.stale(open.opened.envelope.received_at, now)) {
        Some(Stale::Expired) => " · the code has expired",
        Some(Stale::Old) => " · the code is old",
        None => "",
    }
}

/// Returns the title of the message pane and the code chip beside it. In a narrow pane, the chip replaces the less
/// important parts of the title.
fn title_and_chip<'a>(
    model: &Model,
    rows: usize,
    width: usize,
    styles: &Styles,
) -> (String, Option<Line<'a>>) {
    let Some(open) = model.message_pane.open_mail() else { return ("Message".to_owned(), None) };
    let titles = titles(model, open, rows);
    let chip_beside = |title: &String| {
        code_chip::chip(model, open, styles, width.saturating_sub(display_width(title) + TITLE_EDGES))
    };
    let [full, _, _] = &titles;
    let full = full.clone();
    let fitting = titles.into_iter().find_map(|title| chip_beside(&title).map(|chip| (title, Some(chip))));
    fitting.unwrap_or((full, None))
}

/// Returns the title of the message pane in three variants, the longest first. The second one omits the name of the
/// default view. The third one also omits the number of lines below the visible part of the mail.
fn titles(model: &Model, open: &OpenMail, rows: usize) -> [String; 3] {
    let view = match open.view {
        View::Part(_) => format!("one part, {} goes back", model.key_of(AppCommand::Back)),
        view @ (View::Text
        | View::Html
        | View::Html2text
        | View::HtmlWithHidden
        | View::Headers
        | View::Raw
        | View::Parts) => view.words().to_owned(),
    };
    let below = open.rendered.lines.len().saturating_sub(open.scroll + rows);
    let more = match (below, open.rendered.is_complete && open.opened.is_complete) {
        (_, false) => match open.progress {
            Some((done, total)) => format!(" · reading {}", format_progress(done, total)),
            None => " · reading the rest …".to_owned(),
        },
        (0, true) => String::new(),
        (1, true) => " · 1 more line".to_owned(),
        (below, true) => format!(" · {below} more lines"),
    };
    // While another pane has the focus, the keys for the next match select a mail, so the title shows no matches.
    let here = model.focus == Pane::Message;
    let found = open.search.as_ref().filter(|search| here && !search.matches.is_empty());
    let search = found.map_or_else(String::new, |search| {
        format!(" · “{}” {} of {}", search.needle.text(), search.current + 1, search.matches.len())
    });
    let stale = code_age_note(open, model.now);
    let what = if open.opened.nested.is_some() { "Attached mail" } else { "Message" };
    let outer = &open.opened.outermost().envelope.id;
    let starred = if model.inbox.get(outer).is_some_and(|mail| mail.starred) { " · ★" } else { "" };
    let special_view = if open.view == View::Text { String::new() } else { format!(" · {view}") };
    [
        format!("{what} · {view}{starred}{stale}{more}{search}"),
        format!("{what}{special_view}{starred}{stale}{more}{search}"),
        format!("{what}{special_view}{starred}{stale}{search}"),
    ]
}

fn body_lines<'a>(open: &'a OpenMail, now: Timestamp, styles: &Styles, rows: usize) -> Vec<Line<'a>> {
    let code = code_in_text::highlighted_code(open, now);
    let found =
        |at: &usize| open.search.as_ref().is_some_and(|search| search.matches.binary_search(at).is_ok());
    let shown = open.rendered.lines.iter().enumerate().skip(open.scroll).take(rows);
    shown
        .map(|(at, line)| {
            let line = draw_line(line, code, styles);
            if found(&at) { line.patch_style(styles.found) } else { line }
        })
        .collect()
}

/// Converts a line of the mail to a styled line: each span gets the style of its role, and the code `code` is
/// highlighted.
fn draw_line<'a>(line: &'a richtext::Line, code: Option<&str>, styles: &Styles) -> Line<'a> {
    let spans = line.spans.iter().flat_map(|span| {
        let style = styles.role_style(span.role);
        let code = code.filter(|_| code_in_text::can_hold_code(span.role));
        code_in_text::split_at_code(&span.text, code)
            .map(move |(text, is_code)| Span::styled(text, if is_code { styles.code } else { style }))
    });
    spans.collect()
}
