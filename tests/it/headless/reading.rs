//! Tests that a mail that takes too long to lay out in one step is shown in two steps: first its beginning, then the
//! rest.

use super::driver::Driver;
use super::flows::{CODE, LINK};
use dropmail_tui::app::effect::{Effect, ExternalEffect, MessagePaneEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::message_pane::RenderedView;
use dropmail_tui::app::msg::{Browsed, Msg};
use mail_reader::html::LeftOut;
use mail_reader::richtext::{Line, Role, Span};
use std::sync::Arc;

fn large() -> String {
    let part = |n: u32| format!("<h2>Part {n}</h2><p>Words of it.</p>");
    let parts = (0..2_000).map(part).collect::<Vec<_>>().concat();
    format!("From: Shop <a@shop.example>\r\nSubject: Long\r\nContent-Type: text/html\r\n\r\n{parts}")
}

#[test]
fn the_first_screenful_is_shown_before_the_rest_is_requested() {
    let mut driver = Driver::new(80, 24);
    driver.mail(&large());
    driver.effects.clear();
    driver.keys("<enter>");
    let steps: Vec<&str> = driver
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::MessagePane(MessagePaneEffect::Load { .. }) => Some("beginning"),
            Effect::MessagePane(MessagePaneEffect::Render { opened, enough: Some(_), .. })
                if !opened.is_complete =>
            {
                Some("a screenful")
            }
            Effect::MessagePane(MessagePaneEffect::LoadFull { .. }) => Some("whole"),
            Effect::MessagePane(MessagePaneEffect::Render { opened, enough: None, .. })
                if opened.is_complete =>
            {
                Some("all lines")
            }
            _ => None,
        })
        .collect();
    assert_eq!(steps, ["beginning", "a screenful", "whole"], "the complete mail is rendered only once");
    assert!(driver.shows("Part 0") && driver.shows("more lines"), "{}", driver.screen());
    driver.keys("G");
    assert!(driver.shows("Part 1999"), "{}", driver.screen());
}

#[test]
fn the_title_shows_the_loading_progress() {
    let mut driver = Driver::new(80, 24);
    driver.mail(&large());
    driver.keys("<enter>");
    let open = driver.model.message_pane.open_mail_mut().unwrap();
    let mut beginning = open.opened.as_ref().clone();
    beginning.is_complete = false;
    open.opened = Arc::new(beginning);
    let effects = driver.msg_unanswered(Msg::Focus(true));
    let [Effect::MessagePane(MessagePaneEffect::LoadFull { generation, .. })] = effects[..] else {
        panic!("{effects:?}")
    };
    driver.msg_unanswered(Msg::ReadProgress { generation, done: 4_200_000, total: 10_400_000 });
    assert!(driver.shows("reading 4 of 10 MB"), "{}", driver.screen());
    driver.msg_unanswered(Msg::ReadProgress {
        generation: generation + 7,
        done: 9_000_000,
        total: 10_400_000,
    });
    assert!(driver.shows("reading 4 of 10 MB"), "the progress of another request is ignored");
    driver.msg_unanswered(Msg::SaveProgress { done: 12_000_000, total: 25_000_000 });
    assert!(driver.shows("saving 12 of 25 MB"), "{}", driver.screen());
    driver.msg_unanswered(Msg::Saved(Ok(vec!["/downloads/mail.eml".into()])));
    assert!(!driver.shows("saving"), "{}", driver.screen());
}

