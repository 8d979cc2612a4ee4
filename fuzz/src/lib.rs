//! Builds the modules that read mails alone for fuzzing. They depend on no other module, so they need no
//! crates for terminals and networks. They compile within a minute.

pub mod checks;
pub mod domain;
pub mod grammar;
pub mod mail_codes;
pub mod mail_reader;
