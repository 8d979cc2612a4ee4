//! The single binary that contains all integration tests. Each feature has a test module.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed test step panics"
)]

mod architecture;
mod archive;
mod archive_crash;
mod archive_place;
mod archive_refused;
mod archive_verbs;
mod cli;
mod client_captcha;
mod client_downloads;
mod client_fault_run;
mod client_faults;
mod client_gaps;
mod client_ingest;
mod client_mailbox;
mod client_network;
mod client_odd_answers;
mod client_token;
mod docs;
mod extract;
mod extract_score;
mod guess;
mod headless;
mod mail;
mod packaging;
mod pty;
mod round_trip;
mod server;
mod vocabulary;
mod words;
