//! The state of the sessions pane: the sessions with their addresses and connections, and the cursor.

// This file exceeds 300 lines because a session and the list of sessions change together.

use super::connection::{ConnectionState, StreamParams};
use dropmail_client::domain::ids::{AddressId, SessionId};
use dropmail_client::domain::session::{Address, NEAR_END, Session, SessionEvent, SessionState};
use dropmail_client::domain::session_sync::{Demand, SessionSync, Stream};
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;
use std::collections::{HashMap, HashSet};

/// An entry in the sessions pane: a session, its state, and the states of its push connection and synchronisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEntry {
    /// The session with its addresses, as the service most recently reported it.
    pub session: Session,
    /// State of the session, such as live or expired.
    pub state: SessionState,
    /// `true` if the program or the user has tried to restore the session's addresses since the session expired. The
    /// program then does not restore them automatically.
    pub tried: bool,
    /// State of the session's push connection.
    pub connection: ConnectionState,
    /// Number of mails that were sent to the addresses of the session.
    pub mails: usize,
    /// State machine that decides when to query the session and when to open a push connection, so that the program
    /// misses no mail of the live session.
    pub sync: SessionSync,
    /// Parameters of the session's most recent push connection; `None` if there has been none.
    pub stream_params: Option<StreamParams>,
    /// Message for the user that explains why the session's most recent push connection was lost.
    pub why: SafeText,
}

impl SessionEntry {
    /// Creates the sessions pane entry for a session that is stored in the archive and has received `mails` mails. The
    /// session is expired if its stored expiry time has passed. If not, it is unconfirmed until the service reports
    /// that it is live.
    pub fn from_archive(session: Session, now: Timestamp, mails: usize) -> Self {
        let life = if session.expires_at > now { SessionState::Opening } else { SessionState::Lapsed };
        Self {
            session,
            state: life,
            tried: false,
            connection: ConnectionState::Off,
            mails,
            sync: SessionSync::new(Demand::Collecting, None, now),
            stream_params: None,
            why: SafeText::default(),
        }
    }

    /// Returns `true` if the session is live on the service and can therefore receive mail.
    pub fn is_live(&self) -> bool {
        self.state.is_live()
    }

    /// Returns `true` if the addresses of the session can be restored: the session has addresses, and its state allows
    /// the program to restore them.
    pub fn can_restore(&self) -> bool {
        self.state.can_restore() && !self.session.addresses.is_empty()
    }

    /// Applies an event to the state of the session. Closes the push connection if the session is then no longer live.
    pub fn apply(&mut self, event: SessionEvent) {
        self.state = self.state.next_state(event);
        if self.is_live() {
            self.tried = false;
        } else {
            self.connection = ConnectionState::Off;
        }
    }

    /// Updates the state of the session if its expiry time is near or has passed. Returns `true` if the state has
    /// changed.
    pub fn update_expiry(&mut self, now: Timestamp) -> bool {
        let before = self.state;
        let left = self.session.expires_at.duration_since(now);
        if left > NEAR_END {
            return false;
        }
        match self.state {
            SessionState::Live | SessionState::Adopted => self.apply(SessionEvent::NearEnd),
            // The stored expiry time has passed, and the service has not confirmed that the session is live.
            SessionState::Opening if left <= SignedDuration::ZERO => self.apply(SessionEvent::Ended),
            SessionState::Opening
            | SessionState::Expiring
            | SessionState::Lapsed
            | SessionState::Restoring
            | SessionState::Unreachable => {}
        }
        self.state != before
    }

    /// Returns `true` if the session is live and is being synchronised, so that the program misses no mail of the
    /// session.
    pub fn is_synced(&self) -> bool {
        self.is_live() && self.connection != ConnectionState::Off
    }

    /// Returns the time at which the next query or connection attempt of the session is due; `None` if none is planned.
    pub fn due(&self) -> Option<Timestamp> {
        self.sync.due().filter(|_| self.is_synced())
    }

