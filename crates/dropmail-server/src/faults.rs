//! Decides which faults the server injects in order to test clients. Each kind of fault has its own probability.
//! Whether a kind of fault is injected at its n-th opportunity depends only on the fault injection plan and n. Two runs
//! with the same plan and the same calls therefore have the same faults. Most faults are implemented in
//! `http/fault_injection.rs` and `smtp/fault_injection.rs`.

mod kind;
mod plan;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

pub use kind::{Fault, SmtpStage};
pub use plan::{FaultPlan, FaultPlanError};

/// Counters for one kind of fault: how often it could have been injected, and how often it was.
#[derive(Debug, Default)]
struct Count {
    decisions: AtomicU64,
    occurrences: AtomicU64,
}

#[derive(Debug)]
struct ActivePlan {
    plan: FaultPlan,
    counts: Vec<Count>,
}

impl ActivePlan {
    fn new(plan: FaultPlan) -> Self {
        Self { plan, counts: Fault::all().map(|_| Count::default()).collect() }
    }
}

/// The state of fault injection in a running server. The fault injection plan can be replaced while the server runs.
#[derive(Debug)]
pub(super) struct Faults {
    /// Whether the fault injection plan contains any fault. If it does not, [`Self::fires`] need not acquire a lock.
    any: AtomicBool,
    active: RwLock<ActivePlan>,
}

impl Faults {
    pub(super) fn new(plan: FaultPlan) -> Self {
        Self { any: AtomicBool::new(!plan.is_off()), active: RwLock::new(ActivePlan::new(plan)) }
    }

    /// Replaces the fault injection plan and resets the counters of the faults.
    pub(super) fn set(&self, plan: FaultPlan) {
        let any = !plan.is_off();
        let mut active = self.active.write().unwrap_or_else(PoisonError::into_inner);
        *active = ActivePlan::new(plan);
        self.any.store(any, Ordering::Release);
    }

    /// Returns the fault injection plan, and how often each fault has occurred since the plan was set. Faults that have
    /// not occurred are left out.
    pub(super) fn plan_and_counts(&self) -> (FaultPlan, Vec<(Fault, u64)>) {
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        let counts = Fault::all().zip(&active.counts);
        let counts = counts.map(|(fault, count)| (fault, count.occurrences.load(Ordering::Relaxed)));
        (active.plan.clone(), counts.filter(|(_, count)| *count > 0).collect())
    }

    /// Decides whether to inject a fault of this kind now, and updates the counters for this kind.
    pub(super) fn fires(&self, fault: Fault) -> bool {
        if !self.any.load(Ordering::Acquire) {
            return false;
        }
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = active.counts.get(fault.place()) else { return false };
        let decision = count.decisions.fetch_add(1, Ordering::Relaxed);
        let occurs = active.plan.fires(fault, decision);
        if occurs {
            count.occurrences.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(%fault, "injected a fault");
        }
        occurs
    }

    /// Decides whether to inject [`Fault::Delay`]. If so, waits for the time that the fault injection plan specifies.
    pub(super) async fn delay(&self) {
        if let Some(pause) = self.pause() {
            tokio::time::sleep(pause).await;
        }
    }

    /// Returns how long a subscription waits after its acknowledgement before it starts listening for mail. Returns
    /// `None` if [`Fault::LateListening`] does not occur.
    pub(super) fn late_listening(&self) -> Option<Duration> {
        self.fires(Fault::LateListening).then(|| {
            let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
            active.plan.late_listening()
        })
    }

    fn pause(&self) -> Option<Duration> {
        self.fires(Fault::Delay).then(|| {
            let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
            active.plan.delay()
        })
    }
}
