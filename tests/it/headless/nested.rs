//! Tests that the user can read, save and close attached mails, and copy from them, at any nesting depth.

use super::driver::Driver;
use dropmail_tui::app::effect::{Effect, SaveEffect};

fn wrap_in_mail(mail: &str, name: &str) -> String {
    format!(
        "From: {name} <{name}@mail.example>\nTo: reader of {name} <you@mail.example>\nSubject: Fwd by {name}\n\
         Date: Tue, 03 Nov 2026 09:12:44 +0000\nContent-Type: multipart/mixed; boundary={name}\n\n--{name}\n\n\
         Words of {name}.\n--{name}\nContent-Type: message/rfc822\n\n{mail}\n--{name}\n\
         Content-Type: text/plain\nContent-Disposition: attachment; filename={name}.txt\n\nfile of {name}\n--{name}--\n"
    )
}

const INNERMOST: &str = "From: Lou <lou@shell.example>\nTo: Kai <kai@reef.example>\nSubject: Your code\n\n\
    Your verification code is 482913.\nhttps://shell.example/verify?token=9f8e7d6c5b4a3210";

#[test]
fn nested_mails_open_and_close_one_level_at_a_time() {
    let mut driver = Driver::new(80, 24);
    let id = driver.mail(&wrap_in_mail(&wrap_in_mail(INNERMOST, "middle"), "outer"));
    driver.keys("<enter>S");
    assert!(driver.shows("mail: Fwd by middle"), "{}", driver.screen());
    driver.keys("<enter>");
    assert!(driver.shows("Words of middle.") && driver.shows("Attached mail"), "{}", driver.screen());
    assert!(driver.shows("From     middle <middle@mail.example>"), "{}", driver.screen());
    assert!(driver.shows("To       you@mail.example"), "{}", driver.screen());
    assert!(driver.shows("Date     Tue 3 Nov 2026 09:12:44"), "{}", driver.screen());
    assert!(driver.shows("In       Fwd by outer"), "{}", driver.screen());
    driver.keys("S<enter>");
    assert!(driver.shows("Your verification code is 482913."), "{}", driver.screen());
    assert!(driver.shows("In       Fwd by middle"), "{}", driver.screen());
    assert_eq!(
        driver.model.message_pane.id(),
        Some(&id),
        "the message pane still reports the id of the listed mail"
    );
    for (key, copied) in [("c", "482913"), ("y", "https://shell.example/verify?token=9f8e7d6c5b4a3210")] {
        driver.keys(key);
        assert_eq!(driver.copied.last().map(String::as_str), Some(copied));
    }
    driver.keys("v");
    assert!(driver.shows("headers"), "{}", driver.screen());
    driver.keys("<esc>");
    assert!(driver.shows("Words of middle."), "{}", driver.screen());
    driver.keys("<esc>");
    assert!(driver.shows("Words of outer.") && driver.shows("Received"), "{}", driver.screen());
    driver.keys("<esc>");
    assert!(!driver.shows("Words of outer."), "{}", driver.screen());
}

#[test]
fn an_attached_mail_and_its_attachments_are_saved_from_its_own_bytes() {
    let mut driver = Driver::new(80, 24);
    driver.mail(&wrap_in_mail(&wrap_in_mail(INNERMOST, "middle"), "outer"));
    driver.keys("<enter>S<enter>s");
    let Some(Effect::Save(SaveEffect::AttachedMail(opened))) = driver.effects.last() else {
        panic!("{:?}", driver.effects.last())
    };
    assert_eq!(opened.raw, wrap_in_mail(INNERMOST, "middle").replace('\n', "\r\n"));
    driver.keys("Sjs");
    let Some(Effect::Save(SaveEffect::PartsOfAttached(opened, Some(parts)))) = driver.effects.last() else {
        panic!("{:?}", driver.effects.last())
    };
    assert_eq!(opened.mail.subject.as_str(), "Fwd by middle");
    assert_eq!(parts[..], [opened.mail.attachments[1].part]);
    driver.keys("Sj<enter>");
    assert!(driver.shows("file of middle"), "{}", driver.screen());
    driver.keys("<esc>");
    assert!(driver.shows("Words of middle."), "{}", driver.screen());
}

#[test]
fn selecting_another_mail_in_the_list_closes_an_attached_one() {
    let mut driver = Driver::new(140, 40);
    driver.mail(INNERMOST);
    driver.mail(&wrap_in_mail(&wrap_in_mail(INNERMOST, "middle"), "outer"));
    driver.keys("<enter>S<enter>");
    assert!(driver.shows("Words of middle."), "{}", driver.screen());
    driver.keys("<tab><tab>");
    driver.keys("S");
    assert!(driver.shows("mail: Fwd by middle"), "{}", driver.screen());
    driver.keys("<esc><enter>S<enter>");
    assert!(driver.shows("Words of middle."), "{}", driver.screen());
    driver.keys("J");
    assert!(driver.shows("Received") && !driver.shows("Attached mail"), "{}", driver.screen());
}

#[test]
fn a_search_finds_a_mail_by_words_of_its_attached_mail() {
    let mut driver = Driver::new(100, 30);
    driver.mail(&wrap_in_mail(&wrap_in_mail("Subject: x\n\nthe hidden treasure", "middle"), "outer"));
    driver.mail("Subject: Other\n\nnothing");
    driver.keys("/treasure<enter>");
    assert!(driver.shows("Fwd by outer") && !driver.shows("Other"), "{}", driver.screen());
}

#[test]
fn a_file_named_like_a_mail_is_shown_as_a_file() {
    let mut driver = Driver::new(80, 24);
    let file = |content: &str| {
        format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\n\
             Content-Type: text/plain\nContent-Disposition: attachment; filename=a.eml\n\n{content}\n--b--\n"
        )
    };
    driver.mail(&file("no field at all"));
    driver.keys("<enter>S<enter>");
    assert!(driver.shows("no field at all") && driver.shows("one part"), "{}", driver.screen());
    driver.mail(&file("Subject: y\n\nbody of y"));
    driver.keys("<esc><esc>k<enter>S<enter>");
    assert!(driver.shows("body of y") && driver.shows("Attached mail"), "{}", driver.screen());
}
