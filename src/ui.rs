//! The view: a pure function that draws the model. The view changes no state and makes no decisions.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod accessible;
pub mod captcha;
mod dialog;
mod hyperlink;
mod inbox;
mod lines;
mod message;
mod notices;
mod overlay;
pub mod picture;
mod qr;
mod sessions;
mod status;
pub mod theme;

use crate::app::Model;
use crate::app::layout::{Area, Layout, Pane};
use mail_reader::text_width::truncate_segments_partial;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Borders, Clear, Paragraph, Wrap};
use theme::Styles;

/// Draws the whole screen for the model into a frame.
pub fn view(model: &Model, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    // The background of the theme is drawn first.
    fill_background(frame, screen, styles);
    match Layout::of(Area::screen(screen.width, screen.height), &model.arrangement, model.focus) {
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
            let panes = [(Pane::Sessions, sessions), (Pane::Inbox, Some(inbox)), (Pane::Message, message)];
            for (pane, area) in panes {
                if let Some(area) = area {
                    draw_pane(model, styles, frame, pane, rect(area));
                }
            }
            status::draw(model, styles, frame, rect(status));
        }
    }
    // An overlay is drawn above the notices, because the next key goes to the overlay.
    notices::draw(model, styles, frame);
    for layer in &model.overlays {
        overlay::draw(model, layer, styles, frame);
    }
}

/// Returns the title of the terminal window: the count of unread mails and the program's name. The title
/// contains no text of a mail.
pub fn title(model: &Model) -> String {
    match model.inbox.unread() {
        0 => "dropmail-tui".to_owned(),
        unread => format!("({unread}) dropmail-tui"),
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

/// Clears an area for an overlay or a notice, and fills the area with the background of the theme.
fn clear(frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    frame.render_widget(Clear, area);
    fill_background(frame, area.intersection(frame.area()), styles);
}

/// Fills an area with the background of the theme. The theme `terminal` has no background, so the cells stay
/// as they are.
fn fill_background(frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    if styles.text != Style::default() {
        frame.buffer_mut().set_style(area, styles.text);
    }
}

/// Returns the frame of a pane. A pane that is shown alone gets only a title line, so that borders take no
/// cells.
fn pane_frame<'a>(model: &Model, pane: Pane, title: &str, area: Rect, styles: &Styles) -> Block<'a> {
    let alone = model.layout().is_one();
    let corners = if alone { 0 } else { 2 };
    let room = usize::from(area.width).saturating_sub(corners + 2);
    let frame =
        frame_of(format!(" {} ", truncate_segments_partial(title, room)), model.focus == pane, styles);
    if alone { frame.borders(Borders::TOP) } else { frame }
}

/// Returns the frame of a pane or dialog. If focused, the frame has a thick border, not only another colour.
fn frame_of<'a>(title: impl Into<Line<'a>>, focused: bool, styles: &Styles) -> Block<'a> {
    let (kind, style) =
        if focused { (BorderType::Thick, styles.border_focused) } else { (BorderType::Plain, styles.border) };
    Block::bordered().border_type(kind).border_style(style).title(title.into().style(styles.title))
}