    /// Updates `connection`, the connection state that the screen shows, from the state machine `sync`. Returns `true`
    /// if `connection` has changed.
    pub fn update_connection(&mut self) -> bool {
        let params = self.stream_params.clone();
        let connection = match (self.sync.stream(), params) {
            (Stream::Connecting { .. }, Some(params)) => ConnectionState::Connecting { params },
            (Stream::Up { since, .. }, Some(params)) => ConnectionState::Up { params, since: *since },
            (Stream::Waiting { until }, _) => {
                ConnectionState::Waiting { until: *until, why: self.why.clone() }
            }
            (Stream::Idle | Stream::Off | Stream::Connecting { .. } | Stream::Up { .. }, _) => {
                ConnectionState::Off
            }
        };
        let changed = connection != self.connection;
        self.connection = connection;
        changed
    }
}

/// A line in the sessions pane: a session or one of its addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionsLine {
    /// The line of a session. The value is the index of the session.
    Session(usize),
    /// The line of an address. The values are the index of its session and the index of the address in that session.
    Address(usize, usize),
}

/// Which of the two sources of sessions have answered since the program began to sign in: the archive, which knows the
/// stored sessions, and the service, which lists the live ones. They answer in either order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SessionSources {
    /// Neither the archive nor the service has answered.
    #[default]
    Neither,
    /// Only the archive has answered. Which of its sessions are live is unknown.
    Archive,
    /// Only the service has answered. The sessions that are not live are unknown, because only the archive contains
    /// them.
    Service,
    /// Both have answered, the archive last. The program has not compared the stored sessions with the list of the
    /// service.
    Uncompared,
    /// Both have answered, and the program has compared the stored sessions with the list of the service.
    Compared,
}

impl SessionSources {
    /// Returns the value that follows this one once the archive has been read.
    #[must_use]
    pub fn after_archive(self) -> Self {
        match self {
            Self::Neither => Self::Archive,
            Self::Service => Self::Uncompared,
            Self::Archive | Self::Uncompared | Self::Compared => self,
        }
    }

    /// Returns the state after the program has compared the known sessions with the list of the service.
    #[must_use]
    pub fn after_service(self) -> Self {
        match self {
            Self::Neither | Self::Service => Self::Service,
            Self::Archive | Self::Uncompared | Self::Compared => Self::Compared,
        }
    }
}

/// State of the sessions pane: all sessions, the cursor, and the names that the user has given to sessions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sessions {
    /// All sessions: live sessions first, then unconfirmed ones, then expired ones. Within each group, the newest
    /// session comes first.
    pub rows: Vec<SessionEntry>,
    /// Index of the line under the cursor in the sessions pane.
    pub cursor: usize,
    /// Names that the user has given to sessions, keyed by session id.
    pub labels: HashMap<SessionId, SafeText>,
    /// The current address, which commands use if the user specifies no address; `None` if there is no current
    /// address.
    pub current: Option<SafeText>,
    /// Ids of the expired sessions that the user has removed from the list of sessions.
    pub removed: HashSet<SessionId>,
    /// Which of the two sources of sessions have answered.
    pub sources: SessionSources,
}

