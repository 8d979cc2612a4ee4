//! The sessions pane: sessions with their addresses, and what is known of their life.

use super::link::{Generation, Link};
use crate::domain::channel::Channel;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::session::{Address, Life, NEAR_END, Session, Turn};
use crate::domain::session_sync::Demand;
use crate::domain::time::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// A session of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What the service says of it.
    pub session: Session,
    /// Where it is in its life.
    pub life: Life,
    /// When the service last told when it lapses.
    pub touched_at: Timestamp,
    /// The touch that is under way.
    pub touching: Option<Generation>,
    /// Whether its addresses were asked back by themselves since it lapsed: once is enough.
    pub tried: bool,
    /// How it hears of new mail.
    pub link: Link,
    /// How many mails came to it.
    pub mails: usize,
    /// The mail up to which the copy of it is complete, once that is known.
    pub complete_to: Option<MailId>,
    /// The touch that a stream which stands still owes: after how many failures, and when. Until it
    /// works there may be mail between the last that is known and the first that is pushed.
    pub owed: Option<(u32, Timestamp)>,
    /// When the last touch was sent.
    pub sent_at: Timestamp,
    /// When the last touch that was answered was sent.
    pub asked_at: Timestamp,
}

/// A stream that knows no pings can fall silent unnoticed: then the session is asked this often.
const TOUCH_BESIDE: SignedDuration = SignedDuration::from_secs(60);

/// A session is touched when half of its life is over, but it may have less than this: then a
/// touch each half of it would come too often.
const SHORTEST_TOUCH: SignedDuration = SignedDuration::from_secs(1);

impl Row {
    /// A session that was kept, of which nothing more is known.
    pub fn kept(session: Session, now: Timestamp, mails: usize) -> Self {
        let life = if session.expires_at > now { Life::Opening } else { Life::Lapsed };
        Self {
            session,
            life,
            touched_at: now,
            touching: None,
            tried: false,
            link: Link::Off,
            mails,
            complete_to: None,
            owed: None,
            sent_at: now,
            asked_at: now,
        }
    }

    /// When it has to be asked once more because the last touch was sent before its stream was sure
    /// to listen: a touch that was under way by then, or a service that says too early that it listens,
    /// leaves a gap that no push would tell of.
    pub fn settled_by(&self) -> Option<Timestamp> {
        let Link::Up { since, .. } = &self.link else { return None };
        let asked = Duration::try_from(self.asked_at.duration_since(*since)).unwrap_or(Duration::ZERO);
        let due = Demand::Collecting.next_refresh(asked)?;
        since.saturating_add(due).ok()
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
    pub fn turn(&mut self, turn: Turn) {
        self.life = self.life.after(turn);
        if self.is_live() {
            self.tried = false;
        } else {
            self.link = Link::Off;
            self.touching = None;
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
            Life::Live | Life::Adopted => self.turn(Turn::NearEnd),
            // Nobody has confirmed that it lives; by what was kept it does not any more.
            Life::Opening if left <= SignedDuration::ZERO => self.turn(Turn::Ended),
            _ => {}
        }
        self.life != before
    }

    /// When it has to be touched: half-way between the last touch and the end, so that one
    /// touch may fail and there is time for more, and no call is made that is not needed.
    pub fn touch_at(&self) -> Option<Timestamp> {
        if !self.is_live() || self.touching.is_some() {
            return None;
        }
        let whole = self.session.expires_at.duration_since(self.touched_at);
        let half = (whole / 2).max(SHORTEST_TOUCH);
        let half = match self.link.watch().map(|watch| watch.channel) {
            Some(Channel::Multipart | Channel::LongPoll) => half.min(TOUCH_BESIDE),
            Some(Channel::WebSocket | Channel::Poll) | None => half,
        };
        let due = self.touched_at.saturating_add(half).ok();
        match self.owed {
            Some((_, at)) => Some(due.map_or(at, |due| due.min(at))),
            None => due,
        }
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
    pub rows: Vec<Row>,
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
    pub fn selected_row(&self) -> Option<&Row> {
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
    pub fn get_mut(&mut self, id: &SessionId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.session.id == *id)
    }

    /// The row of a session.
    pub fn get(&self, id: &SessionId) -> Option<&Row> {
        self.rows.iter().find(|row| row.session.id == *id)
    }

    /// The first session that lives.
    pub fn first_live(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.is_live())
    }

    /// Puts a session in front of the others, or renews what is known of it.
    pub fn put(&mut self, row: Row) {
        match self.get_mut(&row.session.id) {
            Some(known) => *known = row,
            None => self.rows.insert(0, row),
        }
        self.order();
    }

    /// Lapsed sessions go behind living ones; otherwise the order stays.
    pub fn order(&mut self) {
        self.rows.sort_by_key(|row| match row.life {
            Life::Live | Life::Expiring | Life::Adopted => 0,
            Life::Opening => 1,
            Life::Lapsed | Life::Restoring | Life::Lost => 2,
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
