//! The runtime of the Elm architecture: it passes messages to the core, draws frames and executes effects. Only this
//! module spawns tasks.
//!
//! The runtime makes no decisions. [`crate::app`] decides what happens next, and [`crate::ui`] decides how the screen
//! looks.

mod accessible;
mod alarm;
mod blocking;
pub mod charset;
mod charset_query;
pub mod clipboard;
pub mod dependencies;
mod effects;
pub mod engine;
mod event_loop;
mod events;
mod failure;
mod foreground;
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
