//! The command line: standard output, standard error and exit code, all of each.

mod harness;
mod run;

mod account;
mod api;
mod extract;
mod files;
mod json_docs;
mod mail;
mod mbox;
mod mcp;
mod refusals;
mod serve;
mod shell;
mod usage;
mod wait;
