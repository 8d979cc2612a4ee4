//! Groups the inbox by sign-up (the registrable domain of the sender) or by address. Each group has a heading, and the
//! group with the newest mail comes first.

use super::{Entry, Inbox};
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::stored_mail::StoredMail;
use mail_codes::registrable_domain;
use mail_reader::sanitize::SafeText;
use std::collections::HashMap;
use std::ops::Range;

/// How the inbox groups its mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Grouping {
    /// The mails are not grouped.
    #[default]
    Off,
    /// The mails are grouped by sign-up: the site where the user signed up, identified by the registrable domain of the
    /// sender.
    SignUp,
    /// The mails are grouped by the address to which they were sent.
    Address,
}

impl Grouping {
    /// All groupings with their names in the settings file, in the order in which the grouping command cycles through
    /// them.
    pub const NAMES: [(&'static str, Self); 3] =
        [("off", Self::Off), ("sign-up", Self::SignUp), ("address", Self::Address)];

    /// Returns the grouping with this name; `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, grouping)| *grouping)
    }

    /// Returns the name of the grouping in the settings file.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, grouping)| *grouping == self).map_or("off", |(name, _)| name)
    }

    /// Returns the description of the grouping for the command palette and for notices.
    pub fn description(self) -> &'static str {
        match self {
            Self::Off => "not grouped: newest first",
            Self::SignUp => "grouped by sign-up: the site of the sender",
            Self::Address => "grouped by address",
        }
    }

    /// Returns the grouping that follows this one when the user runs the grouping command.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Off => Self::SignUp,
            Self::SignUp => Self::Address,
            Self::Address => Self::Off,
        }
    }
}

/// A group of shown mails with the same sign-up or address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Name of the group: the registrable domain of the sender, or the address of the recipient.
    pub name: SafeText,
    /// Number of unread mails in the group.
    pub unread: usize,
    /// Indices of the group's mails in the list of shown mails.
    pub places: Range<usize>,
}

