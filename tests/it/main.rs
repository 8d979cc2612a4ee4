//! One test binary; a feature a file.
#![expect(clippy::unwrap_used, reason = "a failed step of a test should panic")]

mod extract;
mod mail;
