//! Tests the search that the `/` key starts in the inbox. The search covers all stored mails, including those that the
//! list has not loaded.

// This file exceeds 300 lines because it contains a test for each stage of a search.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::{
    ArchiveSnapshot, MAILS_PER_PAGE, MailCounts, SearchBatch, StoredMail,
};
use dropmail_tui::app::effect::{ArchiveEffect, Effect, SaveEffect, StoreEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::msg::{AppError, FailureKind, Msg, Storage};
use dropmail_tui::ui::theme::{ColorDepth, Styles};

const OLD: &str = "From: Travel <trips@rail.example>\nTo: gone@dropmail.me\n\
    Subject: Your trip to Harbour Town\nContent-Type: text/plain; charset=utf-8\n\n\
    Your verification code is:\n\n    771204\n\nThe parcel travels along.\n";

/// Creates a mailbox with three mails in the list. The archive contains more mails, which belong to an expired
/// session.
fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::not_started(width, height);
    for _ in 0..5 {
        driver.archive_mail("gone", OLD);
        driver.archive_mail("gone", NEWS);
    }
    driver.boot();
    driver.connect();
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

fn selected_id(driver: &Driver) -> MailId {
    driver.model.inbox.selected().unwrap().summary.envelope.id.clone()
}

fn shown_subjects(driver: &Driver) -> Vec<&str> {
    driver.model.inbox.visible().map(|mail: &StoredMail| mail.summary.subject.as_str()).collect()
}

#[test]
fn a_search_covers_the_whole_archive() {
    let mut driver = filled(120, 30);
    driver.keys("jj");
    let before = (selected_id(&driver), driver.screen());
    driver.keys("/parcel");
    assert_eq!(
        shown_subjects(&driver),
        ["Your trip to Harbour Town"; 5],
        "the search covers the text of the mail"
    );
    driver.keys("<enter>");
    assert!(driver.shows("· 5 with “parcel”"), "{}", driver.screen());
    driver.keys("/ trip<enter>");
    assert!(
        driver.shows("5 with “parcel trip”"),
        "the prompt still contains the previous search\n{}",
        driver.screen()
    );
    driver.keys("<esc>");
    assert_eq!((selected_id(&driver), driver.screen()), before, "Esc restores the list and the cursor");
}

#[test]
fn a_running_search_is_visible() {
    for (width, height) in [(40, 12), (80, 24), (120, 34), (200, 60)] {
        for (name, keys) in [
            ("typed", "/your"),
            ("found", "/your<enter>j"),
            ("terms", "/trip has:code from:travel<enter>"),
            ("nothing", "/zebra<enter>"),
            ("wrong", "/trip before:soon"),
            ("opened", "/parcel<enter><enter>"),
        ] {
            let mut driver = filled(width, height);
            driver.keys(keys);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), driver.screen());
        }
    }
}

#[test]
fn matches_are_highlighted_in_every_colour_theme() {
    let mut driver = filled(120, 34);
    driver.keys("/TRIP<enter>");
    let styles = Styles::from_name("midnight", ColorDepth::TrueColor);
    let terminal = driver.drawn(&styles);
    let (column, row) = driver.position_of("trip to Harbour");
    let cell = |column: u16| terminal.backend().buffer().cell((column, row + 1)).unwrap().clone();
    assert_eq!(Some(cell(column).bg), styles.found.bg);
    assert_ne!(cell(column + 6).bg, cell(column).bg, "the text next to a match is not highlighted");
}

