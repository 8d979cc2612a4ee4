//! Tests the synchronisation of a session with a simulation. The simulated service delays, duplicates and reorders
//! mails, loses requests, starts to push mails late, restarts, lists mails in pages and has a rate limit. Clocks are
//! wrong, and the client is killed at arbitrary steps. Hundreds of runs are simulated, each with a different seed.
//!
//! `cargo test --lib session_sync::simulation -- --ignored` runs the long version with 10,000 seeds.

mod chance;
mod run;
mod service;

use super::Demand;
use run::{RunOutcome, run};

/// Number of runs per [`Demand`] in a test; each run has its own random seed. The long version of the tests simulates
/// [`MANY_SEEDS`] runs per demand.
const SEEDS: u64 = 100;
const MANY_SEEDS: u64 = 10_000;

/// Returns the maximum number of calls (pages and streams) per hour that the test allows. The maximum is lower if the
/// simulated service works without faults (`is_quiet`).
const fn budget(demand: Demand, is_quiet: bool) -> u64 {
    match (demand, is_quiet) {
        (Demand::Waiting | Demand::CatchingUp, true) => 200,
        (Demand::Waiting | Demand::CatchingUp, false) => 2_400,
        (Demand::Collecting | Demand::Away | Demand::Following | Demand::FollowingAway, true) => 120,
        (Demand::Collecting | Demand::Away | Demand::Following | Demand::FollowingAway, false) => 1_200,
    }
}

fn all_seeds(demand: Demand, seeds: u64) {
    let mut totals = RunOutcome::default();
    for seed in 0..seeds {
        let outcome = run(seed, demand);
        let most = budget(demand, outcome.is_quiet);
        assert!(outcome.calls_per_hour <= most, "seed {seed}: {outcome:?}");
        totals.mails += outcome.mails;
        totals.kills += outcome.kills;
        totals.late_listened += outcome.late_listened;
        totals.failures += outcome.failures;
    }
    // If no faults were simulated, the test would prove nothing.
    assert!(
        totals.mails > 0 && totals.kills > 0 && totals.late_listened > 0 && totals.failures > 0,
        "{totals:?}"
    );
}

#[test]
fn wait_mode_gets_each_mail_within_three_seconds() {
    all_seeds(Demand::Waiting, SEEDS);
}

#[test]
fn buffered_pushes_arrive_within_ten_seconds() {
    all_seeds(Demand::Collecting, SEEDS);
}

#[test]
#[ignore = "a minute or two: 10,000 seeds"]
fn both_models_hold_for_ten_thousand_seeds() {
    all_seeds(Demand::Waiting, MANY_SEEDS);
    all_seeds(Demand::Collecting, MANY_SEEDS);
}
