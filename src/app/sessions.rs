//! The sessions pane: sessions with their addresses, and what is known of their life.

use super::connection::{ConnectionState, StreamParams};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::session::{Address, NEAR_END, Session, SessionEvent, SessionState};
use crate::domain::session_sync::{Demand, SessionSync, Stream};
use crate::domain::time::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// A session of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEntry {
    /// What the service says of it.
    pub session: Session,
    /// Where it is in its life.
    pub life: SessionState,
    /// Whether its addresses were asked back by themselves since it lapsed: once is enough.
    pub tried: bool,
    /// How it hears of new mail.
    pub link: ConnectionState,
    /// How many mails came to it.
    pub mails: usize,
    /// What keeps the copy of its mail complete, while it lives.
    pub sync: SessionSync,
    /// The stream that was connected last.
    pub watch: Option<StreamParams>,
    /// What broke the stream before.
    pub why: SafeText,
}

impl SessionEntry {
    /// A session that was kept, of which nothing more is known.
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

    /// Whether it lives on the service.
    pub fn is_live(&self) -> bool {
        self.life.is_live()
    }

    /// Whether there is something to bring back.
    pub fn can_restore(&self) -> bool {
        self.life.can_restore() && !self.session.addresses.is_empty()
    }

    /// Moves it on in its life; what does not live hears of nothing.
    pub fn turn(&mut self, turn: SessionEvent) {
        self.life = self.life.after(turn);
        if self.is_live() {
            self.tried = false;
        } else {
            self.link = ConnectionState::Off;
        }
    }

    /// What the time does to it; tells whether that changed it.
    pub fn age(&mut self, now: Timestamp) -> bool {
        let before = self.life;
        let left = self.session.expires_at.duration_since(now);
        if left > NEAR_END {
            return false;
        }
        match self.life {
            SessionState::Live | SessionState::Adopted => self.turn(SessionEvent::NearEnd),
            // Nobody has confirmed that it lives; by what was kept it does not any more.
            SessionState::Opening if left <= SignedDuration::ZERO => self.turn(SessionEvent::Ended),
            _ => {}
        }
        self.life != before
    }

    /// Whether its synchronisation runs.
    pub fn is_synced(&self) -> bool {
        self.is_live() && self.link != ConnectionState::Off
    }

    /// When something of it is due: a query or a stream.
    pub fn due(&self) -> Option<Timestamp> {
        self.sync.due().filter(|_| self.is_synced())
    }

    /// Shows where the stream is; tells whether that has changed.
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

/// What the cursor of the pane can stand on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// A session.
    Session(usize),
    /// An address of a session: indices of both.
    Address(usize, usize),
}

/// All sessions, the newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sessions {
    /// Newest first; lapsed ones at the end.
    pub rows: Vec<SessionEntry>,
    /// Which line the cursor is on.
    pub cursor: usize,
    /// What the user calls sessions.
    pub labels: HashMap<SessionId, SafeText>,
}

impl Sessions {
    /// The lines of the pane, from the top.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            lines.push(Line::Session(index));
            lines.extend((0..row.session.addresses.len()).map(|address| Line::Address(index, address)));
        }
        lines
    }

    /// The first line of a window of `rows` rows that holds the cursor.
    pub fn top_for(&self, rows: usize) -> usize {
        self.cursor.saturating_sub(rows.saturating_sub(1))
    }

    /// The line under the cursor.
    pub fn selected(&self) -> Option<Line> {
        self.lines().get(self.cursor).cloned()
    }

    /// The row under the cursor, or the first.
    pub fn selected_row(&self) -> Option<&SessionEntry> {
        match self.selected() {
            Some(Line::Session(index) | Line::Address(index, _)) => self.rows.get(index),
            None => self.rows.first(),
        }
    }

    /// The address to give out: the one under the cursor, else the newest of that session.
    pub fn selected_address(&self) -> Option<&Address> {
        match self.selected() {
            Some(Line::Address(row, address)) => self.rows.get(row)?.session.addresses.get(address),
            _ => self.selected_row()?.session.addresses.first(),
        }
    }

    /// The row of a session.
    pub fn get_mut(&mut self, id: &SessionId) -> Option<&mut SessionEntry> {
        self.rows.iter_mut().find(|row| row.session.id == *id)
    }

    /// The row of a session.
    pub fn get(&self, id: &SessionId) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.session.id == *id)
    }

    /// The first session that lives.
    pub fn first_live(&self) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.is_live())
    }

    /// Puts a session in front of the others, or renews what is known of it.
    pub fn put(&mut self, row: SessionEntry) {
        match self.get_mut(&row.session.id) {
            Some(known) => *known = row,
            None => self.rows.insert(0, row),
        }
        self.order();
    }

    /// Lapsed sessions go behind living ones; otherwise the order stays.
    pub fn order(&mut self) {
        self.rows.sort_by_key(|row| match row.life {
            SessionState::Live | SessionState::Expiring | SessionState::Adopted => 0,
            SessionState::Opening => 1,
            SessionState::Lapsed | SessionState::Restoring | SessionState::Unreachable => 2,
        });
        self.cursor = self.cursor.min(self.lines().len().saturating_sub(1));
    }

    /// Puts the cursor on an address.
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
