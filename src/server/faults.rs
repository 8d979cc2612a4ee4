//! Faults on purpose, for whoever tests a client: each kind strikes with a probability of its own.
//! The n-th throw for a kind depends on the seed, the kind and n alone, so a run with the same
//! calls meets the same faults.

mod kind;
mod plan;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

pub use kind::{Fault, SmtpStage};
pub use plan::{FaultPlan, FaultPlanError};

/// How often a kind was thrown for, and how often it struck.
#[derive(Debug, Default)]
struct Count {
    thrown: AtomicU64,
    struck: AtomicU64,
}

#[derive(Debug)]
struct Running {
    plan: FaultPlan,
    counts: Vec<Count>,
}

impl Running {
    fn new(plan: FaultPlan) -> Self {
        Self { plan, counts: Fault::all().map(|_| Count::default()).collect() }
    }
}

/// The faults of a running server. The plan can be changed while it runs.
#[derive(Debug)]
pub(super) struct Faults {
    /// Spares a server without faults the lock.
    any: AtomicBool,
    running: RwLock<Running>,
}

impl Faults {
    pub(super) fn new(plan: FaultPlan) -> Self {
        Self { any: AtomicBool::new(!plan.is_off()), running: RwLock::new(Running::new(plan)) }
    }

    /// Goes by another plan from now on; the throws begin anew.
    pub(super) fn set(&self, plan: FaultPlan) {
        let any = !plan.is_off();
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        *running = Running::new(plan);
        self.any.store(any, Ordering::Release);
    }

    /// The plan, and how often each kind has struck since it was set.
    pub(super) fn told(&self) -> (FaultPlan, Vec<(Fault, u64)>) {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let counts = Fault::all().zip(&running.counts);
        let struck = counts.map(|(fault, count)| (fault, count.struck.load(Ordering::Relaxed)));
        (running.plan.clone(), struck.filter(|(_, struck)| *struck > 0).collect())
    }

    /// Throws for a kind: true when it strikes.
    pub(super) fn strikes(&self, fault: Fault) -> bool {
        if !self.any.load(Ordering::Acquire) {
            return false;
        }
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = running.counts.get(fault.place()) else { return false };
        let throw = count.thrown.fetch_add(1, Ordering::Relaxed);
        let struck = running.plan.strikes(fault, throw);
        if struck {
            count.struck.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(%fault, "a fault on purpose");
        }
        struck
    }

    /// Throws for a delay and waits for as long as it says.
    pub(super) async fn delay(&self) {
        if let Some(pause) = self.pause() {
            tokio::time::sleep(pause).await;
        }
    }

    /// Throws for a subscription that listens later than it says; tells by how much.
    pub(super) fn late_listening(&self) -> Option<Duration> {
        self.strikes(Fault::LateListening).then(|| {
            let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
            running.plan.late_listening()
        })
    }

    fn pause(&self) -> Option<Duration> {
        self.strikes(Fault::Delay).then(|| {
            let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
            running.plan.delay()
        })
    }
}
