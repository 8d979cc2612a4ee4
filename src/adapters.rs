//! The world, behind the ports.

pub mod clipboard;
pub mod clock;
pub mod export;
pub mod files;
pub mod folder_lock;
pub mod graphql;
pub mod keyring;
pub mod opener;
pub mod sample_mail;
pub mod sqlite;
