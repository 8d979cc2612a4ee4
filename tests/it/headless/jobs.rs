//! Tests the list of running jobs.

use super::driver::Driver;
use super::flows::CODE;
use dropmail_tui::app::effect::{Effect, ExternalEffect};
use dropmail_tui::app::jobs::{JobEvent, JobKind, JobProgress};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::Overlay;

fn started(driver: &mut Driver, id: u64, kind: JobKind) {
    driver.msg(Msg::Job(JobEvent::Started(id, kind)));
}

#[test]
fn a_long_job_is_shown_listed_and_cancelled() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        let mut driver = Driver::new(width, height);
        driver.mail(CODE);
        started(&mut driver, 1, JobKind::SaveMails(12));
        assert!(!driver.shows("saving"), "a short job shows no progress: {}", driver.screen());
        driver.advance(1);
        driver.msg(Msg::Job(JobEvent::Progress(1, JobProgress::Items(3, Some(12)))));
        driver.advance(1);
        assert!(driver.shows("saving 12 mails"), "{}", driver.screen());
        driver.keys("P");
        assert!(driver.shows("2s · 3 of 12"), "{}", driver.screen());
        driver.advance(3);
        assert!(driver.shows("5s · 3 of 12"), "the open list shows the new progress: {}", driver.screen());
        driver.keys("<enter>");
        assert_eq!(driver.effects.last(), Some(&Effect::External(ExternalEffect::StopJob(1))));
        assert!(driver.shows("stopping …"), "{}", driver.screen());
        driver.msg(Msg::Job(JobEvent::Ended(1)));
        assert!(driver.shows("none "), "the list stays open: {}", driver.screen());
        assert!(!driver.shows("stopping …") && !driver.shows("12 mails"), "{}", driver.screen());
    }
}

#[test]
fn the_cursor_stays_on_its_job_and_a_restore_cannot_be_cancelled() {
    let mut driver = Driver::new(120, 40);
    started(&mut driver, 1, JobKind::Restore(2));
    started(&mut driver, 2, JobKind::Hook("on_mail", "Shop".into()));
    driver.advance(1);
    assert!(driver.shows("hook on_mail for mail from Shop and 1 more"), "{}", driver.screen());
    driver.keys("P");
    started(&mut driver, 3, JobKind::Command("wc -l".into()));
    driver.advance(1);
    assert!(driver.shows("running “wc -l”"), "{}", driver.screen());
    driver.keys("<enter>");
    assert_eq!(driver.effects.last(), Some(&Effect::External(ExternalEffect::StopJob(2))));
    driver.keys("G");
    let before = driver.effects.len();
    assert!(
        driver.shows("restoring 2 addresses") && driver.shows("cannot be stopped"),
        "{}",
        driver.screen()
    );
    driver.keys("<enter>");
    assert_eq!(driver.effects.len(), before);
}

#[test]
fn the_list_names_what_runs_all_the_time() {
    for (width, height) in [(80, 24), (120, 40), (60, 20)] {
        let mut driver = Driver::new(width, height);
        driver.advance(5);
        driver.keys("P");
        for words in ["Work", "no saving, export", "Runs all the time", "push connection", "session renewal"]
        {
            assert!(driver.shows(words), "{words}: {}", driver.screen());
        }
        assert!(
            driver.shows("WebSocket · for ") && driver.shows(" · first@dropmail.me"),
            "{}",
            driver.screen()
        );
        assert!(!driver.shows("stops it"), "{}", driver.screen());
        let before = driver.effects.len();
        driver.keys("j<enter>");
        assert_eq!(driver.effects.len(), before, "a connection cannot be stopped");
    }
}

#[test]
fn the_cursor_stays_on_a_connection_while_a_job_starts() {
    let mut driver = Driver::new(80, 24);
    driver.keys("PG");
    started(&mut driver, 1, JobKind::Page);
    driver.advance(2);
    let Some(Overlay::Menu(menu)) = driver.model.overlays.last() else { panic!("the list is not open") };
    assert_eq!(menu.items[menu.cursor].label.as_str(), "session renewal", "{}", driver.screen());
}
