//! dropmail-tui: a terminal mailbox for the disposable addresses of DropMail.me.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod mcp;
pub mod ports;
pub mod runtime;
pub mod service;
pub mod ui;
