//! Effects that pass data out of the program: to files for the user, to the clipboard and to external programs.

use crate::app::jobs::JobId;
use crate::app::message_pane::LoadedMail;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use mail_reader::richtext::View;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// The kind of copied text: a code, a link or an address. The kind determines which notice the program shows after
/// copying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopySource {
    /// The text is a code from this mail. The notice names the sender of the mail.
    Code(CopiedMail),
    /// The text is a link from this mail. The notice names the sender of the mail.
    Link(CopiedMail),
    /// The text is one of the user's addresses.
    Address,
}

/// The mail from which a code or a link was copied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopiedMail {
    /// The sender of the mail, as shown in the inbox.
    pub sender: SafeText,
    /// Id of the mail in the archive; for an attached mail, the id of the outermost mail that contains it.
    pub id: MailId,
    /// The address to which the mail was sent.
    pub to: SafeText,
    /// `true` if the text comes from the newest mail with a code or link, because the selected mail contains none.
    /// `false` if the text comes from the selected mail.
    pub is_substitute: bool,
}

impl CopiedMail {
    /// Creates the description of the mail from which text is copied. `summary` is the inbox summary of that mail.
    pub fn new(summary: &Summary) -> Self {
        let envelope = &summary.envelope;
        Self {
            sender: summary.sender.clone(),
            id: envelope.id.clone(),
            to: envelope.to.clone(),
            is_substitute: false,
        }
    }
}

/// An external program that takes over the terminal while it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalProgram {
    /// The user's editor, as set in the `$VISUAL` or `$EDITOR` environment variable.
    Editor,
    /// The user's pager, as set in the `$PAGER` environment variable.
    Pager,
}

/// Effects that save mails or attachments as files for the user. The result of each of these effects arrives as
/// `Msg::Saved`.
#[derive(Clone, PartialEq, Debug)]
pub enum SaveEffect {
    /// Save stored mails as `.eml` files.
    Mails(Vec<MailId>),
    /// Save attachments of a stored mail: the MIME parts with these indices, or all attachments if `None`.
    Attachments(MailId, Option<Vec<usize>>),
    /// Save an attached mail as an `.eml` file.
    AttachedMail(Arc<LoadedMail>),
    /// Save attachments of an attached mail: the MIME parts with these indices, or all attachments if `None`.
    PartsOfAttached(Arc<LoadedMail>, Option<Vec<usize>>),
}

/// Effects that pass text or a mail to the clipboard or to an external program.
#[derive(Clone, PartialEq, Debug)]
pub enum ExternalEffect {
    /// Copy text to the clipboard. The result arrives as `Msg::Copied`.
    Copy {
        /// The kind of text; determines which notice the program shows after copying.
        source: CopySource,
        /// The text to copy to the clipboard.
        text: SafeText,
    },
    /// Open a link in the browser. The result arrives as `Msg::LinkOpened`.
    OpenLink(SafeText),
    /// Pipe a mail, or one MIME part of it, to a shell command. The result arrives as `Msg::Piped`.
    Pipe {
        /// The mail to pipe to the shell command.
        opened: Arc<LoadedMail>,
        /// Index of the MIME part to pipe to the shell command; `None` pipes the whole mail.
        part: Option<usize>,
        /// The shell command as the user typed it.
        command: String,
    },
    /// Stop the shell command to which a mail is being piped, including its child processes. `Msg::Shown` reports that
    /// the request to stop was sent; the output arrives as `Msg::Piped`.
    StopPipe,
    /// Stop the job with this number. `Msg::Shown` reports that the request to stop was sent, not that the job has
    /// ended.
    StopJob(JobId),
    /// Show one view of a mail in the user's editor or pager. The result arrives as `Msg::Shown`.
    OpenInProgram(ExternalProgram, Arc<LoadedMail>, View),
    /// Show the sanitised HTML of a mail in the browser. The result arrives as `Msg::Browsed`.
    OpenInBrowser(Arc<LoadedMail>),
    /// Stop creating the HTML page that shows a mail in the browser. `Msg::Shown` reports that the request to stop was
    /// sent; the result arrives as `Msg::Browsed`.
    StopBrowse,
    /// Save the MIME part with this index as a file, and open the file in the default program of the desktop. The
    /// result arrives as `Msg::Shown`.
    OpenPart(Arc<LoadedMail>, usize),
}
