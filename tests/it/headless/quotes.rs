//! Tests that the message pane collapses each quoted mail to a single line, which the user can expand with a key or the
//! mouse.

use super::driver::Driver;
use dropmail_tui::ui::accessible::SpokenState;

const REPLY: &str = "From: Bo <bo@mail.example>\r\nSubject: Re: Lunch\r\n\r\nThat works well for me and the others.\r\n\r\n\
    On Tue, 3 Mar 2026 at 10:20, Ada wrote:\r\n> Shall we meet?\r\n> At noon by the harbour.\r\n";

fn open_quoted_mail() -> Driver {
    let mut driver = Driver::new(80, 24);
    driver.mail(REPLY);
    driver.keys("<enter>");
    driver
}

#[test]
fn a_key_and_a_click_expand_and_collapse_quotes() {
    let mut driver = open_quoted_mail();
    let folded = "▸ 3 quoted lines · f shows them";
    let open = "▾ 3 quoted lines · f folds them";
    assert!(driver.shows(folded) && !driver.shows("harbour"), "{}", driver.screen());
    driver.keys("f");
    assert!(driver.shows(open) && driver.shows("> At noon by the harbour."), "{}", driver.screen());
    driver.keys("f");
    assert!(driver.shows(folded) && !driver.shows("harbour"), "{}", driver.screen());
    driver.click(driver.position_of("quoted lines"));
    assert!(driver.shows(open) && driver.shows("harbour"), "{}", driver.screen());
    driver.click(driver.position_of("quoted lines"));
    assert!(driver.shows(folded), "{}", driver.screen());
}

#[test]
fn each_mail_opens_with_collapsed_quotes() {
    let mut driver = open_quoted_mail();
    driver.keys("f");
    driver.mail(&REPLY.replace("Lunch", "Dinner"));
    driver.keys("<esc>g<enter>");
    assert!(driver.shows("Dinner") && driver.shows("▸ 3 quoted lines"), "{}", driver.screen());
}

#[test]
fn a_message_search_includes_collapsed_quotes() {
    let mut driver = open_quoted_mail();
    driver.keys("/harbour<enter>");
    assert!(driver.shows("▾ 3 quoted lines") && driver.shows("1 of 1"), "{}", driver.screen());
}

#[test]
fn a_screen_reader_gets_the_whole_mail() {
    let mut driver = Driver::new(80, 24);
    driver.model.settings.accessible = true;
    driver.mail(REPLY);
    let before = SpokenState::from_model(&driver.model);
    driver.keys("<enter>");
    let text = SpokenState::from_model(&driver.model).lines_since(&before).join("\n");
    assert!(text.contains("> At noon by the harbour.") && !text.contains("quoted lines"), "{text}");
}
