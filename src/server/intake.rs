//! One bound on what all connections together have half received: requests, messages and mails whose end has
//! not come yet. Each connection has a little of its own; beyond that it takes a share of one room.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The room is counted in pieces of so many bytes.
const PIECE_BYTES: usize = 16 << 10;

/// The room of a server for what is half received.
#[derive(Clone, Debug)]
pub(super) struct Intake(Arc<Semaphore>);

/// The room is full.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Intake {
    pub(super) fn new(bytes: usize) -> Self {
        let pieces = bytes.div_ceil(PIECE_BYTES).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(pieces)))
    }

    /// The account of a connection that has `own` bytes for itself.
    pub(super) fn account(&self, own: usize) -> Account {
        Account { intake: self.clone(), own, state: Mutex::new(State::default()) }
    }
}

/// What one connection has received of something that is not whole yet.
#[derive(Debug)]
pub(super) struct Account {
    intake: Intake,
    own: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    received: usize,
    share: Option<OwnedSemaphorePermit>,
}

impl State {
    /// How many pieces are missing for so many bytes.
    fn missing(&self, own: usize) -> u32 {
        let pieces = self.received.saturating_sub(own).div_ceil(PIECE_BYTES);
        let held = self.share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        u32::try_from(pieces.saturating_sub(held)).unwrap_or(u32::MAX)
    }

    fn add(&mut self, more: OwnedSemaphorePermit) {
        match &mut self.share {
            Some(share) => share.merge(more),
            None => self.share = Some(more),
        }
    }
}

impl Account {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts bytes that have come; fails where there is no room for them.
    pub(super) fn receive(&self, bytes: usize) -> Result<(), Full> {
        let mut state = self.state();
        state.received = state.received.saturating_add(bytes);
        let missing = state.missing(self.own);
        if missing > 0 {
            let more = Arc::clone(&self.intake.0).try_acquire_many_owned(missing);
            state.add(more.map_err(|_full| Full)?);
        }
        Ok(())
    }

    /// Sets how many bytes are held, and waits for room for them no longer than `patience`.
    pub(super) async fn hold(&self, bytes: usize, patience: Duration) -> Result<(), Full> {
        let missing = {
            let mut state = self.state();
            state.received = bytes;
            state.missing(self.own)
        };
        if missing == 0 {
            return Ok(());
        }
        let more = Arc::clone(&self.intake.0).acquire_many_owned(missing);
        match tokio::time::timeout(patience, more).await {
            Ok(Ok(more)) => {
                self.state().add(more);
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }

    /// All that came is whole: its room is free again.
    pub(super) fn settle(&self) {
        *self.state() = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_share_one_room_beyond_their_own() {
        let intake = Intake::new(4 * PIECE_BYTES);
        let (one, two) = (intake.account(100), intake.account(100));
        assert_eq!(one.receive(100 + 3 * PIECE_BYTES), Ok(()));
        assert_eq!(two.receive(100 + PIECE_BYTES), Ok(()));
        assert_eq!(two.receive(1), Err(Full));
        let small = intake.account(100);
        assert_eq!(small.receive(100), Ok(()), "what is a connection's own needs no room");
        one.settle();
        two.settle();
        assert_eq!(two.receive(100 + 4 * PIECE_BYTES), Ok(()));
        drop(two);
        assert_eq!(one.receive(100 + 4 * PIECE_BYTES), Ok(()));
    }

    #[tokio::test]
    async fn a_mail_waits_for_room_and_not_for_ever() {
        let intake = Intake::new(2 * PIECE_BYTES);
        let (one, two) = (intake.account(0), intake.account(0));
        assert_eq!(one.hold(2 * PIECE_BYTES, Duration::ZERO).await, Ok(()));
        assert_eq!(two.hold(1, Duration::from_millis(1)).await, Err(Full));
        let waiting = two.hold(1, Duration::MAX);
        let (held, ()) = tokio::join!(waiting, async { one.settle() });
        assert_eq!(held, Ok(()));
    }
}
