//! The inbox pane: one row for each mail, with its code or link.

use super::theme::Styles;
use super::{TITLE_EDGES, draw_title, header, lines, status};
use crate::app::Model;
use crate::app::columns::{Columns, finding};
use crate::app::command::{AddressCommand, AppCommand, Command, ListCommand};
use crate::app::inbox::{MailScope, SearchStatus};
use crate::app::layout::{Layout, Pane};
use crate::app::model::Watching;
use crate::app::msg::Storage;
use crate::domain::search::match_ranges;
use crate::domain::stored_mail::StoredMail;
use crate::domain::time::format_age;
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
    let address =
        hidden_address(model, usize::from(area.width).saturating_sub(display_width(&title) + TITLE_EDGES));
    let right = address.map(|words| Line::styled(format!(" {words} "), styles.title).right_aligned());
    let inside = draw_title(model, Pane::Inbox, (&title, right), area, styles, frame);
    if model.inbox.shown() == 0 {
        let waiting = Paragraph::new(empty_state(model, styles)).wrap(Wrap { trim: false });
        frame.render_widget(waiting, inside);
        return;
    }
    let height = usize::from(inside.height);
    let (window, cursor) = model.inbox.window(height);
    let tags = model.has_address_tags();
    let shape = Columns::of(usize::from(inside.width), &model.inbox, &window, tags, model.now);
    let lines = window.iter().enumerate().map(|(at, mail)| {
        let marked = model.inbox.is_marked(at, height);
        let line = mail_line(model, mail, marked, &shape, styles);
        if at == cursor { styles.select(line, focused) } else { line }
    });
    lines::draw(frame, inside, lines);
}

/// Returns the current address and its remaining time for the title, if the sessions pane is hidden and
/// `room` columns suffice; otherwise `None`.
fn hidden_address(model: &Model, room: usize) -> Option<String> {
    let hidden = matches!(model.layout(), Layout::Three { sessions: None, .. });
    header::address_words(model).filter(|words| hidden && display_width(words) <= room)
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
        new => format!("{count} · {new} new above"),
    };
    let scope = match inbox.scope() {
        MailScope::All => String::new(),
        MailScope::Session(..) => format!(" · {} of one session", inbox.shown()),
        MailScope::Address(address) => format!(" · {} to {address}", inbox.shown()),
    };
    let marked = match inbox.marked().len() {
        0 => String::new(),
        n => format!(" · {n} marked"),
    };
    let filter = match inbox.filter() {
        "" => String::new(),
        words => match inbox.matching() {
            (count, true) => format!(" · {count} with “{words}”"),
            (count, false) => format!(" · {count}+ with “{words}”"),
        },
    };
    let search = inbox.searching().map_or_else(String::new, |search| found_words(model, &search));
    let watching = match model.watching {
        Watching::On => " · watching",
        Watching::Off => "",
    };
    // On a narrow screen the end of the title is cut, so the search comes first.
    let search = if search.is_empty() {
        format!("{count}{marked}{scope}{filter}")
    } else {
        format!("{search}{marked}{scope}{filter}")
    };
    format!("Inbox{search}{watching}")
}

fn found_words(model: &Model, search: &SearchStatus<'_>) -> String {
    let SearchStatus { text, count, whole, .. } = search;
    let Some(count) = count else { return format!(" · looking for “{text}” …") };
    let more = if *whole { "" } else { "+" };
    let place = if model.mail_place() == Storage::Memory { " in memory" } else { "" };
    // Until all stored mails are counted, the list may contain fewer mails than the search has found.
    let of = match model.inbox.len() {
        all if all >= *count => format!(" of {all}"),
        _ => String::new(),
    };
    format!(" · {count}{more}{of}{place} with “{text}”")
}

