//! Defines the topics of keywords. A topic is more specific than the class of a keyword: for example, the topics
//! `Invoice` and `Parcel` belong to the same class. The models that score codes and links distinguish only groups of
//! topics.

/// The topic of a keyword. The files in `assets/words` list the keywords of each topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Topic {
    // Topics of the keywords in `codes.txt`.
    /// Keywords for codes that prove identity or ownership, such as "verification code".
    Code,
    /// Keywords for codes of any kind, such as "code" or "PIN".
    SomeCode,
    /// Keywords for passwords, such as "temporary password".
    Password,
    /// Keywords that ask the reader to type the code that follows, such as "enter".
    Type,
    /// Keywords for the purpose of a code or of the mail, such as "sign in".
    Purpose,
    /// Phrases about how long a code is valid, such as "expires in".
    Validity,
    /// Phrases that ask the reader to keep a code secret, such as "do not share".
    Secret,
    /// Phrases for readers who did not request the mail, such as "if you didn't request this".
    Ignore,
    /// Phrases about a code that has been used, has expired or has been replaced, such as "no longer valid".
    Used,
    /// Phrases about a payment that was made, received or refused, such as "was charged".
    Paid,
    /// Keywords that announce an example, such as "for example".
    Example,
    /// Keywords for numbers that have no topic of their own, such as "flight" or "model".
    OtherNumber,
    Order,
    Invoice,
    Booking,
    Parcel,
    /// Keywords for the numbers of support tickets, cases, requests, transactions and references.
    Ticket,
    /// Keywords for customer, member and user numbers, and for serial numbers.
    Customer,
    Account,
    Card,
    Phone,
    Amount,
    Postal,
    /// Keywords for tax numbers and company registration numbers.
    Tax,
    /// Keywords that precede technical numbers, such as error codes, versions, product numbers and pages.
    Technical,
    /// Keywords that indicate a code for a door, a gate, a locker or a keypad, or for a courier.
    Entry,
    /// Keywords for vouchers, discount codes and gift cards.
    Voucher,
    /// Keywords, such as "with code", that can announce either a voucher or a sign-in code.
    Offer,
    Once,
    Figure,
    // Topics of the keywords in `links.txt`.
    Verify,
    SignIn,
    Reset,
    ChangeAddress,
    Invite,
    Accept,
    Approve,
    Unlock,
    Renew,
    Pay,
    Download,
    Track,
    Consent,
    Delete,
    Unsubscribe,
    Decline,
    /// Keywords for a reader who did not perform the action that the mail reports, such as "not you?" or "secure your
    /// account".
    Secure,
    View,
    Start,
    /// Keywords for actions that a mail requests and that have no topic of their own, such as "sign document".
    Action,
    /// Labels of links to further reading, such as "read more".
    More,
    Shop,
    Settings,
    /// Labels of links that show the mail in a browser, such as "view in browser".
    Browser,
    Help,
    Legal,
    Social,
    /// Names of app stores.
    Store,
    /// Labels of links that are not the purpose of the mail and have no topic of their own, such as "about
    /// us".
    Aside,
    // Topic of the keywords in `spans.txt` and `validity.txt`.
    /// Keywords for units of time, such as "minutes", and the other keywords of `validity.txt`.
    Time,
}
