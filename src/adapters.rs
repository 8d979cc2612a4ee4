//! The world, behind the ports.

pub mod clipboard;
pub mod clock;
pub mod copy_programs;
pub(crate) mod data_file;
pub mod export;
pub mod files;
pub mod folder_lock;
pub mod folder_watch;
pub mod graphql;
pub mod keyring;
pub mod mail_file;
pub mod notifier;
pub mod opener;
pub mod sample_mail;
pub mod screen_state;
pub mod shelf;
pub mod shell_hooks;
pub mod sqlite;
pub mod tmux_pane;
