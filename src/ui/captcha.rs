//! Renders the captcha dialog. It leaves an area blank for the captcha image, which `runtime::pictures` draws.

use super::dialog::{centred, draw_input};
use super::theme::Styles;
use super::{clear, pane_frame};
use crate::app::Model;
use crate::app::captcha_dialog::{Captcha, CaptchaImage, CaptchaImageState};
use crate::app::overlay::Overlay;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::sync::Arc;

/// Maximum width of the captcha dialog in cells; it is narrower on a smaller screen.
const WIDTH: u16 = 112;
/// Maximum height of the captcha dialog in cells; it is shorter on a smaller screen.
const HEIGHT: u16 = 27;
/// Number of lines below the captcha image: the result of the previous answer, the input field and the key hints.
const BELOW: u16 = 4;

fn content_area(screen: Rect) -> Rect {
    let area = centred(screen, WIDTH, HEIGHT);
    Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// Returns the captcha image and the area in which it is drawn; `None` if no image is shown.
pub fn image_and_area(model: &Model, screen: Rect) -> Option<(Rect, &Arc<CaptchaImage>)> {
    let Some(Overlay::Captcha(Captcha { image: CaptchaImageState::Loaded(pixels), .. })) =
        model.overlays.last()
    else {
        return None;
    };
    let inside = content_area(screen);
    let area = Rect { height: inside.height.saturating_sub(BELOW), ..inside };
    (area.width > 0 && area.height > 0).then_some((area, pixels))
}

pub(super) fn draw(captcha: &Captcha, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let area = centred(screen, WIDTH, HEIGHT);
    clear(frame, area, styles);
    frame.render_widget(pane_frame(" The service asks for a captcha ", true, styles), area);
    let inside = content_area(screen);
    let words = match &captcha.image {
        CaptchaImageState::Loading => Some("Fetching the picture …".to_owned()),
        CaptchaImageState::Failed(why) => Some(why.to_string()),
        CaptchaImageState::Loaded(_) => None,
    };
    if let Some(words) = words {
        let above = Rect { height: inside.height.saturating_sub(BELOW), ..inside };
        let words = Paragraph::new(words).style(styles.dim);
        frame.render_widget(words.wrap(ratatui::widgets::Wrap { trim: true }), above);
    }
    let status = captcha.message.as_ref().map_or("", |status| status.as_str());
    let status = if captcha.sending { "One moment …" } else { status };
    let line = |up: u16| Rect { y: (inside.y + inside.height).saturating_sub(up), height: 1, ..inside };
    frame.render_widget(Paragraph::new(Line::styled(status, styles.waiting)), line(3));
    let name = "What it says: ";
    let wide = u16::try_from(name.len()).unwrap_or(0).min(inside.width);
    frame.render_widget(Paragraph::new(Line::styled(name, styles.strong)), line(2));
    let input = Rect { x: inside.x + wide, width: inside.width - wide, ..line(2) };
    draw_input(&captcha.input, "", styles, frame, input);
    frame.render_widget(Paragraph::new(key_hints(usize::from(inside.width), styles)), line(1));
}

/// Key hints of the captcha dialog, most important first: for each one, the key, a long label and a short label.
const KEYS: [(&str, &str, &str); 4] = [
    ("Enter", "answers", "answer"),
    ("Esc", "leaves it", "leave"),
    ("Ctrl-r", "another drawing", "redraw"),
    ("Ctrl-o", "opens it", "open"),
];

/// Returns the key hints of the captcha dialog that fit into `width` columns. The long labels are used if all
/// of them fit.
fn key_hints(width: usize, styles: &Styles) -> Line<'static> {
    let full: Vec<(&str, &str)> = KEYS.iter().map(|(key, full, _)| (*key, *full)).collect();
    let short: Vec<(&str, &str)> = KEYS.iter().map(|(key, _, short)| (*key, *short)).collect();
    let wide =
        |keys: &[(&str, &str)]| keys.iter().map(|(key, words)| key.len() + words.len() + 3).sum::<usize>();
    let chosen = if wide(&full) <= width + 2 { full } else { short };
    let fits = |count: &usize| chosen.get(..*count).is_some_and(|keys| wide(keys) <= width + 2);
    let count = (1..=chosen.len()).rev().find(fits).unwrap_or(1);
    let spans = chosen
        .into_iter()
        .take(count)
        .flat_map(|(key, words)| [Span::styled(key, styles.key), Span::raw(format!(" {words}  "))]);
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_closes_the_captcha_is_shown_at_every_width() {
        for width in 24..120 {
            let line = key_hints(width, &Styles::without_colours()).to_string();
            assert!(line.contains("Enter answer") && line.contains("Esc leave"), "{width}: {line}");
            assert!(line.trim_end().chars().count() <= width, "{width}: {line}");
        }
        assert!(key_hints(58, &Styles::without_colours()).to_string().contains("Ctrl-o"));
    }
}
