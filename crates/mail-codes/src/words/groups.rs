//! Groups the topics of keywords. The models that score codes and links distinguish only these groups, not the topics.

// This file exceeds 300 lines because it maps every topic of two keyword lists to a group.

use super::Topic;

/// A group of code-related keywords. These keywords are listed in `codes.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CodeWord {
    Code,
    SomeCode,
    Password,
    Type,
    Purpose,
    Validity,
    Secret,
    Ignore,
    Used,
    Paid,
    Example,
    Offer,
    Once,
    Figure,
    /// Keywords that indicate an entry or pick-up code, for example for a door, a parcel locker or a courier.
    Entry,
    Voucher,
    /// Keywords for orders, invoices, bookings, parcels and amounts.
    Trade,
    /// Keywords for customers, accounts, cards, phones, addresses and taxes.
    Person,
    /// Keywords for tickets, errors and versions.
    Technical,
    Other,
}

impl CodeWord {
    /// All groups of code-related keywords, in declaration order.
    pub(crate) const ALL: [Self; 20] = [
        Self::Code,
        Self::SomeCode,
        Self::Password,
        Self::Type,
        Self::Purpose,
        Self::Validity,
        Self::Secret,
        Self::Ignore,
        Self::Used,
        Self::Paid,
        Self::Example,
        Self::Offer,
        Self::Once,
        Self::Figure,
        Self::Entry,
        Self::Voucher,
        Self::Trade,
        Self::Person,
        Self::Technical,
        Self::Other,
    ];

    /// Returns the name of this group of code-related keywords, such as `some code`. The feature names of the scoring
    /// models contain this name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::SomeCode => "some code",
            Self::Password => "password",
            Self::Type => "type",
            Self::Purpose => "purpose",
            Self::Validity => "validity",
            Self::Secret => "secret",
            Self::Ignore => "ignore",
            Self::Used => "used",
            Self::Paid => "paid",
            Self::Example => "example",
            Self::Offer => "offer",
            Self::Once => "once",
            Self::Figure => "figure",
            Self::Entry => "entry",
            Self::Voucher => "voucher",
            Self::Trade => "trade",
            Self::Person => "person",
            Self::Technical => "technical",
            Self::Other => "other",
        }
    }

    /// Returns the rank of the group's keywords: 0 for keywords that name a code, and higher values for keywords that
    /// are less likely to name a code. Returns `None` if the keywords of the group do not name a number.
    pub(crate) fn rank(self) -> Option<i16> {
        match self {
            Self::Code => Some(0),
            Self::SomeCode => Some(1),
            Self::Figure => Some(2),
            Self::Password => Some(3),
            Self::Offer => Some(5),
            Self::Other => Some(6),
            Self::Person => Some(7),
            Self::Technical => Some(8),
            Self::Trade => Some(9),
            Self::Voucher => Some(10),
            Self::Type
            | Self::Purpose
            | Self::Validity
            | Self::Secret
            | Self::Ignore
            | Self::Used
            | Self::Paid
            | Self::Example
            | Self::Once
            | Self::Entry => None,
        }
    }
}

/// A group of link-related keywords. These keywords are listed in `links.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LinkWord {
    Verify,
    SignIn,
    Reset,
    Change,
    Invite,
    /// Keywords for approving, unlocking, renewing, consenting and deleting.
    Decide,
    Pay,
    Download,
    Act,
    View,
    Unsubscribe,
    /// Keywords for mails that the user did not request, and for declining a request.
    Deny,
    /// Keywords for help, terms, preferences, further reading and shopping.
    Side,
    /// Names of social networks and app stores.
    SocialOrStore,
}

impl LinkWord {
    /// All groups of link-related keywords, in declaration order.
    pub(crate) const ALL: [Self; 14] = [
        Self::Verify,
        Self::SignIn,
        Self::Reset,
        Self::Change,
        Self::Invite,
        Self::Decide,
        Self::Pay,
        Self::Download,
        Self::Act,
        Self::View,
        Self::Unsubscribe,
        Self::Deny,
        Self::Side,
        Self::SocialOrStore,
    ];

    /// Returns the name of this group of link-related keywords, such as `sign-in`. The feature names of the scoring
    /// models contain this name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Invite => "invite",
            Self::Decide => "decide",
            Self::Pay => "pay",
            Self::Download => "download",
            Self::Act => "act",
            Self::View => "view",
            Self::Unsubscribe => "unsubscribe",
            Self::Deny => "deny",
            Self::Side => "side",
            Self::SocialOrStore => "elsewhere",
        }
    }
}

