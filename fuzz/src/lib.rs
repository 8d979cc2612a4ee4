//! The common parts of the fuzz targets: checks that must hold for every mail, and grammars that make mails and pages.

pub mod checks;
pub mod grammar;
