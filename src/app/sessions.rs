//! The sessions pane: sessions with their addresses and their states.

use super::connection::{ConnectionState, StreamParams};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::session::{Address, NEAR_END, Session, SessionEvent, SessionState};
use crate::domain::session_sync::{Demand, SessionSync, Stream};
use crate::domain::time::{SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;
use std::collections::{HashMap, HashSet};

/// A session in the sessions pane, with its state, push connection and synchronisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEntry {
    /// The session with its addresses, as the service reported it last.
    pub session: Session,
    /// State of the session, such as live or lapsed.
    pub life: SessionState,
    /// Whether the program has already tried to restore the addresses automatically since the session lapsed;
    /// there is only one attempt.
    pub tried: bool,
    /// State of the session's push connection, as the screen shows it.
    pub link: ConnectionState,
    /// Count of mails that came to the addresses of the session.
    pub mails: usize,
    /// State machine that decides when to query and connect, so that the copy of the mails is complete while
    /// the session is live.
    pub sync: SessionSync,
    /// Parameters of the latest push connection; `None` before the first one.
    pub watch: Option<StreamParams>,
    /// Why the latest push connection was lost, as text for the user.
    pub why: SafeText,
}

impl SessionEntry {
    /// Creates the entry of a session from the archive. Depending on its stored time of expiry, the session
    /// is lapsed or still to be confirmed by the service.
    pub fn kept(session: Session, now: Timestamp, mails: usize) -> Self {
        let life = if session.expires_at > now { SessionState::Opening } else { SessionState::Lapsed };
        Self {
            session,
            life,
            tried: false,
            link: ConnectionState::Off,
            mails,
            sync: SessionSync::new(Demand::Collecting, None, now),
            watch: None,
            why: SafeText::default(),
        }
    }

    /// Returns whether the session is live on the service, so that it can receive mail.
    pub fn is_live(&self) -> bool {
        self.life.is_live()
    }

    /// Returns whether the state of the session permits restoring its addresses, and there are addresses to
    /// restore.
    pub fn can_restore(&self) -> bool {
        self.life.can_restore() && !self.session.addresses.is_empty()
    }

    /// Changes the state of the session by an event. If the session is no longer live, its push connection
    /// ends.
    pub fn turn(&mut self, turn: SessionEvent) {
        self.life = self.life.after(turn);
        if self.is_live() {
            self.tried = false;
        } else {
            self.link = ConnectionState::Off;
        }
    }

    /// Changes the state of the session if its time of expiry is near or has passed. Returns whether the
    /// state changed.
    pub fn age(&mut self, now: Timestamp) -> bool {
        let before = self.life;
        let left = self.session.expires_at.duration_since(now);
        if left > NEAR_END {
            return false;
        }
        match self.life {
            SessionState::Live | SessionState::Adopted => self.turn(SessionEvent::NearEnd),
            // The service has not confirmed that the session is live, and its stored expiry time has passed.
            SessionState::Opening if left <= SignedDuration::ZERO => self.turn(SessionEvent::Ended),
            SessionState::Opening
            | SessionState::Expiring
            | SessionState::Lapsed
            | SessionState::Restoring
            | SessionState::Unreachable => {}
        }
        self.life != before
    }

    /// Returns whether the session is live and the program keeps the copy of its mails complete.
    pub fn is_synced(&self) -> bool {
        self.is_live() && self.link != ConnectionState::Off
    }

    /// Returns when the next query or connection attempt of the session is due; `None` if none is.
    pub fn due(&self) -> Option<Timestamp> {
        self.sync.due().filter(|_| self.is_synced())
    }

    /// Copies the state of the push connection into `link` and returns whether `link` changed.
    pub fn show_link(&mut self) -> bool {
        let watch = self.watch.clone();
        let link = match (self.sync.stream(), watch) {
            (Stream::Connecting { .. }, Some(watch)) => ConnectionState::Connecting { watch },
            (Stream::Up { since, .. }, Some(watch)) => ConnectionState::Up { watch, since: *since },
            (Stream::Waiting { until }, _) => {
                ConnectionState::Waiting { until: *until, why: self.why.clone() }
            }
            (Stream::Idle | Stream::Off | Stream::Connecting { .. } | Stream::Up { .. }, _) => {
                ConnectionState::Off
            }
        };
        let changed = link != self.link;
        self.link = link;
        changed
    }
}

