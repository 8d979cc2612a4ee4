//! The program: a thin door to the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A mail is read into many small pieces: this allocator hands them out faster than the C library's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dropmail_tui::cli::main()
}
