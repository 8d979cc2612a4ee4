//! The entry point of the program, which only calls the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The allocator of the program. A mail is parsed into many small pieces, which this allocator allocates
/// faster than the C library's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dropmail_tui::cli::main()
}
