//! Tests that the `U` key undoes changes one by one, and that the screen shows which change was undone.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::session::SessionState;
use dropmail_client::domain::sharing::{Ownership, SharedChange};
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, MAILS_PER_PAGE, MailCounts};
use dropmail_client::domain::time::SignedDuration;
use dropmail_client::domain::undo_step::{UndoEdit, UndoStep};
use dropmail_tui::app::effect::{AccountEffect, ArchiveEffect, Effect, StoreEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::sessions::SessionEntry;
use dropmail_tui::app::undo::Changes;
use dropmail_tui::config::RestorePolicy;

fn filled() -> Driver {
    let mut driver = Driver::new(120, 40);
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

#[test]
fn several_actions_are_undone_in_reverse_order() {
    let mut driver = filled();
    driver.keys("dd");
    assert_eq!(driver.model.inbox.shown_count(), 1);
    driver.keys("U");
    assert!(driver.shows("Undone: the mail is in the list again."), "{}", driver.screen());
    assert_eq!(driver.model.inbox.shown_count(), 2);
    driver.keys("G");
    assert_eq!(driver.model.inbox.cursor(), 1);
    driver.keys("U");
    assert_eq!((driver.model.inbox.shown_count(), driver.model.hidden), (3, 0));
    assert_eq!(driver.model.inbox.cursor(), 0, "the cursor is on the mail that came back");
    let hidden = driver
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Store(StoreEffect::SetHidden(..))))
        .count();
    assert_eq!(hidden, 4, "each change is stored");
    driver.keys("U");
    assert!(driver.shows("Nothing is left to undo. H lists hidden mail"), "{}", driver.screen());
    assert!(driver.model.overlays.is_empty() && !driver.shows("U undo"), "{}", driver.screen());
}

#[test]
fn marks_names_and_unread_marks_are_undone() {
    let mut driver = filled();
    driver.keys("  <esc>");
    assert!(driver.model.inbox.marked().is_empty());
    driver.keys("U");
    assert_eq!(driver.model.inbox.marked().len(), 2);
    driver.keys("UU");
    assert!(driver.model.inbox.marked().is_empty());
    driver.keys("<enter><esc>u");
    let unread = driver.model.inbox.unread();
    driver.keys("U");
    assert_eq!(driver.model.inbox.unread(), unread - 1);
    assert!(driver.shows("Undone: the mail is read again."), "{}", driver.screen());
    driver.keys("hework<enter>e<c-u>play<enter>UU");
    assert!(driver.shows("Undone: the session has no name again."), "{}", driver.screen());
    assert!(driver.model.sessions.labels.is_empty());
}

#[test]
fn undo_restores_a_deleted_address() {
    let mut driver = filled();
    driver.keys("hjdy");
    assert!(driver.shows("U undoes it"), "{}", driver.screen());
    driver.keys("U");
    let restores = |effect: &&Effect| matches!(effect, Effect::Account(AccountEffect::Restore { addresses, .. }) if addresses.len() == 1);
    assert_eq!(driver.effects.iter().filter(restores).count(), 1);
}

#[test]
fn an_expired_session_is_removed_from_the_list_and_restored() {
    let mut driver = filled();
    let mut old = session("old");
    old.expires_at = driver.model.now - SignedDuration::from_mins(1);
    driver.model.sessions.insert(SessionEntry::from_archive(old, driver.model.now, 0));
    assert_eq!(driver.model.sessions.rows[1].state, SessionState::Lapsed);
    driver.keys("hG");
    assert!(driver.shows("d take out"), "{}", driver.screen());
    driver.keys("d");
    assert_eq!(driver.model.sessions.rows.len(), 1);
    assert!(driver.shows("The lapsed session is out of the list"), "{}", driver.screen());
    driver.msg(Msg::Tick(driver.model.now));
    driver.keys("U");
    assert_eq!(driver.model.sessions.rows.len(), 2);
}

/// Returns the undo history that the archive would contain after the changes that the core has sent to it.
fn stored(driver: &Driver) -> Vec<UndoStep> {
    let mut stored: Vec<UndoStep> = Vec::new();
    let edits = driver.effects.iter().filter_map(|effect| match effect {
        Effect::Store(StoreEffect::EditUndoSteps(edits)) => Some(edits.clone()),
        _ => None,
    });
    for edit in edits.flatten() {
        let place = |step: &UndoStep| stored.iter().rposition(|other| other == step);
        match edit {
            UndoEdit::Add(step) => stored.push(step),
            UndoEdit::Remove(step) => {
                let at = place(&step).expect("the removed change was stored");
                stored.remove(at);
            }
            UndoEdit::Replace(before, after) => {
                let at = place(&before).expect("the replaced change was stored");
                stored[at] = after;
            }
        }
    }
    stored
}

#[test]
fn changes_of_an_earlier_run_are_undone_step_by_step() {
    let mut driver = filled();
    driver.keys("d*jd").keys("hework<enter>");
    let steps = stored(&driver);
    assert!(
        matches!(
            steps[..],
            [UndoStep::Hidden(_), UndoStep::Starred(_, true), UndoStep::Hidden(_), UndoStep::Label(..)]
        ),
        "{steps:?}"
    );
    // The next run starts with the stored changes.
    driver.model.changes = Changes::default();
    let archived = || ArchiveSnapshot { undo_steps: steps.clone(), ..ArchiveSnapshot::default() };
    driver.msg(Msg::ArchiveRead(Ok(archived())));
    driver.msg(Msg::ArchiveRead(Ok(archived())));
    for (words, shown) in [
        ("Undone: the session has no name again.", 1),
        ("Undone: the mail is in the list again.", 2),
        ("Undone: the star is gone.", 2),
        ("Undone: the mail is in the list again.", 3),
    ] {
        driver.keys("<esc>U");
        assert!(driver.shows(words), "{words}: {}", driver.screen());
        assert_eq!(driver.model.inbox.shown_count(), shown, "{words}");
    }
    assert!(driver.model.changes.is_empty() && stored(&driver).is_empty());
}

