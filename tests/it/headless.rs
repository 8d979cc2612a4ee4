//! The mailbox without a terminal: key scripts in, whole screens out.

mod driver;
mod flows;
mod joy;
mod races;
mod screens;
