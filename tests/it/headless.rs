//! The mailbox without a terminal: key scripts in, whole screens out.

mod captcha;
mod driver;
mod flows;
mod races;
mod screens;
