//! The program: a thin door to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    dropmail_tui::cli::main()
}
