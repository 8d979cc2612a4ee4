//! Parses CSS lengths and font sizes, and converts them to CSS pixels (CSS Values and Units Level 4).

/// Default font size in CSS pixels, used for text without a declared size.
pub(crate) const BASE_FONT_PX: u16 = 16;
/// Assumed width and height of the browser window in CSS pixels, to which percentages are relative.
pub(super) const SCREEN_PX: f32 = 800.0;

/// A font size in a CSS declaration.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum FontSize {
    /// An absolute font size in CSS pixels.
    Pixels(f32),
    /// A relative font size: a multiple of the parent element's font size.
    Times(f32),
}

impl FontSize {
    /// Resolves the font size to CSS pixels. `around` is the font size of the parent element, and `stated` indicates
    /// whether any style declares that size. If no style declares it, an `around` of 0 stands for the default size.
    pub(crate) fn pixels(self, around: u16, stated: bool) -> u16 {
        let exact = match self {
            Self::Pixels(px) => px,
            Self::Times(factor) => {
                factor * f32::from(if around == 0 && !stated { BASE_FONT_PX } else { around })
            }
        };
        // The maximum is larger than any real font size.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is clamped to the target type"
        )]
        let whole = exact.round().clamp(0.0, 1000.0) as u16;
        whole
    }

    /// Parses the value of the CSS property `font-size` if it is a length or percentage; `None` if it is not.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (number, unit) = number(value)?;
        match unit {
            "em" => Some(Self::Times(number)),
            "%" => Some(Self::Times(number / 100.0)),
            _ => Some(Self::Pixels(pixels(value)?)),
        }
    }

    /// Parses a keyword of the CSS property `font-size`, such as `small`; `None` if the keyword is unknown.
    pub(super) fn keyword(value: &str) -> Option<Self> {
        Some(match value {
            "xx-small" => Self::Pixels(9.0),
            "x-small" => Self::Pixels(10.0),
            "small" => Self::Pixels(13.0),
            "medium" | "initial" => Self::Pixels(16.0),
            "large" => Self::Pixels(18.0),
            "x-large" => Self::Pixels(24.0),
            "xx-large" => Self::Pixels(32.0),
            "smaller" => Self::Times(0.83),
            "larger" => Self::Times(1.2),
            _ => return None,
        })
    }

    /// Parses the `size` attribute of the HTML element `font`: a number from 1 to 7, or a number relative to 3, such as
    /// `+1`. Returns `None` if the value is not a number.
    pub(crate) fn of_font_element(value: &str) -> Option<Self> {
        const SIZES: [f32; 7] = [10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0];
        let value = value.trim();
        let number: i32 = value.parse().ok()?;
        let step = if value.starts_with(['+', '-']) { number.saturating_add(3) } else { number };
        let index = usize::try_from(step.clamp(1, 7) - 1).ok()?;
        SIZES.get(index).copied().map(Self::Pixels)
    }
}

/// Splits a CSS value into its number and its unit; `None` if the value does not start with a number.
pub(super) fn number(value: &str) -> Option<(f32, &str)> {
    let value = value.trim();
    let mut end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(value.len());
    // The `e` in `1e3px` starts an exponent, the `e` in `1em` starts a unit.
    if let Some(digits) = value.get(end..).and_then(|rest| rest.strip_prefix('e'))
        && digits.starts_with(|c: char| c.is_ascii_digit())
    {
        end += 1 + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    }
    let (number, unit) = value.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

/// Converts a CSS length to CSS pixels; `None` if the length is invalid. Font-relative units are relative to the
/// default font size, percentages to the assumed size of the browser window.
pub(super) fn pixels(value: &str) -> Option<f32> {
    let (number, unit) = number(value)?;
    let of_unit = match unit {
        "px" | "" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" | "em" | "rem" => 16.0,
        "ex" | "ch" => 8.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "q" => 96.0 / 101.6,
        "%" | "vw" | "vh" | "vmin" | "vmax" | "dvw" | "dvh" | "svw" | "svh" | "lvw" | "lvh" => {
            SCREEN_PX / 100.0
        }
        _ => return None,
    };
    Some(number * of_unit)
}

/// Returns whether a CSS length is zero, regardless of its unit.
pub(super) fn is_zero(value: &str) -> bool {
    number(value).is_some_and(|(number, _)| number == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_parsed_with_their_units() {
        for (value, expected) in [
            ("12px", Some(12.0)),
            ("-1.5em", Some(-24.0)),
            ("3pt", Some(4.0)),
            ("1e2px", Some(100.0)),
            ("-100%", Some(-800.0)),
            ("0", Some(0.0)),
            ("auto", None),
            ("calc(1px)", None),
        ] {
            assert_eq!(pixels(value), expected, "{value}");
        }
        assert_eq!(FontSize::of_font_element("+2"), Some(FontSize::Pixels(24.0)));
        assert_eq!(FontSize::Times(1.0).pixels(0, true), 0);
        assert_eq!(FontSize::Times(1.0).pixels(0, false), 16);
    }
}
