//! Renders the inbox pane: one row for each mail, with its code or link.

mod empty;

use super::dialog::to_area;
use super::lines::one_column;
use super::theme::Styles;
use super::{TITLE_EDGES, draw_pointer, draw_title, header, lines, pane_inside, scrollbar, to_rect};
use crate::app::Model;
use crate::app::code_watch::CodeWatch;
use crate::app::columns::{Columns, code_column_text};
use crate::app::command::MoveCommand;
use crate::app::inbox::{Group, Grouping, InboxRow, MailScope, SearchStatus};
use crate::app::layout::{Layout, Pane};
use crate::app::msg::Storage;
use dropmail_client::domain::search::match_ranges;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::format_age;
use mail_codes::Code;
use mail_reader::text_width::{display_width, pad, truncate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use std::ops::Range;

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Inbox;
    let title = title(model);
    let address = address_without_pane(
        model,
        usize::from(area.width).saturating_sub(display_width(&title) + TITLE_EDGES),
    );
    let place = position_text(model, area);
    let right: Vec<String> = place.into_iter().chain(address).collect();
    let right = (!right.is_empty())
        .then(|| Line::styled(format!(" {} ", right.join(" · ")), styles.title).right_aligned());
    let inside = draw_title(model, Pane::Inbox, (&title, right), area, styles, frame);
    if model.inbox.shown_count() == 0 {
        let waiting =
            Paragraph::new(empty::empty_lines(model, styles, inside.height)).wrap(Wrap { trim: false });
        frame.render_widget(waiting, to_rect(to_area(inside).without_margins()));
        return;
    }
    let height = usize::from(inside.height);
    let rows = model.inbox.rows(height);
    let shape = Columns::compute(usize::from(inside.width), model, &rows);
    let lines = rows.iter().map(|row| match *row {
        InboxRow::Heading(group) => heading(model, group, usize::from(inside.width), styles),
        InboxRow::Mail(place, mail) => {
            let marked = model.inbox.is_marked_at(place);
            let line = mail_line(model, mail, marked, &shape, styles);
            if place == model.inbox.cursor() { styles.select(line, focused) } else { line }
        }
    });
    lines::draw(frame, inside, lines);
    let is_cursor =
        |row: &InboxRow<'_>| matches!(row, InboxRow::Mail(place, _) if *place == model.inbox.cursor());
    draw_pointer(model, Pane::Inbox, rows.iter().position(is_cursor), inside, styles, frame);
    // A pane that fills the screen has no border, and its columns reach the right edge.
    if !model.layout().has_one_pane() {
        let (cursor, count) = (model.inbox.cursor(), model.inbox.shown_count());
        let bar = Rect { width: inside.width + 1, ..inside };
        scrollbar::draw((cursor, count.saturating_sub(1)), count, bar, styles, frame);
    }
}

/// Returns the cursor position in the inbox as text; `None` if all lines fit on the screen.
fn position_text(model: &Model, area: Rect) -> Option<String> {
    let rows = usize::from(pane_inside(model, Pane::Inbox, area).height);
    let (shown, headings) = (model.inbox.shown_count(), model.inbox.groups().len());
    (shown + headings > rows).then(|| format!("{} of {shown}", model.inbox.cursor() + 1))
}

/// Returns the selected address and its remaining lifetime, to be shown in the title of the inbox if the sessions pane
/// is hidden. Returns `None` if that pane is visible, if no address is selected, or if the text does not fit into
/// `max_width` columns.
fn address_without_pane(model: &Model, max_width: usize) -> Option<String> {
    let hidden = matches!(model.layout(), Layout::Three { sessions: None, .. });
    header::address_words(model, max_width).filter(|_| hidden)
}

fn title(model: &Model) -> String {
    let inbox = &model.inbox;
    let count = match (inbox.len(), inbox.unread()) {
        (0, _) => String::new(),
        (all, 0) => format!(" {all}"),
        (all, unread) => format!(" {all} · {unread} unread"),
    };
    let count = match inbox.new_above() {
        0 => count,
        new if model.focus == Pane::Inbox => {
            format!("{count} · {new} new above ({})", model.key_of(MoveCommand::First))
        }
        new => format!("{count} · {new} new above"),
    };
    let grouped = match inbox.grouping() {
        Grouping::Off => "",
        Grouping::SignUp => " · by sign-up",
        Grouping::Address => " · by address",
    };
    let scope = match inbox.scope() {
        MailScope::All => String::new(),
        MailScope::Session(..) => format!(" · {} of one session", inbox.shown_count()),
        MailScope::Address(address) => format!(" · {} to {address}", inbox.shown_count()),
    };
    let marked = match inbox.marked().len() {
        0 => String::new(),
        n => format!(" · {n} marked"),
    };
    let filter = match inbox.filter() {
        "" => String::new(),
        words => match inbox.match_count() {
            (count, true) => format!(" · {count} with “{words}”"),
            (count, false) => format!(" · {count}+ with “{words}”"),
        },
    };
    let search = inbox.search_status().map_or_else(String::new, |search| search_text(model, &search));
    let watching = match model.code_watch {
        CodeWatch::On => " · watching",
        CodeWatch::Off => "",
    };
    // On a narrow screen, the end of the title is truncated, so the search comes first.
    let search = if search.is_empty() {
        format!("{count}{marked}{scope}{filter}")
    } else {
        format!("{search}{marked}{scope}{filter}")
    };
    format!("Inbox{search}{watching}{grouped}")
}

