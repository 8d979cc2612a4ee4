//! Effects that pass something out of the program: files of the user, the clipboard and other programs.

use crate::app::jobs::JobId;
use crate::app::reader::LoadedMail;
use crate::domain::ids::MailId;
use crate::domain::mail::Summary;
use mail_reader::richtext::View;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// The kind of text to copy, which decides the message after copying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopySource {
    /// The text is a code; the message after copying names the sender of its mail.
    Code(CopiedMail),
    /// The text is a link; the message after copying names the sender of its mail.
    Link(CopiedMail),
    /// The text is an address of the user.
    Address,
}

/// The mail that a copied code or link comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopiedMail {
    /// The sender as the inbox shows it.
    pub sender: SafeText,
    /// The mail in the archive. For an attached mail, that is the outer mail.
    pub id: MailId,
    /// The address that the mail came to.
    pub to: SafeText,
}

impl CopiedMail {
    /// Takes the mail of a summary.
    pub fn new(summary: &Summary) -> Self {
        let envelope = &summary.envelope;
        Self { sender: summary.sender.clone(), id: envelope.id.clone(), to: envelope.to.clone() }
    }
}

/// A program of the user that takes over the terminal while it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalProgram {
    /// The user's editor, named by `$VISUAL` or `$EDITOR`.
    Editor,
    /// The user's pager, named by `$PAGER`.
    Pager,
}

/// Saving mails or attachments as files of the user. Answer to each: `Saved`.
#[derive(Clone, PartialEq, Debug)]
pub enum SaveEffect {
    /// Save stored mails as .eml files.
    Mails(Vec<MailId>),
    /// Save attachments of a stored mail: the parts with these indexes, or all attachments if `None`.
    Attachments(MailId, Option<Vec<usize>>),
    /// Save an attached mail as an .eml file.
    AttachedMail(Arc<LoadedMail>),
    /// Save attachments of an attached mail: the parts with these indexes, or all attachments if `None`.
    PartsOfAttached(Arc<LoadedMail>, Option<Vec<usize>>),
}

/// Passing text or a mail to the clipboard or to another program.
#[derive(Clone, PartialEq, Debug)]
pub enum ExternalEffect {
    /// Copy text to the clipboard. Answer: `Copied`.
    Copy {
        /// The kind of the copied text, which decides the message after copying.
        what: CopySource,
        /// The text to put on the clipboard.
        text: SafeText,
    },
    /// Open a link in the browser. Answer: `LinkOpened`.
    OpenLink(SafeText),
    /// Pass a mail, or one part of it, to a shell command. Answer: `Piped`.
    Pipe {
        /// The mail that the shell command receives.
        opened: Arc<LoadedMail>,
        /// Index of the MIME part that the shell command receives; `None` passes the whole mail.
        part: Option<usize>,
        /// The shell command as the user typed it.
        command: String,
    },
    /// Stop the shell command that receives a mail, and all processes that the command started. Answer:
    /// `Shown`.
    StopPipe,
    /// Stop the job with this number. Answer: `Shown`.
    StopJob(JobId),
    /// Show a view of a mail in the user's editor or pager. Answer: `Shown`.
    OpenInProgram(ExternalProgram, Arc<LoadedMail>, View),
    /// Show the sanitised HTML of a mail in the browser. Answer: `Browsed`.
    OpenInBrowser(Arc<LoadedMail>),
    /// Stop creating the page of a mail for the browser. Answer: `Shown`.
    StopBrowse,
    /// Save one part of a mail, given by its index, and open the file in the desktop's default program.
    /// Answer: `Shown`.
    OpenPart(Arc<LoadedMail>, usize),
}
