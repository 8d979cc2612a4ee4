//! The panic hook: it restores the terminal, then prints a message for the user.

use super::screen::restore_terminal;
use mail_reader::ascii;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::path::PathBuf;

/// Installs the panic hook. A panic in the thread that draws the screen ends this program. A panic in a task is only
/// logged; the effect that the task executes fails.
pub fn install(log: Option<PathBuf>) {
    let drawing = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let words = describe(info);
        tracing::error!(target: "dropmail_tui::panic", "{words}");
        if std::thread::current().id() == drawing && !mail_reader::panic_guard::is_guarded_thread() {
            restore_terminal();
            print_panic(&words, log.as_ref());
        }
    }));
}

/// Formats the location and the message of a panic. Omits a message that contains formatted values, because the values
/// could be secret or come from a mail.
fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let message = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("details withheld");
    format!("{message} at {place}")
}

/// Prints the message of a panic to standard error. The caller must first restore the terminal.
fn print_panic(words: &str, log: Option<&PathBuf>) {
    let place = log.map_or_else(String::new, |log| format!("More may stand in {}.\n", log.display()));
    let lines = format!(
        "dropmail-tui hit a fault of its own and had to stop:\n{}\n\
         Mail that was shown is in the archive, and sessions live on.\n\
         Start dropmail-tui again to go on.\n{place}",
        ascii::line(words)
    );
    // A second panic would abort the program, so an error of a closed terminal is ignored.
    drop(io::stderr().write_all(lines.as_bytes()));
}