impl Sessions {
    /// Returns the lines of the sessions pane from top to bottom: each session, followed by its addresses.
    pub fn lines(&self) -> Vec<SessionsLine> {
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            lines.push(SessionsLine::Session(index));
            lines.extend(
                (0..row.session.addresses.len()).map(|address| SessionsLine::Address(index, address)),
            );
        }
        lines
    }

    /// Returns the index of the first visible line if the sessions pane shows `rows` lines. The line under the
    /// cursor is always visible.
    pub fn top_for(&self, rows: usize) -> usize {
        self.cursor.saturating_sub(rows.saturating_sub(1))
    }

    /// Returns the index of the session under the cursor and the index of the address under the cursor in that session.
    /// If the cursor is on a session with a single address, that address counts as under the cursor. Returns `None` if
    /// the pane is empty, or if the cursor is on a session with no address or with several addresses.
    pub fn selected_address_line(&self) -> Option<(usize, usize)> {
        match self.selected_line()? {
            SessionsLine::Address(row, at) => Some((row, at)),
            SessionsLine::Session(row) => {
                let is_only = self.rows.get(row).is_some_and(|entry| entry.session.addresses.len() == 1);
                is_only.then_some((row, 0))
            }
        }
    }

    /// Returns the line under the cursor; `None` if the sessions pane is empty.
    pub fn selected_line(&self) -> Option<SessionsLine> {
        self.lines().get(self.cursor).cloned()
    }

    /// Returns the session under the cursor, or the first session if no line is under the cursor. Returns `None` if
    /// there are no sessions.
    pub fn selected_row(&self) -> Option<&SessionEntry> {
        match self.selected_line() {
            Some(SessionsLine::Session(index) | SessionsLine::Address(index, _)) => self.rows.get(index),
            None => self.rows.first(),
        }
    }

    /// Returns the address that the copy command copies: the address under the cursor or, if the cursor is on a
    /// session, the newest address of the session. Returns `None` if there is no such address.
    pub fn selected_address(&self) -> Option<&Address> {
        match self.selected_line() {
            Some(SessionsLine::Address(row, address)) => self.rows.get(row)?.session.addresses.get(address),
            Some(SessionsLine::Session(_)) | None => self.selected_row()?.session.addresses.first(),
        }
    }

    /// Returns a mutable reference to the sessions pane entry of the session with this id; `None` if there is no such
    /// session.
    pub fn get_mut(&mut self, id: &SessionId) -> Option<&mut SessionEntry> {
        self.rows.iter_mut().find(|row| row.session.id == *id)
    }

    /// Returns the sessions pane entry of the session with this id; `None` if there is no such session.
    pub fn get(&self, id: &SessionId) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.session.id == *id)
    }

    /// Returns the first live session; `None` if no session is live.
    pub fn first_live(&self) -> Option<&SessionEntry> {
        self.rows.iter().find(|row| row.is_live())
    }

    /// Replaces the sessions pane entry of a session, or adds it at the front if the list does not contain this
    /// session.
    pub fn insert(&mut self, row: SessionEntry) {
        match self.get_mut(&row.session.id) {
            Some(known) => *known = row,
            None => self.rows.insert(0, row),
        }
        self.sort();
    }

    /// Removes a session from the list of sessions and returns its entry; `None` if the list does not contain the
    /// session.
    pub fn remove(&mut self, id: &SessionId) -> Option<SessionEntry> {
        let at = self.rows.iter().position(|row| row.session.id == *id)?;
        self.removed.insert(id.clone());
        let row = self.rows.remove(at);
        self.sort();
        Some(row)
    }

    /// Sorts the sessions stably: live sessions first, then unconfirmed sessions, then expired sessions.
    pub fn sort(&mut self) {
        sort_by_number(&mut self.rows, |row| match row.state {
            SessionState::Live | SessionState::Expiring | SessionState::Adopted => 0,
            SessionState::Opening => 1,
            SessionState::Lapsed | SessionState::Restoring | SessionState::Unreachable => 2,
        });
        self.cursor = self.cursor.min(self.lines().len().saturating_sub(1));
    }

    /// Moves the cursor in the sessions pane to the address with this id, if the pane lists it.
    pub fn select(&mut self, id: &AddressId) {
        let found = self.lines().iter().position(|line| match line {
            SessionsLine::Address(row, address) => self
                .rows
                .get(*row)
                .and_then(|row| row.session.addresses.get(*address))
                .is_some_and(|address| address.id == *id),
            SessionsLine::Session(_) => false,
        });
        self.cursor = found.unwrap_or(self.cursor);
    }
}
