//! Tests the command-line interface: each test checks standard output, standard error and the exit code.

mod harness;
mod quick;
mod run;

mod account;
mod api;
mod assert;
mod ci_example;
mod current;
mod extract;
mod files;
mod json_docs;
mod mail;
mod mbox;
mod mcp;
mod mcp_injections;
mod options;
mod refusals;
mod release;
mod serve;
mod shell;
mod shell_init;
mod usage;
mod wait;
