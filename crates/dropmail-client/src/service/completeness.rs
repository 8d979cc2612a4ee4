//! Remembers the completeness marks of the sessions, so that regular queries need not read them from the archive. Each
//! such read would wake another thread.

use crate::domain::ids::{MailId, SessionId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The remembered completeness mark of a session, if there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum RememberedMark {
    /// No mark is remembered for the session, so it must be read from the archive.
    Nothing,
    /// The completeness mark in the archive; `None` if the archive contains no mark for the session.
    Mark(Option<MailId>),
}

/// The completeness marks of the sessions, as last read from or written to the archive. All clones of this value share
/// one map.
///
/// Another process may have advanced a mark in the archive since then. A query that starts from the remembered mark
/// then lists some stored mails again but misses none. The query's attempt to advance the mark fails, and the mark is
/// forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct CompletenessMarks(Arc<Mutex<HashMap<SessionId, Option<MailId>>>>);

impl CompletenessMarks {
    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Option<MailId>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the remembered completeness mark of a session.
    pub(super) fn get(&self, session: &SessionId) -> RememberedMark {
        self.lock().get(session).cloned().map_or(RememberedMark::Nothing, RememberedMark::Mark)
    }

    /// Remembers the completeness mark that the archive contains for a session.
    pub(super) fn remember(&self, session: &SessionId, mark: Option<MailId>) {
        self.lock().insert(session.clone(), mark);
    }

    /// Forgets the completeness mark of a session, so that the next query reads it from the archive.
    pub(super) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
    }
}
