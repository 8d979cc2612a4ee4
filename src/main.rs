//! The entry point of the program, which only calls the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The memory allocator of the program. Parsing a mail needs many small allocations, for which it is faster than the
/// allocator of the C library.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dropmail_tui::cli::main()
}
