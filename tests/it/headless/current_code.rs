//! Tests that the program copies the most recently sent of several codes from one sender, regardless of the order in
//! which the mails arrive.

use super::driver::Driver;
use crate::guess;

/// Returns a mail with a code, dated 1 March 2026 at the time of day `sent`.
fn mail(code: &str, sent: &str) -> String {
    format!(
        "From: Opal <no-reply@opal.example>\nTo: {{{{address}}}}\nSubject: Your Opal code\n\
         Date: Sun, 1 Mar 2026 {sent} +0000\n\nYour code is {code}.\n"
    )
}

/// Delivers three mails with codes: two in the order in which they were sent, and then one that was sent before both of
/// them.
fn deliver(driver: &mut Driver) {
    driver.mail(&mail("350612", "12:00:00"));
    driver.mail(&mail("904477", "12:00:01"));
    driver.mail(&mail("127733", "11:59:00"));
}

#[test]
fn watch_does_not_copy_an_older_code_that_arrives_late() {
    let mut driver = Driver::new(120, 30);
    driver.keys("w");
    deliver(&mut driver);
    assert_eq!(driver.copied, ["350612", "904477"]);
    assert!(
        driver.shows("the code 127733 of Opal came late. 904477 was sent after it."),
        "{}",
        driver.screen()
    );
}

#[test]
fn a_row_marks_a_replaced_code_and_the_key_copies_the_newer_one() {
    let mut driver = Driver::new(120, 30);
    deliver(&mut driver);
    for row in ["350612 replaced", "127733 replaced"] {
        assert!(driver.shows(row), "{row}: {}", driver.screen());
    }
    assert!(!driver.shows("904477 replaced"));
    driver.keys("c");
    assert_eq!(driver.copied, ["904477"]);
    assert!(driver.shows("replaced 127733"), "{}", driver.screen());
    driver.keys("jjc");
    assert_eq!(driver.copied, ["904477", "904477"]);
    assert!(driver.shows("replaced 350612"), "{}", driver.screen());
}

#[test]
fn a_code_of_another_mail_than_the_selected_one_is_called_the_newest() {
    let mut driver = Driver::new(120, 30);
    deliver(&mut driver);
    driver.keys("g");
    driver
        .mail("From: Rosa <rosa@rosa.example>\nTo: {{address}}\nSubject: Hello\n\nSee you at the harbour.\n");
    assert_eq!(driver.model.inbox.selected().unwrap().summary.subject.as_str(), "Hello");
    for group in ["", ",", ","] {
        driver.keys(group).keys("<esc>c");
        assert_eq!(driver.copied.last().map(String::as_str), Some("904477"));
        let text = notice(&driver);
        assert!(text.contains("Copied the code 904477 of Opal"), "{text}");
        assert!(text.contains("It is the newest code: the selected mail has none"), "{text}");
    }
    driver.keys("<esc>jc");
    assert!(!notice(&driver).contains("the selected mail has none"), "{}", driver.screen());
}

#[test]
fn a_link_of_another_mail_than_the_selected_one_is_called_the_newest() {
    let mut driver = Driver::new(120, 30);
    driver.mail(super::flows::LINK);
    driver.keys("y");
    assert!(!notice(&driver).contains("the newest link"), "{}", driver.screen());
    driver.mail(super::flows::CODE);
    driver.keys("<esc>y");
    assert_eq!(driver.copied.len(), 2);
    assert!(
        notice(&driver).contains("It is the newest link: the selected mail has none"),
        "{}",
        driver.screen()
    );
    driver.keys("<esc>o");
    assert!(driver.shows("Open this link to forum.example in the browser?"), "{}", driver.screen());
    assert!(driver.shows("the selected mail has none."), "{}", driver.screen());
}

#[test]
fn the_delete_key_hides_the_selected_mail() {
    let mut driver = Driver::new(120, 30);
    driver.mail(super::flows::LINK);
    driver.keys("<del>");
    assert_eq!(driver.model.inbox.visible().count(), 0, "{}", driver.screen());
}

