//! Sample mails for the demo.

use super::BoxFuture;
use crate::domain::sanitize::SafeText;

/// Sends sample mails to an address, over the real way that mail takes.
pub trait Samples: Send + Sync + std::fmt::Debug {
    /// Sends all of them, one after the other; tells in words what went wrong.
    fn send<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>>;
}
