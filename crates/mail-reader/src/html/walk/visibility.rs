//! Determines whether text is visible, based on the inherited colours, opacity and hiding properties of an element.

use crate::html::css::{Background, BackgroundImage, CssColor, Declared, Rgba};
use crate::html::tree::Element;
use html5ever::{LocalName, local_name};

/// Minimum difference between the strongest and the weakest channel (0 to 255) of a background that counts as coloured.
/// Any other background counts as white, grey or black.
const MIN_COLOURFUL_DIFFERENCE: u8 = 64;

/// The inherited properties that determine whether the text of an element is visible.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each property is inherited separately")]
pub(in crate::html) struct Visibility {
    pub(super) invisible: bool,
    pub(super) indented_away: bool,
    /// Product of the opacities of the element and its ancestors, from 0 to 1.
    pub(super) opacity: f32,
    ink: Option<Rgba>,
    /// The text colour of links, which the `body` element may declare.
    link_ink: Rgba,
    /// The background colour; `None` if it is unknown, for example because of an image or a gradient.
    ground: Option<Rgba>,
    /// Whether a shadow, an outline or a background painted inside the letters makes the text visible regardless of its
    /// colour.
    shown_otherwise: bool,
    /// Whether the element is inside a hidden element, which is possible only if the list of blocks includes hidden
    /// text.
    pub(in crate::html) hidden: bool,
}

impl Default for Visibility {
    fn default() -> Self {
        Self {
            invisible: false,
            indented_away: false,
            opacity: 1.0,
            ink: Some(Rgba::BLACK),
            link_ink: Rgba::LINK,
            ground: Some(Rgba::WHITE),
            shown_otherwise: false,
            hidden: false,
        }
    }
}

impl Visibility {
    pub(super) fn hides_ink(&self) -> bool {
        let Some(ink) = self.ink.filter(|_| !self.shown_otherwise) else { return false };
        ink.is_unseen() || self.ground.is_some_and(|ground| ink.is_like(ground))
    }

    /// Returns whether the background of the element is coloured (not white, grey or black) and differs from the
    /// background around the element.
    pub(super) fn is_painted_over(&self, around: &Self) -> bool {
        let colourful = |Rgba([red, green, blue, _]): Rgba| {
            red.max(green).max(blue) - red.min(green).min(blue) >= MIN_COLOURFUL_DIFFERENCE
        };
        self.ground != around.ground && self.ground.is_some_and(colourful)
    }

    /// Marks the text and background colours as unknown, so that no text is hidden because of its colour.
    pub(in crate::html) fn forget_colors(&mut self) {
        (self.ink, self.ground) = (None, None);
    }

    fn ground(&mut self, ground: Background) {
        match ground {
            Background::CssColor(CssColor::Known(rgba)) => {
                let Rgba([.., alpha]) = rgba;
                // On an unknown background, the result is known only for an opaque colour.
                self.ground = match self.ground {
                    Some(behind) => Some(rgba.over(behind)),
                    None => (alpha == u8::MAX).then_some(rgba),
                };
            }
            Background::CssColor(CssColor::Unknown) => self.ground = None,
            Background::CssColor(CssColor::Inherited) | Background::Transparent => {}
        }
    }

    fn ink(&mut self, color: CssColor) {
        match color {
            CssColor::Known(rgba) => self.ink = Some(rgba),
            CssColor::Unknown => self.ink = None,
            CssColor::Inherited => {}
        }
    }

    /// Applies the default colours of browsers, and then the colours in the HTML attributes of an element.
    pub(super) fn of_element(&mut self, element: Element<'_>) {
        match *element.tag {
            local_name!("a") if element.get(&local_name!("href")).is_some() => self.ink = Some(self.link_ink),
            local_name!("mark") => {
                (self.ink, self.ground) = (Some(Rgba::BLACK), Some(Rgba([255, 255, 0, 255])));
            }
            local_name!("button")
            | local_name!("input")
            | local_name!("select")
            | local_name!("textarea") => {
                (self.ink, self.ground) = (Some(Rgba::BLACK), Some(Rgba([239, 239, 239, 255])));
            }
            _ => {}
        }
        if !element.has_attributes() {
            return;
        }
        let color = |name: &LocalName| element.get(name).and_then(CssColor::of_attribute);
        if let Some(ground) = color(&local_name!("bgcolor")) {
            self.ground(Background::CssColor(ground));
        }
        if element.get(&local_name!("background")).is_some_and(|address| !address.trim().is_empty()) {
            self.ground = None;
        }
        match *element.tag {
            local_name!("font") => {
                if let Some(ink) = color(&local_name!("color")) {
                    self.ink(ink);
                }
            }
            local_name!("body") => {
                if let Some(ink) = color(&local_name!("text")) {
                    self.ink(ink);
                }
                if let Some(CssColor::Known(rgba)) = color(&local_name!("link")) {
                    self.link_ink = rgba;
                }
            }
            _ => {}
        }
    }

    pub(super) fn declared(&mut self, declared: &Declared) {
        // A background inside the letters makes them visible in any text colour.
        self.shown_otherwise = match declared.filled_by_ground {
            Some(true) => true,
            _ => declared.shadowed.unwrap_or(self.shown_otherwise),
        };
        if let Some(ground) = declared.ground {
            self.ground(ground);
        }
        match declared.pictured {
            // Mail programs do not fetch remote images unless the user requests it, so a background colour
            // remains visible.
            Some(BackgroundImage::Fetched) if matches!(declared.ground, Some(Background::CssColor(_))) => {}
            Some(BackgroundImage::Fetched | BackgroundImage::Painted) => self.ground = None,
            Some(BackgroundImage::None) | None => {}
        }
        if let Some(color) = declared.color {
            self.ink(color);
        }
        self.invisible = declared.invisible.unwrap_or(self.invisible);
        self.indented_away = declared.indents_away().unwrap_or(self.indented_away);
        self.opacity *= declared.opacity.unwrap_or(1.0).clamp(0.0, 1.0);
    }
}
