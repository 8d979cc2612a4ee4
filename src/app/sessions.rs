//! The sessions pane: sessions with their addresses and their states.

use super::connection::{ConnectionState, StreamParams};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::session::{Address, NEAR_END, Session, SessionEvent, SessionState};
use crate::domain::session_sync::{Demand, SessionSync, Stream};
use crate::domain::time::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// A session in the sessions pane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEntry {
    /// The session with its addresses, as the service reported it last.
    pub session: Session,
    /// State of the session, such as live or lapsed.
    pub life: SessionState,
    /// Whether the program has tried to restore the addresses automatically since the session lapsed. It
    /// tries only once.
    pub tried: bool,
    /// State of the push connection.
    pub link: ConnectionState,
    /// Number of mails that the session received.
    pub mails: usize,
    /// State machine that keeps the copy of the mails complete while the session is live.
    pub sync: SessionSync,
    /// Parameters of the last push connection.
    pub watch: Option<StreamParams>,
    /// Why the last push connection was lost.
    pub why: SafeText,
}

impl SessionEntry {
    /// An entry for a session from the archive. By its stored expiry time it is either lapsed or still to be
    /// confirmed by the service.
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

    /// Whether the session is live on the service.
    pub fn is_live(&self) -> bool {
        self.life.is_live()
    }

    /// Whether the session has addresses that can be restored.
    pub fn can_restore(&self) -> bool {
        self.life.can_restore() && !self.session.addresses.is_empty()
    }

    /// Changes the state of the session by an event. A session that is no longer live has no connection.
    pub fn turn(&mut self, turn: SessionEvent) {
        self.life = self.life.after(turn);
        if self.is_live() {
            self.tried = false;
        } else {
            self.link = ConnectionState::Off;
        }
    }

    /// Changes the state of the session if its end is near or has passed. Returns whether the state changed.
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
            _ => {}
        }
        self.life != before
    }

    /// Whether the session is live and is being synchronised.
    pub fn is_synced(&self) -> bool {
        self.is_live() && self.link != ConnectionState::Off
    }

    /// When the next query or connection attempt of the session is due.
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

/// A line of the sessions pane, which the cursor can select.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// A session, by its index.
    Session(usize),
    /// An address, by the index of its session and its own index in that session.
    Address(usize, usize),
}

/// The sessions pane: all sessions, the cursor and the names that the user gave.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sessions {
    /// All sessions, newest first, with the lapsed sessions at the end.
    pub rows: Vec<SessionEntry>,
    /// Index of the line under the cursor.
    pub cursor: usize,
    /// Names that the user has given to sessions.
    pub labels: HashMap<SessionId, SafeText>,
}

impl Sessions {
    /// The lines of the pane, from top to bottom: each session is followed by its addresses.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            lines.push(Line::Session(index));
            lines.extend((0..row.session.addresses.len()).map(|address| Line::Address(index, address)));
        }
        lines
    }

    /// Index of the first visible line if the pane shows `rows` lines and the cursor must be visible.
    pub fn top_for(&self, rows: usize) -> usize {
        self.cursor.saturating_sub(rows.saturating_sub(1))
    }

    /// The line under the cursor.
    pub fn selected(&self) -> Option<Line> {
        self.lines().get(self.cursor).cloned()
    }

    /// The session under the cursor, or the first session if there is none.
    pub fn selected_row(&self) -> Option<&SessionEntry> {
        match self.selected() {
            Some(Line::Session(index) | Line::Address(index, _)) => self.rows.get(index),
            None => self.rows.first(),
        }
    }

    /// The address for the user to copy: the one under the cursor, else the newest of the selected session.
    pub fn selected_address(&self) -> Option<&Address> {
        match self.selected() {
            Some(Line::Address(row, address)) => self.rows.get(row)?.session.addresses.get(address),
            _ => self.selected_row()?.session.addresses.first(),
        }
    }

    /// The entry of the session with this id, for changes.
    pub fn get_mut(&mut self, id: &SessionId) -> Option<&mut SessionEntry> {
        self.rows.iter_mut().find(|row| row.session.id == *id)
    }

    /// The entry of the session with this id.
    pub fn get(&self, id: &SessionId) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.session.id == *id)
    }

    /// The first live session.
    pub fn first_live(&self) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.is_live())
    }

    /// Replaces the entry of a session, or adds the session at the front.
    pub fn put(&mut self, row: SessionEntry) {
        match self.get_mut(&row.session.id) {
            Some(known) => *known = row,
            None => self.rows.insert(0, row),
        }
        self.order();
    }

    /// Sorts lapsed sessions after live ones, and otherwise keeps the order.
    pub fn order(&mut self) {
        self.rows.sort_by_key(|row| match row.life {
            SessionState::Live | SessionState::Expiring | SessionState::Adopted => 0,
            SessionState::Opening => 1,
            SessionState::Lapsed | SessionState::Restoring | SessionState::Unreachable => 2,
        });
        self.cursor = self.cursor.min(self.lines().len().saturating_sub(1));
    }

    /// Moves the cursor to an address.
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
