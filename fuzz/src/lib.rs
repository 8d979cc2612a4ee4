//! The module that parses mails, built alone: it depends on no other module, so it needs none of the
//! crates for terminals and networks, and is ready to be fuzzed in a minute.

pub mod checks;
pub mod domain;
pub mod grammar;
