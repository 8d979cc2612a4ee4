//! Tests the number of new mails above the first row on the screen, which the title of the inbox shows.

use super::driver::Driver;
use super::flows::NEWS;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::msg::Msg;

/// Creates a mailbox with 30 mails on a screen that shows fewer rows.
fn long_list() -> Driver {
    let mut driver = Driver::new(80, 12);
    for _ in 0..30 {
        driver.mail(NEWS);
    }
    driver
}

#[test]
fn mails_that_arrive_above_the_cursor_are_counted_and_do_not_move_it() {
    let mut driver = long_list();
    driver.keys("<c-f><c-f>");
    let under = driver.model.inbox.selected().unwrap().summary.envelope.id.clone();
    driver.mail(NEWS);
    driver.mail(NEWS);
    assert_eq!(driver.model.inbox.selected().unwrap().summary.envelope.id, under);
    assert!(driver.shows("2 new above (g)"), "{}", driver.screen());
    driver.keys("g");
    assert!(!driver.shows("new above"), "{}", driver.screen());
    driver.mail(NEWS);
    assert!(!driver.shows("new above"), "{}", driver.screen());
}

#[test]
fn a_new_mail_counts_as_new_above_until_its_row_has_been_on_the_screen() {
    let mut driver = long_list();
    driver.keys("jj");
    driver.mail(NEWS);
    assert!(!driver.shows("new above"), "the row is on the screen: {}", driver.screen());
    driver.keys("<c-f><c-f>");
    assert!(!driver.shows("new above"), "the row has been on the screen: {}", driver.screen());
    driver.mail(NEWS);
    driver.mail(NEWS);
    assert!(driver.shows("2 new above"), "{}", driver.screen());
    // The cursor goes up to the second row. The screen then shows this row, but not the first one.
    while driver.model.inbox.cursor() > 1 {
        driver.keys("k");
    }
    assert!(driver.shows("1 new above"), "{}", driver.screen());
    driver.keys("j");
    assert!(driver.shows("1 new above"), "{}", driver.screen());
    driver.keys("kk<c-f>");
    assert!(!driver.shows("new above"), "both rows have been on the screen: {}", driver.screen());
    // A row that comes into view in another way than by the cursor counts as seen, too.
    driver.mail(NEWS);
    assert!(driver.shows("1 new above"), "{}", driver.screen());
    driver.msg(Msg::Resize(Area::screen(80, 60)));
    assert!(!driver.shows("new above"), "{}", driver.screen());
}

#[test]
fn a_new_mail_that_the_filter_leaves_out_is_not_counted_as_above() {
    let mut driver = long_list();
    driver.keys("\\has:code<enter>");
    driver.keys("<esc>G");
    driver.mail(NEWS);
    assert!(driver.shows("1 new above"), "{}", driver.screen());
    driver.keys("\\has:code<enter>");
    assert!(!driver.shows("new above"), "{}", driver.screen());
}
