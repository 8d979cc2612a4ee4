//! Tests typical user tasks: waiting for mail, copying codes, and reading, selecting, hiding and searching mails.

// This file exceeds 300 lines because each task of a user is one test, and the tests share their mails.

use super::driver::Driver;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::session::AddressOptions;
use dropmail_tui::app::effect::{AccountEffect, CopiedMail, CopySource, Effect, ExternalEffect, StoreEffect};
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::Overlay;

pub(super) const CODE: &str = "From: Shop <no-reply@shop.example>\nTo: first@dropmail.me\n\
    Subject: Your verification code\nContent-Type: text/plain; charset=utf-8\n\n\
    Hello,\n\nYour verification code is:\n\n    482913\n\nIt expires in 10 minutes.\n";
pub(super) const LINK: &str = "From: Forum <hello@forum.example>\nTo: first@dropmail.me\n\
    Subject: Confirm your address\nContent-Type: text/plain; charset=utf-8\n\n\
    Please confirm your address:\n\nhttps://forum.example/confirm?token=9f8e7d6c5b4a3210\n\nThank you.\n";
pub(super) const NEWS: &str = "From: News <news@paper.example>\nTo: first@dropmail.me\n\
    Subject: Good morning\nContent-Type: text/plain; charset=utf-8\n\nNothing to do here today.\n";

#[test]
fn the_first_start_opens_a_session_and_shows_its_address() {
    let driver = Driver::new(120, 30);
    assert!(driver.effects.contains(&Effect::Account(AccountEffect::OpenSession(AddressOptions::default()))));
    assert!(driver.shows("first@dropmail.me"), "{}", driver.screen());
    assert!(driver.shows("● dropmail.me · push"));
}

#[test]
fn a_narrow_screen_also_shows_the_address() {
    let driver = Driver::new(40, 12);
    assert!(driver.screen().lines().next().unwrap().contains("first@dropmail.me"));
}

#[test]
fn one_key_copies_the_code_of_the_newest_mail() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    assert!(driver.shows("482913"), "{}", driver.screen());
    driver.keys("c");
    assert_eq!(driver.copied, ["482913"]);
    assert!(driver.shows("Copied the code 482913 of Shop"));
}

#[test]
fn one_key_copies_the_code_although_other_mail_arrived_later() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.mail(NEWS);
    driver.keys("c");
    assert_eq!(driver.copied, ["482913"]);
}

#[test]
fn a_selected_mail_without_a_code_does_not_copy_the_code_of_another() {
    let mut driver = Driver::new(120, 30);
    driver.mail(NEWS);
    driver.mail(CODE);
    driver.keys("jc");
    assert!(driver.copied.is_empty());
    assert!(driver.shows("There is no code in this mail."));
}

#[test]
fn n_selects_the_next_match_of_an_inbox_search() {
    let mut driver = Driver::new(120, 30);
    for _ in 0..3 {
        driver.mail(CODE);
        driver.mail(NEWS);
    }
    driver.keys("/news<enter>");
    let under = |driver: &Driver| driver.model.inbox.selected().unwrap().summary.envelope.id.clone();
    let mut mails = vec![under(&driver)];
    for key in ["n", "n", "n", "N", "N"] {
        driver.keys(key);
        mails.push(under(&driver));
    }
    assert_eq!(mails, ["mail 6", "mail 4", "mail 2", "mail 6", "mail 2", "mail 4"].map(MailId::new));
    driver.keys("<esc>");
    assert!(!driver.model.context().searching);
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::AddAddress(..))))
    );
}

#[test]
fn j_and_k_select_mails_while_the_message_is_open() {
    let mut driver = Driver::new(80, 24);
    driver.mail(NEWS);
    driver.mail(CODE);
    driver.keys("<enter>J");
    assert!(driver.shows("Good morning"), "{}", driver.screen());
    driver.keys("K");
    assert!(driver.shows("482913"));
    assert_eq!(driver.model.inbox.unread(), 0);
}

#[test]
fn an_open_mail_without_a_code_does_not_copy_the_code_of_another() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.mail(NEWS);
    driver.keys("<enter>c");
    assert_eq!(driver.model.focus, Pane::Message);
    assert!(driver.copied.is_empty());
    assert!(driver.shows("There is no code in this mail."));
}

#[test]
fn one_key_copies_the_link() {
    let mut driver = Driver::new(120, 30);
    driver.mail(LINK);
    driver.keys("y");
    assert_eq!(driver.copied, ["https://forum.example/confirm?token=9f8e7d6c5b4a3210"]);
}

#[test]
fn watch_copies_the_next_code_without_a_key() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.keys("w");
    assert!(driver.copied.is_empty(), "a code that arrived before the watch is not copied");
    driver.mail(NEWS);
    driver.mail(&CODE.replace("482913", "771204"));
    assert_eq!(driver.copied, ["771204"]);
    driver.keys("w");
    driver.mail(&CODE.replace("482913", "993311"));
    assert_eq!(driver.copied, ["771204"]);
}

#[test]
fn a_link_is_opened_only_after_its_host_is_shown() {
    let mut driver = Driver::new(120, 30);
    driver.mail(LINK);
    driver.keys("o");
    assert!(driver.shows("Open this link to forum.example in the browser?"), "{}", driver.screen());
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
    );
    driver.keys("n");
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
    );
    driver.keys("oy");
    assert_eq!(driver.copied.len(), 1, "in the question, too, the key copies the link");
    assert!(driver.model.overlays.is_empty());
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
    );
    driver.keys("o<enter>");
    assert!(
        driver.effects.iter().any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
    );
}