/// Returns the text that the inbox shows if a search has no result.
fn nothing_found(model: &Model, search: &SearchStatus<'_>) -> String {
    if !search.whole {
        return "Looking through all mail that is kept …".to_owned();
    }
    let back = model.key(AppCommand::Back);
    let kept = match model.mail_place() {
        Storage::Archive => "No mail that is kept",
        Storage::Memory => "No mail in memory (nothing is kept on disk)",
        Storage::MailFiles => "None of the files",
    };
    let also = if model.inbox.filter().is_empty() { "" } else { " and is like the filter" };
    format!("{kept} holds “{}”{also}. {back} shows the list again.", search.text)
}

/// Returns the lines for an empty inbox: why it is empty, or the three hints for a first start.
fn empty_state<'a>(model: &'a Model, styles: &Styles) -> Vec<Line<'a>> {
    if let Some(search) = model.inbox.searching() {
        return vec![Line::raw(nothing_found(model, &search))];
    }
    if !model.inbox.filter().is_empty() {
        let back = model.key(AppCommand::Back);
        let words = match model.inbox.matching() {
            (_, true) => format!("No mail is like that. {back} shows all again."),
            (_, false) => "Looking through all mail that is kept …".to_owned(),
        };
        return vec![Line::raw(words)];
    }
    if !model.inbox.is_empty() {
        let words = format!(
            "No mail came to this one yet. {} shows the mail of all.",
            model.key(ListCommand::ToggleScope)
        );
        return vec![Line::raw(words)];
    }
    if model.hidden > 0 {
        let words = match model.hidden {
            1 => "The one mail is hidden.".to_owned(),
            count => format!("All {count} mails are hidden."),
        };
        return vec![Line::raw(format!("{words} {} brings back.", model.key(AppCommand::BringBack)))];
    }
    if let Some(words) = status::connection_problem(model) {
        let style = if status::is_repeated(model) { styles.bad } else { styles.waiting };
        let mut lines = vec![Line::styled(words, style)];
        if status::is_repeated(model) {
            let again =
                format!("It is tried again by itself; {} tries at once.", model.key(AddressCommand::Refresh));
            lines.extend([Line::raw(""), Line::raw(again)]);
        }
        return lines;
    }
    let Some(address) = model.address() else {
        return vec![Line::styled("An address is on its way …", styles.dim)];
    };
    let key = |command: Command| Span::styled(model.key(command), styles.key);
    let smtp = model.place.as_ref().and_then(|place| place.smtp.as_ref());
    let by = smtp.map_or_else(String::new, |smtp| format!("sent by SMTP to {smtp}"));
    vec![
        Line::raw("Waiting for mail to"),
        Line::styled(address.as_str(), styles.strong),
        Line::raw(by),
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
    ]
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
    let gain_style = if summary.code.as_ref().is_some_and(fresh) { styles.code } else { styles.dim };
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
        Span::styled(if mail.read { " " } else { "●" }, styles.good),
        Span::styled(if marked { "✓" } else { " " }, styles.key),
        Span::styled(address_tag, styles.dim),
    ];
    let (in_sender, in_subject) =
        model.inbox.searching().map_or((&[][..], &[][..]), |search| (search.in_sender, search.in_subject));
    spans.extend(marked_words(pad(&summary.sender, shape.sender), in_sender, style, styles));
    spans.push(Span::raw(" "));
    // Without a code or link to copy, the subject gets the width of that column.
    let finding = finding(&model.inbox, summary, model.now);
    let (wide, gain_wide) = match finding.as_str() {
        "" => (shape.subject + shape.finding, 0),
        _ => (shape.subject, shape.finding),
    };
    spans.extend(marked_words(pad(subject, wide), in_subject, style, styles));
    spans.extend([
        Span::raw(" "),
        Span::styled(pad(&finding, gain_wide), gain_style),
        Span::styled(files, styles.dim),
        Span::styled(age, styles.dim),
    ]);
    Line::from(spans)
}

/// Splits a text into spans in which the words of the search are highlighted.
fn marked_words(text: String, words: &[String], style: Style, styles: &Styles) -> Vec<Span<'static>> {
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
