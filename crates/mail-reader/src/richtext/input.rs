//! Defines the input of a layout: a parsed mail, the links to number, and the code that must remain visible.

use crate::mail::Mail;
use crate::sanitize::SafeText;
use std::sync::Arc;

/// The input of a layout: a mail, the links to number, and the code that must remain visible.
#[derive(Clone, Debug)]
pub struct LayoutInput<'a> {
    /// The parsed mail.
    pub mail: &'a Mail,
    /// The URLs of the links that are numbered in the text. The number of a link is its index in this list plus 1.
    pub links: Arc<[SafeText]>,
    /// The code in the mail, such as a one-time password; `None` if the mail has no code. If the code occurs only in
    /// quoted mails, these are not collapsed.
    pub code: Option<SafeText>,
}

impl<'a> From<&'a Mail> for LayoutInput<'a> {
    /// Creates the input for a layout without link numbers.
    fn from(mail: &'a Mail) -> Self {
        Self { mail, links: Arc::default(), code: None }
    }
}
