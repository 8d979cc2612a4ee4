//! The loop: messages in, frames and effects out. The only place that spawns.
//!
//! It decides nothing: what happens next is in [`crate::app`], how it looks in [`crate::ui`].

mod accessible;
mod alarm;
mod clipboard;
pub mod dependencies;
mod effects;
pub mod engine;
mod event_loop;
mod events;
mod failure;
mod keys;
mod log;
mod maintenance;
mod notifications;
pub mod panic;
pub mod pictures;
mod probe;
pub mod screen;
pub(crate) mod signals;
mod subscriptions;
pub mod ui_state;

pub use event_loop::{ExitReason, RunError, StartupState, run};
