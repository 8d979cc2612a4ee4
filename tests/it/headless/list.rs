//! Tests the mail list: marking mails, filtering, selecting the session whose mails are shown, and restoring hidden
//! mails.

// This file exceeds 300 lines because it contains a test for each command of the mail list.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, MAILS_PER_PAGE, MailCounts, StoredMail};
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{Effect, SaveEffect, StoreEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::Overlay;
use dropmail_tui::app::subscription::Subscription;
use dropmail_tui::app::subscriptions;

fn filled() -> Driver {
    let mut driver = Driver::new(120, 30);
    for mail in [CODE, LINK, NEWS] {
        driver.mail(mail);
    }
    driver
}

/// Returns the number of mails that the sessions pane shows for the first session.
fn shown_mail_count(driver: &Driver) -> usize {
    driver.model.sessions.rows[0].mails
}

#[test]
fn the_filter_supports_terms_besides_words() {
    let mut driver = filled();
    for (filter, shown) in [
        ("from:shop", 1),
        ("has:code", 1),
        ("is:unread", 3),
        ("-has:code -from:news", 1),
        ("after:today", 3),
        ("before:today", 0),
    ] {
        driver.keys("\\").keys(filter);
        assert_eq!(driver.model.inbox.shown_count(), shown, "{filter}");
        driver.keys("<esc>");
    }
}

#[test]
fn an_invalid_filter_term_is_reported_in_the_prompt_and_ignored() {
    let mut driver = filled();
    driver.keys("\\from:shop form:");
    assert!(driver.shows("no form: here, but from:"), "{}", driver.screen());
    assert_eq!(driver.model.inbox.shown_count(), 1, "the valid terms still apply");
    driver.keys("<enter>");
    assert!(
        matches!(driver.model.overlays.last(), Some(Overlay::Prompt(_))),
        "the prompt stays open for a correction"
    );
    driver.keys("<bs><bs><bs><bs><bs><enter>");
    assert!(driver.model.overlays.is_empty());
    assert_eq!(driver.model.inbox.shown_count(), 1);
}

#[test]
fn the_prompt_contains_the_previous_filter_only_while_it_is_active() {
    let mut driver = filled();
    let typed = |driver: &Driver| match driver.model.overlays.last() {
        Some(Overlay::Prompt(prompt)) => prompt.input.text().to_owned(),
        _ => panic!("the prompt is not open"),
    };
    driver.keys("\\forum<enter>\\");
    assert_eq!(typed(&driver), "forum");
    driver.keys("<esc>\\");
    assert_eq!(typed(&driver), "");
}

#[test]
fn a_pasted_filter_is_applied() {
    let mut driver = filled();
    driver.keys("\\");
    driver.msg(Msg::Paste("from:forum".to_owned()));
    assert_eq!(driver.model.inbox.shown_count(), 1);
}

#[test]
fn hiding_several_mails_updates_the_count_at_once() {
    let mut driver = filled();
    assert_eq!(shown_mail_count(&driver), 3);
    driver.keys("<space><space>d");
    assert!(driver.shows("2 mails are hidden from the list."), "{}", driver.screen());
    assert_eq!(driver.model.inbox.len(), 1);
    assert_eq!(shown_mail_count(&driver), 1);
    assert!(driver.shows("· 1 mail"), "{}", driver.screen());
    assert_eq!(
        driver
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Store(StoreEffect::SetHidden(_, true))))
            .count(),
        2
    );
}

#[test]
fn undoing_a_hide_restores_the_mails_and_the_counts() {
    let mut driver = filled();
    driver.keys("dH");
    assert!(driver.shows("hidden mail · now"), "{}", driver.screen());
    driver.keys("<enter>");
    assert_eq!(driver.model.inbox.len(), 3);
    assert_eq!(shown_mail_count(&driver), 3);
    driver.keys("VjjdHG<enter>");
    assert_eq!(driver.model.inbox.len(), 3, "one undo restores every hidden mail");
    driver.keys("<esc><esc>UUUU");
    assert!(driver.shows("Nothing is left to undo."), "{}", driver.screen());
    driver.keys("<esc>H");
    assert!(driver.shows("No mail is hidden and no address was deleted."), "{}", driver.screen());
}

#[test]
fn a_marked_range_can_be_set_unread_or_saved() {
    let mut driver = filled();
    driver.keys("<enter><esc>j<enter><esc>");
    assert_eq!(driver.model.inbox.unread(), 1);
    driver.keys("gVj");
    assert!(driver.shows("2 marked"), "{}", driver.screen());
    driver.keys("u");
    assert_eq!(driver.model.inbox.unread(), 3);
    assert!(!driver.shows("marked"));
    driver.keys("gVGs");
    let saved = driver.effects.iter().find_map(|effect| match effect {
        Effect::Save(SaveEffect::Mails(ids)) => Some(ids.len()),
        _ => None,
    });
    assert_eq!(saved, Some(3));
}

#[test]
fn commands_never_act_on_mails_that_the_filter_excludes() {
    let mut driver = filled();
    driver.keys("VGV\\forum<enter>d");
    assert_eq!(driver.model.inbox.len(), 2);
}

