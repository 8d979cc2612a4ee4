//! Tests the mailbox without a terminal. Each test simulates keys and checks whole screens.

mod accessible;
mod account;
mod addresses;
mod backends;
mod captcha;
mod current_code;
mod domains;
pub(crate) mod driver;
mod flows;
mod jobs;
mod keyboards;
mod list;
mod mouse;
mod nested;
mod offline;
mod overlays_and_themes;
mod panes;
mod quotes;
mod races;
mod reading;
mod screens;
mod search;
mod sequences;
mod sharing;
mod stars_and_groups;
mod styled;
mod undo;
