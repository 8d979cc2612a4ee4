//! Tracks a check for new mail that the user has requested with the `r` key.

use super::connection::Generation;
use dropmail_client::domain::ids::SessionId;
use std::collections::BTreeSet;

/// A check of all sessions for new mail. A check that finds nothing ends with a notice, because nothing else on the
/// screen changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailCheck {
    /// The last generation number that was used before the check started. A query with this or a smaller number was
    /// sent before the check, so its response may lack mails that the check must find.
    before: Generation,
    /// The sessions whose queries have not been answered yet.
    waiting: BTreeSet<SessionId>,
    /// If `true`, at least one query has failed or has found something to show, such as new mail.
    has_result: bool,
}

impl MailCheck {
    /// Starts a check of these sessions. Returns `None` if there are no sessions to check.
    pub fn start(before: Generation, sessions: impl IntoIterator<Item = SessionId>) -> Option<Self> {
        let waiting: BTreeSet<SessionId> = sessions.into_iter().collect();
        (!waiting.is_empty()).then_some(Self { before, waiting, has_result: false })
    }

    /// Returns `true` if the check is waiting for the response to a query of `session`, and the query with the
    /// generation number `query` was sent after the check started.
    pub fn waits_for(&self, session: &SessionId, query: Generation) -> bool {
        query > self.before && self.waiting.contains(session)
    }

    /// Records that the query of a session has been answered. `has_result` is `true` if the query has failed or has
    /// found something to show, such as new mail.
    pub fn record(&mut self, session: &SessionId, has_result: bool) {
        self.waiting.remove(session);
        self.has_result |= has_result;
    }

    /// Returns `None` while the check is waiting for responses. After the last response, returns `Some(true)` if the
    /// check has found nothing, so that the program must show a notice. Returns `Some(false)` if a query has failed or
    /// found something.
    pub fn is_empty_handed(&self) -> Option<bool> {
        self.waiting.is_empty().then_some(!self.has_result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_empty_handed_only_if_every_session_is() {
        let ids = ["a", "b"].map(SessionId::new);
        assert_eq!(MailCheck::start(4, []), None);
        let mut check = MailCheck::start(4, ids.clone()).unwrap();
        assert!(!check.waits_for(&ids[0], 4), "this query was sent before the check");
        assert!(check.waits_for(&ids[0], 5));
        check.record(&ids[0], false);
        assert!(!check.waits_for(&ids[0], 6));
        assert_eq!(check.is_empty_handed(), None);
        let mut other = check.clone();
        check.record(&ids[1], false);
        assert_eq!(check.is_empty_handed(), Some(true));
        other.record(&ids[1], true);
        assert_eq!(other.is_empty_handed(), Some(false));
    }
}