#[test]
fn esc_clears_marks_first() {
    let mut driver = filled();
    driver.keys("\\e<enter><space>");
    assert!(driver.shows("1 marked"));
    driver.keys("<esc>");
    assert!(!driver.shows("marked"));
    assert_eq!(driver.model.inbox.filter(), "e");
}

#[test]
fn the_list_shows_mail_of_all_addresses_or_of_the_selected_one() {
    let mut driver = filled();
    driver.msg(Msg::SessionOpened(Ok(session("second"))));
    assert_eq!(driver.model.inbox.shown_count(), 3);
    assert!(driver.shows("a first@dropmail.me"), "{}", driver.screen());
    assert!(driver.shows("b second@dropmail.me"));
    driver.keys(".");
    assert_eq!(driver.model.inbox.shown_count(), 0, "only mail to the new address is shown");
    assert!(driver.shows("Only mail of second@dropmail.me is shown."), "{}", driver.screen());
    assert!(driver.shows("No mail came to this address yet"), "{}", driver.screen());
    driver.keys("hG");
    assert!(driver.shows("3 to first@dropmail.me"), "{}", driver.screen());
    driver.keys("l.");
    assert_eq!(driver.model.inbox.shown_count(), 3);
}

#[test]
fn each_address_row_shows_its_own_mail_count() {
    let mut driver = filled();
    let moved = session("first").addresses.remove(0);
    driver.msg(Msg::SessionOpened(Ok(session("second"))));
    driver.model.sessions.get_mut(&SessionId::new("first")).unwrap().session.addresses.clear();
    driver.msg(Msg::AddressAdded(SessionId::new("second"), Ok(moved)));
    let second = driver.model.sessions.get(&SessionId::new("second")).unwrap();
    assert_eq!(second.mails, 3);
}

#[test]
fn an_unfocused_program_has_no_timer_of_one_second() {
    let mut driver = filled();
    let has_clock = |driver: &Driver| {
        subscriptions(&driver.model).iter().any(|subscription| matches!(subscription, Subscription::Clock))
    };
    assert!(has_clock(&driver));
    driver.msg(Msg::Focus(false));
    assert!(!has_clock(&driver));
    let keep_alive = driver.model.sessions.rows[0].due().unwrap();
    assert!(
        subscriptions(&driver.model).contains(&Subscription::Alarm(keep_alive)),
        "the keep-alive timer of the session stays set"
    );
    driver.msg(Msg::Focus(true));
    assert!(has_clock(&driver));
}

#[test]
fn an_idle_screen_has_no_timer_of_one_second() {
    let mut driver = filled();
    let next_alarm = |driver: &Driver| {
        let timers = subscriptions(&driver.model).into_iter().filter_map(|subscription| match subscription {
            Subscription::Clock => Some(None),
            Subscription::Alarm(at) => Some(Some(at)),
            _ => None,
        });
        let timers: Vec<_> = timers.collect();
        assert_eq!(timers.len(), 1, "exactly one timer is active");
        timers[0]
    };
    let assert_slow_timer = |driver: &Driver| {
        let at = next_alarm(driver).expect("the screen shows seconds");
        let wait = at.duration_since(driver.model.now);
        assert!(wait.is_positive() && wait <= SignedDuration::from_secs(70), "{wait:?}");
    };
    assert_eq!(next_alarm(&driver), None, "the age of a new mail is shown in seconds");
    driver.advance(70);
    driver.connect();
    assert_slow_timer(&driver);
    driver.keys("c");
    assert_eq!(next_alarm(&driver), None, "a notice disappears after some seconds");
    driver.advance(6);
    assert_slow_timer(&driver);
    // The timer fires when the remaining time of the session begins to be shown in seconds. From then on, the
    // screen shows each second.
    let end = driver.model.sessions.rows[0].session.expires_at;
    driver.model.now = end - SignedDuration::from_secs(130);
    let at = next_alarm(&driver).expect("the screen shows seconds");
    assert!(at <= end - SignedDuration::from_secs(120), "{at}");
    driver.model.now = end - SignedDuration::from_secs(119);
    assert_eq!(next_alarm(&driver), None);
}

#[test]
fn an_idle_screen_is_updated_together_with_a_query_that_is_due() {
    let mut driver = filled();
    driver.advance(200);
    driver.connect();
    let due = driver.model.sessions.rows[0].due().unwrap();
    let alarm_before_due = |driver: &mut Driver, seconds: i64| {
        driver.model.now = due - SignedDuration::from_secs(seconds);
        let alarms = subscriptions(&driver.model).into_iter().filter_map(|subscription| match subscription {
            Subscription::Alarm(at) => Some(at),
            _ => None,
        });
        alarms.collect::<Vec<_>>()
    };
    assert_eq!(alarm_before_due(&mut driver, 20), [due]);
    assert_eq!(alarm_before_due(&mut driver, 65), [due], "the screen waits a little for the query");
    assert_eq!(alarm_before_due(&mut driver, 75), [due - SignedDuration::from_secs(15)]);
}

