//! The actions on a mail that require the mail to be loaded.

use super::effect::ExternalProgram;
use dropmail_client::domain::ids::MailId;

/// An action on a mail that runs as soon as the mail is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingAction {
    /// Id of the mail on which the action acts.
    pub id: MailId,
    /// The action to perform on the mail.
    pub action: MailAction,
}

/// The use that a command makes of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkUse {
    /// The command copies the link.
    Copy,
    /// The command opens the link in the browser after the user has confirmed this.
    Open,
}

/// Actions on a mail that require the mail to be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MailAction {
    /// Show the list of the mail's codes, from which the user chooses one.
    Codes,
    /// Show the list of the mail's links, from which the user chooses one. The value is the use that the
    /// command makes of the link.
    Links(LinkUse),
    /// Copy the best code or, if no code is claimed, list the candidates. Used if the mail must be loaded to find out
    /// whether it has candidates.
    CopyBestCode,
    /// Copy or open the best link or, if no link is claimed, list the candidates. Used if the mail must be loaded to
    /// find out whether it has candidates.
    UseBestLink(LinkUse),
    /// Show the list of the mail's attachments, which the user can view, save or open.
    Attachments,
    /// Save the attachment that is the MIME part with this index.
    SavePart(usize),
    /// Show the mail in the user's editor or pager.
    OpenInProgram(ExternalProgram),
    /// Show the HTML of the mail in the browser.
    Browse,
    /// Pipe the mail to this shell command.
    Pipe(String),
    /// Copy the code at this index, counted from 0, in the mail's list of codes.
    CopyCode(usize),
    /// Copy the link at this index, counted from 0, in the mail's list of links.
    CopyLink(usize),
}
