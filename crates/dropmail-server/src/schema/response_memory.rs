//! Limits the memory of all responses that are being generated or sent.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::memory::PurgeSignal;

/// The memory pool for all responses that are being generated or sent.
#[derive(Debug)]
pub(crate) struct ResponseMemory {
    pub(super) bytes: AtomicUsize,
    limit: usize,
    freed: PurgeSignal,
}

impl ResponseMemory {
    pub(crate) fn new(limit: usize, freed: PurgeSignal) -> Self {
        Self { bytes: AtomicUsize::new(0), limit, freed }
    }

    pub(super) fn take(&self, bytes: usize) -> bool {
        let fits = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= self.limit);
        self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    pub(super) fn release(&self, bytes: usize) {
        if bytes > 0 {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.freed.report();
        }
    }
}
