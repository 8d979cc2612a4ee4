//! Renders the user interface as lines of text for screen readers. Only new and changed lines are printed.

mod dialogs;
mod spoken_mail;

use super::status;
use crate::app::Model;
use crate::app::code_watch::CodeWatch;
use crate::app::columns::code_column_text;
use crate::app::command::{AddressCommand, AppCommand};
use crate::app::layout::Pane;
use crate::app::notice::{Notice, Severity};
use crate::app::sessions::SessionsLine;
use dialogs::overlay_lines;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::{Timestamp, format_age};
use spoken_mail::{SpokenMail, message_words, view_words};

/// Prefix of the line with which a screen reader announces the selected address.
const ADDRESS: &str = "Address: ";

/// The text that a screen reader speaks for the whole user interface, split into parts. The program compares these
/// parts with those of the previous state in order to print only new text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpokenState {
    connection: String,
    address: String,
    keys: String,
    pane: PaneWords,
    item: ItemWords,
    newest: Option<MailId>,
    newest_words: String,
    message: Option<SpokenMail>,
    /// The id of the open mail and the name of its view, even if another pane has the focus; `None` if no mail is open.
    view: Option<(MailId, &'static str)>,
    overlay: Vec<String>,
    /// The text and the expiry time of each notice. If a key press shows the same notice again, its expiry time
    /// differs, so the screen reader speaks the notice again.
    notices: Vec<(String, Option<Timestamp>)>,
}

/// The text of the focused pane, as a screen reader speaks it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct PaneWords {
    name: &'static str,
    /// Text with the number of entries in the pane. A change in this number alone is not spoken.
    counts: String,
    /// Descriptions of the active states of the pane, such as a filter, a search or marked mails.
    state: Vec<String>,
}

