//! What reading has to reach: from bytes to lines on the screen, and side by side with `w3m`.
//!
//! `cargo bench --bench reading -- FOLDER` reads the `.eml` files of a folder; without one, mails
//! that are made here. Figures are of this machine at this moment: compare them only with figures
//! of the same run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "reading/large.rs"]
mod large;
#[path = "reading/made.rs"]
mod made;
#[path = "reading/w3m.rs"]
mod w3m;

use std::time::Duration;

fn main() {
    large::measure();
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    w3m::measure(folder.as_deref());
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
