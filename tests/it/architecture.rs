//! Checks the dependencies between the modules of the crate. The compiler does not restrict them within one
//! crate, so this test reads the sources. The test fails if a module refers to another one that it must not
//! depend on.

use std::fs;
use std::path::{Path, PathBuf};

/// A module of the crate, the modules that it may use, and the names that must not occur in it.
struct Room {
    name: &'static str,
    knows: &'static [&'static str],
    shuns: &'static [&'static str],
}

const SCREEN: &[&str] = &["ratatui", "crossterm", "tui_textarea"];
const WORLD: &[&str] = &["tokio", "reqwest", "rusqlite", "axum", "async_graphql", "lettre", "arboard"];
const SYSTEM: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::time::Instant", "SystemTime"];

const ROOMS: &[Room] = &[
    Room { name: "mail_reader", knows: &["domain", "mail_codes"], shuns: &["SCREEN", "WORLD", "SYSTEM"] },
    Room { name: "mail_codes", knows: &["mail_reader"], shuns: &["SCREEN", "WORLD", "SYSTEM"] },
    Room { name: "domain", knows: &["mail_reader", "mail_codes"], shuns: &["SCREEN", "WORLD", "SYSTEM"] },
    Room {
        name: "ports",
        knows: &["domain", "mail_codes", "mail_reader"],
        shuns: &["SCREEN", "WORLD", "SYSTEM"],
    },
    Room { name: "config", knows: &["domain", "mail_codes", "mail_reader"], shuns: &["SCREEN", "WORLD"] },
    // `app` may use one widget crate, which edits text without drawing it: see app/input.rs.
    Room {
        name: "app",
        knows: &["domain", "mail_codes", "mail_reader", "config", "ports"],
        shuns: &["ratatui", "crossterm", "WORLD", "SYSTEM", "async fn", ".await"],
    },
    Room {
        name: "ui",
        knows: &["app", "domain", "mail_codes", "mail_reader", "config", "ports"],
        shuns: &["crossterm", "WORLD", "SYSTEM", "RefCell", "Cell<"],
    },
    Room {
        name: "service",
        knows: &["domain", "mail_codes", "mail_reader", "ports"],
        shuns: &["SCREEN", "reqwest", "rusqlite", "SYSTEM"],
    },
    Room {
        name: "mcp",
        knows: &["domain", "mail_codes", "mail_reader", "ports", "service"],
        shuns: &["SCREEN", "reqwest", "rusqlite", "axum", "SYSTEM"],
    },
    Room {
        name: "adapters",
        knows: &["domain", "mail_codes", "mail_reader", "ports"],
        shuns: &["ratatui", "tui_textarea"],
    },
    Room {
        name: "server",
        knows: &["domain", "mail_codes", "mail_reader"],
        shuns: &["SCREEN", "reqwest", "rusqlite"],
    },
    Room {
        name: "runtime",
        knows: &["app", "ui", "ports", "service", "domain", "mail_codes", "mail_reader", "config"],
        shuns: &["reqwest", "rusqlite", "axum"],
    },
    Room {
        name: "cli",
        knows: &[
            "adapters",
            "app",
            "config",
            "domain",
            "mail_codes",
            "mail_reader",
            "mcp",
            "ports",
            "runtime",
            "server",
            "service",
            "ui",
        ],
        shuns: &["ratatui", "reqwest", "rusqlite", "axum"],
    },
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns the numbered lines of code of a file, without its comments and tests.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
    let lines = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

fn room_files(name: &str) -> Vec<PathBuf> {
    let mut files = sources(&root().join(name));
    files.push(root().join(format!("{name}.rs")));
    files
}

#[test]
fn no_path_leads_through_a_wall() {
    let rooms: Vec<&str> = ROOMS.iter().map(|room| room.name).collect();
    let mut faults = Vec::new();
    for room in ROOMS {
        let shunned: Vec<&str> = room
            .shuns
            .iter()
            .flat_map(|word| match *word {
                "SCREEN" => SCREEN,
                "WORLD" => WORLD,
                "SYSTEM" => SYSTEM,
                _ => std::slice::from_ref(word),
            })
            .copied()
            .collect();
        for file in room_files(room.name) {
            for (at, line) in code(&file) {
                let other = |name: &&&str| **name != room.name && !room.knows.contains(*name);
                for name in rooms.iter().filter(other) {
                    if line.contains(&format!("crate::{name}::")) || line.contains(&format!("crate::{name};"))
                    {
                        faults.push(format!("{}:{at}: {} must not know {name}", file.display(), room.name));
                    }
                }
                for word in &shunned {
                    let path = word.chars().all(|c| c.is_alphanumeric() || c == '_');
                    let used = if path { line.contains(&format!("{word}::")) } else { line.contains(word) };
                    if used {
                        faults.push(format!("{}:{at}: {} must not use {word}", file.display(), room.name));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_room_has_its_row_in_the_table() {
    let mut missing = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !["lib", "main"].contains(&name.as_str()) && !ROOMS.iter().any(|room| room.name == name) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_file_is_of_one_idea() {
    const MOST: usize = 600;
    let long: Vec<_> = sources(&root())
        .into_iter()
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > MOST)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn only_the_theme_knows_colours() {
    let (theme, parts) = (root().join("ui/theme.rs"), root().join("ui/theme"));
    let others = |file: &PathBuf| *file != theme && !file.starts_with(&parts);
    for file in sources(&root()).into_iter().filter(others) {
        for (at, line) in code(&file) {
            // `CssColor` is a colour that a mail declares; `Color` is a colour that the terminal shows.
            let mut uses = line.match_indices("Color::").filter(|(from, _)| {
                !line.get(..*from).is_some_and(|before| before.ends_with(char::is_alphanumeric))
            });
            assert_eq!(uses.next(), None, "{}:{at}: {line}", file.display());
        }
    }
}

#[test]
fn a_model_can_be_compared_and_holds_no_handle() {
    const fn plain_data<T: Clone + PartialEq + std::fmt::Debug>() {}
    plain_data::<dropmail_tui::app::Model>();
    plain_data::<dropmail_tui::app::effect::Effect>();
    plain_data::<dropmail_tui::app::msg::Msg>();
    plain_data::<dropmail_tui::app::subscription::Subscription>();
}
