//! Common code of the fuzz targets: checks for every mail, and grammars that generate mails and pages.

pub mod checks;
pub mod grammar;
