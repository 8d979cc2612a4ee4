//! The mailbox without a terminal: key scripts in, whole screens out.

mod captcha;
mod domains;
pub(crate) mod driver;
mod flows;
mod joy;
mod linear;
mod list;
mod mouse;
mod nested;
mod offline;
mod panes;
mod places;
mod quotes;
mod races;
mod reading;
mod screens;
mod search;
