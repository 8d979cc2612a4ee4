//! Builds the domain module alone for fuzzing. The module depends on no other module, so it needs none of the
//! crates for terminals and networks, and it compiles within a minute.

pub mod checks;
pub mod domain;
pub mod grammar;