/// A row of the inbox: the heading of a group of mails, or a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InboxRow<'a> {
    /// The heading of a group of mails.
    Heading(&'a Group),
    /// A mail and its index in the list of shown mails.
    Mail(usize, &'a StoredMail),
}

/// Returns the site where the user presumably signed up: the registrable domain of the `From` address or, if that
/// address has none, of the envelope sender.
pub(super) fn sign_up(summary: &Summary) -> SafeText {
    let host = |address: &SafeText| address.rsplit_once('@').map(|(_, host)| registrable_domain(host).into());
    let named = host(&summary.sender_address).or_else(|| host(&summary.envelope.from));
    named
        .unwrap_or_else(|| if summary.sender.is_empty() { "(nobody)".into() } else { summary.sender.clone() })
}

impl Inbox {
    /// Returns the current grouping of the inbox.
    pub fn grouping(&self) -> Grouping {
        self.grouping
    }

    /// Sets the grouping of the inbox. The cursor stays on the same mail.
    pub fn set_grouping(&mut self, grouping: Grouping) {
        if self.grouping == grouping {
            return;
        }
        let at = self.cursor_id();
        self.grouping = grouping;
        self.show_matching();
        self.cursor = self.index_of(at.as_ref());
    }

    fn group_name<'a>(&self, entry: &'a Entry) -> &'a SafeText {
        match self.grouping {
            Grouping::Address => &entry.stored.summary.envelope.to,
            Grouping::Off | Grouping::SignUp => entry.sign_up.get_or_init(|| sign_up(&entry.stored.summary)),
        }
    }

    /// Sorts the shown mails by group. The group with the newest mail comes first. Within each group, the mails are
    /// sorted from newest to oldest.
    pub(super) fn sort_into_groups(&mut self) {
        self.groups.clear();
        self.newest_first.clear();
        if self.grouping == Grouping::Off {
            return;
        }
        self.newest_first.clone_from(&self.visible);
        let mut ordinals: HashMap<SafeText, usize> = HashMap::new();
        let mut groups: Vec<(SafeText, usize, Vec<usize>)> = Vec::new();
        for index in &self.visible {
            let Some(entry) = self.list().get(*index) else { continue };
            let name = self.group_name(entry);
            let at = ordinals.get(name).copied().unwrap_or_else(|| {
                ordinals.insert(name.clone(), groups.len());
                groups.push((name.clone(), 0, Vec::new()));
                groups.len() - 1
            });
            if let Some((_, unread, mails)) = groups.get_mut(at) {
                *unread += usize::from(!entry.stored.read);
                mails.push(*index);
            }
        }
        self.visible.clear();
        for (name, unread, mails) in groups {
            let start = self.visible.len();
            self.visible.extend(mails);
            self.groups.push(Group { name, unread, places: start..self.visible.len() });
        }
    }

    /// Recounts the unread mails in each group after mails have been marked as read or unread.
    pub(super) fn recount_groups(&mut self) {
        let unread = |group: &Group| {
            group.places.clone().filter(|at| self.mail_at(*at).is_some_and(|mail| !mail.read)).count()
        };
        let counts: Vec<usize> = self.groups.iter().map(unread).collect();
        for (group, unread) in self.groups.iter_mut().zip(counts) {
            group.unread = unread;
        }
    }

    /// Returns the index of the inbox line for the mail at index `place` in the list of shown mails. Group headings
    /// count as lines.
    pub(super) fn line_of(&self, place: usize) -> usize {
        place + self.groups.partition_point(|group| group.places.start <= place)
    }

    /// Returns the number of shown mails whose lines are above the line with the index `line`.
    pub(super) fn mails_above(&self, line: usize) -> usize {
        line - self.headings_above(line)
    }

    /// Returns the number of group headings that are above the line with the index `line`.
    fn headings_above(&self, line: usize) -> usize {
        // `at` headings precede the group with the index `at`.
        let starts = |at: usize| self.groups.get(at).map(|group| group.places.start + at);
        let (mut low, mut high) = (0, self.groups.len());
        while low < high {
            let middle = low.midpoint(high);
            if starts(middle).is_some_and(|start| start < line) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Returns the index of the topmost line that must be visible together with the cursor: the group heading directly
    /// above the cursor or, if there is none, the line of the cursor.
    pub(super) fn first_line_of_cursor(&self) -> usize {
        let line = self.line_of(self.cursor);
        line - usize::from(self.groups.iter().any(|group| group.places.start == self.cursor))
    }

    fn row_at(&self, line: usize) -> Option<InboxRow<'_>> {
        let headings = self.headings_above(line);
        if let Some(group) = self.groups.get(headings)
            && group.places.start + headings == line
        {
            return Some(InboxRow::Heading(group));
        }
        let place = line - headings;
        self.mail_at(place).map(|mail| InboxRow::Mail(place, mail))
    }

    /// Returns the inbox rows that are visible in a pane of `rows` rows, from top to bottom. The row under the cursor
    /// is always visible.
    pub fn rows(&self, rows: usize) -> Vec<InboxRow<'_>> {
        let top = self.top_for(rows);
        (top..top + rows).map_while(|line| self.row_at(line)).collect()
    }

    /// Returns the index, in the list of shown mails, of the mail in row `row` (counted from 0) of a pane that is
    /// `rows` rows high. Returns `None` if the row is a group heading or below the list.
    pub fn mail_index_at(&self, row: usize, rows: usize) -> Option<usize> {
        match self.row_at(self.top_for(rows) + row)? {
            InboxRow::Mail(place, _) => Some(place),
            InboxRow::Heading(_) => None,
        }
    }

    /// Returns the groups of the shown mails; empty if the inbox is not grouped.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dropmail_client::domain::ids::{MailId, SessionId};
    use dropmail_client::domain::mail::Envelope;
    use dropmail_client::domain::time::Timestamp;

    fn mail(n: i64, from: &str, to: &str) -> StoredMail {
        let envelope = Envelope {
            id: MailId::new(n.to_string()),
            session: SessionId::new("s"),
            received_at: Timestamp::from_second(n).unwrap(),
            from: "bounce@mailer.example".into(),
            to: to.into(),
            to_orig: to.into(),
            size: 1,
            oddities: Vec::new(),
        };
        let raw = format!("From: {from}\r\nSubject: {n}\r\n\r\ntext\r\n");
        StoredMail::new(Summary::new(envelope, &mail_codes::parse(raw.as_bytes())))
    }

    fn inbox() -> Inbox {
        let mut inbox = Inbox::default();
        inbox.insert(vec![
            mail(1, "a@news.shop.co.uk", "x@d.example"),
            mail(2, "b@forum.example", "y@d.example"),
            mail(3, "c@shop.co.uk", "y@d.example"),
            mail(4, "d@bank.example", "x@d.example"),
        ]);
        inbox
    }

    fn drawn_rows(inbox: &Inbox, rows: usize) -> Vec<String> {
        let text = |row: &InboxRow<'_>| match row {
            InboxRow::Heading(group) => format!("{} {}", group.name, group.places.len()),
            InboxRow::Mail(_, mail) => mail.summary.subject.to_string(),
        };
        inbox.rows(rows).iter().map(text).collect()
    }

    #[test]
    fn mails_are_grouped_by_the_site_of_the_sender() {
        let mut inbox = inbox();
        assert_eq!(drawn_rows(&inbox, 9), ["4", "3", "2", "1"]);
        inbox.set_grouping(Grouping::SignUp);
        let grouped = ["bank.example 1", "4", "shop.co.uk 2", "3", "1", "forum.example 1", "2"];
        assert_eq!(drawn_rows(&inbox, 9), grouped);
        let newest: Vec<String> = inbox.visible().map(|mail| mail.summary.subject.to_string()).collect();
        assert_eq!(newest, ["4", "3", "2", "1"], "commands use the order by arrival");
        inbox.set_grouping(Grouping::Address);
        assert_eq!(drawn_rows(&inbox, 9), ["x@d.example 2", "4", "1", "y@d.example 2", "3", "2"]);
    }

    #[test]
    fn the_cursor_stays_on_its_mail_below_its_heading() {
        let mut inbox = inbox();
        inbox.go_to(3, 2);
        inbox.set_grouping(Grouping::SignUp);
        assert_eq!(inbox.selected().unwrap().summary.subject.as_str(), "1");
        inbox.move_by(1, 2);
        assert_eq!(drawn_rows(&inbox, 2), ["forum.example 1", "2"]);
        inbox.go_to(0, 2);
        assert_eq!(drawn_rows(&inbox, 2), ["bank.example 1", "4"]);
        assert_eq!((inbox.mail_index_at(0, 2), inbox.mail_index_at(1, 2)), (None, Some(0)));
        inbox.insert(vec![mail(5, "e@forum.example", "x@d.example")]);
        assert_eq!(drawn_rows(&inbox, 4), ["forum.example 2", "5", "2", "bank.example 1"]);
    }
}
