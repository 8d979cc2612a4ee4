//! Keeps the completeness marks of the sessions in memory, so that regular queries need not read them from the archive.
//! Each such read would wake another thread. The completeness mark of a session is the id of a mail such that the
//! archive contains that mail and all earlier ones.

use crate::domain::ids::{MailId, SessionId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The completeness mark of a session, if the mark is in memory. The mark is the id of a mail such that the archive
/// contains that mail and all earlier ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum RememberedMark {
    /// The completeness mark of the session is not in memory, so it must be read from the archive.
    Nothing,
    /// The completeness mark, as last read from or written to the archive; `None` if the archive contains no mark for
    /// the session.
    Mark(Option<MailId>),
}

/// The completeness marks of the sessions (see [`Self::get`]), as last read from or written to the archive. All clones
/// of this value share one map.
///
/// Another process may have advanced a mark in the archive since then. A query that starts from the mark in memory then
/// lists some stored mails again but misses none. The query's attempt to advance the mark fails, and the mark is
/// removed from memory.
#[derive(Clone, Debug, Default)]
pub(super) struct CompletenessMarks(Arc<Mutex<HashMap<SessionId, Option<MailId>>>>);

impl CompletenessMarks {
    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Option<MailId>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the completeness mark of a session, if it is in memory. The mark is the id of a mail such that the
    /// archive contains that mail and all earlier ones.
    pub(super) fn get(&self, session: &SessionId) -> RememberedMark {
        self.lock().get(session).cloned().map_or(RememberedMark::Nothing, RememberedMark::Mark)
    }

    /// Keeps in memory the completeness mark (see [`Self::get`]) of a session as the archive contains it. `mark` is
    /// `None` if the archive contains no mark.
    pub(super) fn remember(&self, session: &SessionId, mark: Option<MailId>) {
        self.lock().insert(session.clone(), mark);
    }

    /// Removes the completeness mark (see [`Self::get`]) of a session from memory, so that the next query reads it from
    /// the archive.
    pub(super) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
    }
}
