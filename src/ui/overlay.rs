//! The overlays: menus and questions are drawn in the middle of the screen, prompts on the status line.

mod attachments;
mod menu;
mod prompt;

use super::theme::Styles;
use super::{clear, frame_of, qr, rect};
use crate::app::Model;
use crate::app::command::Command;
use crate::app::hints::for_attachments;
use crate::app::input::TextInput;
use crate::app::layout::Area;
use crate::app::overlay::{Confirm, Overlay};
use crate::app::overlay_layout;
use crate::mail_reader::text_width::display_width;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

pub(super) fn draw(model: &Model, overlay: &Overlay, styles: &Styles, frame: &mut Frame<'_>) {
    match overlay {
        Overlay::Attachments(list) => attachments::draw(list, &for_attachments(model), styles, frame),
        Overlay::Menu(menu) => menu::draw(menu, &model.key(Command::Search), styles, frame),
        Overlay::Confirm(confirm) => draw_confirm(confirm, styles, frame),
        Overlay::Prompt(prompt) => prompt::draw(prompt, styles, frame),
        Overlay::Qr(code) => qr::draw(code, model.light_background, styles, frame),
        Overlay::Captcha(captcha) => super::captcha::draw(captcha, styles, frame),
    }
}

pub(super) fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Returns an area of this size in the upper middle of the screen, limited to the size of the screen.
pub(super) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    rect(overlay_layout::centred(area_of(screen), width, height))
}

fn area_of(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

/// Draws an input field. While the field contains no text, it shows `empty`.
pub(super) fn draw_input(input: &TextInput, empty: &str, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let mut widget = input.area().clone();
    widget.set_placeholder_text(empty);
    widget.set_placeholder_style(styles.dim);
    widget.set_cursor_line_style(styles.text);
    widget.set_cursor_style(styles.selected);
    frame.render_widget(&widget, area);
}

/// Draws which line of how many the cursor is on, on the lower edge of a list. Nothing is drawn if all lines
/// are visible.
fn draw_place(
    cursor: usize,
    count: usize,
    place: &overlay_layout::ListLayout,
    styles: &Styles,
    frame: &mut Frame<'_>,
) {
    if count <= usize::from(place.rows.height) {
        return;
    }
    let edge = rect(place.frame);
    let words = format!(" {} of {count} ", cursor + 1);
    let width = cells(display_width(&words)).min(edge.width.saturating_sub(2));
    let x = edge.right().saturating_sub(width + 2);
    let at = Rect { x, y: edge.bottom().saturating_sub(1), width, height: 1 };
    frame.render_widget(Span::styled(words, styles.title), at);
}

fn draw_confirm(confirm: &Confirm, styles: &Styles, frame: &mut Frame<'_>) {
    let asked = overlay_layout::of_question(confirm, area_of(frame.area()));
    let question = asked.question.iter().map(|line| Line::styled(line.as_str(), styles.strong));
    let details = asked.details.iter().map(|line| Line::raw(line.as_str()));
    let lines: Vec<Line<'_>> = question.chain(details).collect();
    let area = rect(asked.frame);
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(lines).block(frame_of(" Sure? ", true, styles)), area);
    let words = overlay_layout::answers()
        .map(|(key, words)| [Span::styled(key.to_string(), styles.key), Span::raw(words)]);
    frame.render_widget(Line::from(words.concat()), rect(asked.answers));
}
