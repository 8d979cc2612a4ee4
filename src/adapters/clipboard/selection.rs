//! Takes ownership of the clipboard selection to offer text to other programs, and detects when another program takes
//! ownership.

use arboard::SetExtLinux;
use std::error::Error;
use std::sync::mpsc::Sender;
use std::thread;
use wl_clipboard_rs::copy::{MimeType, Options, PreparedCopy, Source};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// A change to this process's ownership of the clipboard selection.
#[derive(Debug)]
pub(super) enum SelectionEvent {
    /// This process has become the owner of the clipboard selection.
    Owned,
    /// This process has lost the clipboard selection: another program copied something, or the display server exited.
    Ended,
    /// This process could not take ownership of the clipboard selection. The value contains the reason.
    Failed(String),
}

/// Starts threads that take ownership of the clipboard selection and serve the text to other programs. The threads
/// report the result, and any later loss of the selection, to `changes`.
///
/// Like arboard, uses Wayland if the compositor supports a data-control protocol, which lets programs without a window
/// set the clipboard. If not, uses X11, which Xwayland provides on Wayland desktops.
pub(super) fn take_ownership(text: String, changes: &Sender<SelectionEvent>) {
    let changes = changes.clone();
    thread::spawn(move || {
        let to_server = changes.clone();
        let server = thread::spawn(move || serve(text, &to_server));
        // The clipboard libraries panic on some display names.
        let done = server.join().unwrap_or_else(|_| Err("the display cannot be used".to_owned()));
        drop(changes.send(match done {
            Ok(()) => SelectionEvent::Ended,
            Err(why) => SelectionEvent::Failed(why),
        }));
    });
}

/// Takes ownership of the clipboard selection and serves the text to other programs. Returns once this process has lost
/// the selection.
fn serve(text: String, changes: &Sender<SelectionEvent>) -> Result<(), String> {
    match prepare_wayland(&text) {
        Ok(prepared) => {
            drop(changes.send(SelectionEvent::Owned));
            // An error here means that the compositor has exited or that a paste was interrupted.
            drop(prepared.serve());
            Ok(())
        }
        Err(wayland) => serve_x11(text, changes).map_err(|x11| format!("{x11}{wayland}")),
    }
}

/// Takes ownership of the clipboard selection on Wayland. The caller must serve the text with the returned value. If
/// this fails, returns the reason in parentheses, so that the caller can append it to the error message for X11.
fn prepare_wayland(text: &str) -> Result<PreparedCopy, String> {
    let mut options = Options::new();
    options.foreground(true);
    options
        .prepare_copy(Source::Bytes(text.as_bytes().into()), MimeType::Text)
        .map_err(|why| format!(" (Wayland: {why})"))
}

/// Takes ownership of the clipboard selection on X11 and serves the text to other programs. Returns once this process
/// has lost the selection.
fn serve_x11(text: String, changes: &Sender<SelectionEvent>) -> Result<(), String> {
    // The watch starts first, because its first event must be the one for this process taking the selection.
    let watch = watch_x11().map_err(|why| why.to_string())?;
    let watched = changes.clone();
    thread::spawn(move || {
        loop {
            match watch.wait_for_event() {
                Ok(Event::XfixesSelectionNotify(_)) => drop(watched.send(SelectionEvent::Owned)),
                Ok(_) => {}
                // arboard does not return if the X server exits, so the watch reports that.
                Err(_) => break drop(watched.send(SelectionEvent::Ended)),
            }
        }
    });
    let mut clipboard = arboard::Clipboard::new().map_err(|why| why.to_string())?;
    clipboard.set().wait().text(text).map_err(|why| why.to_string())
}

/// Opens a connection to the X server, which then sends an event each time a program takes over the clipboard.
fn watch_x11() -> Result<RustConnection, Box<dyn Error>> {
    let (connection, screen) = x11rb::connect(None)?;
    let root = connection.setup().roots.get(screen).ok_or("the X server has no screen")?.root;
    connection.xfixes_query_version(5, 0)?.reply()?;
    let clipboard = connection.intern_atom(false, b"CLIPBOARD")?.reply()?.atom;
    connection
        .xfixes_select_selection_input(root, clipboard, SelectionEventMask::SET_SELECTION_OWNER)?
        .check()?;
    Ok(connection)
}
