//! Parses the colours of themes, and converts them to those that the terminal supports.

use crate::config::Terminal;
use ratatui::style::Color;

/// The number of colours that a terminal supports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ColorDepth {
    /// The 16 standard colours, whose RGB values the terminal defines.
    Ansi16,
    /// The 256 colours of xterm: the 16 standard colours, a colour cube and greys.
    Ansi256,
    /// All 24-bit RGB colours.
    TrueColor,
}

impl ColorDepth {
    /// Returns the number of colours that the terminal supports, according to its environment variables.
    pub fn from_terminal(terminal: &Terminal) -> Self {
        if terminal.true_colour {
            Self::TrueColor
        } else if terminal.term.contains("256color") || terminal.term.contains("kitty") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

/// The 16 standard colours, with their RGB values in xterm.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The values that red, green and blue can have in xterm's colour cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Parses a colour (`#rrggbb` or the name of a standard colour) and converts it to a colour that the terminal supports.
/// Returns `None` if the colour is invalid.
pub(super) fn parse_colour(word: &str, depth: ColorDepth) -> Option<Color> {
    if let Some(hex) = word.strip_prefix('#') {
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(to_terminal_color([red, green, blue], depth));
    }
    Some(match word {
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-white" => Color::White,
        _ => return None,
    })
}

/// Returns the RGB value of a colour; for the 16 standard colours, the value in xterm. Returns `None` for the
/// terminal's default foreground and background colours.
pub(super) fn to_rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Reset => None,
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index @ 16..=231) => {
            let step = |at: u8| STEPS.get(usize::from(at)).copied().unwrap_or_default();
            let cube = index - 16;
            Some([step(cube / 36), step(cube / 6 % 6), step(cube % 6)])
        }
        Color::Indexed(index @ 232..) => Some([8 + 10 * (index - 232); 3]),
        Color::Indexed(index) => SIXTEEN.get(usize::from(index)).map(|(_, rgb)| *rgb),
        named @ (Color::Black
        | Color::Red
        | Color::Green
        | Color::Yellow
        | Color::Blue
        | Color::Magenta
        | Color::Cyan
        | Color::Gray
        | Color::DarkGray
        | Color::LightRed
        | Color::LightGreen
        | Color::LightYellow
        | Color::LightBlue
        | Color::LightMagenta
        | Color::LightCyan
        | Color::White) => SIXTEEN.iter().find(|(known, _)| *known == named).map(|(_, rgb)| *rgb),
    }
}

fn to_terminal_color(rgb: [u8; 3], depth: ColorDepth) -> Color {
    let [red, green, blue] = rgb;
    match depth {
        ColorDepth::TrueColor => Color::Rgb(red, green, blue),
        ColorDepth::Ansi256 => Color::Indexed(nearest_index(rgb)),
        ColorDepth::Ansi16 => SIXTEEN
            .iter()
            .min_by_key(|(_, known)| distance(rgb, *known))
            .map_or(Color::Reset, |(colour, _)| *colour),
    }
}

/// Returns the index of the nearest colour in xterm's 256-colour palette, considering only the colour cube and the
/// greys.
fn nearest_index(rgb: [u8; 3]) -> u8 {
    let nearest = |part: u8| -> (u8, u8) {
        let steps = (0_u8..).zip(STEPS);
        steps.min_by_key(|(_, step)| step.abs_diff(part)).unwrap_or((0, 0))
    };
    let [red, green, blue] = rgb.map(nearest);
    let cube = (16 + 36 * red.0 + 6 * green.0 + blue.0, [red.1, green.1, blue.1]);
    let greys = (0_u8..24).map(|at| (232 + at, [8 + 10 * at; 3]));
    std::iter::once(cube).chain(greys).min_by_key(|(_, known)| distance(rgb, *known)).map_or(0, |(at, _)| at)
}

/// Returns the distance between two colours. Red, green and blue are weighted approximately by the eye's sensitivity to
/// them.
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let parts = a.iter().zip(b).zip([3_u32, 6, 1]);
    parts.map(|((a, b), weight)| weight * u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_maps_to_the_nearest_available_one() {
        assert_eq!(parse_colour("#ff8000", ColorDepth::TrueColor), Some(Color::Rgb(255, 128, 0)));
        assert_eq!(parse_colour("#ff0000", ColorDepth::Ansi256), Some(Color::Indexed(196)));
        assert_eq!(parse_colour("#808080", ColorDepth::Ansi256), Some(Color::Indexed(244)));
        assert_eq!(parse_colour("#f2f6ff", ColorDepth::Ansi16), Some(Color::White));
        assert_eq!(parse_colour("#10182b", ColorDepth::Ansi16), Some(Color::Black));
        assert_eq!(parse_colour("#12", ColorDepth::TrueColor), None);
        assert_eq!(parse_colour("mauve", ColorDepth::TrueColor), None);
    }
}