#[test]
fn a_step_whose_mail_no_longer_exists_is_skipped() {
    let mut driver = filled();
    driver.keys("*");
    driver.model.changes = Changes::default();
    let starred = stored(&driver);
    let steps = [starred, vec![UndoStep::Hidden(vec![MailId::new("deleted")])]].concat();
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { undo_steps: steps, ..ArchiveSnapshot::default() })));
    driver.keys("U");
    assert!(driver.shows("Undone: the star is gone."), "{}", driver.screen());
}

#[test]
fn marks_that_a_command_has_used_are_not_undone() {
    for command in ["d", "*", "u"] {
        let mut driver = filled();
        driver.keys("<enter><esc>jj<enter><esc>kk  ").keys(command).keys("<esc>U");
        assert!(driver.shows("Undone: "), "{command}: {}", driver.screen());
        assert!(driver.model.inbox.marks().is_empty(), "{command}");
        assert!(driver.model.changes.is_empty() && !driver.shows("U undo"), "{command}: {}", driver.screen());
        driver.keys("<esc>U");
        assert!(driver.shows("Nothing is left to undo."), "{command}: {}", driver.screen());
        assert!(driver.model.inbox.marks().is_empty(), "{command}");
    }
    let mut driver = filled();
    driver.keys("  s");
    assert!(driver.model.changes.is_empty(), "nothing undoes the saving of mails");
}

#[test]
fn marks_do_not_drop_other_changes() {
    let mut driver = filled();
    driver.keys("d").keys(&" k".repeat(60));
    for _ in 0..60 {
        driver.keys("U");
    }
    assert_eq!(driver.model.inbox.shown_count(), 3, "{}", driver.screen());
    assert!(driver.model.changes.is_empty() && stored(&driver).is_empty());
}

#[test]
fn a_mark_key_without_a_mail_is_no_change() {
    let mut driver = Driver::new(120, 40);
    driver.keys(" V");
    assert!(driver.model.changes.is_empty());
}

#[test]
fn a_window_that_becomes_the_owner_undoes_its_own_changes_once() {
    let mut driver = Driver::not_started(120, 40);
    driver.msg(Msg::Configured { restore: RestorePolicy::Ask, ownership: Ownership::ViaOwner });
    driver.boot();
    driver.mail(NEWS);
    driver.keys("d");
    let undo_steps = stored(&driver);
    assert_eq!(undo_steps.len(), 1);
    driver.msg(Msg::OwnershipChanged(Ownership::Owner));
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { undo_steps, ..ArchiveSnapshot::default() })));
    driver.keys("<esc>U");
    assert_eq!(driver.model.inbox.shown_count(), 1, "{}", driver.screen());
    assert!(driver.model.changes.is_empty());
}

#[test]
fn a_second_key_press_does_not_lose_a_change_that_is_being_undone() {
    let mut driver = filled();
    driver.keys("dd");
    let undo_steps = stored(&driver);
    driver.model.changes = Changes::default();
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { undo_steps, ..ArchiveSnapshot::default() })));
    let undo = || Msg::Key(Key::char('U'));
    let read = driver.msg_unanswered(undo());
    assert!(read.contains(&Effect::Archive(ArchiveEffect::ListHidden)));
    assert!(!driver.msg_unanswered(undo()).contains(&Effect::Archive(ArchiveEffect::ListHidden)));
    driver.run(read);
    assert_eq!(driver.model.inbox.shown_count(), 2);
    driver.keys("U");
    assert_eq!(driver.model.inbox.shown_count(), 3);
}

#[test]
fn stars_of_mails_that_are_not_loaded_are_undone_too() {
    let mut driver = filled();
    for _ in 0..MAILS_PER_PAGE {
        driver.archive_mail("first", NEWS);
    }
    let mails = driver.first_page();
    let undo_steps = vec![UndoStep::Starred(vec![MailId::new("old")], true)];
    driver.model.changes = Changes::default();
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, undo_steps, ..ArchiveSnapshot::default() })));
    let by_session = vec![(SessionId::new("first"), 2 * MAILS_PER_PAGE)];
    driver.msg(Msg::MailsCounted(Ok(MailCounts { by_session, unread: 0 })));
    assert!(driver.model.inbox.older_count() > 0);
    driver.keys("U");
    let unstar = Effect::Store(StoreEffect::SetStarred(MailId::new("old"), false));
    assert!(driver.effects.contains(&unstar), "{}", driver.screen());
}

#[test]
fn a_hidden_mail_that_was_deleted_does_not_come_back() {
    let mut driver = filled();
    driver.keys("d");
    let later = driver.model.now + SignedDuration::from_hours(1);
    driver.msg(Msg::Shared(SharedChange::Purged(Some(later))));
    driver.keys("<esc>U");
    assert_eq!(driver.model.inbox.shown_count(), 0, "{}", driver.screen());
    assert!(driver.shows("Nothing is left to undo.") && stored(&driver).is_empty(), "{}", driver.screen());
}
