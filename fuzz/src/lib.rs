//! Builds the modules that read mails alone for fuzzing. They depend on no other module, so they need no
//! crates for terminals and networks. They compile within a minute.

#![allow(unused_imports, dead_code, reason = "the targets use a part of the modules")]

pub mod checks;
pub mod domain;
pub mod grammar;
pub mod mail_codes;
pub mod mail_reader;
