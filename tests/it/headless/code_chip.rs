//! Tests that the code chip shows a remaining time only if the mail states how long its code is valid.

use super::driver::Driver;
use dropmail_client::domain::time::SignedDuration;

/// Returns the title of the message pane of a mail with this text, some minutes after the mail has arrived.
fn title(text: &str, minutes: i64, width: u16) -> String {
    let mut driver = Driver::new(width, 24);
    driver.mail(&format!("From: Opal <no-reply@opal.example>\nSubject: Your code\n\n{text}\n"));
    driver.keys("<enter>");
    let came = driver.model.message_pane.open_mail().unwrap().opened.envelope.received_at;
    driver.model.now = came + SignedDuration::from_mins(minutes);
    let screen = driver.screen();
    screen.lines().find(|line| line.contains(" Message · ")).unwrap_or_default().to_owned()
}

#[test]
fn a_code_without_a_stated_validity_has_an_age_and_no_remaining_time() {
    for width in [80, 120] {
        let title = title("Your code is 482913.", 2, width);
        assert!(title.contains(" 482913  · 2m · c copies"), "{title}");
        assert!(!title.contains("left"), "{title}");
    }
}

#[test]
fn a_code_with_a_stated_validity_has_the_remaining_time_and_its_age() {
    let fresh = title("Your code is 482913. It is valid for 15 minutes.", 0, 120);
    assert!(fresh.contains("▰▰▰▰▰▰▰▰ 15m left · now · c copies"), "{fresh}");
    let later = title("Your code is 482913. It is valid for 15 minutes.", 9, 80);
    assert!(later.contains("▰▰▰▰▱▱▱▱ 6m left · 9m"), "{later}");
    let long = title("Your code is 482913. It is valid for 24 hours.", 1, 80);
    assert!(long.contains("▰▰▰▰▰▰▰▰ 24h left · 1m"), "{long}");
}
