//! Creates the images in `screenshots/` from the real program with its local server, in a terminal emulator. Run it
//! with `cargo build --release && cargo run --release --example screenshots`. The example needs the font `DejaVu
//! Sans Mono`, but no desktop. Values that differ between runs are replaced, so that the same program always
//! produces the same images.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a tool for developers that stops at the first fault"
)]
#![expect(dead_code, reason = "the terminal is shared with the tests, which need more of it")]

#[path = "../tests/it/pty/terminal.rs"]
mod terminal;

#[path = "screenshots/boxes.rs"]
mod boxes;
#[path = "screenshots/font.rs"]
mod font;
#[path = "screenshots/grid.rs"]
mod grid;
#[path = "screenshots/main_job.rs"]
mod main_job;
#[path = "screenshots/svg.rs"]
mod svg;

use font::Font;
use grid::{DARK, Grid, OWN_ADDRESS};
use std::path::Path;
use tempfile::TempDir;
use terminal::Terminal;

/// A screenshot to create: the name of its file and its title, and the theme and size of the terminal. The example
/// types the `keys` after all sample mails have arrived. The screen must then show all texts in `shows`.
struct Shot {
    name: &'static str,
    title: &'static str,
    theme: &'static str,
    size: (u16, u16),
    keys: &'static [&'static str],
    shows: &'static [&'static str],
}

const SHOTS: &[Shot] = &[
    Shot {
        name: "mailbox",
        title: "The mailbox: addresses, the inbox with codes in its rows, and a mail",
        theme: "terminal",
        size: (120, 34),
        keys: &["c"],
        shows: &["Copied the code", "can ignore this mail"],
    },
    Shot {
        name: "mailbox-wide",
        title: "The mailbox on a wide screen, in the theme midnight",
        theme: "midnight",
        size: (180, 44),
        keys: &["jjjjjj", "\r"],
        shows: &["Total", "Esc back"],
    },
    Shot {
        name: "mailbox-light",
        title: "The mailbox in the light theme paper",
        theme: "paper",
        size: (120, 34),
        keys: &["jjj", "\r"],
        shows: &["works for 24 hours", "Esc back"],
    },
    Shot {
        name: "narrow",
        title: "A narrow terminal shows one pane at a time; the theme is ember",
        theme: "ember",
        size: (60, 20),
        keys: &[],
        shows: &["Inbox 7"],
    },
    Shot {
        name: "help",
        title: "The help lists the keys for where you are; the theme is meadow",
        theme: "meadow",
        size: (100, 42),
        keys: &["?"],
        shows: &["Keys in the inbox"],
    },
    Shot {
        name: "links",
        title: "The links of a mail, with the true address of each",
        theme: "terminal",
        size: (120, 34),
        keys: &["jjj", "Y"],
        shows: &["Links", "works for 24 hours"],
    },
];

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let font = Font::find();
    let write = |name: &str, svg: String| {
        let path = folder.join(format!("{name}.svg"));
        std::fs::write(&path, svg).unwrap();
        println!("{}", path.display());
    };
    for shot in SHOTS {
        write(shot.name, svg::picture(&font, &taken(shot), shot.title));
    }
    write("main-job", main_job::moving_picture(&font));
}

/// Runs the program and returns the screen for a screenshot.
fn taken(shot: &Shot) -> Grid {
    let (mut terminal, _home, own) = start(&["demo", "--late-mail", "0"], shot.theme, shot.size);
    terminal.wait_for_text(&format!("Inbox {}", dropmail_tui::adapters::demo_mail::COUNT));
    // The notices at the start disappear before the keys are simulated.
    for keys in shot.keys {
        terminal.type_keys(keys);
    }
    for words in shot.shows {
        terminal.wait_for_text(words);
    }
    if shot.keys.is_empty() {
        let is_bare = |screen: &str| !screen.contains("New address");
        terminal.wait_for_screen("the screen without notices", is_bare);
    }
    let grid = Grid::new(&terminal.cells(), &DARK, &own);
    terminal.type_keys("\x03");
    terminal.end();
    grid
}

/// Starts the program repeatedly until its random address is as long as the address in the screenshots. Returns the
/// terminal, its home folder and the address.
fn start(args: &[&str], theme: &str, size: (u16, u16)) -> (Terminal, TempDir, String) {
    let (_, domain) = OWN_ADDRESS.split_once('@').unwrap();
    let pattern = regex::Regex::new(r"[a-z]{10}@[a-z0-9.-]+\.[a-z]+").unwrap();
    let address = |screen: &str| pattern.find(screen).map(|found| found.as_str().to_owned());
    loop {
        let home = tempfile::tempdir().unwrap();
        let env = [("DROPMAIL_THEME", theme), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")];
        let mut terminal = Terminal::start_with(args, home.path(), size, &env);
        terminal.wait_for_screen("an address", |screen| address(screen).is_some());
        let own = address(&terminal.screen()).unwrap();
        if own.ends_with(&format!("@{domain}")) && own.len() == OWN_ADDRESS.len() {
            return (terminal, home, own);
        }
        terminal.type_keys("\x03");
        terminal.end();
    }
}
