//! Renders overlays: text prompts on the status line, all other overlays over the panes.

mod attachments;
mod menu;
mod prompt;

use super::dialog::{to_area, to_cells};
use super::theme::Styles;
use super::{clear, lines, pane_frame, qr, scrollbar, to_rect};
use crate::app::Model;
use crate::app::command::MailCommand;
use crate::app::hints::attachment_hints;
use crate::app::overlay::{Action, Confirm, Overlay};
use crate::app::overlay_layout::{self, ShownAnswer};
use mail_reader::text_width::display_width;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Returns `true` if the panes are dimmed while this overlay is open. Prompts and the theme picker do not dim them: a
/// prompt belongs to a pane, and the theme picker previews the theme in the panes.
pub(super) fn dims_panes(overlay: &Overlay) -> bool {
    match overlay {
        Overlay::Menu(menu) => !menu.items.iter().any(|item| matches!(item.action, Action::Theme(_))),
        Overlay::Prompt(_) => false,
        Overlay::Attachments(_) | Overlay::Confirm(_) | Overlay::Qr(_) | Overlay::Captcha(_) => true,
    }
}

pub(super) fn draw(model: &Model, overlay: &Overlay, styles: &Styles, frame: &mut Frame<'_>) {
    match overlay {
        Overlay::Attachments(list) => attachments::draw(list, &attachment_hints(model), styles, frame),
        Overlay::Menu(menu) => menu::draw(menu, &model.settings.keymap, styles, frame),
        Overlay::Confirm(confirm) => draw_confirm(model, confirm, styles, frame),
        Overlay::Prompt(prompt) => prompt::draw(prompt, styles, frame),
        Overlay::Qr(code) => qr::draw(code, model.light_background, styles, frame),
        Overlay::Captcha(captcha) => super::captcha::draw(captcha, styles, frame),
    }
}

/// Draws the cursor position (such as `3 of 12`) on the bottom border of a list, and a scroll bar. Draws nothing if all
/// lines of the list are visible.
fn draw_position(
    (number, count): (usize, usize),
    lines: usize,
    place: &overlay_layout::ListLayout,
    styles: &Styles,
    frame: &mut Frame<'_>,
) {
    if lines <= usize::from(place.rows.height) {
        return;
    }
    let edge = to_rect(place.frame);
    let words = format!(" {number} of {count} ");
    let width = to_cells(display_width(&words)).min(edge.width.saturating_sub(2));
    let x = edge.right().saturating_sub(width + 2);
    let at = Rect { x, y: edge.bottom().saturating_sub(1), width, height: 1 };
    frame.render_widget(Span::styled(words, styles.title), at);
    let rows = to_rect(place.rows);
    let bar = Rect { width: edge.right().saturating_sub(rows.x), ..rows };
    scrollbar::draw((number.saturating_sub(1), count.saturating_sub(1)), lines, bar, styles, frame);
}

fn draw_confirm(model: &Model, confirm: &Confirm, styles: &Styles, frame: &mut Frame<'_>) {
    let asked = overlay_layout::confirm_layout(confirm, to_area(frame.area()));
    let question = asked.question.iter().map(|line| Line::styled(line.as_str(), styles.strong));
    let details = asked.details.iter().map(|line| Line::raw(line.as_str()));
    let lines: Vec<Line<'_>> = question.chain(details).collect();
    let area = to_rect(asked.frame);
    clear(frame, area, styles);
    let title = format!(" {} ", confirm.action.title());
    let block = pane_frame(title, true, styles);
    frame.render_widget(block, area);
    lines::draw(frame, to_rect(asked.text), lines);
    let gap = " ".repeat(usize::from(overlay_layout::ANSWER_GAP));
    let answers = overlay_layout::shown_answers(&confirm.action, &model.key_of(MailCommand::CopyLink));
    let spans = answers.into_iter().flat_map(|ShownAnswer { key, words, .. }| {
        [Span::styled(key, styles.key), Span::raw(words), Span::raw(gap.clone())]
    });
    frame.render_widget(spans.collect::<Line<'_>>(), to_rect(asked.answers));
}