#[test]
fn filter_terms_work_in_a_search_and_together_with_one() {
    let mut driver = filled(120, 30);
    for (typed, count) in [
        ("from:travel", 5),
        ("from:travel is:unread parcel", 5),
        ("-parcel subject:morning", 6),
        ("has:code", 6),
        ("before:12h has:code", 5),
        ("has:link to:first", 1),
        ("\"code is\" -parcel", 1),
    ] {
        driver.keys("/");
        driver.msg(Msg::Paste(typed.to_owned()));
        driver.keys("<enter>");
        assert_eq!(driver.model.inbox.shown_count(), count, "{typed}\n{}", driver.screen());
        driver.keys("<esc>");
        assert_eq!(driver.model.inbox.shown_count(), 3);
    }
    driver.keys("\\has:code<enter>/your<enter>");
    assert_eq!(driver.model.inbox.shown_count(), 6);
    driver.keys("\\ from:shop<enter>");
    assert_eq!(
        shown_subjects(&driver),
        ["Your verification code"],
        "the filter applies to the results of the search"
    );
    driver.keys("<esc>");
    assert!(!driver.model.context().searching);
    assert_eq!(driver.model.inbox.filter(), "has:code from:shop", "the first Esc ends only the search");
}

#[test]
fn mails_of_an_expired_session_can_be_opened_copied_and_saved() {
    let mut driver = filled(120, 30);
    driver.keys("/harbour<enter>c");
    assert_eq!(driver.copied, ["771204"]);
    let id = selected_id(&driver);
    driver.keys("s<enter>");
    assert!(driver.effects.contains(&Effect::Save(SaveEffect::Mails(vec![id.clone()]))));
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SetRead(id, true))));
    assert_eq!(driver.model.focus, Pane::Message);
    assert!(driver.shows("The parcel travels along."), "{}", driver.screen());
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 5, "closing the mail returns to the results");
    driver.keys("d");
    assert_eq!(driver.model.inbox.shown_count(), 4, "a hidden mail is not found");
    driver.keys("<esc>/harbour<enter>");
    assert_eq!(driver.model.inbox.shown_count(), 4);
}

#[test]
fn a_mail_that_arrives_during_a_search_is_found() {
    let mut driver = filled(120, 30);
    driver.keys("/code<enter>");
    let at = selected_id(&driver);
    driver.keys("j");
    let second = selected_id(&driver);
    driver.mail(CODE);
    driver.mail(NEWS);
    assert_eq!(driver.model.inbox.shown_count(), 7);
    assert_eq!(selected_id(&driver), second, "the cursor stays on its mail");
    assert_ne!(at, second);
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 5);
}

#[test]
fn further_results_are_counted_and_loaded_as_the_cursor_moves() {
    let mut driver = Driver::not_started(80, 8);
    for _ in 0..90 {
        driver.archive_mail("gone", OLD);
    }
    driver.search_step_size = 4;
    driver.boot();
    driver.connect();
    driver.keys("/trip<enter>");
    let loaded = driver.model.inbox.shown_count();
    assert!((20..60).contains(&loaded), "{loaded}");
    assert!(driver.shows("· 90 with"), "all matches are counted\n{}", driver.screen());
    driver.keys("G");
    assert!(driver.model.inbox.shown_count() > loaded);
    for _ in 0..10 {
        driver.keys("G");
    }
    assert_eq!(driver.model.inbox.shown_count(), 90);
    assert!(driver.shows("· 90 with"), "{}", driver.screen());
}

#[test]
fn a_search_never_blocks_keys_and_runs_one_step_at_a_time() {
    let mut driver = filled(120, 30);
    let mut effects = Vec::new();
    for key in Key::parse_sequence("/trip") {
        effects.extend(driver.msg_unanswered(Msg::Key(key)));
    }
    assert_eq!(driver.model.inbox.shown_count(), 3, "the list is unchanged before the reply");
    assert!(driver.shows("looking for “trip”"), "{}", driver.screen());
    let [Effect::Archive(ArchiveEffect::Search { request: query_request, generation, .. })] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(query_request.query().words(), ["t"]);
    let answer = |generation| Msg::Searched {
        generation,
        result: Ok(SearchBatch { mails: Vec::new(), reached: None }),
    };
    let next_effects = driver.msg_unanswered(answer(*generation));
    let [Effect::Archive(ArchiveEffect::Search { request: query_request, generation: second, .. })] =
        next_effects.as_slice()
    else {
        panic!("{next_effects:?}")
    };
    assert_eq!(query_request.query().words(), ["trip"], "the next step searches for the current input");
    assert!(driver.msg_unanswered(answer(*generation)).is_empty(), "an outdated reply is dropped");
    assert_eq!(driver.model.inbox.shown_count(), 3);
    assert!(driver.msg_unanswered(answer(*second)).is_empty());
    assert!(driver.shows("No mail that is kept holds “trip”"), "{}", driver.screen());
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 3);
}

