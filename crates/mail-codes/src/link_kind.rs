//! The kinds of links: verify, sign in, reset a password, and so on.

/// The action that a link performs when the user follows the link.
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
    /// The link accepts an invitation.
    Invite,
    /// The link accepts something else, such as an offer.
    Accept,
    /// The link grants a request, such as a sign-in or access to a file.
    Approve,
    /// The link opens a locked account again.
    Unlock,
    /// The link extends a contract or a subscription.
    Renew,
    /// The link pays a bill.
    Pay,
    /// The link downloads a file.
    Download,
    /// The link follows a parcel or an order.
    Track,
    /// The link agrees to something, such as to get more mail.
    Consent,
    /// The link deletes an account or data.
    Delete,
    /// The link ends a subscription to mails.
    Unsubscribe,
    /// The link refuses an offer or a request of the mail.
    Decline,
    /// The link is for a user who did not request the action ("not you?").
    Secure,
    /// The link performs another action that the mail asks for: open, sign, start.
    Action,
    /// The link does something else, or its purpose is unknown.
    Other,
}

impl LinkKind {
    /// All kinds, in the order of their declaration.
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

    /// Returns the label of the purpose for the screen and for JSON.
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

    /// Returns the kind with this label; `None` for an unknown label.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == label)
    }

    /// Returns whether the link refuses or undoes the action that the mail is about. Such a link is claimed
    /// only if the mail has no other action.
    pub(crate) fn is_against(self) -> bool {
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
