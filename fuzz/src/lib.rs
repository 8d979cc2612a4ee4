//! The room that takes mails apart, built alone: it knows no other room, so it needs none of the
//! crates for terminals and networks, and is ready to be fuzzed in a minute.

pub mod domain;
