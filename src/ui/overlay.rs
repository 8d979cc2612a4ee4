//! What lies over the panes: menus and questions in the middle, prompts on the status line.

mod attachments;

use super::theme::Styles;
use super::{clear, frame_of, qr, rect};
use crate::app::Model;
use crate::app::command::Command;
use crate::app::dialog;
use crate::app::hints::{self, for_attachments};
use crate::app::input::TextInput;
use crate::app::layout::Area;
use crate::app::overlay::{Confirm, Menu, Overlay, Prompt, Purpose};
use crate::domain::fit::{columns, cut_parts, fit_parts, pad};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

pub(super) fn draw(model: &Model, overlay: &Overlay, styles: &Styles, frame: &mut Frame<'_>) {
    match overlay {
        Overlay::Attachments(list) => attachments::draw(list, &for_attachments(model), styles, frame),
        Overlay::Menu(menu) => draw_menu(menu, &model.key(Command::Search), styles, frame),
        Overlay::Confirm(confirm) => draw_confirm(confirm, styles, frame),
        Overlay::Prompt(prompt) => draw_prompt(prompt, styles, frame),
        Overlay::Qr(code) => qr::draw(code, styles, frame),
        Overlay::Captcha(captcha) => super::captcha::draw(captcha, styles, frame),
    }
}

pub(super) fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A box in the upper middle of the screen, cut to it.
pub(super) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    rect(dialog::centred(area_of(screen), width, height))
}

