//! Effects that load a mail and lay it out for the message pane.

use crate::app::connection::Generation;
use crate::app::message_header::Keys;
use crate::app::message_pane::{ImageSize, LoadedMail};
use dropmail_client::domain::ids::MailId;
use mail_reader::richtext::{CellSize, Quotes, View};
use std::sync::Arc;

/// Effects that load a mail, or lay it out for the message pane.
#[derive(Clone, PartialEq, Debug)]
pub enum MessagePaneEffect {
    /// Load a mail from the archive. The result arrives as `Msg::MailLoaded`.
    Load {
        /// Id of the mail to load from the archive.
        id: MailId,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// Parse and lay out a large mail completely. The screen shows only the beginning of the mail until the result
    /// arrives as `Msg::FullLoaded`.
    LoadFull {
        /// The loaded mail, of which only the beginning is parsed.
        opened: Arc<LoadedMail>,
        /// The view of the message pane for which the mail is laid out.
        view: View,
        /// Width of the message pane in columns, at which lines are wrapped.
        width: u16,
        /// How the layout shows quoted mails: as plain text, expanded below a title line, or collapsed.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of images in cells.
        cell: CellSize,
        /// Key names for the hints next to the code, the link and the attachments in the message header.
        keys: Keys,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// Parse a mail that is attached to another mail. The result arrives as `Msg::AttachedOpened`.
    OpenAttached {
        /// The outer mail, which contains the attached mail.
        opened: Arc<LoadedMail>,
        /// Index, in the outer mail, of the MIME part that contains the attached mail.
        part: usize,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// Lay out a mail in one view of the message pane. The result arrives as `Msg::Rendered`.
    Render {
        /// The mail to lay out.
        opened: Arc<LoadedMail>,
        /// The view of the message pane for which the mail is laid out.
        view: View,
        /// Width of the message pane in columns, at which lines are wrapped.
        width: u16,
        /// How the layout shows quoted mails: as plain text, expanded below a title line, or collapsed.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of images in cells.
        cell: CellSize,
        /// Number of lines after which the layout may stop, because the screen does not need further lines yet; `None`
        /// lays out all lines.
        enough: Option<usize>,
        /// Key names for the hints next to the code, the link and the attachments in the message header.
        keys: Keys,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// Decode an image that is a MIME part of a mail, for display at the given size. The result arrives as
    /// `Msg::ImageDecoded`.
    DecodeImage(Arc<LoadedMail>, ImageSize),
}
