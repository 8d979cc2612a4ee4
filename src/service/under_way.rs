//! Mails that are being taken in at the moment, so that none is fetched twice at once: it may be told
//! of by a stream and by a touch.

use crate::domain::ids::MailId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Turn = Arc<tokio::sync::Mutex<()>>;

/// See the module. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashMap<MailId, (usize, Turn)>>>);

impl UnderWay {
    fn all(&self) -> MutexGuard<'_, HashMap<MailId, (usize, Turn)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody takes this mail in.
    pub(super) fn has(&self, id: &MailId) -> bool {
        self.all().contains_key(id)
    }

    /// Joins those who take this mail in.
    pub(super) fn join(&self, id: &MailId) -> Joined {
        let mut all = self.all();
        let (count, turn) = all.entry(id.clone()).or_default();
        *count += 1;
        Joined { of: self.clone(), id: id.clone(), turn: Arc::clone(turn) }
    }
}

/// One who takes a mail in; dropping it leaves.
#[derive(Debug)]
pub(super) struct Joined {
    of: UnderWay,
    id: MailId,
    /// Whoever holds it is the one who works.
    pub(super) turn: Turn,
}

impl Drop for Joined {
    fn drop(&mut self) {
        let mut all = self.of.all();
        if let Some((count, _)) = all.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_under_way_until_the_last_has_left() {
        let (under_way, id) = (UnderWay::default(), MailId::new("m"));
        let (first, second) = (under_way.join(&id), under_way.join(&id));
        let working = first.turn.try_lock().unwrap();
        assert!(second.turn.try_lock().is_err());
        drop(working);
        drop(first);
        assert!(under_way.has(&id));
        drop(second);
        assert!(!under_way.has(&id));
    }
}
