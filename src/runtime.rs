//! The runtime: it feeds messages to the core, draws frames and performs effects. Only this module spawns
//! tasks.
//!
//! The runtime decides nothing. [`crate::app`] decides what happens next, and [`crate::ui`] how the screen
//! looks.

mod accessible;
mod alarm;
mod blocking;
pub mod charset;
pub mod clipboard;
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
mod sharing;
pub(crate) mod signals;
mod subscriptions;
pub mod ui_state;

pub use event_loop::{ExitReason, RunError, StartupState, run};
