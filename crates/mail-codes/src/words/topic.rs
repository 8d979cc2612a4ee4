//! Defines the topics of keywords. A topic is more specific than a class. The features of a model depend on groups of
//! topics.

/// The topic of a keyword. The files in `assets/words` list the keywords of each topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Topic {
    // Topics of the keywords in `codes.txt`.
    /// Names of codes that confirm identity or ownership, such as "verification code".
    Code,
    /// Names of codes of any kind, such as "code" or "PIN".
    SomeCode,
    /// Names of passwords.
    Password,
    /// Words that ask the reader to type the code that follows, such as "enter".
    Type,
    /// Words for the use of a code or the reason for the mail, such as "sign in".
    Purpose,
    /// Phrases about how long a code is valid, such as "expires in".
    Validity,
    /// Phrases that ask the reader to keep a code secret, such as "do not share".
    Secret,
    /// Phrases for readers who did not request the mail, such as "if you didn't request this".
    Ignore,
    /// Phrases about a code that has been used, has expired or was replaced, such as "no longer valid".
    Used,
    /// Words that announce an example, such as "for example".
    Example,
    /// Names of numbers that have no topic of their own, such as "flight" or "serial".
    OtherNumber,
    Order,
    Invoice,
    Booking,
    Parcel,
    /// Names of numbers for support tickets, cases, requests, transactions and references.
    Ticket,
    /// Names of customer, member and user numbers, and of serial numbers.
    Customer,
    Account,
    Card,
    Phone,
    Amount,
    Postal,
    /// Names of tax numbers and company registration numbers.
    Tax,
    /// Words that precede technical numbers, such as error codes, versions, product numbers and pages.
    Technical,
    /// Words that show that a code opens a door, a gate or a locker, or is for a keypad or a courier.
    Entry,
    /// Names of vouchers, discount codes and gift cards.
    Voucher,
    /// Words that announce a voucher or a sign-in code.
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
    /// Names of actions that a mail requests and that have no topic of their own.
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
    // Topic of the keywords in `spans.txt`.
    /// A unit of time, such as "minutes".
    Time,
}