#[test]
fn watch_copies_a_code_of_low_confidence_and_calls_it_a_guess() {
    let mut driver = Driver::new(120, 30);
    let guess = guess::mail();
    let text = guess.text.replace("\r\n", "\n");
    driver.keys("w");
    driver.mail(&format!(
        "From: Shop <no-reply@shop.example>\nTo: {{{{address}}}}\nSubject: {}\n\n{text}\n",
        guess.subject
    ));
    assert_eq!(driver.copied, [guess.code.value.as_str()]);
    let warning = format!("It is a guess ({} %)", guess.percent());
    assert!(notice(&driver).contains(&warning), "{}", driver.screen());
}

#[test]
fn a_code_of_low_confidence_chosen_from_the_list_is_called_a_guess() {
    let mut driver = Driver::new(120, 30);
    driver.mail(
        "From: Shop <no-reply@shop.example>\nTo: {{address}}\nSubject: Your code is 482951\n\n\
         Your code is 482951.\n\nIf it does not work, call us. Voucher SPRING24.\n",
    );
    driver.keys("Cj<enter>");
    assert_eq!(driver.copied, ["SPRING24"]);
    assert!(notice(&driver).contains("It is a guess ("), "{}", driver.screen());
}

/// Returns the text of the screen as a single line without borders. In this form, a notice that is wrapped across
/// several lines can be found.
fn notice(driver: &Driver) -> String {
    let screen = driver.screen();
    let is_word = |word: &&str| word.contains(|c: char| c.is_ascii_graphic() && c != '"');
    screen.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ")
}

/// A mail whose only link leads to the sender's mail preferences. The program does not claim it as the link that the
/// user needs from this mail.
const PREFERENCES: &str = "From: Coffee <shop@coffee.example>\nTo: {{address}}\nSubject: Thank you\n\n\
    Your beans are on their way.\n\nhttps://coffee.example/mail/preferences?u=81\n";

#[test]
fn the_links_of_the_selected_mail_come_before_the_link_of_another_mail() {
    // With one pane on the screen, the selected mail is not loaded before the key is pressed.
    for width in [120, 80, 40] {
        let mut driver = Driver::new(width, 24);
        driver.mail(super::flows::LINK);
        driver.mail(PREFERENCES);
        driver.keys("y");
        assert!(driver.copied.is_empty(), "{width}: {:?}", driver.copied);
        assert!(driver.shows("Links · Enter copies"), "{width}: {}", driver.screen());
        driver.keys("<enter>");
        assert_eq!(driver.copied, ["https://coffee.example/mail/preferences?u=81"], "{width}");
        driver.keys("<esc>o");
        assert!(driver.shows("Links · Enter opens"), "{width}: {}", driver.screen());
        driver.keys("<enter>");
        assert!(driver.shows("to coffee.example"), "{width}: {}", driver.screen());
        assert!(!driver.shows("newest link"), "{width}: {}", driver.screen());
        driver.keys("<esc>jy");
        assert_eq!(driver.copied.len(), 2, "{width}: {}", driver.screen());
        assert!(driver.copied[1].contains("forum.example"), "{width}: {:?}", driver.copied);
    }
}

#[test]
fn the_code_candidates_of_the_selected_mail_come_before_the_code_of_another_mail() {
    for width in [120, 80] {
        let mut driver = Driver::new(width, 24);
        driver.mail(super::flows::CODE);
        driver.mail(
            "From: Rosa <rosa@rosa.example>\nTo: {{address}}\nSubject: Hello\n\nYour ticket is 482913.\n",
        );
        let candidates = mail_codes::parse(b"Subject: Hello\r\n\r\nYour ticket is 482913.\r\n");
        assert!(!candidates.findings.codes.is_empty() && candidates.findings.confident_code().is_none());
        driver.keys("c");
        assert!(driver.copied.is_empty(), "{width}: {:?}", driver.copied);
        assert!(driver.shows("Codes · Enter copies"), "{width}: {}", driver.screen());
    }
}
