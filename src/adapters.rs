//! The adapters for the desktop. They implement the traits (ports) that the client library defines for the clipboard,
//! the keyring, notifications, the browser, hooks, saved files and mail files. The adapters for the service and the
//! archive are in `dropmail-client`.

pub mod clipboard;
pub mod copy_commands;
pub mod demo_mail;
pub mod export;
pub mod file_api;
pub mod files;
pub mod keyring;
pub mod mail_file;
pub mod mail_relay;
pub mod notifier;
pub mod opener;
pub mod shell_hooks;
pub mod tmux_pane;
pub mod ui_state_file;
