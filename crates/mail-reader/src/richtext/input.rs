//! The input of a layout: a parsed mail, its URLs with their numbers, and its code.

use crate::mail::Mail;
use crate::sanitize::SafeText;
use std::sync::Arc;

/// A mail to lay out, with the links that get numbers and the code that must stay visible.
#[derive(Clone, Debug)]
pub struct LayoutInput<'a> {
    /// The parsed mail.
    pub mail: &'a Mail,
    /// The URLs of the links that get a number in the text: the index of the link here, from 1.
    pub links: Arc<[SafeText]>,
    /// The code of the mail; a quoted mail that alone contains the code is not folded.
    pub code: Option<SafeText>,
}

impl<'a> From<&'a Mail> for LayoutInput<'a> {
    /// Lays the mail out without numbers after the links.
    fn from(mail: &'a Mail) -> Self {
        Self { mail, links: Arc::default(), code: None }
    }
}
