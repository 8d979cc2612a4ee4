//! State of the captcha dialog: the captcha image and the answer that the user types.

use super::input::TextInput;
use mail_reader::sanitize::SafeText;
use std::fmt;
use std::sync::Arc;

/// The decoded captcha image, ready to be drawn in the dialog.
#[derive(Clone, PartialEq, Eq)]
pub struct CaptchaImage {
    /// Width of the captcha image in pixels.
    pub width: u32,
    /// Height of the captcha image in pixels.
    pub height: u32,
    /// The pixels of the captcha image, row by row. Each pixel has four bytes: red, green, blue and alpha.
    pub rgba: Vec<u8>,
}

impl fmt::Debug for CaptchaImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaptchaImage({} x {})", self.width, self.height)
    }
}

/// Loading state of the captcha image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaptchaImageState {
    /// The captcha image is being loaded.
    Loading,
    /// The captcha image is loaded.
    Loaded(Arc<CaptchaImage>),
    /// The captcha image could not be loaded; the value contains the reason.
    Failed(SafeText),
}

/// State of the captcha dialog: the captcha image and the answer that the user types.
#[derive(Clone, PartialEq, Debug)]
pub struct Captcha {
    /// The input field into which the user types the answer to the captcha.
    pub input: TextInput,
    /// Loading state of the captcha image; contains the image once it is loaded.
    pub image: CaptchaImageState,
    /// Number of the captcha image variant to request. The service draws the same captcha differently for each number.
    /// To request a new image, the program increments the number.
    pub variant: u32,
    /// `true` while the program is sending the user's answer to the service.
    pub sending: bool,
    /// Message in the captcha dialog about the user's previous answer, for example that it was wrong; `None` if there
    /// is no message.
    pub message: Option<SafeText>,
}

impl Captcha {
    /// Creates the state of an empty captcha dialog whose image is being loaded.
    pub fn new() -> Self {
        Self {
            input: TextInput::default(),
            image: CaptchaImageState::Loading,
            variant: 0,
            sending: false,
            message: None,
        }
    }
}

impl Default for Captcha {
    fn default() -> Self {
        Self::new()
    }
}
