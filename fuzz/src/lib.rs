//! Builds the domain module alone for fuzzing. The module depends on no other module, so it needs no crates for
//! terminals and networks, and compiles within a minute.

pub mod checks;
pub mod domain;
pub mod grammar;
