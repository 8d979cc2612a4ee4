//! Checks the dependencies between the modules of the program. The compiler restricts dependencies between crates but
//! not within a crate, so this test reads the source files. The test fails if a module refers to a module on which it
//! must not depend, or if modules in different directories depend on each other circularly.

mod cycles;
mod imports;

use imports::{client, code, libraries, references, root, sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A top-level module of a crate, the modules on which it may depend, and the names that must not occur in it.
struct Layer {
    name: &'static str,
    /// The modules of the same crate on which this module may depend.
    may_use: &'static [&'static str],
    /// The modules of the client library on which this module of the program may depend; empty for modules of the
    /// client library itself.
    of_client: &'static [&'static str],
    forbidden: &'static [&'static [&'static str]],
}

/// Names of crates that draw on or read from a terminal.
const TERMINAL: &[&str] = &["ratatui", "crossterm", "tui_textarea"];
/// Names of crates that access the network, a database or the desktop.
const OUTSIDE: &[&str] = &["tokio", "reqwest", "rusqlite", "dropmail_server", "lettre", "arboard"];
/// Modules of the standard library that access the operating system.
const SYSTEM: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::time::Instant", "SystemTime"];

/// The top-level modules of the client library. Each module comes before the modules that depend on it.
const CLIENT_LAYERS: &[Layer] = &[
    Layer { name: "domain", may_use: &[], of_client: &[], forbidden: &[OUTSIDE, SYSTEM] },
    Layer { name: "ports", may_use: &["domain"], of_client: &[], forbidden: &[OUTSIDE, SYSTEM] },
    Layer {
        name: "service",
        may_use: &["domain", "ports"],
        of_client: &[],
        forbidden: &[&["reqwest", "rusqlite"], SYSTEM],
    },
    Layer {
        name: "instance",
        may_use: &["domain", "ports", "service"],
        of_client: &[],
        forbidden: &[&["reqwest", "rusqlite"]],
    },
    Layer { name: "adapters", may_use: &["domain", "ports"], of_client: &[], forbidden: &[] },
];

/// The top-level modules of the program. Each module comes before the modules that depend on it.
const LAYERS: &[Layer] = &[
    Layer {
        name: "config",
        may_use: &[],
        of_client: &["domain"],
        forbidden: &[TERMINAL, OUTSIDE, &["mail_reader", "mail_codes", "dropmail_server"]],
    },
    // `app` may use one widget crate, which edits text without drawing it (see app/input.rs).
    Layer {
        name: "app",
        may_use: &["config"],
        of_client: &["domain"],
        forbidden: &[&["ratatui", "crossterm"], OUTSIDE, SYSTEM, &["async fn", ".await"]],
    },
    Layer {
        name: "ui",
        may_use: &["app", "config"],
        of_client: &["domain"],
        forbidden: &[&["crossterm"], OUTSIDE, SYSTEM, &["RefCell", "Cell<"]],
    },
    Layer {
        name: "mcp",
        may_use: &[],
        of_client: &["domain", "ports", "service"],
        forbidden: &[TERMINAL, &["reqwest", "rusqlite", "dropmail_server"], SYSTEM],
    },
    Layer {
        name: "adapters",
        may_use: &[],
        of_client: &["domain", "ports", "adapters"],
        forbidden: &[&["ratatui", "tui_textarea", "dropmail_server"]],
    },
    Layer {
        name: "runtime",
        may_use: &["app", "ui", "config"],
        of_client: &["domain", "ports", "service"],
        forbidden: &[&["reqwest", "rusqlite", "dropmail_server"]],
    },
    Layer {
        name: "cli",
        may_use: &["adapters", "app", "config", "mcp", "runtime", "ui"],
        of_client: &["adapters", "domain", "instance", "ports", "service"],
        forbidden: &[&["ratatui", "reqwest", "rusqlite"]],
    },
];

