//! A client for `DropMail.me`: sessions, addresses, new mail by push, and an on-disk archive.
//!
//! [`domain`] contains the data types and the decision logic, without I/O. [`ports`] defines traits for everything
//! outside the process, and [`adapters`] implements them: the GraphQL API with its push transports, the SQLite archive
//! and the clock. [`service`] contains the operations on a mailbox. [`instance`] lets several processes share one data
//! directory.
//!
//! The crate has no user interface and does not depend on a terminal.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod adapters;
pub mod domain;
pub mod instance;
pub mod ports;
pub mod service;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