fn area_of(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

/// A line that is typed; `empty` stands in it until something is.
pub(super) fn draw_input(input: &TextInput, empty: &str, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let mut widget = input.area().clone();
    widget.set_placeholder_text(empty);
    widget.set_placeholder_style(styles.dim);
    widget.set_cursor_line_style(styles.text);
    widget.set_cursor_style(styles.selected);
    frame.render_widget(&widget, area);
}

/// What stands before the text that narrows a menu.
const TYPED: &str = " > ";

fn draw_menu(menu: &Menu, search: &str, styles: &Styles, frame: &mut Frame<'_>) {
    let heading = menu.heading(search);
    let place = dialog::of_menu(menu, &heading, area_of(frame.area()));
    let area = rect(place.frame);
    clear(frame, area, styles);
    let title = fit_parts(&heading, usize::from(area.width.saturating_sub(4)));
    let block = frame_of(format!(" {title} "), true, styles);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if let Some(input) = &menu.filter {
        let row = Rect { height: inner.height.min(1), ..inner };
        let mark = cells(columns(TYPED)).min(row.width);
        frame.render_widget(Span::styled(TYPED, styles.key), row);
        let place = Rect { x: row.x + mark, width: row.width - mark, ..row };
        draw_input(input, "type to narrow", styles, frame, place);
    }
    let list = rect(place.rows);
    let width = usize::from(list.width);
    let labels = dialog::label_width(&menu.items, width);
    let rows = usize::from(list.height);
    let matching = menu.matching();
    let shown = matching.iter().enumerate().skip(place.top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .map(|(at, item)| {
            let label = Span::styled(format!(" {}  ", pad(&item.label, labels)), styles.text);
            let room = width.saturating_sub(labels + 3);
            let detail = pad(&cut_parts(&item.detail, room), room);
            let line = Line::from(vec![label, Span::styled(detail, styles.dim)]);
            if at == menu.cursor { line.patch_style(styles.selected) } else { line }
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::styled(" Nothing matches.", styles.dim));
    }
    frame.render_widget(Paragraph::new(lines), list);
    draw_place(menu.cursor, matching.len(), &place, styles, frame);
}

/// Where the cursor is among more lines than are seen, on the lower edge.
fn draw_place(cursor: usize, count: usize, place: &dialog::Listing, styles: &Styles, frame: &mut Frame<'_>) {
    if count <= usize::from(place.rows.height) {
        return;
    }
    let edge = rect(place.frame);
    let words = format!(" {} of {count} ", cursor + 1);
    let width = cells(columns(&words)).min(edge.width.saturating_sub(2));
    let x = edge.right().saturating_sub(width + 2);
    let at = Rect { x, y: edge.bottom().saturating_sub(1), width, height: 1 };
    frame.render_widget(Span::styled(words, styles.title), at);
}

fn draw_confirm(confirm: &Confirm, styles: &Styles, frame: &mut Frame<'_>) {
    let asked = dialog::of_question(confirm, area_of(frame.area()));
    let question = asked.question.iter().map(|line| Line::styled(line.as_str(), styles.strong));
    let details = asked.details.iter().map(|line| Line::raw(line.as_str()));
    let lines: Vec<Line<'_>> = question.chain(details).collect();
    let area = rect(asked.frame);
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(lines).block(frame_of(" Sure? ", true, styles)), area);
    let words =
        dialog::answers().map(|(key, words)| [Span::styled(key.to_string(), styles.key), Span::raw(words)]);
    frame.render_widget(Line::from(words.concat()), rect(asked.answers));
}

/// What can be typed to narrow the inbox, where there is room to say so.
const GRAMMAR: &str = "words  from:  subject:  to:  has:  is:  before:  after:";

fn draw_prompt(prompt: &Prompt, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let name = match prompt.purpose {
        Purpose::SearchMessage => " search in the message: ",
        Purpose::SearchInbox => " search all mail: ",
        Purpose::Label => " name of the session: ",
        Purpose::Filter => " show only mails with: ",
        Purpose::DomainName => " name of your domain: ",
        Purpose::DomainPassword => " its password: ",
        Purpose::DomainPasswordAgain => " the password again: ",
        Purpose::Extension => " word behind the +: ",
        Purpose::Pipe(None) => " hand the mail to the command: ",
        Purpose::Pipe(Some(_)) => " hand this part to the command: ",
    };
    let wide = cells(columns(name)).min(screen.width);
    let area = Rect { y: screen.height.saturating_sub(1), height: 1, ..screen };
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(Span::styled(name, styles.key)), Rect { width: wide, ..area });
    let rest = Rect { x: area.x + wide, width: area.width - wide, ..area };
    let hint = hints::for_prompt(prompt.purpose);
    let fits = |typed: usize| typed + columns(hint) + 3 <= usize::from(rest.width);
    let empty = match prompt.purpose {
        Purpose::Filter | Purpose::SearchInbox if prompt.input.text().is_empty() => GRAMMAR,
        _ => "",
    };
    let empty = if fits(columns(empty)) { empty } else { "" };
    draw_input(&prompt.input, empty, styles, frame, rest);
    if prompt.wrong.is_none() && fits(columns(&prompt.input.shown()).max(columns(empty))) {
        let width = cells(columns(hint) + 1);
        let place = Rect { x: area.right() - width, width, ..area };
        frame.render_widget(Span::styled(hint, styles.dim), place);
    }
    if let Some(wrong) = &prompt.wrong {
        // Behind what is typed where there is room, else on the lines above it.
        let room = usize::from(screen.width).saturating_sub(2).max(1);
        let lines: Vec<Line<'_>> = textwrap::wrap(wrong, room)
            .into_iter()
            .map(|words| Line::styled(format!(" {words} "), styles.bad))
            .collect();
        let needs = cells(lines.iter().map(Line::width).max().unwrap_or(0));
        let height = cells(lines.len());
        let free = area.width.saturating_sub(wide + cells(columns(prompt.input.text())) + 2);
        let beside = height == 1 && needs <= free;
        let y = if beside { area.y } else { area.y.saturating_sub(height) };
        let place = Rect { x: screen.width.saturating_sub(needs), y, width: needs, height };
        let place = place.intersection(screen);
        clear(frame, place, styles);
        frame.render_widget(Paragraph::new(lines), place);
    }
}