/// Returns the crates whose dependencies between modules are checked, each as its source directory and its list of
/// layers.
fn layered_crates() -> [(PathBuf, &'static [Layer]); 2] {
    [(client(), CLIENT_LAYERS), (root(), LAYERS)]
}

/// Returns the code lines of a source file with their line numbers, without comments, strings and tests.
fn lines(path: &PathBuf) -> Vec<(usize, String)> {
    let code = code(&fs::read_to_string(path).unwrap());
    code.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect()
}

fn files_of(root: &Path, layer: &Layer) -> Vec<PathBuf> {
    let mut files = sources(&root.join(layer.name));
    files.push(root.join(format!("{}.rs", layer.name)));
    files
}

#[test]
fn modules_use_only_the_layers_below_them() {
    let mut faults = BTreeSet::new();
    for (root, layers) in layered_crates() {
        for (module, others) in references(&root) {
            let Some(layer) = layers.iter().find(|layer| layer.name == module[0]) else { continue };
            for other in others {
                if other[0] != layer.name && !layer.may_use.contains(&other[0].as_str()) {
                    faults.insert(format!("{} must not use {}", module.join("/"), other.join("/")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn program_modules_use_only_their_modules_of_the_client() {
    const CLIENT: &str = "dropmail_client::";
    let mut faults = BTreeSet::new();
    for layer in LAYERS {
        for file in files_of(&root(), layer) {
            for (number, line) in lines(&file) {
                for rest in line.split(CLIENT).skip(1) {
                    let module: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                    if !layer.of_client.contains(&module.as_str()) {
                        faults.insert(format!(
                            "{}:{number}: {} must not use {module}",
                            file.display(),
                            layer.name
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn layers_do_not_use_forbidden_modules() {
    let mut faults = Vec::new();
    let layers = layered_crates()
        .into_iter()
        .flat_map(|(root, layers)| layers.iter().map(move |layer| (root.clone(), layer)));
    for (root, layer) in layers {
        for file in files_of(&root, layer) {
            for (number, line) in lines(&file) {
                for word in layer.forbidden.iter().copied().flatten() {
                    let is_name = word.chars().all(|c| c.is_alphanumeric() || c == '_');
                    let used =
                        if is_name { line.contains(&format!("{word}::")) } else { line.contains(word) };
                    if used {
                        faults.push(format!(
                            "{}:{number}: {} must not use {word}",
                            file.display(),
                            layer.name
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Tests that the libraries that parse mails do not access the operating system. Such access needs no entry in
/// `Cargo.toml`, so only the source code shows it.
#[test]
fn mail_libraries_do_not_access_the_operating_system() {
    let mut faults = Vec::new();
    let pure = libraries()
        .into_iter()
        .filter(|path| !path.ends_with("dropmail-server/src") && !path.ends_with("dropmail-client/src"));
    for file in pure.flat_map(|library| sources(&library)) {
        for (number, line) in lines(&file) {
            let used = SYSTEM.iter().filter(|word| line.contains(**word));
            faults.extend(used.map(|word| format!("{}:{number}: {word}", file.display())));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_has_a_row_in_the_layer_table() {
    let mut missing = Vec::new();
    for (root, layers) in layered_crates() {
        for entry in fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if !["lib", "main"].contains(&name.as_str()) && !layers.iter().any(|layer| layer.name == name) {
                missing.push(name);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn long_files_state_their_reason() {
    const MOST: usize = 600;
    let long: Vec<_> = libraries()
        .into_iter()
        .chain([root()])
        .flat_map(|folder| sources(&folder))
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > MOST)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn only_the_theme_names_colours() {
    let (theme, parts) = (root().join("ui/theme.rs"), root().join("ui/theme"));
    let others = |file: &PathBuf| *file != theme && !file.starts_with(&parts);
    for file in sources(&root()).into_iter().filter(others) {
        for (number, line) in lines(&file) {
            // `CssColor` is a colour that a mail declares; `Color` is a colour that the terminal shows.
            let mut uses = line.match_indices("Color::").filter(|(from, _)| {
                !line.get(..*from).is_some_and(|before| before.ends_with(char::is_alphanumeric))
            });
            assert_eq!(uses.next(), None, "{}:{number}: {line}", file.display());
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
