//! What lies over the panes: menus and questions in the middle, prompts on the status line.

mod attachments;

use super::theme::Styles;
use super::{clear, frame_of, qr};
use crate::app::input::TextInput;
use crate::app::overlay::{Confirm, Item, Menu, Overlay, Prompt, Purpose};
use crate::domain::fit::{columns, fit, pad};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

pub(super) fn draw(overlay: &Overlay, styles: &Styles, frame: &mut Frame<'_>) {
    match overlay {
        Overlay::Attachments(list) => attachments::draw(list, styles, frame),
        Overlay::Menu(menu) => draw_menu(menu, styles, frame),
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
    let width = width.min(screen.width);
    let height = height.min(screen.height.saturating_sub(1));
    Rect { x: (screen.width - width) / 2, y: (screen.height - height) / 3, width, height }
}

pub(super) fn draw_input(input: &TextInput, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let mut widget = input.area().clone();
    widget.set_cursor_line_style(styles.text);
    widget.set_cursor_style(styles.selected);
    frame.render_widget(&widget, area);
}

fn longest(items: &[Item], text: fn(&Item) -> &str) -> usize {
    items.iter().map(|item| columns(text(item))).max().unwrap_or(0)
}

/// Columns of the labels: details give way first, but keep a quarter of the room.
fn label_width(items: &[Item], room: usize) -> usize {
    let details = longest(items, |item| &item.detail).min(room / 4);
    longest(items, |item| &item.label).min(room.saturating_sub(details + 3))
}

fn menu_area(menu: &Menu, screen: Rect) -> Rect {
    let labels = longest(&menu.items, |item| &item.label);
    let details = longest(&menu.items, |item| &item.detail);
    let width = (labels + details + 7).max(columns(&menu.title) + 4);
    let height = menu.items.len() + 2 + usize::from(menu.filter.is_some());
    centred(screen, cells(width).min(screen.width.saturating_sub(2)), cells(height))
}

fn draw_menu(menu: &Menu, styles: &Styles, frame: &mut Frame<'_>) {
    let area = menu_area(menu, frame.area());
    clear(frame, area, styles);
    let title = fit(&menu.title, usize::from(area.width.saturating_sub(4)));
    let block = frame_of(format!(" {title} "), true, styles);
    let mut list = block.inner(area);
    frame.render_widget(block, area);
    if let Some(input) = &menu.filter {
        draw_input(input, styles, frame, Rect { height: list.height.min(1), ..list });
        list = Rect { y: list.y + 1, height: list.height.saturating_sub(1), ..list };
    }
    let width = usize::from(list.width);
    let labels = label_width(&menu.items, width);
    let rows = usize::from(list.height);
    let top = menu.cursor.saturating_sub(rows.saturating_sub(1));
    let matching = menu.matching();
    let shown = matching.iter().enumerate().skip(top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .map(|(at, item)| {
            let label = Span::styled(format!(" {}  ", pad(&item.label, labels)), styles.text);
            let detail = pad(&item.detail, width.saturating_sub(labels + 3));
            let line = Line::from(vec![label, Span::styled(detail, styles.dim)]);
            if at == menu.cursor { line.patch_style(styles.selected) } else { line }
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::styled(" Nothing matches.", styles.dim));
    }
    frame.render_widget(Paragraph::new(lines), list);
}

fn draw_confirm(confirm: &Confirm, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let width = screen.width.saturating_sub(4).clamp(1, 76);
    let inner = usize::from(width.saturating_sub(2)).max(1);
    let wrapped = |text: &str| -> Vec<String> {
        textwrap::wrap(text, inner).into_iter().map(std::borrow::Cow::into_owned).collect()
    };
    let question = wrapped(&confirm.question).into_iter().map(|line| Line::styled(line, styles.strong));
    let details = confirm.details.iter().flat_map(|detail| wrapped(detail)).map(Line::raw);
    let mut lines: Vec<Line<'_>> = question.chain(details).collect();
    // A link of a thousand letters must not push the answer off the screen.
    lines.truncate(usize::from(screen.height.saturating_sub(6)).max(1));
    lines.push(Line::raw(""));
    let key = |key: &'static str| Span::styled(key, styles.key);
    lines.push(Line::from(vec![key("y"), Span::raw(" yes   "), key("n"), Span::raw(" no")]));
    let area = centred(screen, width, cells(lines.len() + 2));
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(lines).block(frame_of(" Sure? ", true, styles)), area);
}

fn draw_prompt(prompt: &Prompt, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let name = match prompt.purpose {
        Purpose::SearchMessage => " search in the message: ",
        Purpose::SearchInbox => " search in the inbox: ",
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
    draw_input(&prompt.input, styles, frame, Rect { x: area.x + wide, width: area.width - wide, ..area });
    if let Some(wrong) = &prompt.wrong {
        // Behind what is typed where there is room, else on the line above it.
        let words = format!(" {} ", fit(wrong, usize::from(screen.width).saturating_sub(2)));
        let needs = cells(columns(&words));
        let free = area.width.saturating_sub(wide + cells(columns(prompt.input.text())) + 2);
        let y = if needs <= free { area.y } else { area.y.saturating_sub(1) };
        let place = Rect { x: screen.width.saturating_sub(needs), y, width: needs, height: 1 };
        let place = place.intersection(screen);
        clear(frame, place, styles);
        frame.render_widget(Paragraph::new(Span::styled(words, styles.bad)), place);
    }
}
