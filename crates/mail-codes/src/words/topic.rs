//! Defines the topics of keywords. A topic is more specific than a class. The features of a model depend on groups of
//! topics.

/// The topic of a keyword. The files in `assets/words` list the keywords of each topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Topic {
    // Topics of the keywords in `codes.txt`.
    /// Keywords that are names of codes that confirm identity or ownership, such as "verification code".
    Code,
    /// Keywords that are names of codes of any kind, such as "code" or "PIN".
    SomeCode,
    /// Keywords that are names of passwords.
    Password,
    /// Keywords that ask the reader to type the code that follows, such as "enter".
    Type,
    /// Keywords for the use of a code or the reason for the mail, such as "sign in".
    Purpose,
    /// Phrases about how long a code is valid, such as "expires in".
    Validity,
    /// Phrases that ask the reader to keep a code secret, such as "do not share".
    Secret,
    /// Phrases for readers who did not request the mail, such as "if you didn't request this".
    Ignore,
    /// Phrases about a code that has been used, has expired or was replaced, such as "no longer valid".
    Used,
    /// Keywords that announce an example, such as "for example".
    Example,
    /// Keywords that are names of numbers that have no topic of their own, such as "flight" or "serial".
    OtherNumber,
    Order,
    Invoice,
    Booking,
    Parcel,
    /// Keywords that are names of numbers for support tickets, cases, requests, transactions and references.
    Ticket,
    /// Keywords that are names of customer, member and user numbers, and of serial numbers.
    Customer,
    Account,
    Card,
    Phone,
    Amount,
    Postal,
    /// Keywords that are names of tax numbers and company registration numbers.
    Tax,
    /// Keywords that precede technical numbers, such as error codes, versions, product numbers and pages.
    Technical,
    /// Keywords that show that a code opens a door, a gate or a locker, or is for a keypad or a courier.
    Entry,
    /// Keywords that are names of vouchers, discount codes and gift cards.
    Voucher,
    /// Keywords that announce a voucher or a sign-in code.
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
    /// Keywords for a reader who did not perform the reported action, such as "not you?" or "secure your
    /// account".
    Secure,
    View,
    Start,
    /// Keywords that are names of actions that a mail requests and that have no topic of their own.
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
    /// Keywords that are names of app stores.
    Store,
    /// Labels of links that are not the purpose of the mail and have no topic of their own, such as "about
    /// us".
    Aside,
    // Topic of the keywords in `spans.txt`.
    /// A unit of time, such as "minutes".
    Time,
}