#[test]
fn loading_the_rest_does_not_move_the_visible_text() {
    let lines = |from: usize, to: usize| -> Arc<[Line]> {
        let span = |text: String| Span { text: text.into(), role: Role::Plain, link: None };
        (from..to).map(|n| Line { spans: vec![span(format!("Line {n}"))] }).collect()
    };
    let mut driver = Driver::new(80, 24);
    driver.mail(&large());
    driver.keys("<enter>");
    let open = driver.model.message_pane.open_mail_mut().unwrap();
    open.rendered = RenderedView { width: 80, lines: lines(3, 60), is_complete: false };
    open.scroll = 20;
    // There are now three more lines above the visible part.
    open.replace_rendered(RenderedView { width: 80, lines: lines(0, 500), is_complete: true });
    assert_eq!(open.scroll, 23);
    open.scroll = 0;
    open.replace_rendered(RenderedView { width: 80, lines: lines(7, 500), is_complete: true });
    assert_eq!(open.scroll, 0, "a page at the top stays at the top");
}

/// Tests that other programs, such as the pager, receive the selected mail and not the previously opened mail.
#[test]
fn other_programs_receive_the_selected_mail() {
    let received_subject = |driver: &Driver| {
        let subject = |effect: &Effect| match effect {
            Effect::External(
                ExternalEffect::Pipe { opened, .. }
                | ExternalEffect::OpenInProgram(_, opened, _)
                | ExternalEffect::OpenInBrowser(opened),
            ) => Some(opened.mail.subject.to_string()),
            _ => None,
        };
        driver.effects.iter().rev().find_map(subject)
    };
    let mut driver = Driver::new(80, 24);
    driver.keys("|");
    assert!(driver.shows("There is no mail to hand to a command") && driver.model.overlays.is_empty());
    for mail in [include_str!("../../../assets/demo/1-receipt.eml"), LINK, CODE] {
        driver.mail(mail);
    }
    driver.keys("<enter><esc>j|wc<enter>");
    assert_eq!(received_subject(&driver).unwrap(), "Confirm your address");
    driver.keys("<esc>p");
    assert_eq!(received_subject(&driver).unwrap(), "Confirm your address");
    driver.keys("kE");
    assert_eq!(received_subject(&driver).unwrap(), "Your verification code");
    driver.keys("GB");
    assert!(
        received_subject(&driver).unwrap().starts_with("Your receipt"),
        "{:?}",
        received_subject(&driver)
    );
    driver.keys("gJ");
    assert_eq!(driver.model.focus, Pane::Message);
    assert!(driver.shows("Your verification code"), "the selected mail is shown\n{}", driver.screen());
}

/// Tests that the page for the browser is created only once even if it is requested twice, that the user can cancel its
/// creation, and that the program reports the outcome.
#[test]
fn the_browser_page_is_created_once_and_can_be_cancelled() {
    let mail = "Subject: Page\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>";
    let mut driver = Driver::new(100, 24);
    driver.mail(mail);
    driver.keys("<enter>");
    let press = |driver: &mut Driver, key| driver.msg_unanswered(Msg::Key(Key::char(key)));
    assert!(matches!(press(&mut driver, 'B')[..], [Effect::External(ExternalEffect::OpenInBrowser(_))]));
    assert!(driver.screen().contains("making the page · Esc stops it"), "{}", driver.screen());
    assert_eq!(press(&mut driver, 'B'), []);
    assert!(driver.shows("This page is being made for the browser. Esc stops it."));
    driver.keys("<esc>");
    assert_eq!(driver.effects.last(), Some(&Effect::External(ExternalEffect::StopBrowse)));
    assert_eq!(press(&mut driver, 'B'), [], "no second page is requested before the first has ended");
    driver.msg(Msg::Browsed(Browsed::Stopped));
    assert!(driver.shows("Stopped: nothing was handed to the browser."));
    assert!(!driver.screen().contains("making the page"), "{}", driver.screen());
    assert!(matches!(press(&mut driver, 'B')[..], [Effect::External(ExternalEffect::OpenInBrowser(_))]));
    driver.msg(Msg::Browsed(Browsed::Opened(vec![LeftOut::Hidden])));
    assert!(driver.shows("Handed to the browser") && driver.model.browsing.is_none());
    let notice = driver.model.notices.shown().last().unwrap().text.to_string();
    assert!(notice.ends_with(LeftOut::Hidden.words()), "{notice}");
}
