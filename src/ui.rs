//! The view: a pure function of the model. It decides nothing and remembers nothing.

pub mod captcha;
mod hyperlink;
mod inbox;
mod message;
mod notices;
mod overlay;
mod picture;
mod sessions;
mod status;
pub mod theme;

use crate::app::Model;
use crate::app::layout::{Area, Layout, Pane};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};
use theme::Styles;

/// Draws the model.
pub fn view(model: &Model, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    match Layout::of(Area::screen(screen.width, screen.height)) {
        Layout::TooSmall => {
            let words = Paragraph::new("Please make the terminal larger (30 x 8).");
            frame.render_widget(words.wrap(Wrap { trim: true }), screen);
            return;
        }
        Layout::One { header, pane, status } => {
            status::header(model, styles, frame, rect(header));
            draw_pane(model, styles, frame, model.focus, rect(pane));
            status::draw(model, styles, frame, rect(status));
        }
        Layout::Three { sessions, inbox, message, status } => {
            draw_pane(model, styles, frame, Pane::Sessions, rect(sessions));
            draw_pane(model, styles, frame, Pane::Inbox, rect(inbox));
            draw_pane(model, styles, frame, Pane::Message, rect(message));
            status::draw(model, styles, frame, rect(status));
        }
    }
    // A dialog lies over the notices: it is what the next key goes to.
    notices::draw(model, styles, frame);
    for layer in &model.overlays {
        overlay::draw(layer, styles, frame);
    }
}

fn draw_pane(model: &Model, styles: &Styles, frame: &mut Frame<'_>, pane: Pane, area: Rect) {
    match pane {
        Pane::Sessions => sessions::draw(model, styles, frame, area),
        Pane::Inbox => inbox::draw(model, styles, frame, area),
        Pane::Message => message::draw(model, styles, frame, area),
    }
}

fn rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}

/// The frame of a pane. The one that hears the keys has a thick border, not only another colour.
fn frame_of<'a>(title: impl Into<Line<'a>>, focused: bool, styles: &Styles) -> Block<'a> {
    let (kind, style) =
        if focused { (BorderType::Thick, styles.border_focused) } else { (BorderType::Plain, styles.border) };
    Block::bordered().border_type(kind).border_style(style).title(title.into().style(styles.title))
}
