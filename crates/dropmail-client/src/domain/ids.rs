//! Identifiers assigned by the service. The program treats them as opaque and never interprets their text.

use std::fmt;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps an id exactly as the service returned it.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// Returns the id as a string, exactly as the service returned it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// Id of a session.
    SessionId
);
id!(
    /// Id of a mail.
    MailId
);
id!(
    /// Id of an address.
    AddressId
);
id!(
    /// Id of a mail domain on which addresses can be created.
    DomainId
);