/// A line of the sessions pane: a session or an address. The cursor selects one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// A session, given by its index among the sessions.
    Session(usize),
    /// An address, given by the index of its session and its own index in that session.
    Address(usize, usize),
}

/// State of the sessions pane: all sessions, the cursor and the names that the user gave.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sessions {
    /// All sessions, newest first, with the lapsed sessions at the end.
    pub rows: Vec<SessionEntry>,
    /// Index of the line under the cursor, among the lines of the sessions pane.
    pub cursor: usize,
    /// Names that the user has given to sessions, by session id.
    pub labels: HashMap<SessionId, SafeText>,
    /// The address that commands mean when the user names none; `None` if there is none.
    pub current: Option<SafeText>,
    /// Lapsed sessions that the user has taken out of the list.
    pub removed: HashSet<SessionId>,
}

impl Sessions {
    /// Lists the lines of the sessions pane from top to bottom: each session, followed by its addresses.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            lines.push(Line::Session(index));
            lines.extend((0..row.session.addresses.len()).map(|address| Line::Address(index, address)));
        }
        lines
    }

    /// Returns the index of the first line on the screen if the sessions pane shows `rows` lines and the line
    /// under the cursor is visible.
    pub fn top_for(&self, rows: usize) -> usize {
        self.cursor.saturating_sub(rows.saturating_sub(1))
    }

    /// Returns the line under the cursor; `None` if the sessions pane is empty.
    pub fn selected(&self) -> Option<Line> {
        self.lines().get(self.cursor).cloned()
    }

    /// Returns the session under the cursor; the first session if the cursor is on none.
    pub fn selected_row(&self) -> Option<&SessionEntry> {
        match self.selected() {
            Some(Line::Session(index) | Line::Address(index, _)) => self.rows.get(index),
            None => self.rows.first(),
        }
    }

    /// Returns the address that the user copies: the one under the cursor, else the newest of the selected
    /// session.
    pub fn selected_address(&self) -> Option<&Address> {
        match self.selected() {
            Some(Line::Address(row, address)) => self.rows.get(row)?.session.addresses.get(address),
            Some(Line::Session(_)) | None => self.selected_row()?.session.addresses.first(),
        }
    }

    /// Finds the entry of the session with this id in order to change it.
    pub fn get_mut(&mut self, id: &SessionId) -> Option<&mut SessionEntry> {
        self.rows.iter_mut().find(|row| row.session.id == *id)
    }

    /// Finds the entry of the session with this id.
    pub fn get(&self, id: &SessionId) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.session.id == *id)
    }

    /// Finds the first live session; `None` if no session is live.
    pub fn first_live(&self) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.is_live())
    }

    /// Replaces the entry of a session; a session that has no entry is added at the front.
    pub fn put(&mut self, row: SessionEntry) {
        match self.get_mut(&row.session.id) {
            Some(known) => *known = row,
            None => self.rows.insert(0, row),
        }
        self.order();
    }

    /// Takes a session out of the list and returns its entry; `None` if the session is not in the list.
    pub fn remove(&mut self, id: &SessionId) -> Option<SessionEntry> {
        let at = self.rows.iter().position(|row| row.session.id == *id)?;
        self.removed.insert(id.clone());
        let row = self.rows.remove(at);
        self.order();
        Some(row)
    }

    /// Moves lapsed sessions after the live ones, and otherwise keeps the order.
    pub fn order(&mut self) {
        self.rows.sort_by_key(|row| match row.life {
            SessionState::Live | SessionState::Expiring | SessionState::Adopted => 0,
            SessionState::Opening => 1,
            SessionState::Lapsed | SessionState::Restoring | SessionState::Unreachable => 2,
        });
        self.cursor = self.cursor.min(self.lines().len().saturating_sub(1));
    }

    /// Moves the cursor of the sessions pane to an address.
    pub fn select(&mut self, id: &AddressId) {
        let found = self.lines().iter().position(|line| match line {
            Line::Address(row, address) => self
                .rows
                .get(*row)
                .and_then(|row| row.session.addresses.get(*address))
                .is_some_and(|address| address.id == *id),
            Line::Session(_) => false,
        });
        self.cursor = found.unwrap_or(self.cursor);
    }
}
