//! The core of the terminal user interface, in the Elm architecture. `update` takes a message, changes the model and
//! returns effects; `subscriptions` returns the message sources that the model needs.
//!
//! The core does not await, spawn tasks, print or read the clock. The model is plain data without files, sockets or
//! timers, so equal models result in equal screens. Reconnecting, waiting and retrying are states of the model.

pub mod account;
pub mod address_tags;
pub mod auto_open;
pub mod captcha_dialog;
pub mod code_watch;
pub mod columns;
pub mod command;
pub mod connection;
pub mod effect;
pub mod filter;
pub mod hints;
pub mod inbox;
pub mod input;
pub mod invocation;
pub mod jobs;
pub mod key;
pub mod keyboard;
pub mod keymap;
pub mod layout;
pub mod mail_action;
pub mod mail_check;
pub mod message_header;
pub mod message_pane;
pub mod model;
pub mod mouse;
pub mod msg;
pub mod notice;
pub mod overlay;
pub mod overlay_layout;
pub mod pane_tabs;
pub mod pending_request;
pub mod personal_domain;
pub mod sessions;
pub mod settings;
pub mod subscription;
pub mod text_wrap;
pub mod undo;
mod update;

pub use model::Model;
pub use subscription::subscriptions;
pub use update::update;
