//! The content of the message pane.

mod images;
mod loaded_mail;
mod open_mail;
mod rendered_view;
mod search;

pub use images::{ImageSize, ImageState};
pub use loaded_mail::{AttachedMail, LoadedMail};
pub use open_mail::OpenMail;
pub use rendered_view::{PendingRender, RenderedView};
pub use search::{Search, SearchTerm};

use super::connection::Generation;
use dropmail_client::domain::ids::MailId;
use std::sync::Arc;

/// The content of the message pane: nothing, a mail that is being loaded, or an open mail.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum MessagePane {
    /// The message pane is empty.
    #[default]
    Empty,
    /// The message pane is waiting for a mail that is being loaded from the archive.
    Loading {
        /// Id of the mail that is being loaded.
        id: MailId,
        /// Generation number of the request that loads the mail; the core ignores a result with a different generation
        /// number.
        generation: Generation,
    },
    /// The message pane shows an open mail.
    Open(Box<OpenMail>),
}

impl MessagePane {
    /// Returns the id of the mail in the message pane; for an attached mail, the id of its outermost mail.
    /// Returns `None` if the pane is empty.
    pub fn id(&self) -> Option<&MailId> {
        match self {
            Self::Empty => None,
            Self::Loading { id, .. } => Some(id),
            Self::Open(open) => Some(&open.opened.outermost().envelope.id),
        }
    }

    /// Returns the open mail if it is an attached mail; `None` if it is not attached or no mail is open.
    pub fn attached(&self) -> Option<&Arc<LoadedMail>> {
        self.open_mail().map(|open| &open.opened).filter(|opened| opened.nested.is_some())
    }

    /// Returns the state of the open mail; `None` if no mail is open.
    pub fn open_mail(&self) -> Option<&OpenMail> {
        match self {
            Self::Open(open) => Some(open),
            Self::Empty | Self::Loading { .. } => None,
        }
    }

    /// Returns a mutable reference to the state of the open mail; `None` if no mail is open.
    pub fn open_mail_mut(&mut self) -> Option<&mut OpenMail> {
        match self {
            Self::Open(open) => Some(open),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