#[test]
fn keys_typed_during_a_search_never_act_on_another_mail() {
    let mut driver = filled(120, 30);
    let mut effects = Vec::new();
    for key in Key::parse_sequence("/news<enter>") {
        effects.extend(driver.msg_unanswered(Msg::Key(key)));
    }
    assert_eq!(shown_subjects(&driver).len(), 1, "matching loaded mails are shown before the reply");
    let first = selected_id(&driver);
    let generations: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Archive(ArchiveEffect::Search { generation, .. }) => Some(*generation),
            _ => None,
        })
        .collect();
    let outdated = Msg::Searched {
        generation: generations[0],
        result: Ok(SearchBatch { mails: Vec::new(), reached: None }),
    };
    let next_effects = driver.msg_unanswered(outdated);
    assert_eq!(selected_id(&driver), first);
    let Some(Effect::Archive(ArchiveEffect::Search { generation, .. })) = next_effects.first() else {
        panic!("{next_effects:?}")
    };
    let why = AppError { kind: FailureKind::Other, text: "disk I/O error".into(), retry_after: None };
    driver.msg_unanswered(Msg::Searched { generation: *generation, result: Err(why) });
    assert_eq!(selected_id(&driver), first, "a failed search keeps the shown mails");
}

#[test]
fn a_failed_search_step_is_reported_and_not_repeated() {
    let mut driver = filled(120, 30);
    let effects = driver.msg_unanswered(Msg::Key(Key::char('/')));
    assert!(effects.is_empty());
    let effects = driver.msg_unanswered(Msg::Key(Key::char('x')));
    let [Effect::Archive(ArchiveEffect::Search { generation, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let why = AppError {
        kind: FailureKind::Other,
        text: "the archive at /x: disk I/O error".into(),
        retry_after: None,
    };
    assert!(driver.msg_unanswered(Msg::Searched { generation: *generation, result: Err(why) }).is_empty());
    assert!(driver.shows("disk I/O error"), "{}", driver.screen());
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.shown_count(), 3);
}

#[test]
fn a_search_without_an_archive_says_so() {
    let mut driver = filled(120, 30);
    driver.model.mailbox_source.as_mut().unwrap().mail = Storage::Memory;
    driver.keys("/trip<enter>");
    assert!(driver.shows("in memory with “trip”"), "{}", driver.screen());
    driver.keys("/zebra<enter>");
    assert!(driver.shows("nothing is kept on disk"), "{}", driver.screen());
}

#[test]
fn the_filter_covers_the_whole_archive_and_keeps_the_cursor() {
    let mut driver = Driver::not_started(120, 30);
    driver.search_step_size = MAILS_PER_PAGE;
    for n in 0..1300 {
        driver.archive_mail("gone", &OLD.replace("Harbour Town", &format!("Harbour {n}")));
    }
    driver.boot();
    driver.connect();
    let mails = driver.first_page();
    let by_session = vec![(SessionId::new("gone"), 1300)];
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, ..ArchiveSnapshot::default() })));
    driver.msg(Msg::MailsCounted(Ok(MailCounts { by_session, unread: 1300 })));
    driver.mail(CODE);
    driver.keys("\\from:travel subject:\"harbour 12\"");
    // The matches are 12, 120 to 129 and 1200 to 1299; some of them are older than the loaded page.
    assert!(driver.shows("· 111 with"), "{}", driver.screen());
    driver.keys("<enter>jjj");
    let at = selected_id(&driver);
    driver.mail(&OLD.replace("Harbour Town", "Harbour 12 again"));
    assert_eq!(selected_id(&driver), at, "an arriving mail does not move the cursor");
    assert!(driver.shows("· 112 with"), "{}", driver.screen());
    // The last loaded mail is selected; meanwhile the core loads older mails.
    driver.keys("GG");
    assert!(driver.shows("Harbour 12 "), "the oldest match is the last row\n{}", driver.screen());
    driver.keys("\\<esc>\\zebra");
    assert!(driver.shows("No mail is like that"), "{}", driver.screen());
    driver.keys("<esc>\\from:travel<enter>/parcel<enter>");
    assert!(driver.model.context().searching);
    driver.keys("<esc>");
    assert!(
        driver.shows("1301 with “from:travel”"),
        "the filter applies again after the search\n{}",
        driver.screen()
    );
    driver.keys("<esc>");
    assert_eq!(driver.model.inbox.filter(), "");
    assert_eq!(driver.model.inbox.shown_count(), MAILS_PER_PAGE + 2, "Esc restores the unfiltered list");
}

