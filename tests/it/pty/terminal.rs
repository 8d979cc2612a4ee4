//! An emulated terminal in which tests run the program. A test can wait for a condition, which is checked whenever the
//! program writes output.

// This file exceeds 300 lines because the emulated terminal, its queries and its waits belong together.

use mail_reader::ambiguous_width::has_ambiguous_width;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Timeout for each wait in a test; if it expires, the test fails. It is longer than any step takes, even on a slow
/// machine.
const TIMEOUT: Duration = Duration::from_mins(1);

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

/// Returns the path of the program's executable. For tests and benchmarks, Cargo provides the path; for an example, the
/// executable is in the parent directory of the example.
pub(crate) fn program() -> PathBuf {
    if let Some(path) = option_env!("CARGO_BIN_EXE_dropmail-tui") {
        return path.into();
    }
    let example = std::env::current_exe().unwrap();
    example.parent().unwrap().parent().unwrap().join("dropmail-tui")
}

struct Output {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
    expected: Vec<(Expected, Sender<Instant>)>,
    emulation: Emulation,
}

/// The wide character that the emulated terminal shows for each character of ambiguous width.
pub(crate) const WIDE: char = '\u{3013}';

/// The kind of the emulated terminal: how it decodes bytes, and whether it replies to queries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Emulation {
    /// The terminal decodes UTF-8, like current terminals.
    Utf8,
    /// The terminal decodes each byte as one character (ISO 8859-1), and interprets C1 control characters.
    EightBit,
    /// The terminal decodes UTF-8, and does not reply to queries.
    Silent,
    /// The terminal decodes UTF-8, and shows characters of ambiguous width with a width of two columns, like `xterm
    /// -cjk_width`.
    WideAmbiguous,
}

impl Emulation {
    fn process(self, screen: &mut vt100::Parser, bytes: &[u8]) {
        match self {
            Self::Utf8 | Self::Silent => return screen.process(bytes),
            Self::WideAmbiguous => {
                // A wide character replaces each ambiguous one. Bytes of a character that is split between two
                // reads stay unchanged.
                let wide = |c: char| if has_ambiguous_width(&c.to_string()) { WIDE } else { c };
                let mut read = Vec::with_capacity(bytes.len());
                for chunk in bytes.utf8_chunks() {
                    read.extend(chunk.valid().chars().map(wide).collect::<String>().into_bytes());
                    read.extend(chunk.invalid());
                }
                return screen.process(&read);
            }
            Self::EightBit => {}
        }
        let mut read = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            match byte {
                // A C1 byte and its 7-bit form, which has two bytes, are equivalent (ECMA-48, section 5.3).
                0x80..=0x9f => read.extend([0x1b, byte - 0x40]),
                byte => read.extend(char::from(byte).to_string().bytes()),
            }
        }
        screen.process(&read);
    }
}

/// The escape sequence that queries the cursor position (DSR 6).
const CURSOR_QUERY: &[u8] = b"\x1b[6n";

enum Expected {
    Text(String),
    Bytes(Vec<u8>),
}

/// A handle for waiting until an expected text appears on the screen, or an expected byte sequence in the output. It
/// receives the time at which this happens.
pub(crate) struct Seen(Receiver<Instant>);

impl Seen {
    /// Waits until the expected output has appeared, and returns the time at which it appeared.
    pub(crate) fn wait(&self) -> Instant {
        self.0.recv_timeout(TIMEOUT).expect("the expected output appears")
    }
}

/// Start of a synchronised update (DEC private mode 2026); the program draws each frame within such an update.
const FRAME_START: &[u8] = b"\x1b[?2026h";
const FRAME_END: &[u8] = b"\x1b[?2026l";

impl Output {
    /// Returns whether the output so far ends between two frames. While it ends within a frame, tests must not examine
    /// the screen.
    fn is_between_frames(&self) -> bool {
        let last = |marker: &[u8]| self.bytes.windows(marker.len()).rposition(|window| window == marker);
        self.ended || last(FRAME_START) <= last(FRAME_END)
    }

