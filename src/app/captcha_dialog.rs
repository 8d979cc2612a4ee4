//! The captcha dialog: the picture and the answer that the user types.

use super::input::TextInput;
use mail_reader::sanitize::SafeText;
use std::fmt;
use std::sync::Arc;

/// The decoded picture of a captcha, as the dialog draws it.
#[derive(Clone, PartialEq, Eq)]
pub struct CaptchaImage {
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// The pixels row by row, as red, green, blue and opacity (one byte each).
    pub rgba: Vec<u8>,
}

impl fmt::Debug for CaptchaImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaptchaImage({} x {})", self.width, self.height)
    }
}

/// Loading state of the captcha picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture {
    /// The picture is being loaded.
    Loading,
    /// The picture is loaded.
    Here(Arc<CaptchaImage>),
    /// The picture could not be loaded, with the reason.
    Failed(SafeText),
}

/// State of the captcha dialog: the picture, and the answer that the user types.
#[derive(Clone, PartialEq, Debug)]
pub struct Captcha {
    /// The input field into which the user types the answer to the captcha.
    pub input: TextInput,
    /// The captcha picture, or its loading state.
    pub picture: Picture,
    /// Ordinal of the drawing. The service draws the same captcha differently for each ordinal, so a higher
    /// one requests a new picture.
    pub drawing: u32,
    /// Whether an answer is being sent to the service.
    pub sending: bool,
    /// Text in the dialog about the last answer, for example that the answer was wrong.
    pub told: Option<SafeText>,
}

impl Captcha {
    /// Creates an empty captcha dialog whose picture is being loaded.
    pub fn new() -> Self {
        Self {
            input: TextInput::default(),
            picture: Picture::Loading,
            drawing: 0,
            sending: false,
            told: None,
        }
    }
}

impl Default for Captcha {
    fn default() -> Self {
        Self::new()
    }
}
