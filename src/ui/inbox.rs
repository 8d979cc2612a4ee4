//! The inbox pane: a mail a row, its code in the row.

use super::frame_of;
use super::status;
use super::theme::Styles;
use crate::app::Model;
use crate::app::layout::Pane;
use crate::app::model::Watching;
use crate::domain::fit::{columns, fit, pad};
use crate::domain::mail::Summary;
use crate::domain::time::{Timestamp, age};
use crate::ports::archive::Kept;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Inbox;
    let block = frame_of(title(model), focused, styles);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if model.inbox.shown() == 0 {
        let waiting = Paragraph::new(absence(model, styles)).wrap(Wrap { trim: false });
        frame.render_widget(waiting, inside);
        return;
    }
    let (window, cursor) = model.inbox.window(usize::from(inside.height));
    let width = usize::from(inside.width);
    let chosen = if focused { styles.selected } else { styles.selected_idle };
    let rows = window.iter().enumerate().map(|(at, mail)| {
        let line = mail_line(model, mail, styles, width);
        if at == cursor { line.patch_style(chosen) } else { line }
    });
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), inside);
}

fn title(model: &Model) -> String {
    let inbox = &model.inbox;
    let count = match (inbox.len(), inbox.unread()) {
        (0, _) => String::new(),
        (all, 0) => format!(" {all}"),
        (all, unread) => format!(" {all} · {unread} unread"),
    };
    let filter = match inbox.filter() {
        "" => String::new(),
        words => format!(" · {} with “{words}”", inbox.shown()),
    };
    let search = match model.inbox_search.as_str() {
        "" => String::new(),
        needle => format!(" · /{needle}"),
    };
    let watching = match model.watching {
        Watching::On => " · watching",
        Watching::Off => "",
    };
    format!(" Inbox{count}{filter}{search}{watching} ")
}

/// Three lines that say what to do are all the first start needs.
fn absence<'a>(model: &'a Model, styles: &Styles) -> Vec<Line<'a>> {
    if !model.inbox.filter().is_empty() {
        let words = match model.inbox.older() {
            0 => "No mail holds these words. Esc shows all again.".to_owned(),
            _ => format!(
                "None of the newest {} mails holds these words; `dropmail-tui search` looks through all. \
                 Esc shows all again.",
                model.inbox.mails().count()
            ),
        };
        return vec![Line::raw(words)];
    }
    if let Some(words) = status::trouble(model) {
        return vec![
            Line::styled(words, styles.bad),
            Line::raw(""),
            Line::raw("It is tried again by itself; r tries at once."),
        ];
    }
    let Some(address) = model.address() else {
        return vec![Line::styled("An address is on its way …", styles.dim)];
    };
    let key = |key: &'static str| Span::styled(key, styles.key);
    let smtp = model.place.as_ref().and_then(|place| place.smtp.as_ref());
    let by = smtp.map_or_else(String::new, |smtp| format!("sent by SMTP to {smtp}"));
    vec![
        Line::raw("Waiting for mail to"),
        Line::styled(address.as_str(), styles.strong),
        Line::raw(by),
        Line::from(vec![key("a"), Span::raw(" copies the address: give it to the site that asks for one")]),
        Line::from(vec![key("w"), Span::raw(" copies the code by itself as soon as it comes")]),
        Line::from(vec![key("?"), Span::raw(" lists all keys, "), key("q"), Span::raw(" quits")]),
    ]
}

/// What a mail is good for: its code, else where its link leads.
fn gain(summary: &Summary, now: Timestamp, styles: &Styles) -> (String, Style) {
    match (&summary.code, &summary.link) {
        (Some(code), _) if code.stale(summary.envelope.received_at, now).is_some() => {
            (format!("{} old", code.value), styles.dim)
        }
        (Some(code), _) if code.rival => (format!("{} (?)", code.value), styles.code),
        (Some(code), _) => (code.value.to_string(), styles.code),
        (None, Some(link)) => (format!("→ {}", link.kind.word()), styles.dim),
        (None, None) => (String::new(), styles.dim),
    }
}

/// Columns that are kept for codes: a longer one takes more, up to half of the row.
const GAIN: usize = 11;

fn mail_line<'a>(model: &Model, mail: &'a Kept, styles: &Styles, width: usize) -> Line<'a> {
    let summary = &mail.summary;
    let (gain, gain_style) = gain(summary, model.now, styles);
    let gain_width = columns(&gain).clamp(GAIN, (width / 2).max(GAIN));
    let sender_width = (width / 4).clamp(8, 22);
    let files = match summary.attachments {
        0 => "  ".to_owned(),
        n @ 1..=9 => format!("+{n}"),
        _ => "++".to_owned(),
    };
    let age = format!("{:>4}", fit(&age(summary.envelope.received_at, model.now), 4));
    // The mark, the gaps, the files and the age have fixed widths; the subject gets the rest.
    let fixed = 2 + sender_width + 1 + 1 + gain_width + 1 + 2 + 1 + 4;
    let subject = if summary.subject.is_empty() { "(no subject)" } else { summary.subject.as_str() };
    let style = if mail.read { styles.text } else { styles.unread };
    Line::from(vec![
        Span::styled(if mail.read { "  " } else { "● " }, styles.good),
        Span::styled(pad(&summary.sender, sender_width), style),
        Span::raw(" "),
        Span::styled(pad(subject, width.saturating_sub(fixed)), style),
        Span::raw(" "),
        Span::styled(pad(&gain, gain_width), gain_style),
        Span::raw(" "),
        Span::styled(files, styles.dim),
        Span::raw(" "),
        Span::styled(age, styles.dim),
    ])
}