    /// Processes new output of the program, and returns the terminal's replies to the queries in this output.
    fn process_output(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        let mut processed = self.bytes.len();
        let mut start = processed.saturating_sub(CURSOR_QUERY.len() - 1);
        self.bytes.extend_from_slice(chunk);
        while let Some(at) =
            self.bytes[start..].windows(CURSOR_QUERY.len()).position(|window| window == CURSOR_QUERY)
        {
            start += at + CURSOR_QUERY.len();
            self.emulation.process(&mut self.screen, &self.bytes[processed..start]);
            processed = start;
            let (row, column) = self.screen.screen().cursor_position();
            if self.emulation != Emulation::Silent {
                answers.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
        }
        self.emulation.process(&mut self.screen, &self.bytes[processed..]);
        answers
    }

    /// Sends the current time to each [`Seen`] handle whose expected output has appeared. `from` is the byte offset at
    /// which the new output begins.
    fn notify_waiting(&mut self, from: usize) {
        if self.expected.is_empty() {
            return;
        }
        let now = Instant::now();
        let contents = self.screen.screen().contents();
        let bytes = &self.bytes;
        self.expected.retain(|(expected, sender)| {
            let seen = match expected {
                Expected::Text(text) => contents.contains(text.as_str()),
                Expected::Bytes(sequence) => {
                    let start = from.saturating_sub(sequence.len());
                    bytes[start..].windows(sequence.len()).any(|window| window == sequence)
                }
            };
            if seen {
                let _ = sender.send(now);
            }
            !seen
        });
    }
}

/// Returns the escape sequence (OSC 52) that makes a terminal copy text to its clipboard.
pub(crate) fn osc52(text: &str) -> Vec<u8> {
    dropmail_tui::adapters::clipboard::osc52(text, false)
}

type Writer = Arc<Mutex<Box<dyn Write + Send>>>;

/// An emulated terminal, with the program that runs in it.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Writer,
    output: Arc<(Mutex<Output>, Condvar)>,
}

impl Terminal {
    /// Starts the program in a terminal of the given size (columns, rows). The environment is minimal: the program
    /// inherits no variables from the test process.
    pub(crate) fn start(args: &[&str], home: &Path, size: (u16, u16)) -> Self {
        Self::start_with(args, home, size, &[])
    }

    pub(crate) fn start_with(args: &[&str], home: &Path, size: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::run(&program(), args, home, size, env, Emulation::Utf8)
    }

    /// Starts the program in a terminal of the given kind.
    pub(crate) fn start_in(emulation: Emulation, args: &[&str], home: &Path, env: &[(&str, &str)]) -> Self {
        Self::run(&program(), args, home, (80, 24), env, emulation)
    }

    /// Starts a program other than dropmail-tui, such as a shell, in a terminal of the given size (columns, rows).
    pub(crate) fn start_program(program: &str, args: &[&str], home: &Path, size: (u16, u16)) -> Self {
        Self::run(Path::new(program), args, home, size, &[("PATH", "/usr/bin:/bin")], Emulation::Utf8)
    }