#[test]
fn opening_a_mail_marks_it_as_read_and_u_undoes_that() {
    let mut driver = Driver::new(120, 30);
    let id = driver.mail(CODE);
    assert_eq!(driver.model.inbox.unread(), 1);
    driver.keys("<enter>");
    assert_eq!(driver.model.inbox.unread(), 0);
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SetRead(id.clone(), true))));
    driver.keys("u");
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SetRead(id, false))));
    assert_eq!(driver.model.inbox.unread(), 1);
}

#[test]
fn the_cursor_stays_on_its_mail_while_others_arrive() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    let second = driver.mail(LINK);
    driver.mail(NEWS);
    driver.keys("j");
    assert_eq!(driver.model.inbox.selected().unwrap().summary.envelope.id, second);
    driver.mail(NEWS);
    assert_eq!(driver.model.inbox.selected().unwrap().summary.envelope.id, second);
    driver.keys("g");
    let newest = driver.mail(NEWS);
    assert_eq!(driver.model.inbox.selected().unwrap().summary.envelope.id, newest);
}

#[test]
fn hiding_needs_no_answer_and_keeps_the_mail_in_the_archive() {
    let mut driver = Driver::new(120, 30);
    let id = driver.mail(NEWS);
    driver.keys("d");
    assert!(driver.model.overlays.is_empty());
    assert!(driver.shows("It stays in the archive. U undoes it."), "{}", driver.screen());
    assert_eq!(driver.model.inbox.len(), 0);
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SetHidden(id, true))));
}

#[test]
fn a_filter_shows_matching_mails_while_it_is_typed() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.mail(LINK);
    driver.mail(NEWS);
    driver.keys("\\forum");
    assert_eq!(driver.model.inbox.shown_count(), 1);
    driver.keys("<enter>");
    assert!(driver.shows("1 with “forum”"), "{}", driver.screen());
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 3);
}

#[test]
fn n_selects_the_next_match_until_the_message_search_ends() {
    let mut driver = Driver::new(100, 20);
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}")).collect();
    driver.mail(&format!("Subject: Long\nContent-Type: text/plain\n\n{}\n", lines.join("\n")));
    driver.keys("<enter>/line 15<enter>");
    let open = driver.model.message_pane.open_mail().unwrap();
    let found = open.search.as_ref().unwrap().matches.len();
    assert_eq!(found, 11, "the matches are line 15 and lines 150 to 159");
    let first = open.scroll;
    driver.keys("n");
    assert!(driver.model.message_pane.open_mail().unwrap().scroll > first);
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::AddAddress(..))))
    );
    driver.keys("<esc>n");
    assert!(
        driver.effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::AddAddress(..))))
    );
}

#[test]
fn views_cycle_and_keep_their_scroll_position() {
    let mut driver = Driver::new(100, 20);
    let lines: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
    driver.mail(&format!("Subject: Long\nContent-Type: text/plain\n\n{}\n", lines.join("\n")));
    driver.keys("<enter>jjj");
    assert_eq!(driver.model.message_pane.open_mail().unwrap().scroll, 3);
    driver.keys("v");
    assert!(driver.shows("Message · headers"));
    driver.keys("vv");
    assert!(driver.shows("Message · parts"));
    driver.keys("v");
    assert!(driver.shows("Message · text"));
    assert_eq!(driver.model.message_pane.open_mail().unwrap().scroll, 3);
}

#[test]
fn copy_keys_report_that_there_is_nothing_to_copy_yet() {
    let mut driver = Driver::new(120, 30);
    driver.keys("cy");
    assert!(driver.copied.is_empty());
    assert!(driver.shows("No mail has come yet."));
}

#[test]
fn a_failed_copy_still_shows_the_text() {
    let mut driver = Driver::new(120, 30);
    driver.msg(Msg::Copied {
        what: CopySource::Code(CopiedMail {
            sender: "Shop".into(),
            id: MailId::new("1"),
            to: "first@dropmail.me".into(),
            is_substitute: false,
        }),
        text: "482913".into(),
        result: Err("no clipboard here".into()),
    });
    assert!(driver.shows("Not copied: no clipboard here. It is the code 482913 of Shop"));
}

#[test]
fn help_lists_the_keys_and_runs_the_selected_command() {
    let mut driver = Driver::new(120, 50);
    driver.mail(CODE);
    driver.keys("?");
    assert!(matches!(driver.model.overlays.last(), Some(Overlay::Menu(_))));
    assert!(driver.shows("copy the best code"));
    driver.keys("<enter>");
    assert_eq!(driver.copied, ["482913"]);
    driver.keys("?q");
    assert!(driver.model.overlays.is_empty());
}

#[test]
fn the_palette_finds_a_command_by_words_of_its_description() {
    let mut driver = Driver::new(120, 30);
    driver.keys(":copy addr<enter>");
    assert_eq!(driver.copied, ["first@dropmail.me"]);
}

#[test]
fn q_quits_and_ctrl_c_quits_from_every_dialog() {
    let mut driver = Driver::new(80, 24);
    driver.keys("q");
    assert!(driver.model.quitting);
    let mut driver = Driver::new(80, 24);
    driver.keys(":typing<c-c>");
    assert!(driver.model.quitting);
}
