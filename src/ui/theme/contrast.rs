//! Computes the contrast ratio of two colours (WCAG 2.2), and keeps text on the line under the cursor readable.

use super::Styles;
use super::colour::to_rgb;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

/// Minimum contrast ratio for normal text according to WCAG 2.2.
pub const MIN_TEXT_CONTRAST: f64 = 4.5;

/// Returns the contrast ratio of two colours, from 1 to 21; `None` if the RGB value of either colour depends on the
/// terminal.
pub fn contrast_ratio(one: Color, other: Color) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// Returns the relative luminance of a colour according to WCAG 2.2, from 0 to 1; `None` if its RGB value depends on
/// the terminal.
fn luminance(colour: Color) -> Option<f64> {
    let [red, green, blue] = to_rgb(colour)?.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue)
}

impl Styles {
    /// Applies the selection style to the line under the cursor, and returns the line. `focused` is `true` if the pane
    /// that contains the line has the focus.
    ///
    /// The selection background fills the whole line. Text keeps its colour if it is readable on this background.
    /// Otherwise, or if the selection reverses the colours, the text gets the selection's foreground colour.
    pub fn select<'a>(&self, mut line: Line<'a>, focused: bool) -> Line<'a> {
        let selection = if focused { self.selected } else { self.selected_idle };
        for span in &mut line.spans {
            span.style = self.with_selection_background(line.style.patch(span.style), selection);
        }
        line.style = line.style.patch(selection);
        line
    }

    /// Combines a text style with the selection style, and returns the result. A text style with a background of its
    /// own is returned unchanged.
    fn with_selection_background(&self, style: Style, selection: Style) -> Style {
        // For example, a word that matches a search keeps its background.
        if style.bg.is_some() && style.bg != self.text.bg {
            return style;
        }
        let selected = style.patch(selection);
        if selection.add_modifier.contains(Modifier::REVERSED) {
            // In reverse video, each text colour would become a background colour, and the line would look like a row
            // of coloured patches.
            return Style { fg: selection.fg.or(self.text.fg), ..selected }.remove_modifier(Modifier::DIM);
        }
        let own = style.fg.or(self.text.fg);
        let readable = own.zip(selected.bg).and_then(|(own, ground)| contrast_ratio(own, ground));
        match readable {
            Some(ratio) if ratio < MIN_TEXT_CONTRAST => {
                Style { fg: selection.fg.or(self.text.fg), ..selected }
            }
            Some(_) | None => Style { fg: style.fg, ..selected },
        }
    }
}
