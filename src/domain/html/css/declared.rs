//! What declarations say of how text is seen.

use std::borrow::Cow;

/// Size of running text in CSS pixels, where nothing states another.
pub(crate) const BASE_SIZE: u16 = 16;

/// What a set of declarations says; `None` where it says nothing.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a declaration of its own")]
pub(crate) struct Declared {
    pub(crate) display_none: bool,
    pub(crate) shown: bool,
    pub(crate) invisible: Option<bool>,
    pub(crate) collapsed: bool,
    pub(crate) size: Option<Size>,
    pub(crate) strong: Option<bool>,
    pub(crate) emphasis: Option<bool>,
    pub(crate) mono: Option<bool>,
    pub(crate) spaced: Option<bool>,
    pub(crate) pre: Option<bool>,
    pub(crate) boxed: bool,
    /// Whether it keeps room around its words.
    pub(crate) padded: bool,
    pub(crate) block: bool,
}

/// A font size.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Size {
    Pixels(f32),
    Times(f32),
}

impl Declared {
    /// Reads `name: value; name: value`.
    pub(crate) fn parse(style: &str) -> Self {
        let mut all = Self::default();
        let (mut height_zero, mut clipped, mut padded) = (false, false, false);
        for declaration in style.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let (name, value) = (lower(name.trim()), lower(value.trim()));
            match name.as_ref() {
                "max-height" | "height" | "max-width" => {
                    height_zero |= name != "max-width" && is_zero(&value);
                }
                "overflow" | "overflow-y" => clipped |= value.starts_with("hidden"),
                "padding" => padded |= !is_zero(&value),
                _ => all.declaration(&name, &value),
            }
        }
        all.collapsed = height_zero && clipped;
        all.boxed |= padded && all.block;
        all.padded = padded;
        all
    }

    fn declaration(&mut self, name: &str, value: &str) {
        match name {
            "display" => {
                self.display_none = value.starts_with("none");
                self.shown = !self.display_none;
                self.block |= value.contains("block");
            }
            "visibility" => {
                self.invisible = Some(value.starts_with("hidden") || value.starts_with("collapse"));
            }
            "opacity" => self.collapsed |= value.parse::<f32>().is_ok_and(|share| share < 0.05),
            "font-size" => self.size = size(value),
            "font-weight" => self.strong = Some(is_bold(value)),
            "font-style" => self.emphasis = Some(value.starts_with("italic") || value.starts_with("oblique")),
            "font-family" => self.mono = Some(is_mono(value)),
            "font" => self.font(value),
            "letter-spacing" => {
                self.spaced = Some(size(value).is_some_and(|size| {
                    matches!(size, Size::Pixels(px) if px >= 1.0)
                        || matches!(size, Size::Times(em) if em >= 0.05)
                }));
            }
            "white-space" => self.pre = Some(value.starts_with("pre")),
            "background" | "background-color" => {
                self.boxed |= !matches!(
                    value,
                    "none" | "transparent" | "inherit" | "initial" | "#fff" | "#ffffff" | "white"
                );
            }
            "border" | "border-radius" => self.boxed |= !is_zero(value) && !value.starts_with("none"),
            _ => {}
        }
    }

    /// `font: 700 28px/1.4 monospace`.
    fn font(&mut self, value: &str) {
        for word in value.split_ascii_whitespace() {
            let word = word.split('/').next().unwrap_or_default();
            if word.ends_with("px") || word.ends_with("pt") || word.ends_with("em") || word.ends_with('%') {
                self.size = size(word);
            } else if is_bold(word) {
                self.strong = Some(true);
            }
        }
        self.mono = Some(is_mono(value));
    }

    /// Lays further declarations over these.
    pub(crate) fn add(&mut self, other: &Self) {
        if other.display_none || other.shown {
            (self.display_none, self.shown) = (other.display_none, other.shown);
        }
        self.collapsed |= other.collapsed;
        self.boxed |= other.boxed;
        self.block |= other.block;
        self.padded |= other.padded;
        self.invisible = other.invisible.or(self.invisible);
        self.size = other.size.or(self.size);
        self.strong = other.strong.or(self.strong);
        self.emphasis = other.emphasis.or(self.emphasis);
        self.mono = other.mono.or(self.mono);
        self.spaced = other.spaced.or(self.spaced);
        self.pre = other.pre.or(self.pre);
    }
}

impl Size {
    /// In pixels, inside text of a size.
    pub(crate) fn pixels(self, around: u16) -> u16 {
        let exact = match self {
            Self::Pixels(px) => px,
            Self::Times(factor) => factor * f32::from(if around == 0 { BASE_SIZE } else { around }),
        };
        // Above any size in use, and no further.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
        let whole = exact.round().clamp(0.0, 1000.0) as u16;
        whole
    }
}

fn size(value: &str) -> Option<Size> {
    let value = value.trim_end_matches("!important").trim();
    let end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-')).unwrap_or(value.len());
    let (number, unit) = value.split_at(end);
    let number: f32 = number.parse().ok()?;
    match unit.trim() {
        "px" | "" => Some(Size::Pixels(number)),
        "pt" => Some(Size::Pixels(number * 4.0 / 3.0)),
        "em" => Some(Size::Times(number)),
        "rem" => Some(Size::Pixels(number * f32::from(BASE_SIZE))),
        "%" => Some(Size::Times(number / 100.0)),
        _ => None,
    }
}

fn is_zero(value: &str) -> bool {
    let value = value.trim_end_matches("!important").trim();
    value
        .trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%')
        .parse::<f32>()
        .is_ok_and(|n| n == 0.0)
}

fn is_bold(value: &str) -> bool {
    value.starts_with("bold")
        || value
            .trim_end_matches("!important")
            .trim()
            .parse::<u16>()
            .is_ok_and(|weight| (600..=1000).contains(&weight))
}

fn is_mono(value: &str) -> bool {
    ["mono", "courier", "consolas", "menlo"].iter().any(|name| value.contains(name))
}

/// In lower case; copied only where it is not.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}
