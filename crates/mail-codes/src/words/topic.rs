//! The topics of keywords. A topic is finer than a class; the models use topics as features.

/// The topic of a keyword. Each topic has the name of a class in the files of `assets/words`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Topic {
    // Words of `codes.txt`.
    /// A keyword that names a code which proves something: "verification code".
    Code,
    /// A keyword that names any code: "code", "PIN".
    SomeCode,
    /// A keyword that names a password.
    Password,
    /// A keyword that asks the reader to type something.
    Type,
    /// A keyword that names the use of a code, or the reason for the mail.
    Purpose,
    /// A keyword that states how long a code is valid.
    Validity,
    /// A keyword that asks the reader to keep a code secret.
    Secret,
    /// A keyword for a reader who did not request the mail.
    Ignore,
    /// A keyword that says that a code is used, expired or replaced.
    Used,
    /// A keyword that announces an example.
    Example,
    /// A keyword that names a number without a topic of its own.
    OtherNumber,
    Order,
    Invoice,
    Booking,
    Parcel,
    /// Keywords about support tickets, cases, requests, transactions and references.
    Ticket,
    /// Keywords about customers, members, users and serial numbers.
    Customer,
    Account,
    Card,
    Phone,
    Amount,
    Postal,
    /// Keywords about tax and company registers.
    Tax,
    /// Keywords about errors, versions, products and pages.
    Technical,
    /// Keywords about doors, gates, lockers and keypads that a number opens, and about couriers who ask for a
    /// number.
    Entry,
    /// Keywords about discounts, gift cards and other vouchers.
    Voucher,
    /// A keyword that announces a voucher or a sign-in code.
    Offer,
    Once,
    Figure,
    // Words of `links.txt`.
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
    /// A keyword for a reader who did not request the action: "not you?", "secure your account".
    Secure,
    View,
    Start,
    /// A keyword about an action without a topic of its own.
    Action,
    /// The keyword "read more" and its translations.
    More,
    Shop,
    Settings,
    /// The keyword "view in browser" and its translations.
    Browser,
    Help,
    Legal,
    Social,
    /// Keywords about app stores.
    Store,
    /// A keyword about a secondary page without a topic of its own.
    Aside,
    // Words of `spans.txt`.
    /// A keyword that is a unit of time.
    Time,
}
