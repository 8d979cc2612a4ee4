//! The captcha dialog: the picture as pixels, the answer as it is typed.

use super::input::TextInput;
use crate::domain::sanitize::SafeText;
use std::fmt;
use std::sync::Arc;

/// A picture, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct CaptchaImage {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl fmt::Debug for CaptchaImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drawing({} x {})", self.width, self.height)
    }
}

/// How far the picture is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture {
    /// It was asked for.
    Loading,
    /// It is here.
    Here(Arc<CaptchaImage>),
    /// It did not come; why.
    Failed(SafeText),
}

/// The dialog.
#[derive(Clone, PartialEq, Debug)]
pub struct Captcha {
    /// The answer as it is typed.
    pub input: TextInput,
    /// The picture.
    pub picture: Picture,
    /// Which drawing of it.
    pub drawing: u32,
    /// Whether an answer is on its way.
    pub sending: bool,
    /// What became of the last answer.
    pub told: Option<SafeText>,
}

impl Captcha {
    /// A dialog whose picture is asked for.
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
