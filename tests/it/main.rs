//! One test binary; a feature a file.

mod extract;
mod mail;