#[test]
fn a_mail_that_is_archived_before_it_is_pushed_is_counted_once() {
    let started_driver = || {
        let mut driver = Driver::not_started(120, 30);
        driver.search_step_size = MAILS_PER_PAGE;
        for n in 0..MAILS_PER_PAGE + 10 {
            driver.archive_mail("gone", &OLD.replace("Harbour Town", &format!("Harbour {n}")));
        }
        driver.boot();
        driver.connect();
        let mails = driver.first_page();
        driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, ..ArchiveSnapshot::default() })));
        let by_session = vec![(SessionId::new("gone"), MAILS_PER_PAGE + 10)];
        driver.msg(Msg::MailsCounted(Ok(MailCounts { by_session, unread: MAILS_PER_PAGE + 10 })));
        driver
    };
    let mut other_driver = started_driver();
    other_driver.mail(CODE);
    let new: StoredMail = other_driver.model.inbox.selected().unwrap().clone();
    let mut driver = started_driver();
    driver.keys("\\");
    let effects = driver.msg_unanswered(Msg::Key(Key::char('o')));
    let [Effect::Archive(ArchiveEffect::Search { generation, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let first_page = driver.first_page();
    let mails = std::iter::once(new).chain(first_page).collect();
    driver.msg_unanswered(Msg::Searched {
        generation: *generation,
        result: Ok(SearchBatch { mails, reached: None }),
    });
    driver.mail(CODE);
    assert_eq!(driver.model.inbox.match_count(), (MAILS_PER_PAGE + 1, true));
}

#[test]
fn search_words_are_highlighted_in_the_opened_mail() {
    let mut driver = filled(80, 24);
    driver.keys("/parcel code<enter><enter>");
    assert!(driver.shows("“parcel code” 1 of 3"), "{}", driver.screen());
    driver.keys("n");
    assert!(driver.shows("“parcel code” 2 of 3"), "{}", driver.screen());
    driver.keys("nn");
    assert!(driver.shows("1 of 3"), "the selection wraps to the first match\n{}", driver.screen());
    driver.keys("/travels<enter>");
    assert!(driver.shows("“travels” 1 of 1"), "{}", driver.screen());
    driver.keys("<esc>");
    assert!(
        driver.shows("“parcel code”"),
        "the words of the list search are highlighted again\n{}",
        driver.screen()
    );
    driver.keys("<esc>");
    assert_eq!(driver.model.focus, Pane::Inbox, "one Esc returns to the results");
    driver.keys("<esc><enter>");
    assert!(!driver.shows("“parcel code”"), "no words are highlighted after the search");
}

#[test]
fn a_search_from_the_addresses_shows_its_matches_on_a_narrow_screen() {
    for prompt in ["/parcel", "\\parcel"] {
        let mut driver = filled(80, 24);
        driver.keys("h");
        assert_eq!(driver.model.focus, Pane::Sessions);
        driver.keys(prompt);
        assert_eq!(driver.model.focus, Pane::Inbox);
        driver.keys("<enter>");
        assert!(driver.shows("Inbox"), "{}", driver.screen());
    }
}
