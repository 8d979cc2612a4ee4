//! Makes the pictures of `screenshots/` from the real program over its local server:
//! `cargo build --release && cargo run --release --example screenshots`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a tool for developers that stops at the first fault"
)]
#![expect(dead_code, reason = "the terminal is shared with the tests, which need more of it")]

#[path = "../tests/it/pty/terminal.rs"]
mod terminal;

#[path = "screenshots/svg.rs"]
mod svg;

use std::path::Path;
use terminal::Terminal;

/// A picture: its name, the size of the terminal, the keys after all samples have come, and a text
/// that is on the screen once they have done their work.
struct Shot {
    name: &'static str,
    size: (u16, u16),
    keys: &'static [&'static str],
    shows: &'static str,
}

const SHOTS: &[Shot] = &[
    Shot { name: "mailbox", size: (120, 34), keys: &["c"], shows: "Copied the code" },
    Shot { name: "mailbox-wide", size: (200, 50), keys: &["j", "\r"], shows: "Message" },
    Shot { name: "narrow", size: (60, 20), keys: &[], shows: "Inbox" },
    Shot { name: "help", size: (100, 42), keys: &["?"], shows: "Keys in the inbox" },
    Shot { name: "links", size: (120, 34), keys: &["/quillboard\r", "Y"], shows: "Links" },
];

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    for shot in SHOTS {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = Terminal::start(&["demo"], home.path(), shot.size);
        terminal.shows(&format!("Inbox {}", dropmail_tui::adapters::sample_mail::COUNT));
        for keys in shot.keys {
            terminal.type_keys(keys);
        }
        terminal.shows(shot.shows);
        let path = folder.join(format!("{}.svg", shot.name));
        std::fs::write(&path, svg::picture(&terminal.cells())).unwrap();
        println!("{}", path.display());
        terminal.type_keys("\x03");
        terminal.end();
    }
}
