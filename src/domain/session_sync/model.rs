//! A model of the synchronisation: a service that delays, loses, doubles and reorders, listens late,
//! restarts, lists by pages and limits calls; clocks that are wrong; and a client that is killed at any
//! step. Hundreds of runs, each by a seed of its own.
//!
//! `cargo test --lib session_sync::model -- --ignored` is the long version: 10,000 seeds.

mod chance;
mod run;
mod service;

use super::Demand;
use run::{Outcome, run};

/// Runs of each kind of demand, and those of the long version.
const SEEDS: u64 = 100;
const MANY_SEEDS: u64 = 10_000;

/// Calls (pages, streams) of an hour, at most: while nothing goes wrong, and whatever goes wrong.
const fn budget(demand: Demand, is_quiet: bool) -> u64 {
    match (demand, is_quiet) {
        (Demand::Waiting | Demand::CatchingUp, true) => 200,
        (Demand::Waiting | Demand::CatchingUp, false) => 2_400,
        (Demand::Collecting, true) => 120,
        (Demand::Collecting, false) => 1_200,
    }
}

fn all_seeds(demand: Demand, seeds: u64) {
    let mut totals = Outcome::default();
    for seed in 0..seeds {
        let outcome = run(seed, demand);
        let most = budget(demand, outcome.is_quiet);
        assert!(outcome.calls_per_hour <= most, "seed {seed}: {outcome:?}");
        totals.mails += outcome.mails;
        totals.kills += outcome.kills;
        totals.late_listened += outcome.late_listened;
        totals.failures += outcome.failures;
    }
    // A model in which nothing happens proves nothing.
    assert!(
        totals.mails > 0 && totals.kills > 0 && totals.late_listened > 0 && totals.failures > 0,
        "{totals:?}"
    );
}

#[test]
fn whoever_waits_has_each_mail_within_three_seconds() {
    all_seeds(Demand::Waiting, SEEDS);
}

#[test]
fn what_is_collected_is_there_within_ten_seconds() {
    all_seeds(Demand::Collecting, SEEDS);
}

#[test]
#[ignore = "a minute or two: 10,000 seeds"]
fn ten_thousand_seeds_hold_for_both() {
    all_seeds(Demand::Waiting, MANY_SEEDS);
    all_seeds(Demand::Collecting, MANY_SEEDS);
}
