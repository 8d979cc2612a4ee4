//! The two ways out: results to standard output, words about the work to standard error. A pipe
//! that is closed is silent: whoever reads has had enough.

use std::io::{self, Write};

/// Writes a line of a result.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Tells the user something about the work. There is nobody to tell if that fails.
pub(super) fn tell(words: &str) {
    drop(writeln!(io::stderr(), "dropmail-tui: {words}"));
}
