//! Mail that arrives, and the keys that act on mails of the list.

use super::{connection, copying, failed, info, problem};
use crate::app::effect::Effect;
use crate::app::inbox::haystack;
use crate::app::input::TextInput;
use crate::app::layout::Pane;
use crate::app::model::{Model, Watching};
use crate::app::msg::{Failure, Taken};
use crate::app::overlay::{Confirm, Deed, Overlay, Prompt, Purpose};
use crate::domain::ids::SessionId;
use crate::ports::archive::Kept;

pub(super) fn ingested(
    model: &mut Model,
    session: &SessionId,
    result: Result<Taken, Failure>,
) -> Vec<Effect> {
    match result {
        Ok(taken) => {
            if let Some(why) = taken.problem {
                problem(model, why);
            }
            arrived(model, session, vec![taken.kept])
        }
        Err(why) => {
            connection::missed(model, session, &why);
            failed(model, why)
        }
    }
}

/// Mails that are on disk now: into the list, and their code into the clipboard where the user
/// is watching for one.
pub(super) fn arrived(model: &mut Model, session: &SessionId, mut mails: Vec<Kept>) -> Vec<Effect> {
    mails.retain(|mail| !model.inbox.is_below(mail));
    let new = model.inbox.insert(mails);
    if let Some(row) = model.sessions.get_mut(session) {
        row.mails += new.len();
    }
    if model.watching == Watching::Off {
        return Vec::new();
    }
    let coded = new.iter().filter_map(|id| model.inbox.get(id)).filter(|mail| mail.summary.code.is_some());
    let newest = coded.max_by_key(|mail| mail.summary.envelope.received_at);
    newest.map(|mail| mail.summary.clone()).map_or_else(Vec::new, |mail| copying::code_of(&mail))
}

/// Asks for the next page of the list before the cursor reaches its end.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    let rows = rows(model);
    model.inbox.next_page(rows).map(Effect::ReadOlder).into_iter().collect()
}

pub(super) fn older_read(model: &mut Model, result: Result<Vec<Kept>, Failure>) -> Vec<Effect> {
    match result {
        Ok(page) => {
            model.inbox.read_page(page);
            Vec::new()
        }
        Err(why) => failed(model, why),
    }
}

/// A mail that was hidden is in the list again.
pub(super) fn unhidden(model: &mut Model, result: Result<Kept, Failure>) -> Vec<Effect> {
    match result {
        Ok(kept) => {
            model.inbox.insert(vec![kept]);
            info(model, "The mail is in the list again.")
        }
        Err(why) => failed(model, why),
    }
}

/// Rows of the list that are on the screen.
pub(super) fn rows(model: &Model) -> usize {
    let inside = model.layout().inside(Pane::Inbox, Pane::Inbox);
    inside.map_or(1, |area| usize::from(area.height).max(1))
}

/// `u`.
pub(super) fn mark_unread(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.mail_at_hand() else { return Vec::new() };
    if model.inbox.set_read(&id, false) { vec![Effect::MarkRead(id, false)] } else { Vec::new() }
}

/// A mail that was opened counts as read.
pub(super) fn mark_read(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.mail_at_hand() else { return Vec::new() };
    if model.inbox.set_read(&id, true) { vec![Effect::MarkRead(id, true)] } else { Vec::new() }
}

/// `d` on a mail: asks first.
pub(super) fn ask_hide(model: &mut Model) -> Vec<Effect> {
    let Some(mail) = model.mail_at_hand().and_then(|id| model.inbox.get(&id)) else {
        return problem(model, "There is no mail to hide.");
    };
    let confirm = Confirm {
        question: "Hide this mail from the list?".into(),
        details: vec![mail.summary.subject.clone(), "It stays in the archive.".into()],
        deed: Deed::HideMail(mail.summary.envelope.id.clone()),
    };
    model.overlays.push(Overlay::Confirm(confirm));
    Vec::new()
}

/// `\`.
pub(super) fn ask_filter(model: &mut Model) -> Vec<Effect> {
    let input = TextInput::new(model.inbox.filter());
    model.overlays.push(Overlay::Prompt(Prompt { purpose: Purpose::Filter, input }));
    Vec::new()
}

/// Goes to the next mail that holds what was searched for.
pub(super) fn search(model: &mut Model, needle: &str) -> Vec<Effect> {
    let needle = needle.trim().to_lowercase();
    if needle.is_empty() {
        return Vec::new();
    }
    model.inbox_search = needle;
    search_on(model, 1)
}

/// Goes to the next mail below (or above) that holds what was searched for, round the end.
pub(super) fn search_on(model: &mut Model, by: isize) -> Vec<Effect> {
    let rows = rows(model);
    let needle = model.inbox_search.clone();
    if model.inbox.find(rows, by, |summary| haystack(summary).contains(&needle)) {
        return Vec::new();
    }
    model.inbox_search.clear();
    info(model, format!("No mail in the list holds “{needle}”."))
}
