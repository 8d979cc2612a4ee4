//! The entry point of the program. All other code is in the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The memory allocator of the program. Parsing a mail makes many small allocations, for which mimalloc is faster than
/// the C library's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dropmail_tui::cli::main()
}
