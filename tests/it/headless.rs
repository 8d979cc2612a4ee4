//! The mailbox without a terminal: key scripts in, whole screens out.

mod captcha;
pub(crate) mod driver;
mod flows;
mod races;
mod screens;