fn search_text(model: &Model, search: &SearchStatus<'_>) -> String {
    let SearchStatus { text, count, is_complete, .. } = search;
    let Some(count) = count else { return format!(" · looking for “{text}” …") };
    let more = if *is_complete { "" } else { "+" };
    let place = if model.storage() == Storage::Memory { " in memory" } else { "" };
    // Until the archive has counted all stored mails, the known total may be lower than the number of matches.
    let known = match model.inbox.len() {
        all if all >= *count => format!(" of {all}"),
        _ => String::new(),
    };
    format!(" · {count}{more}{known}{place} with “{text}”")
}

/// Returns the heading line of a group of mails: its name and mail counts, followed by a horizontal rule.
fn heading(model: &Model, group: &Group, width: usize, styles: &Styles) -> Line<'static> {
    let count = group.places.len();
    let counts = match group.unread {
        0 => format!(" {count} "),
        unread => format!(" {count} · {unread} unread "),
    };
    let tag = match model.inbox.grouping() {
        Grouping::Address if model.has_address_tags() => {
            format!("{} ", model.address_tag_of(&group.name))
        }
        Grouping::Address | Grouping::SignUp | Grouping::Off => String::new(),
    };
    let max_width = width.saturating_sub(display_width(&counts) + display_width(&tag));
    let name = truncate(&group.name, max_width);
    let used = display_width(&tag) + display_width(&name) + display_width(&counts);
    Line::from(vec![
        Span::styled(tag, styles.dim),
        Span::styled(name, styles.title),
        Span::styled(counts, styles.dim),
        Span::styled("─".repeat(width.saturating_sub(used)), styles.border),
    ])
}

fn mail_line<'a>(
    model: &Model,
    mail: &'a StoredMail,
    marked: bool,
    shape: &Columns,
    styles: &Styles,
) -> Line<'a> {
    let summary = &mail.summary;
    let fresh = |code: &Code| code.stale(summary.envelope.received_at, model.now).is_none();
    let gain_style = match &summary.code {
        Some(code) if fresh(code) => styles.code,
        None if summary.link.is_some() => styles.link,
        Some(_) | None => styles.dim,
    };
    let files = match summary.attachments {
        _ if shape.files == 0 => String::new(),
        0 => "   ".to_owned(),
        n @ 1..=9 => format!(" +{n}"),
        _ => " ++".to_owned(),
    };
    let address_tag = match shape.address_tag {
        0 => String::new(),
        _ => format!("{} ", model.address_tag_of(&summary.envelope.to)),
    };
    let age = match shape.age {
        0 => String::new(),
        _ => format!(" {:>4}", truncate(&format_age(summary.envelope.received_at, model.now), 4)),
    };
    let subject = if summary.subject.is_empty() { "(no subject)" } else { summary.subject.as_str() };
    let style = if mail.read { styles.text } else { styles.unread };
    let mut spans = vec![
        Span::styled(if mail.read { " ".into() } else { one_column("●") }, styles.good),
        match (marked, mail.starred) {
            (true, _) => Span::styled(one_column("✓"), styles.key),
            (false, true) => Span::styled(one_column("★"), styles.code),
            (false, false) => Span::raw(" "),
        },
        Span::styled(address_tag, styles.dim),
    ];
    let (in_sender, in_subject) = model
        .inbox
        .search_status()
        .map_or((&[][..], &[][..]), |search| (search.in_sender, search.in_subject));
    spans.extend(highlight_words(pad(&summary.sender, shape.sender), in_sender, style, styles));
    spans.push(Span::raw(" "));
    // If the mail has no code or link, the subject also occupies the width of their column.
    let finding = code_column_text(&model.inbox, summary, model.now);
    let (wide, gain_wide) = match finding.as_str() {
        "" => (shape.subject + shape.finding, 0),
        _ => (shape.subject, shape.finding),
    };
    let finding = truncate(&finding, gain_wide);
    let gap = " ".repeat(gain_wide.saturating_sub(display_width(&finding)));
    spans.extend(highlight_words(pad(subject, wide), in_subject, style, styles));
    spans.extend([
        Span::raw(" "),
        Span::styled(finding, gain_style),
        Span::raw(gap),
        Span::styled(files, styles.dim),
        Span::styled(age, styles.dim),
    ]);
    Line::from(spans)
}

/// Splits text into spans, and highlights the search words.
fn highlight_words(text: String, words: &[String], style: Style, styles: &Styles) -> Vec<Span<'static>> {
    if words.is_empty() {
        return vec![Span::styled(text, style)];
    }
    let mut spans = Vec::new();
    let mut at = 0;
    let mut add = |range: Range<usize>, style| {
        if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
            spans.push(Span::styled(piece.to_owned(), style));
        }
    };
    for place in match_ranges(&text, words) {
        add(at..place.start, style);
        at = place.end;
        add(place, style.patch(styles.found));
    }
    add(at..text.len(), style);
    spans
}
