//! What the fuzz targets share: checks that must hold for every mail, and grammars that make mails and pages.

pub mod checks;
pub mod grammar;
