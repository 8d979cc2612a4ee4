//! Draws QR codes with half-block characters: each cell shows two modules (the squares of a QR code).

use super::dialog::{centred, to_cells};
use super::theme::Styles;
use super::{clear, pane_frame};
use crate::app::overlay::Qr;
use mail_reader::text_width::{display_width, truncate, truncate_segments};
use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

/// Preferred width in modules of the light border (quiet zone) around a QR code (ISO/IEC 18004). The border is
/// narrower on a small screen.
const QUIET: usize = 4;
/// Minimum width in modules of the light border (quiet zone), which most QR code readers accept. A QR code that does
/// not fit with this border is not drawn.
const LEAST_QUIET: usize = 1;

/// Maximum width of the QR code dialog in columns, unless the QR code is wider.
const DIALOG: usize = 60;

pub(super) fn draw(qr: &Qr, light_background: bool, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let code = QrCode::with_error_correction_level(qr.text.as_bytes(), EcLevel::L);
    let max_size =
        (usize::from(screen.width.saturating_sub(2)), usize::from(screen.height.saturating_sub(3)));
    let fits = |quiet: usize, width: usize| {
        let side = width + 2 * quiet;
        side <= max_size.0 && side.div_ceil(2) < max_size.1
    };
    let (lines, centre) = match &code {
        Ok(_) if styles.ascii => (vec![Line::raw("A QR code needs a terminal that reads UTF-8.")], false),
        Err(_) => (vec![Line::raw("This is too long for a QR code.")], false),
        Ok(code) => match (LEAST_QUIET..=QUIET).rev().find(|quiet| fits(*quiet, code.width())) {
            Some(quiet) => (code_lines(code, quiet, light_background, styles), true),
            None => (too_large_lines(code.width()), false),
        },
    };
    let mut lines: Vec<Line<'_>> =
        if centre { lines.into_iter().map(Line::centered).collect() } else { lines };
    let title = format!("{} · Esc closes", qr.title);
    let inner = if centre {
        // The dialog is wide enough for its title and for the encoded text, up to the width `DIALOG`.
        let widest = lines.iter().map(Line::width).max().unwrap_or(0);
        let text_width = (display_width(&title) + 2).max(display_width(&qr.text)).min(DIALOG);
        widest.max(text_width).min(max_size.0)
    } else {
        max_size.0.min(DIALOG)
    };
    if !centre {
        lines.push(Line::styled(qr.text.as_str().to_owned(), styles.strong));
    } else if display_width(&qr.text) <= inner {
        lines.push(Line::styled(qr.text.as_str().to_owned(), styles.strong).centered());
    } else {
        lines.push(Line::styled(truncate(&qr.text, inner), styles.strong));
    }
    let wrapped: usize = lines.iter().map(|line| line.width().max(1).div_ceil(inner.max(1))).sum();
    let area = centred(screen, to_cells(inner + 2), to_cells(wrapped + 2));
    clear(frame, area, styles);
    let title = truncate_segments(&title, inner.saturating_sub(2));
    let block = pane_frame(format!(" {title} "), true, styles);
    let body = Paragraph::new(lines).block(block);
    frame.render_widget(if centre { body } else { body.wrap(Wrap { trim: true }) }, area);
}

fn too_large_lines(width: usize) -> Vec<Line<'static>> {
    let side = width + 2 * LEAST_QUIET;
    let (columns, rows) = (side + 2, side.div_ceil(2) + 4);
    vec![Line::raw(format!("The code needs a terminal of {columns} x {rows} at least; make it larger."))]
}

/// Returns the lines of a QR code, in the colours of the theme or of the terminal. `quiet` is the width of the light
/// border in modules. If the theme has no colours, draws the light modules in the lighter of the terminal's foreground
/// and background colours, because many readers do not accept inverted codes.
fn code_lines(code: &QrCode, quiet: usize, light_background: bool, styles: &Styles) -> Vec<Line<'static>> {
    let width = code.width();
    let modules = code.to_colors();
    let side = width + 2 * quiet;
    let has_colours = styles.qr.fg.is_some() && styles.qr.bg.is_some();
    let draws_dark = light_background && !has_colours;
    let is_light = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(quiet), y.checked_sub(quiet)) else { return true };
        x >= width || y >= width || modules.get(y * width + x) != Some(&Module::Dark)
    };
    let is_drawn = |x: usize, y: usize| (y >= side || is_light(x, y)) != draws_dark;
    let row = |y: usize| {
        let cell = |x: usize| match (is_drawn(x, y), is_drawn(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        Line::styled((0..side).map(cell).collect::<String>(), styles.qr)
    };
    (0..side).step_by(2).map(row).collect()
}
