//! Defines the purposes of links: verify an address, sign in, reset a password, and so on.

/// The purpose of a link: the action that a user performs by following it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// The link confirms an address or an account.
    Verify,
    /// The link signs the user in ("magic link").
    SignIn,
    /// The link lets the user set a new password.
    Reset,
    /// The link confirms a new e-mail address of the account.
    ChangeAddress,
    /// The link accepts an invitation, such as to a team or an event.
    Invite,
    /// The link accepts an offer or another proposal, but not an invitation.
    Accept,
    /// The link approves a request, such as a sign-in or access to a file.
    Approve,
    /// The link unlocks a locked account.
    Unlock,
    /// The link lets the user extend a contract or a subscription.
    Renew,
    /// The link lets the user pay a bill.
    Pay,
    /// The link downloads a file.
    Download,
    /// The link lets the user track a parcel or an order.
    Track,
    /// The link gives consent, for example to receiving more mails.
    Consent,
    /// The link deletes an account or personal data.
    Delete,
    /// The link unsubscribes the user from a mailing list or newsletter.
    Unsubscribe,
    /// The user opens the link to decline an offer or a request in the mail.
    Decline,
    /// The user opens the link to report that somebody else performed the action that the mail is about ("not you?").
    Secure,
    /// The link performs another action that the mail requests, such as signing or opening a document.
    Action,
    /// The link has another purpose, or its purpose is unknown.
    Other,
}

impl LinkKind {
    /// All link purposes, in declaration order.
    pub const ALL: [Self; 19] = [
        Self::Verify,
        Self::SignIn,
        Self::Reset,
        Self::ChangeAddress,
        Self::Invite,
        Self::Accept,
        Self::Approve,
        Self::Unlock,
        Self::Renew,
        Self::Pay,
        Self::Download,
        Self::Track,
        Self::Consent,
        Self::Delete,
        Self::Unsubscribe,
        Self::Decline,
        Self::Secure,
        Self::Action,
        Self::Other,
    ];

    /// Returns the label of the purpose, which the user interface and the JSON output show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
            Self::ChangeAddress => "change-address",
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::Approve => "approve",
            Self::Unlock => "unlock",
            Self::Renew => "renew",
            Self::Pay => "pay",
            Self::Download => "download",
            Self::Track => "track",
            Self::Consent => "consent",
            Self::Delete => "delete",
            Self::Unsubscribe => "unsubscribe",
            Self::Decline => "decline",
            Self::Secure => "secure",
            Self::Action => "action",
            Self::Other => "other",
        }
    }

    /// Returns the purpose with this label; `None` if the label is unknown.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == label)
    }

    /// Returns whether the user can open the link to decline an offer or a request in the mail, or to report that
    /// somebody else performed the action that the mail is about ("This wasn't me"). The confidence of such a
    /// link is reduced if the link for the mail's main action has a high confidence.
    pub(crate) fn is_refusal(self) -> bool {
        matches!(self, Self::Decline | Self::Secure)
    }
}

#[cfg(test)]
mod tests {
    use super::LinkKind;

    #[test]
    fn each_kind_is_found_by_its_label() {
        for kind in LinkKind::ALL {
            assert_eq!(LinkKind::from_label(kind.as_str()), Some(kind));
        }
        assert_eq!(LinkKind::from_label("shop"), None);
    }
}