impl Topic {
    /// Returns the group of code-related keywords to which this topic belongs.
    pub(crate) fn code_word(self) -> CodeWord {
        match self {
            Self::Code => CodeWord::Code,
            Self::SomeCode => CodeWord::SomeCode,
            Self::Password => CodeWord::Password,
            Self::Type => CodeWord::Type,
            Self::Validity => CodeWord::Validity,
            Self::Secret => CodeWord::Secret,
            Self::Ignore => CodeWord::Ignore,
            Self::Used => CodeWord::Used,
            Self::Paid => CodeWord::Paid,
            Self::Example => CodeWord::Example,
            Self::Offer => CodeWord::Offer,
            Self::Once => CodeWord::Once,
            Self::Figure => CodeWord::Figure,
            Self::Entry => CodeWord::Entry,
            Self::Voucher => CodeWord::Voucher,
            Self::Order | Self::Invoice | Self::Booking | Self::Parcel | Self::Amount => CodeWord::Trade,
            Self::Customer | Self::Account | Self::Card | Self::Phone | Self::Postal | Self::Tax => {
                CodeWord::Person
            }
            Self::Ticket | Self::Technical => CodeWord::Technical,
            Self::OtherNumber => CodeWord::Other,
            Self::Purpose
            | Self::Verify
            | Self::SignIn
            | Self::Reset
            | Self::ChangeAddress
            | Self::Invite
            | Self::Accept
            | Self::Approve
            | Self::Unlock
            | Self::Renew
            | Self::Pay
            | Self::Download
            | Self::Track
            | Self::Consent
            | Self::Delete
            | Self::Unsubscribe
            | Self::Decline
            | Self::Secure
            | Self::View
            | Self::Start
            | Self::Action
            | Self::More
            | Self::Shop
            | Self::Settings
            | Self::Browser
            | Self::Help
            | Self::Legal
            | Self::Social
            | Self::Store
            | Self::Aside
            | Self::Time => CodeWord::Purpose,
        }
    }

    /// Returns the group of link-related keywords to which this topic belongs.
    pub(crate) fn link_word(self) -> LinkWord {
        match self {
            Self::Verify => LinkWord::Verify,
            Self::SignIn => LinkWord::SignIn,
            Self::Reset => LinkWord::Reset,
            Self::ChangeAddress => LinkWord::Change,
            Self::Invite | Self::Accept => LinkWord::Invite,
            Self::Approve | Self::Unlock | Self::Renew | Self::Consent | Self::Delete => LinkWord::Decide,
            Self::Pay | Self::Track => LinkWord::Pay,
            Self::Download => LinkWord::Download,
            Self::Start | Self::Action => LinkWord::Act,
            Self::View => LinkWord::View,
            Self::Unsubscribe => LinkWord::Unsubscribe,
            Self::Decline | Self::Secure => LinkWord::Deny,
            Self::Social | Self::Store => LinkWord::SocialOrStore,
            Self::More
            | Self::Shop
            | Self::Settings
            | Self::Browser
            | Self::Help
            | Self::Legal
            | Self::Aside
            | Self::Code
            | Self::SomeCode
            | Self::Password
            | Self::Type
            | Self::Purpose
            | Self::Validity
            | Self::Secret
            | Self::Ignore
            | Self::Used
            | Self::Paid
            | Self::Example
            | Self::OtherNumber
            | Self::Order
            | Self::Invoice
            | Self::Booking
            | Self::Parcel
            | Self::Ticket
            | Self::Customer
            | Self::Account
            | Self::Card
            | Self::Phone
            | Self::Amount
            | Self::Postal
            | Self::Tax
            | Self::Technical
            | Self::Entry
            | Self::Voucher
            | Self::Offer
            | Self::Once
            | Self::Figure
            | Self::Time => LinkWord::Side,
        }
    }
}

/// A set of groups of link-related keywords, as a bit mask.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct LinkWords(u16);

impl LinkWords {
    /// Returns whether the set contains this group.
    pub(crate) fn has(self, group: LinkWord) -> bool {
        self.0 >> (group as u16) & 1 == 1
    }

    /// Returns the union of two sets of keyword groups.
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<LinkWord> for LinkWords {
    fn from_iter<I: IntoIterator<Item = LinkWord>>(groups: I) -> Self {
        Self(groups.into_iter().fold(0, |set, group| set | 1 << (group as u16)))
    }
}
