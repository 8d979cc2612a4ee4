//! Parses text and background colours (CSS Color Level 4), and determines whether two colours are distinguishable.

mod functions;

use super::scan;

/// Maximum opacity (0 to 255) of a text colour that counts as invisible on every background.
const UNSEEN_ALPHA: u8 = 12;
/// Maximum difference in each colour channel (0 to 255) at which a text colour is hard to distinguish from its
/// background. The contrast must also be below [`MIN_CONTRAST`].
const MAX_ALIKE_CHANNEL_DIFFERENCE: u8 = 24;
/// Contrast ratio (WCAG 2.2, success criterion 1.4.3) below which a text colour is hard to distinguish from its
/// background. Each colour channel must also differ by at most [`MAX_ALIKE_CHANNEL_DIFFERENCE`].
const MIN_CONTRAST: f32 = 1.2;

/// Maximum nesting depth of colour functions; a deeper function counts as an unknown colour.
const MAX_FUNCTION_DEPTH: usize = 4;

/// A colour: red, green, blue and opacity, 0 to 255 each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rgba(pub(crate) [u8; 4]);

/// A colour value in a CSS declaration: a known, an inherited or an unknown colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CssColor {
    Known(Rgba),
    /// The colour of the parent element (`inherit`), or that of the element's own text (`currentcolor`).
    Inherited,
    /// A colour that cannot be determined, such as a system colour or the value of an undeclared variable.
    Unknown,
}

impl CssColor {
    /// Parses a colour value, such as the value of the CSS property `color`. Returns `None` if the value is invalid, in
    /// which case the declaration has no effect.
    pub(super) fn parse(value: &str) -> Option<Self> {
        Self::parse_at(value, 0)
    }

    /// Parses a colour value that is nested in `depth` colour functions; `None` if the value is invalid.
    fn parse_at(value: &str, depth: usize) -> Option<Self> {
        match value {
            "inherit" | "unset" | "currentcolor" => return Some(Self::Inherited),
            "initial" => return Some(Self::Known(Rgba::BLACK)),
            _ => {}
        }
        if let Some(("light-dark", both)) = scan::function(value) {
            let light = scan::split(both, b',').next()?.trim();
            return if depth > MAX_FUNCTION_DEPTH {
                Some(Self::Unknown)
            } else {
                Self::parse_at(light, depth + 1)
            };
        }
        if value.contains("var(") || value.contains("calc(") || is_system(value) {
            return Some(Self::Unknown);
        }
        if let Some((name @ ("color" | "color-mix"), arguments)) = scan::function(value) {
            return functions::parse(name, arguments, depth);
        }
        // The crate csscolorparser also accepts hexadecimal digits without `#`, which are invalid in CSS.
        let digits = value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits { None } else { Rgba::parse(value).map(Self::Known) }
    }

    /// Parses the value of an HTML attribute such as `color` or `bgcolor`, in which the `#` may be missing. Returns
    /// `None` if the value is invalid.
    pub(crate) fn of_attribute(value: &str) -> Option<Self> {
        let value = value.trim().to_ascii_lowercase();
        if value == "transparent" || value.contains('(') {
            None
        } else {
            Rgba::parse(&value).map(Self::Known)
        }
    }
}

/// Returns whether a CSS keyword names a system colour.
fn is_system(value: &str) -> bool {
    let words = ["canvas", "window", "button", "field", "highlight", "graytext", "accentcolor", "linktext"];
    words.iter().any(|word| value.starts_with(word)) || value.starts_with("-webkit-")
}

impl Rgba {
    pub(crate) const BLACK: Self = Self([0, 0, 0, 255]);
    pub(crate) const WHITE: Self = Self([255, 255, 255, 255]);
    /// The colour in which browsers display links by default.
    pub(crate) const LINK: Self = Self([0, 0, 238, 255]);

    fn parse(value: &str) -> Option<Self> {
        csscolorparser::parse(value).ok().map(|color| Self(color.to_rgba8()))
    }

    /// Returns whether the colour is so transparent that it is invisible on any background.
    pub(crate) fn is_unseen(self) -> bool {
        let Self([.., alpha]) = self;
        alpha <= UNSEEN_ALPHA
    }

    /// Returns the colour that results from painting this colour over the colour `behind`.
    pub(crate) fn over(self, behind: Self) -> Self {
        let Self([r, g, b, alpha]) = self;
        let Self([below_r, below_g, below_b, _]) = behind;
        let mix = |above: u8, below: u8| {
            let sum = u32::from(above) * u32::from(alpha) + u32::from(below) * (255 - u32::from(alpha));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        Self([mix(r, below_r), mix(g, below_g), mix(b, below_b), 255])
    }

    /// Returns whether text in this colour is hard to distinguish from a background in the colour `ground`.
    ///
    /// Low contrast alone is not sufficient: yellow on white has little contrast, but is visible.
    pub(crate) fn is_like(self, ground: Self) -> bool {
        let shown = self.over(ground);
        let parts = shown.0.iter().zip(ground.0).take(3);
        let near = parts.into_iter().all(|(one, other)| one.abs_diff(other) <= MAX_ALIKE_CHANNEL_DIFFERENCE);
        near && contrast(shown, ground) < MIN_CONTRAST
    }
}

fn contrast(one: Rgba, other: Rgba) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns the relative luminance of a colour (WCAG 2.2), from which the contrast is computed.
fn luminance(Rgba([r, g, b, _]): Rgba) -> f32 {
    let linear = |channel: u8| {
        let share = f32::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: &str) -> Rgba {
        match CssColor::parse(value) {
            Some(CssColor::Known(rgba)) => rgba,
            other => panic!("{value}: {other:?}"),
        }
    }

    #[test]
    fn colours_are_parsed_in_every_notation() {
        for value in [
            "white",
            "#fff",
            "#ffff",
            "#ffffff",
            "#ffffffff",
            "rgb(255,255,255)",
            "rgb(100% 100% 100%)",
            "hsl(0, 0%, 100%)",
            "rgba(255, 255, 255, 1)",
            "light-dark(white, black)",
        ] {
            assert_eq!(known(value), Rgba::WHITE, "{value}");
        }
        assert!(known("transparent").is_unseen() && known("rgba(0,0,0,0.01)").is_unseen());
        assert_eq!(CssColor::parse("fff"), None);
        assert_eq!(CssColor::parse("nonsense"), None);
        assert_eq!(CssColor::parse("var(--x)"), Some(CssColor::Unknown));
        assert_eq!(CssColor::of_attribute("FFFFFF"), Some(CssColor::Known(Rgba::WHITE)));
        assert_eq!(CssColor::of_attribute("#fff"), Some(CssColor::Known(Rgba::WHITE)));
    }

    #[test]
    fn similarity_depends_on_colour_and_contrast() {
        for (foreground, background, is_similar) in [
            ("#fff", "#fff", true),
            ("#fefefe", "#fff", true),
            ("#f4f4f4", "#fff", true),
            ("rgba(0,0,0,0.03)", "#fff", true),
            ("#111", "#000", true),
            ("#ccc", "#fff", false),
            ("#ff0", "#fff", false),
            ("#fff", "#036", false),
            ("#999", "#fff", false),
        ] {
            assert_eq!(
                known(foreground).is_like(known(background)),
                is_similar,
                "the similarity of {foreground} and {background}"
            );
        }
    }
}
