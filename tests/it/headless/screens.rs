//! Tests whole screens against snapshots. A changed snapshot is a change that users see, so look at each one before you
//! accept it (`INSTA_UPDATE=always cargo test --test it screens`).

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};

/// An HTML mail with a data table, a button and a line of hidden text.
const RECEIPT: &str = include_str!("../../../assets/demo/1-receipt.eml");
const TRIPS: &str = include_str!("../../../assets/demo/2-attachments.eml");
const HOSTILE: &str = include_str!("../../../assets/demo/3-hostile.eml");
const JAPANESE: &str = include_str!("../../../assets/demo/5-japanese.eml");

fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::new(width, height);
    for mail in [RECEIPT, TRIPS, HOSTILE, JAPANESE, NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

macro_rules! screen {
    ($name:ident, $driver:expr) => {
        #[test]
        fn $name() {
            let driver = $driver;
            insta::assert_snapshot!(stringify!($name), driver.screen());
        }
    };
}

/// Simulates pressing keys in a mailbox, and returns the mailbox.
fn after_keys(mut driver: Driver, keys: &str) -> Driver {
    driver.keys(keys);
    driver
}

fn offline() -> Driver {
    let mut driver = Driver::not_started(80, 24);
    driver.online = false;
    driver.boot();
    driver
}

screen!(waiting_80x24, Driver::new(80, 24));
screen!(waiting_40x12, Driver::new(40, 12));
screen!(inbox_80x24, filled(80, 24));
screen!(inbox_120x34, filled(120, 34));
screen!(inbox_200x50, filled(200, 50));
screen!(inbox_40x12, filled(40, 12));
screen!(copied_120x34, after_keys(filled(120, 34), "c"));
screen!(reading_80x24, after_keys(filled(80, 24), "<enter>"));
screen!(receipt_100x40, after_keys(filled(100, 40), "G<enter>"));
screen!(hostile_100x30, after_keys(filled(100, 30), "jjjj<enter>"));
screen!(japanese_80x24, after_keys(filled(80, 24), "jjj<enter>"));
screen!(headers_100x30, after_keys(filled(100, 30), "G<enter>v"));
screen!(raw_100x30, after_keys(filled(100, 30), "G<enter>vv"));
screen!(help_80x24, after_keys(filled(80, 24), "?"));
screen!(help_120x50, after_keys(filled(120, 50), "?"));
screen!(palette_80x24, after_keys(filled(80, 24), ":copy"));
screen!(links_120x34, after_keys(filled(120, 34), "jY"));
screen!(attachments_120x34, after_keys(filled(120, 34), "GkS"));
screen!(confirm_80x24, after_keys(filled(80, 24), "jo"));
screen!(filter_80x24, after_keys(filled(80, 24), "\\code"));
screen!(search_80x24, after_keys(filled(80, 24), "<enter>/code<enter>"));
screen!(sessions_80x24, after_keys(filled(80, 24), "h"));
screen!(offline_80x24, offline());
screen!(too_small_25x6, Driver::new(25, 6));
