//! Tests that texts on the screen name the keys that are currently bound to commands. For this, no string literal in
//! the core or the view may contain a fixed key name.

use regex::Regex;
use std::path::{Path, PathBuf};

/// Source files that may contain key names. These files define the names, or belong to the captcha dialog, whose keys
/// cannot be rebound.
const OF_KEYS: &[&str] =
    &["app/key.rs", "app/keymap", "app/captcha_dialog.rs", "app/update/captcha.rs", "ui/captcha.rs"];

/// Source files of dialogs. Their string literals may name the Enter and Esc keys, because these keys work in every
/// dialog, regardless of the key bindings.
const OF_DIALOGS: &[&str] = &[
    "app/overlay_layout.rs",
    "app/hints",
    "app/overlay/menu.rs",
    "app/update/domains.rs",
    "app/update/hidden.rs",
    "app/update/overlay",
    "ui/overlay",
    "ui/qr.rs",
    "ui/accessible.rs",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Returns the string literals in a source file, except those in its tests.
fn texts(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let without_comments: Vec<&str> =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let text = Regex::new(r#""((?:[^"\\]|\\.)*)""#).unwrap();
    let code = without_comments.join("\n");
    text.captures_iter(&code).map(|found| found[1].to_owned()).collect()
}

fn is_in(path: &str, list: &[&str]) -> bool {
    list.iter().any(|name| path.starts_with(name))
}

#[test]
fn no_screen_text_contains_a_literal_key_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root.join("app"), &mut files);
    sources(&root.join("ui"), &mut files);
    let key = r"[A-Za-z!?/|.:<>=]|Ctrl-.|Alt-.|Shift-Tab|Tab|Space|PgUp|PgDn";
    let names_key =
        Regex::new(&format!(r"(?:^|[\s·;,(])(?:{key}) (?:on it )?[a-z]+[^su\W]s\b|press (?:{key})\b"))
            .unwrap();
    let names_dialog_key = Regex::new(r"\b(?:Enter|Esc|Escape)\b").unwrap();
    let mut faults = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if is_in(&path, OF_KEYS) {
            continue;
        }
        for text in texts(&std::fs::read_to_string(file).unwrap()) {
            let has_key =
                names_key.is_match(&text) || (!is_in(&path, OF_DIALOGS) && names_dialog_key.is_match(&text));
            if has_key {
                faults.push(format!("{path}: {text}"));
            }
        }
    }
    assert!(faults.is_empty(), "use `Model::key_of` to name the bound key:\n{}", faults.join("\n"));
}

#[test]
fn the_rule_finds_a_literal_key_name() {
    let source = r#"info(model, "No mail has come yet. w copies it."); // "x copies"
        #[cfg(test)] "c copies""#;
    assert_eq!(texts(source).first().map(String::as_str), Some("No mail has come yet. w copies it."));
    assert!(!texts(source).iter().any(|text| text == "c copies"));
}
