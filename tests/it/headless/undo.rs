//! Tests that the `U` key undoes changes one by one, and that the screen shows which change was undone.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::session::SessionState;
use dropmail_client::domain::stored_mail::ArchiveSnapshot;
use dropmail_client::domain::time::SignedDuration;
use dropmail_client::domain::undo_step::{UndoEdit, UndoStep};
use dropmail_tui::app::effect::{AccountEffect, Effect, StoreEffect};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::sessions::SessionEntry;
use dropmail_tui::app::undo::Changes;

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
    assert!(driver.shows("No mail is hidden and no address was deleted."), "{}", driver.screen());
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
