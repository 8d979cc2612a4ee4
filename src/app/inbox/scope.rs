//! The scope of the inbox: which mails it shows before any filter applies.

use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// The scope of the inbox: all mails, or the mails of one session or one address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MailScope {
    /// The inbox shows the mails of all sessions.
    #[default]
    All,
    /// The inbox shows the mails of the session with this id and all mails to the addresses in the set. The set
    /// contains the addresses of the session, so mails that they received before being restored into the session are
    /// shown too.
    Session(SessionId, HashSet<SafeText>),
    /// The inbox shows the mails that were sent to this address.
    Address(SafeText),
}

impl MailScope {
    /// Returns `true` if the scope contains the mail.
    pub(super) fn contains(&self, mail: &StoredMail) -> bool {
        let envelope = &mail.summary.envelope;
        match self {
            Self::All => true,
            Self::Session(session, addresses) => {
                envelope.session == *session || addresses.contains(&envelope.to)
            }
            Self::Address(address) => envelope.to == *address,
        }
    }
}
