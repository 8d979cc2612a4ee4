//! The world, behind the ports.

pub mod clipboard;
pub mod clock;
pub mod copy_programs;
pub mod files;
pub mod graphql;
pub mod opener;
pub mod sample_mail;
pub mod screen_state;
pub mod sqlite;
