//! The topics of keywords. A topic is finer than a class; the models use topics as features.

/// The topic of a keyword. Each topic is a class name in the files under `assets/words`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Topic {
    // Words of `codes.txt`.
    /// Names a code that proves something: "verification code".
    Code,
    /// Names some code: "code", "PIN".
    SomeCode,
    /// Names a password.
    Password,
    /// Tells the reader to type what follows.
    Type,
    /// Names the use of a code, or the reason for the mail.
    Purpose,
    /// States how long a code is valid.
    Validity,
    /// Tells the reader to keep a code secret.
    Secret,
    /// Speaks to a reader who did not ask for the mail.
    Ignore,
    /// Says that a code is used, expired or replaced.
    Used,
    /// Announces an example.
    Example,
    /// Names a number without a topic in this list.
    OtherNumber,
    Order,
    Invoice,
    Booking,
    Parcel,
    /// Support tickets, cases, requests, transactions and references.
    Ticket,
    /// Customers, members and users; serial numbers.
    Customer,
    Account,
    Card,
    Phone,
    Amount,
    Postal,
    /// Tax and company registers.
    Tax,
    /// Errors, versions, products, pages.
    Technical,
    /// Doors, gates, lockers and keypads that a number opens, and couriers who ask for one.
    Entry,
    /// Discounts, gift cards and other vouchers.
    Voucher,
    /// Announces a voucher or a sign-in code.
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
    /// For a reader who did not request the action: "not you?", "secure your account".
    Secure,
    View,
    Start,
    /// An action without a topic in this list.
    Action,
    /// "Read more".
    More,
    Shop,
    Settings,
    /// "View in browser".
    Browser,
    Help,
    Legal,
    Social,
    /// Stores of apps.
    Store,
    /// Leads to a page beside the purpose of the mail, without a topic in this list.
    Aside,
    // Words of `spans.txt`.
    /// A unit of time.
    Time,
}