#[test]
fn a_mail_dated_in_the_future_starts_no_timer_of_one_second() {
    let mut driver = Driver::new(120, 30);
    let mut mail = old_mail(0);
    mail.summary.envelope.received_at = driver.model.now + SignedDuration::from_hours(9000);
    let mails = vec![mail];
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, ..ArchiveSnapshot::default() })));
    driver.msg(Msg::Focus(true));
    assert!(!subscriptions(&driver.model).contains(&Subscription::Clock));
}

/// Creates a stored mail that arrived `n` hours before the start time of the driver.
fn old_mail(n: usize) -> StoredMail {
    let start = Driver::new(120, 30).model.now;
    let envelope = Envelope {
        id: MailId::new(format!("old {n}")),
        session: SessionId::new("first"),
        received_at: start - SignedDuration::from_hours(i64::try_from(n).unwrap()),
        from: "bounce@example.com".into(),
        to: "first@dropmail.me".into(),
        to_orig: "first@dropmail.me".into(),
        size: 1,
        oddities: Vec::new(),
    };
    let summary = Summary::new(envelope, &mail_codes::parse(b"Subject: old\r\n\r\nold\r\n"));
    StoredMail { read: n.is_multiple_of(2), ..StoredMail::new(summary) }
}

#[test]
fn counts_cover_the_whole_archive_and_not_only_the_loaded_pages() {
    for tally_first in [false, true] {
        check_counts(tally_first);
    }
}

fn check_counts(tally_first: bool) {
    let mut driver = filled();
    let whole: Vec<StoredMail> = (1..=MAILS_PER_PAGE + 30).map(old_mail).collect();
    let (first, rest) = whole.split_at(MAILS_PER_PAGE);
    let mails = first.to_vec();
    let page = Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, ..ArchiveSnapshot::default() }));
    let unread = whole.iter().filter(|mail| !mail.read).count() + 3;
    let by_session = vec![(SessionId::new("first"), MAILS_PER_PAGE + 33)];
    let tally = Msg::MailsCounted(Ok(MailCounts { by_session, unread }));
    // The core requests the page and the counts at the same time, and the replies may arrive in either order.
    let (one, other) = if tally_first { (tally, page) } else { (page, tally) };
    driver.msg(one);
    driver.msg(other);
    let counts =
        |driver: &Driver| (driver.model.inbox.len(), driver.model.inbox.unread(), shown_mail_count(driver));
    assert_eq!(counts(&driver), (MAILS_PER_PAGE + 33, unread, MAILS_PER_PAGE + 33));
    driver.keys("u");
    driver.msg(Msg::PageLoaded(Ok(rest.to_vec())));
    assert_eq!(
        counts(&driver),
        (MAILS_PER_PAGE + 33, unread, MAILS_PER_PAGE + 33),
        "mails of a later page are not counted twice"
    );
    assert_eq!(driver.model.inbox.older_count(), 0);
}

#[test]
fn a_list_whose_mails_are_all_hidden_says_so() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.keys("d");
    assert!(driver.shows("The one mail is hidden. H lists hidden mail."), "{}", driver.screen());
    driver.keys("H<enter>");
    assert_eq!(driver.model.inbox.shown_count(), 1);
}

#[test]
fn ctrl_u_clears_a_prompt() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.keys("\\zebra shop");
    driver.msg(Msg::Key(Key::ctrl('u')));
    assert!(driver.model.inbox.filter().is_empty() && driver.shows("show only mails with:"));
}

#[test]
fn a_prompt_longer_than_the_screen_still_shows_its_error() {
    let mut driver = filled();
    driver.keys("\\form:x ");
    driver.msg(Msg::Paste("long ".repeat(20_000)));
    assert!(driver.shows("no form: here"), "{}", driver.screen());
}

#[test]
fn rows_written_by_an_earlier_version_are_updated_in_place() {
    let mut driver = filled();
    driver.keys("jj");
    let at = driver.model.inbox.selected().unwrap().summary.envelope.id.clone();
    let row =
        |driver: &Driver| driver.model.inbox.mails().find(|mail| mail.summary.envelope.id == at).cloned();
    let mut row_to_update = row(&driver).unwrap();
    driver.keys("\\from:header.example");
    assert_eq!(driver.model.inbox.shown_count(), 0);
    row_to_update.summary.sender_address = "team@header.example".into();
    row_to_update.summary.subject = "A subject that this version reads".into();
    let mut unknown = row_to_update.clone();
    unknown.summary.envelope.id = MailId::new("below the list");
    driver.msg(Msg::RowsUpdated(vec![unknown, StoredMail { read: true, ..row_to_update.clone() }]));
    assert_eq!(driver.model.inbox.shown_count(), 1, "the filter matches the updated sender address");
    driver.msg(Msg::AllRowsUpdated);
    driver.keys("<enter>");
    let updated = row(&driver).unwrap();
    assert_eq!(updated.summary, row_to_update.summary);
    assert!(!updated.read, "the update does not change the read state");
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 3, "an update of a mail outside the list adds no row");
    assert_eq!(
        driver.model.inbox.selected().unwrap().summary.envelope.id,
        at,
        "the cursor stays on its mail"
    );
}
