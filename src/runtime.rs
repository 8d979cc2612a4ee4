//! The loop: messages in, frames and effects out. The only place that spawns.
//!
//! It decides nothing: what happens next is in [`crate::app`], how it looks in [`crate::ui`].

mod alarm;
mod announce;
mod copying;
pub mod engine;
mod event_loop;
mod events;
mod failure;
mod housework;
mod keys;
mod linear;
mod log;
pub mod panic;
mod performer;
pub mod pictures;
mod probe;
pub mod remember;
pub mod screen;
pub(crate) mod signals;
mod streams;
pub mod world;

pub use event_loop::{Ended, RunError, Start, run};
