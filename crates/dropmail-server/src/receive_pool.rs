//! Limits the memory for partly received HTTP requests, WebSocket messages and mails. Each connection may use a small
//! amount of memory of its own. Beyond that, it takes memory from a pool that all connections share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Allocation unit in bytes of the memory pool for partly received data.
const UNIT_BYTES: usize = 16 << 10;

/// The memory pool for partly received data, which all connections share.
#[derive(Clone, Debug)]
pub(super) struct ReceivePool(Arc<Semaphore>);

/// The error returned when the memory pool for partly received data is exhausted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PoolExhausted;

impl ReceivePool {
    pub(super) fn new(bytes: usize) -> Self {
        let units = bytes.div_ceil(UNIT_BYTES).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(units)))
    }

    /// Creates a counter for the partly received data of one connection. `own` is the number of bytes that the
    /// connection may hold without taking memory from the pool.
    pub(super) fn memory(&self, own: usize) -> ConnectionMemory {
        ConnectionMemory { receive_pool: self.clone(), own, state: Mutex::new(HeldMemory::default()) }
    }
}

/// A counter for the partly received data of one connection.
#[derive(Debug)]
pub(super) struct ConnectionMemory {
    receive_pool: ReceivePool,
    own: usize,
    state: Mutex<HeldMemory>,
}

#[derive(Debug, Default)]
struct HeldMemory {
    received: usize,
    share: Option<OwnedSemaphorePermit>,
}

impl HeldMemory {
    /// Returns how many more memory units the connection must take from the shared pool to hold the bytes that it has
    /// received. `own` is the number of bytes that the connection may hold without taking memory from the pool.
    fn missing(&self, own: usize) -> u32 {
        let units = self.received.saturating_sub(own).div_ceil(UNIT_BYTES);
        let held = self.share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        u32::try_from(units.saturating_sub(held)).unwrap_or(u32::MAX)
    }

    fn add(&mut self, more: OwnedSemaphorePermit) {
        match &mut self.share {
            Some(share) => share.merge(more),
            None => self.share = Some(more),
        }
    }
}

impl ConnectionMemory {
    fn state(&self) -> std::sync::MutexGuard<'_, HeldMemory> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `bytes` to the received bytes of the connection. Returns an error if the memory pool for partly received
    /// data is exhausted.
    pub(super) fn receive(&self, bytes: usize) -> Result<(), PoolExhausted> {
        let mut state = self.state();
        state.received = state.received.saturating_add(bytes);
        let missing = state.missing(self.own);
        if missing > 0 {
            let more = Arc::clone(&self.receive_pool.0).try_acquire_many_owned(missing);
            state.add(more.map_err(|_full| PoolExhausted)?);
        }
        Ok(())
    }

    /// Sets the number of bytes that the connection holds, and waits until the shared pool can provide the memory.
    /// Returns an error if the pool cannot provide the memory within `timeout`.
    pub(super) async fn reserve(&self, bytes: usize, timeout: Duration) -> Result<(), PoolExhausted> {
        let missing = {
            let mut state = self.state();
            state.received = bytes;
            state.missing(self.own)
        };
        if missing == 0 {
            return Ok(());
        }
        let more = Arc::clone(&self.receive_pool.0).acquire_many_owned(missing);
        match tokio::time::timeout(timeout, more).await {
            Ok(Ok(more)) => {
                self.state().add(more);
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(PoolExhausted),
        }
    }

    /// Returns the connection's memory to the shared pool, after a request, message or mail has been received
    /// completely.
    pub(super) fn release(&self) {
        *self.state() = HeldMemory::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_share_one_pool_beyond_their_allowance() {
        let receive_pool = ReceivePool::new(4 * UNIT_BYTES);
        let (one, two) = (receive_pool.memory(100), receive_pool.memory(100));
        assert_eq!(one.receive(100 + 3 * UNIT_BYTES), Ok(()));
        assert_eq!(two.receive(100 + UNIT_BYTES), Ok(()));
        assert_eq!(two.receive(1), Err(PoolExhausted));
        let small = receive_pool.memory(100);
        assert_eq!(small.receive(100), Ok(()), "the allowance of a connection does not use the pool");
        one.release();
        two.release();
        assert_eq!(two.receive(100 + 4 * UNIT_BYTES), Ok(()));
        drop(two);
        assert_eq!(one.receive(100 + 4 * UNIT_BYTES), Ok(()));
    }

    #[tokio::test]
    async fn a_mail_waits_for_memory_with_a_timeout() {
        let receive_pool = ReceivePool::new(2 * UNIT_BYTES);
        let (one, two) = (receive_pool.memory(0), receive_pool.memory(0));
        assert_eq!(one.reserve(2 * UNIT_BYTES, Duration::ZERO).await, Ok(()));
        assert_eq!(two.reserve(1, Duration::from_millis(1)).await, Err(PoolExhausted));
        let waiting = two.reserve(1, Duration::MAX);
        let (held, ()) = tokio::join!(waiting, async { one.release() });
        assert_eq!(held, Ok(()));
    }
}
