//! Example program that prints the codes and links in mail files, as one line of JSON per file.
//!
//! `cargo run -p mail-codes --example find -- FILE...`
#![expect(clippy::print_stdout, reason = "the test prints the result for people")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(raw) => println!("{}", mail_codes::to_json(&path, &mail_codes::parse(&raw).findings)),
            Err(error) => {
                println!("{path}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
