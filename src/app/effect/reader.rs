//! Effects that read a mail and lay it out for the message pane.

use crate::app::connection::Generation;
use crate::app::message_header::Keys;
use crate::app::reader::{LoadedMail, PictureSize};
use crate::domain::ids::MailId;
use mail_reader::richtext::{CellSize, Quotes, View};
use std::sync::Arc;

/// Reading and laying out a mail for the message pane.
#[derive(Clone, PartialEq, Debug)]
pub enum ReaderEffect {
    /// Read a mail from the archive. Answer: `MailLoaded`.
    Load {
        /// Id of the mail to read from the archive.
        id: MailId,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Parse the whole of a large mail whose beginning is on the screen, and lay it out. Answer:
    /// `FullLoaded`.
    LoadFull {
        /// The mail as loaded so far, of which only the beginning is parsed.
        opened: Arc<LoadedMail>,
        /// The view of the message pane whose lines are computed.
        view: View,
        /// Width of the message pane in columns; the lines are wrapped to this width.
        width: u16,
        /// How the layout shows quoted mails: as plain text, in full below a title line, or folded.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of pictures in cells.
        cell: CellSize,
        /// Key names that the header lines of the message show next to code, link and attachments.
        keys: Keys,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Parse a mail that is attached to another mail. Answer: `AttachedOpened`.
    OpenAttached {
        /// The outer mail, which contains the attached mail.
        opened: Arc<LoadedMail>,
        /// Index of the MIME part that contains the attached mail.
        part: usize,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Lay out a mail in one view of the message pane. Answer: `Rendered`.
    Render {
        /// The mail whose lines are computed.
        opened: Arc<LoadedMail>,
        /// The view of the message pane whose lines are computed.
        view: View,
        /// Width of the message pane in columns; the lines are wrapped to this width.
        width: u16,
        /// How the layout shows quoted mails: as plain text, in full below a title line, or folded.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of pictures in cells.
        cell: CellSize,
        /// Count of lines after which the layout may stop, because the screen shows no more for now; `None`
        /// lays out all lines.
        enough: Option<usize>,
        /// Key names that the header lines of the message show next to code, link and attachments.
        keys: Keys,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Decode a picture that is a part of a mail. Answer: `PictureDecoded`.
    DecodePicture(Arc<LoadedMail>, PictureSize),
}
