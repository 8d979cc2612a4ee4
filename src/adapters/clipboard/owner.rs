//! The process that owns the clipboard on X11 and Wayland.
//!
//! This program starts a second instance of itself with the hidden [`COMMAND`] subcommand. The new process reads the
//! text to copy, takes ownership of the clipboard selection and answers paste requests. It exits when another program
//! copies something or when the display server exits. It has no terminal and inherits no open files. Its environment
//! contains only the variables that identify the display server.

use super::selection::{self, SelectionEvent};
use rustix::stdio::{dup2_stdin, dup2_stdout};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::os::fd::RawFd;
use std::sync::mpsc::{Sender, channel};

/// The hidden subcommand that runs this program as the clipboard owner.
pub const COMMAND: &str = "clipboard-owner";
/// Argument to [`COMMAND`] that makes the clipboard process exit as soon as its standard input is closed.
pub(super) const UNTIL_QUIT: &str = "--until-quit";
/// The line that the clipboard process prints once it owns the clipboard selection. Any other line is an error message.
pub(super) const OWNED: &str = "owned";

/// Maximum length in bytes of the text to copy. The clipboard process rejects longer text with an error message.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Runs this process as the clipboard owner if [`COMMAND`] is the first argument. Returns `true` once the process has
/// lost the clipboard, and `false` if it could not become the owner. Returns `None` for any other first argument.
pub fn run_if_requested(arguments: &[OsString]) -> Option<bool> {
    if arguments.get(1).map(OsString::as_os_str) != Some(OsStr::new(COMMAND)) {
        return None;
    }
    let until_quit = arguments.get(2).map(OsString::as_os_str) == Some(OsStr::new(UNTIL_QUIT));
    detach();
    Some(match run_owner(until_quit) {
        Ok(()) => true,
        Err(why) => {
            reply_to_parent(&why.replace(['\r', '\n'], " "));
            false
        }
    })
}

/// Detaches this process from its terminal and working directory, and closes the files that it inherited from its
/// parent process.
fn detach() {
    // This call fails only for the leader of a process group, which already has its own session.
    let _session = rustix::process::setsid();
    drop(std::env::set_current_dir("/"));
    #[cfg(target_os = "linux")]
    let _named = rustix::thread::set_name(c"dropmail-tui");
    // The parent process opens its own files close-on-exec, but it may have inherited other files from a shell.
    for descriptor in inherited_fds() {
        let _closed = nix::unistd::close(descriptor);
    }
}

/// Returns the open file descriptors except standard input, standard output and standard error.
fn inherited_fds() -> Vec<RawFd> {
    let names = ["/proc/self/fd", "/dev/fd"].into_iter().find_map(|folder| std::fs::read_dir(folder).ok());
    let numbers =
        names.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.filter(|number| *number > 2).collect()
}

fn run_owner(until_quit: bool) -> Result<(), String> {
    let text = read_text(&mut io::stdin().lock()).map_err(|why| format!("the text did not arrive: {why}"))?;
    let (sender, changes) = channel();
    selection::take_ownership(text, &sender);
    match changes.recv() {
        Ok(SelectionEvent::Owned) => reply_to_parent(OWNED),
        Ok(SelectionEvent::Failed(why)) => return Err(why),
        Ok(SelectionEvent::Ended) | Err(_) => {
            return Err("another program took the clipboard at once".to_owned());
        }
    }
    if until_quit {
        exit_with_parent(sender);
    }
    release_pipes(until_quit);
    while let Ok(SelectionEvent::Owned) = changes.recv() {}
    Ok(())
}

/// Reads the text to copy, which is preceded by a line with its length in bytes. The input may stay open after the
/// text, because reading stops at that length.
fn read_text(input: &mut impl BufRead) -> io::Result<String> {
    let mut length = String::new();
    input.by_ref().take(20).read_line(&mut length)?;
    let length: usize = length.trim_end().parse().map_err(io::Error::other)?;
    if length > MAX_TEXT_BYTES {
        return Err(io::Error::other("it is too long for a clipboard"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Writes a one-line reply to the parent process. Ignores a write error, because the parent process may have exited.
fn reply_to_parent(words: &str) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{words}").and_then(|()| out.flush()));
}

/// Closes the pipes to the parent process, except standard input if `keep_input` is `true`.
fn release_pipes(keep_input: bool) {
    let Ok(null) = File::options().read(true).write(true).open("/dev/null") else { return };
    let _replaced = dup2_stdout(&null);
    if !keep_input {
        let _replaced = dup2_stdin(&null);
    }
}

/// Makes the clipboard process exit when its standard input is closed, which happens when its parent process exits for
/// any reason.
fn exit_with_parent(sender: Sender<SelectionEvent>) {
    std::thread::spawn(move || {
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        drop(sender.send(SelectionEvent::Ended));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_process_reads_exactly_the_announced_length() {
        let mut input = io::Cursor::new("7\nä\n\r\0b more".as_bytes());
        assert_eq!(read_text(&mut input).unwrap(), "ä\n\r\0b ");
        for wrong in ["", "x\n", "99\nshort", "99999999999999999999999\n", "70000000\n", "1\n\u{e4}"] {
            assert!(read_text(&mut io::Cursor::new(wrong.as_bytes())).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn other_command_lines_are_not_handled() {
        let line = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        for words in [&["dropmail-tui"][..], &["dropmail-tui", "ls"], &["dropmail-tui", "ls", COMMAND]] {
            assert_eq!(run_if_requested(&line(words)), None, "{words:?}");
        }
    }
}