impl PaneWords {
    fn full_text(&self) -> String {
        let parts = [self.name, &self.counts].into_iter().chain(self.state.iter().map(String::as_str));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Returns the text that a screen reader must speak if the focused pane was last spoken in the state `before`.
    fn difference_from(&self, before: &Self) -> String {
        if self.name != before.name || self.state.is_empty() && !before.state.is_empty() {
            return self.full_text();
        }
        let new = self.state.iter().filter(|state| !before.state.contains(state));
        new.map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// The text of the line under the cursor, as a screen reader speaks it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct ItemWords {
    /// Text that identifies the line under the cursor. It omits the position and the age, which can change while the
    /// cursor stays on the same line.
    key: String,
    /// Position of the line under the cursor in its list, counted from 1; 0 if the list is empty.
    place: usize,
    words: String,
}

impl SpokenState {
    /// Creates the text that a screen reader speaks for the model.
    pub fn from_model(model: &Model) -> Self {
        let newest = model.inbox.mails().next();
        Self {
            connection: status::spoken_state(model),
            address: model
                .selected_address()
                .map_or_else(String::new, |address| format!("{ADDRESS}{address}")),
            keys: format!(
                "{} lists all keys, {} quits.",
                model.key_of(AppCommand::Help),
                model.key_of(AppCommand::Quit)
            ),
            pane: pane_words(model),
            item: item_words(model),
            newest: newest.map(|mail| mail.summary.envelope.id.clone()),
            newest_words: newest.map_or_else(String::new, |mail| mail_line(mail, model)),
            message: message_words(model),
            view: view_words(model),
            overlay: model.overlays.last().map_or_else(Vec::new, |top| overlay_lines(model, top)),
            notices: model.notices.shown().iter().map(notice_words).collect(),
        }
    }

    /// Returns the lines that a screen reader must speak when the user interface changes from the state `before` to
    /// `self`.
    pub fn lines_since(&self, before: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |line: &str, last: &str| {
            if line != last && !line.is_empty() {
                lines.push(line.to_owned());
            }
        };
        say(&self.connection, &before.connection);
        // A notice about a new address already contains the address.
        let own = self.address.strip_prefix(ADDRESS).unwrap_or_default();
        let new_notices = || self.notices.iter().filter(|notice| !before.notices.contains(notice));
        let has_notice = !own.is_empty() && new_notices().any(|(words, _)| words.contains(own));
        if !has_notice {
            say(&self.address, &before.address);
        }
        say(&self.keys, &before.keys);
        let is_new = self.newest != before.newest && !self.newest_words.is_empty();
        // If the new mail is under the cursor, one line announces both.
        let selected = is_new && self.overlay.is_empty() && self.item.words.contains(&self.newest_words);
        if is_new {
            let which = if selected { ", selected" } else { "" };
            say(&format!("New mail{which}: {}", self.newest_words), "");
        }
        let pane = self.pane.difference_from(&before.pane);
        say(&pane, "");
        if self.overlay.is_empty() {
            // After an overlay is closed, the line under the cursor is spoken again.
            let again = !before.overlay.is_empty();
            if again && self.item.words.is_empty() && pane.is_empty() {
                say(&self.pane.full_text(), "");
            }
            let is_other = self.item.key != before.item.key;
            // A new mail changes the position of the selected line, but the line itself stays the same.
            let has_moved = self.item.place != before.item.place && !is_new;
            let is_announced = has_notice && self.item.words.ends_with(own);
            if again || !selected && !is_announced && (is_other || has_moved) {
                say(&self.item.words, "");
            }
        } else {
            for (at, line) in self.overlay.iter().enumerate() {
                say(line, before.overlay.get(at).map_or("", String::as_str));
            }
        }
        if let (None, Some((id, view)), Some((id_before, view_before))) =
            (&self.message, &self.view, &before.view)
            && id == id_before
            && view != view_before
        {
            say(&format!("View of the open mail: {view}."), "");
        }
        if let Some(message) = &self.message {
            message.report_new_lines(before.message.as_ref(), &mut |line| say(line, ""));
        }
        for (words, _) in new_notices() {
            say(words, "");
        }
        lines
    }
}

/// Returns the text of a notice for screen readers, and its expiry time. The expiry time is `None` for a notice about a
/// failure, so that a recurring failure in the background is spoken only once.
fn notice_words(notice: &Notice) -> (String, Option<Timestamp>) {
    (notice.text.to_string(), (notice.tone != Severity::Problem).then_some(notice.until))
}

fn pane_words(model: &Model) -> PaneWords {
    let inbox = &model.inbox;
    match model.focus {
        Pane::Sessions => {
            let counts = format_count(model.sessions.rows.len(), "session");
            PaneWords { name: "Addresses", counts, state: Vec::new() }
        }
        Pane::Inbox => {
            let counts = format!("{}, {} unread", format_count(inbox.len(), "mail"), inbox.unread());
            PaneWords { name: "Inbox", counts, state: inbox_state(model) }
        }
        Pane::Message => PaneWords { name: "Message", counts: String::new(), state: Vec::new() },
    }
}

fn format_count(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Describes the active states of the inbox as text: marked mails, a filter, a search, and watching for codes.
fn inbox_state(model: &Model) -> Vec<String> {
    let inbox = &model.inbox;
    let marked = match inbox.marked().len() {
        0 => None,
        count => Some(format!("{count} marked")),
    };
    let filter = match inbox.filter() {
        "" => None,
        words => Some(format!("{} with {words}", inbox.match_count().0)),
    };
    let search = inbox.search_status().and_then(|search| match search.count.filter(|_| search.is_complete) {
        Some(count) => Some(format!("{count} with {}", search.text)),
        // While the user is typing a search, each key starts a new search, which is not announced.
        None if model.overlays.is_empty() => Some(format!("searching for {}", search.text)),
        None => None,
    });
    let watching = (model.code_watch == CodeWatch::On).then(|| "watching for codes".to_owned());
    [marked, filter, search, watching].into_iter().flatten().collect()
}

fn mail_line(mail: &StoredMail, model: &Model) -> String {
    let summary = &mail.summary;
    let subject = if summary.subject.is_empty() { "no subject" } else { summary.subject.as_str() };
    let unread = if mail.read { "" } else { "unread, " };
    let starred = if mail.starred { "starred, " } else { "" };
    let mut parts = vec![format!("{unread}{starred}from {}, {subject}", summary.sender)];
    if summary.code.is_some() {
        parts.push(format!("code {}", code_column_text(&model.inbox, summary, model.now)));
    } else if let Some(link) = &summary.link {
        parts.push(format!("link to {}", link.kind.as_str()));
    }
    match summary.attachments {
        0 => {}
        1 => parts.push("1 attachment".to_owned()),
        n => parts.push(format!("{n} attachments")),
    }
    if model.has_address_tags() {
        parts.push(format!("to {}", summary.envelope.to));
    }
    parts.join(", ")
}

fn item_words(model: &Model) -> ItemWords {
    let (place, count, key, words) = match model.focus {
        Pane::Message => return ItemWords::default(),
        Pane::Inbox => {
            let Some(mail) = model.inbox.selected() else {
                return ItemWords { key: "none".to_owned(), place: 0, words: no_mail_text(model) };
            };
            let envelope = &mail.summary.envelope;
            let words =
                format!("{}, {}", mail_line(mail, model), format_age(envelope.received_at, model.now));
            let key =
                format!("{} {} {} {:?}", envelope.id.as_str(), mail.read, mail.starred, mail.summary.code);
            (model.inbox.cursor(), model.inbox.shown_count(), key, words)
        }
        Pane::Sessions => {
            let lines = model.sessions.lines();
            let words = match model.sessions.selected_line() {
                Some(SessionsLine::Session(at)) => model.sessions.rows.get(at).map(|row| {
                    let restore =
                        || format!("lapsed session, {} restores it", model.key_of(AddressCommand::Restore));
                    let life = if row.is_live() { "live session".to_owned() } else { restore() };
                    format!("{life}, {} mails", row.mails)
                }),
                Some(SessionsLine::Address(..)) => model.selected_address().map(|address| {
                    let is_current = model.sessions.current.as_ref() == Some(address);
                    if is_current { format!("{address}, the current address") } else { address.to_string() }
                }),
                None => None,
            };
            let words = words.unwrap_or_default();
            (model.sessions.cursor, lines.len(), words.clone(), words)
        }
    };
    ItemWords { key, place: place + 1, words: format!("{} of {count}: {words}", place + 1) }
}

fn no_mail_text(model: &Model) -> String {
    let key = |command| model.key_of(command);
    format!(
        "No mail yet. {} copies the address, {} copies each new code by itself.",
        key(AddressCommand::CopyAddress),
        key(AddressCommand::Watch)
    )
}
