//! The adapters implement the ports (traits) for the service, the archive and the clock.

pub mod clock;
pub mod data_file;
pub mod dir_watcher;
pub mod graphql;
pub mod instance_lock;
mod precise_timer;
pub mod sqlite;
