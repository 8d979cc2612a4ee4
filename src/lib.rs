//! dropmail-tui: a terminal mail client for the disposable addresses of DropMail.me.

#![warn(clippy::wildcard_enum_match_arm)]

#[cfg(not(unix))]
compile_error!(
    "dropmail-tui needs a Unix system. It is tested on Linux; on Windows, build and run it inside WSL."
);

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod mcp;
pub mod runtime;
pub mod ui;
