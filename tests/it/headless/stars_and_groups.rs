//! Tests starred mails and groups of mails. Also tests that the rows of the list keep their positions on the screen
//! when mail arrives.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::session::SessionState;
use dropmail_client::domain::stored_mail::ArchiveSnapshot;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{Effect, StoreEffect};
use dropmail_tui::app::inbox::Grouping;
use dropmail_tui::app::msg::{HiddenItems, Msg};
use dropmail_tui::app::settings::Settings;

fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::new(width, height);
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

fn subjects(driver: &Driver) -> Vec<String> {
    driver.model.inbox.visible().map(|mail| mail.summary.subject.to_string()).collect()
}

fn starred(driver: &Driver) -> usize {
    driver.model.inbox.mails().filter(|mail| mail.starred).count()
}

#[test]
fn a_star_can_be_set_filtered_and_undone() {
    let mut driver = filled(120, 40);
    driver.keys("j*");
    assert!(driver.shows("The mail has a star.") && driver.shows("★"), "{}", driver.screen());
    let stored = |effect: &&Effect| matches!(effect, Effect::Store(StoreEffect::SetStarred(_, true)));
    assert_eq!(driver.effects.iter().filter(stored).count(), 1);
    driver.keys("\\is:starred<enter>");
    assert_eq!(driver.model.inbox.shown_count(), 1);
    driver.keys("<esc><esc>*");
    assert_eq!(starred(&driver), 0, "{}", driver.screen());
    driver.keys("U");
    assert!(driver.shows("Undone: the star is back."), "{}", driver.screen());
    assert_eq!(starred(&driver), 1);
    driver.keys("U");
    assert_eq!(starred(&driver), 0);
}

#[test]
fn marked_mails_are_starred_together_and_the_open_mail_shows_its_star() {
    let mut driver = filled(120, 40);
    driver.keys("  *");
    assert_eq!((starred(&driver), driver.model.inbox.marked().len()), (2, 0));
    driver.keys("g<enter>");
    assert!(driver.shows("Message · text · ★"), "{}", driver.screen());
}

#[test]
fn a_key_a_command_and_a_setting_group_the_list() {
    let mut driver = filled(120, 40);
    let newest_first = subjects(&driver);
    driver.keys("jj");
    let selected = driver.model.inbox.selected().unwrap().clone();
    driver.keys(",");
    assert_eq!(driver.model.inbox.grouping(), Grouping::SignUp);
    assert!(driver.shows("shop.example 1 · 1 unread ──"), "{}", driver.screen());
    assert!(driver.shows("by sign-up"), "{}", driver.screen());
    assert_eq!(driver.model.inbox.selected(), Some(&selected), "grouping keeps the selected mail");
    assert_eq!(subjects(&driver), newest_first);
    driver.keys(",");
    assert!(driver.shows("first@dropmail.me 3"), "{}", driver.screen());
    driver.keys(":group off<enter>");
    assert_eq!(driver.model.inbox.grouping(), Grouping::Off);
    let settings = Settings { grouping: Grouping::Address, ..Settings::default() };
    driver.msg(Msg::Settings(Box::new(settings), Vec::new()));
    assert_eq!(driver.model.inbox.grouping(), Grouping::Address);
}

#[test]
fn a_click_in_a_grouped_list_selects_the_mail_in_that_row() {
    let mut driver = filled(120, 40);
    driver.keys("j,");
    let before = driver.model.inbox.cursor();
    let row = |driver: &Driver, text: &str| {
        let at = driver.screen().lines().position(|line| line.contains(text)).unwrap();
        u16::try_from(at).unwrap()
    };
    let heading = row(&driver, "paper.example 1");
    driver.click((60, heading));
    assert_eq!(driver.model.inbox.cursor(), before, "a click on a heading does not move the cursor");
    driver.click((60, heading + 1));
    let selected = driver.model.inbox.selected().unwrap().summary.subject.to_string();
    assert_eq!(selected, "Good morning");
}

#[test]
fn arriving_mail_does_not_move_the_rows_of_a_scrolled_list() {
    let mut driver = Driver::new(80, 12);
    for n in 0..30 {
        driver.mail(&NEWS.replace("Good morning", &format!("Morning {n}")));
    }
    driver.keys("<c-f><c-f>k");
    let row = |driver: &Driver| {
        let subject = &driver.model.inbox.selected().unwrap().summary.subject;
        driver.screen().lines().position(|line| line.contains(subject.as_str()))
    };
    let before = row(&driver);
    assert!(before.is_some(), "{}", driver.screen());
    driver.mail(CODE);
    assert_eq!(row(&driver), before, "{}", driver.screen());
    assert!(driver.shows("1 new above"), "{}", driver.screen());
}

#[test]
fn a_session_removed_from_the_list_stays_removed_after_a_restart() {
    let mut driver = filled(120, 40);
    let mut old = session("old");
    old.expires_at = driver.model.now - SignedDuration::from_mins(1);
    let removed = vec![old.id.clone()];
    let snapshot =
        |removed| ArchiveSnapshot { sessions: vec![old.clone()], removed, ..ArchiveSnapshot::default() };
    driver.msg(Msg::ArchiveRead(Ok(snapshot(removed))));
    assert_eq!(driver.model.sessions.rows.len(), 1);
    driver.msg(Msg::ArchiveRead(Ok(snapshot(Vec::new()))));
    assert_eq!(driver.model.sessions.rows.len(), 1, "a later snapshot does not add the removed session");
    let mut driver = filled(120, 40);
    driver.msg(Msg::ArchiveRead(Ok(snapshot(Vec::new()))));
    assert_eq!(driver.model.sessions.rows[1].state, SessionState::Lapsed);
    driver.keys("hGdU");
    let stored = |effect: &Effect| match effect {
        Effect::Store(StoreEffect::SetSessionRemoved(_, removed)) => Some(*removed),
        _ => None,
    };
    assert_eq!(driver.effects.iter().filter_map(stored).collect::<Vec<_>>(), [true, false]);
    driver.keys("Gd");
    assert_eq!(driver.model.sessions.rows.len(), 1);
    let items = HiddenItems { sessions: vec![old.clone()], ..HiddenItems::default() };
    driver.msg(Msg::HiddenListed(Ok(items)));
    assert!(driver.shows("lapsed session, out of the list"), "{}", driver.screen());
    driver.keys("<enter>");
    assert_eq!(driver.model.sessions.rows.len(), 2);
    assert!(driver.model.changes.is_empty(), "the history of changes is empty");
}

#[test]
fn an_empty_list_names_the_next_step() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        let mut driver = Driver::new(width, height);
        driver.keys("hjdy<esc><esc>");
        assert!(driver.shows("There is no address. n makes one."), "{}", driver.screen());
        let mut driver = Driver::new(width, height);
        driver.advance(11 * 60);
        let state = driver.model.sessions.rows[0].state;
        if state == SessionState::Lapsed {
            assert!(driver.shows("R restores the address"), "{}", driver.screen());
            assert!(driver.shows("n makes a new address"), "{}", driver.screen());
        }
    }
}

#[test]
fn a_long_list_shows_the_cursor_position() {
    let mut driver = Driver::new(80, 12);
    for _ in 0..4 {
        driver.mail(NEWS);
    }
    assert!(!driver.shows(" 1 of 4 "), "{}", driver.screen());
    for _ in 0..20 {
        driver.mail(NEWS);
    }
    driver.keys("gjj");
    assert!(driver.shows(" 3 of 24 "), "{}", driver.screen());
}
