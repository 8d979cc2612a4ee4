//! The command line: standard output, standard error and exit code, all of each.

mod run;

mod extract;
mod serve;
mod usage;
