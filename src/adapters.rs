//! The adapters implement the ports, which are traits for the network, the disk, the clipboard, the clock and the
//! desktop.

pub mod clipboard;
pub mod clock;
pub mod copy_commands;
pub(crate) mod data_file;
pub mod demo_mail;
pub mod dir_watcher;
pub mod export;
pub mod file_transport;
pub mod files;
pub mod graphql;
pub mod instance_lock;
pub mod keyring;
pub mod mail_file;
pub mod mail_relay;
pub mod notifier;
pub mod opener;
mod precise_timer;
pub mod shell_hooks;
pub mod sqlite;
pub mod tmux_pane;
pub mod ui_state_file;