    fn run(
        program: &Path,
        args: &[&str],
        home: &Path,
        (cols, rows): (u16, u16),
        env: &[(&str, &str)],
        emulation: Emulation,
    ) -> Self {
        let pty = native_pty_system();
        let pair = pty.openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(home);
        for (name, value) in env {
            command.env(name, value);
        }
        command.args(args);
        let child = pair.slave.spawn_command(command).unwrap();
        // After this line, only the program has the other end open, so reading ends when the program ends.
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().unwrap();
        let writer: Writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        // A size of 0 means that the size of the terminal is unknown; the emulator needs at least one cell.
        let screen = vt100::Parser::new(cells(rows.max(1)), cells(cols.max(1)), 0);
        let output = Output { screen, bytes: Vec::new(), ended: false, expected: Vec::new(), emulation };
        let output = Arc::new((Mutex::new(output), Condvar::new()));
        let shared = Arc::clone(&output);
        let answers = Arc::clone(&writer);
        std::thread::spawn(move || read(reader, &shared, &answers));
        Self { child, master: pair.master, writer, output }
    }

    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.type_bytes(keys.as_bytes());
    }

    pub(crate) fn type_bytes(&mut self, keys: &[u8]) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(keys).unwrap();
        writer.flush().unwrap();
    }

    pub(crate) fn resize(&mut self, (cols, rows): (u16, u16)) {
        self.output.0.lock().unwrap().screen.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    fn wait(&self, what: &str, done: impl FnMut(&Output) -> bool) {
        drop(self.wait_for(what, done));
    }

    fn wait_for(&self, what: &str, mut done: impl FnMut(&Output) -> bool) -> MutexGuard<'_, Output> {
        let (lock, changed) = &*self.output;
        let output = lock.lock().unwrap();
        let (output, timeout) = changed
            .wait_timeout_while(output, TIMEOUT, |output| !(output.is_between_frames() && done(output)))
            .unwrap();
        assert!(
            !timeout.timed_out(),
            "{what} did not appear; the screen:\n{}",
            output.screen.screen().contents()
        );
        output
    }

    /// Waits until the screen shows the text.
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait(text, |output| output.screen.screen().contents().contains(text));
    }

    /// Waits until the screen satisfies the condition `done`; `what` describes the condition in the failure message.
    pub(crate) fn wait_for_screen(&self, what: &str, mut done: impl FnMut(&str) -> bool) {
        self.wait(what, |output| done(&output.screen.screen().contents()));
    }

    /// Waits until the program's output satisfies the condition `done`; `what` describes the condition in the failure
    /// message.
    pub(crate) fn wait_for_output(&self, what: &str, mut done: impl FnMut(&[u8]) -> bool) {
        self.wait(what, |output| done(&output.bytes));
    }

    /// Waits until the program's output contains the given bytes. Also accepts output from before the call.
    pub(crate) fn wait_for_bytes(&self, bytes: &[u8]) {
        let what = String::from_utf8_lossy(bytes).into_owned();
        self.wait(&what, |output| output.bytes.windows(bytes.len()).any(|window| window == bytes));
    }

    /// Starts watching the screen for the given text. The returned handle receives the time at which the text appears.
    pub(crate) fn expect_text(&self, text: &str) -> Seen {
        self.expect(Expected::Text(text.to_owned()))
    }

    /// Starts watching the output for the escape sequence (OSC 52) that copies the text to the terminal's clipboard.
    /// The returned handle receives the time at which the sequence appears.
    pub(crate) fn expect_copy(&self, text: &str) -> Seen {
        self.expect(Expected::Bytes(osc52(text)))
    }

    fn expect(&self, expected: Expected) -> Seen {
        let (sender, receiver) = channel();
        let mut output = self.output.0.lock().unwrap();
        output.expected.push((expected, sender));
        output.notify_waiting(0);
        Seen(receiver)
    }

    /// Waits until the current frame is complete, and returns the text of the screen.
    pub(crate) fn screen(&self) -> String {
        self.cells().contents()
    }

    /// Waits until the current frame is complete, and returns the screen including its colours.
    pub(crate) fn cells(&self) -> vt100::Screen {
        self.wait_for("the end of a frame", |_| true).screen.screen().clone()
    }

    /// Returns all bytes that the program has written to the terminal.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.output.0.lock().unwrap().bytes.clone()
    }

    pub(crate) fn alternate_screen(&self) -> bool {
        self.output.0.lock().unwrap().screen.screen().alternate_screen()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal to the program; `name` is the name without `SIG`, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(status.success());
    }

    /// Types the key of the `quit` command, and checks that the program exits with code 0.
    pub(crate) fn quit(&mut self) {
        self.type_keys("q");
        assert_eq!(self.end(), 0);
    }

    /// Waits until the program has exited and all its output has been read; returns its exit code.
    pub(crate) fn end(&mut self) -> u32 {
        let status = self.child.wait().unwrap();
        self.wait("the end of the output", |output| output.ended);
        status.exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A failing test must not leave the program running.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(mut reader: Box<dyn Read + Send>, shared: &(Mutex<Output>, Condvar), answers: &Writer) {
    let mut buffer = [0_u8; 16 * 1024];
    loop {
        let count = reader.read(&mut buffer).unwrap_or(0);
        let mut output = shared.0.lock().unwrap();
        if count == 0 {
            output.ended = true;
        } else {
            let before = output.bytes.len();
            let answer = output.process_output(&buffer[..count]);
            output.notify_waiting(before);
            drop(output);
            if !answer.is_empty() {
                // The program may have ended and may not read the reply.
                drop(answers.lock().unwrap().write_all(&answer));
            }
        }
        shared.1.notify_all();
        if count == 0 {
            return;
        }
    }
}
