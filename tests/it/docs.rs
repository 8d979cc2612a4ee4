//! Tests that the documentation agrees with the code.
//!
//! `DROPMAIL_UPDATE_DOCS=1 cargo test --test it docs` updates the generated parts of the documentation.

use dropmail_server::Fault;
use dropmail_tui::app::command::COMMANDS;
use dropmail_tui::app::keymap;
use dropmail_tui::cli;
use dropmail_tui::config::{self, themes};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "an environment variable requests this test")]
fn updates() -> bool {
    std::env::var_os("DROPMAIL_UPDATE_DOCS").is_some()
}

/// Checks that a document contains the expected text. In update mode (`DROPMAIL_UPDATE_DOCS=1`), writes the expected
/// text to the document instead.
fn compare(document: &str, current: &str, expected: &str) {
    if current != expected && updates() {
        std::fs::write(path(document), expected).unwrap();
        return;
    }
    assert!(current == expected, "{document} is not up to date: run this test with DROPMAIL_UPDATE_DOCS=1");
}

/// Returns the part of `text` between the start and end markers with the name `mark`. `document` is the path that the
/// failure message shows.
fn between<'a>(document: &str, text: &'a str, mark: &str) -> &'a str {
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let between = text.split_once(&start).and_then(|(_, rest)| rest.split_once(&end));
    between.unwrap_or_else(|| panic!("{document} has no markers {mark}")).0
}

/// Checks that the part of a document between the start and end markers with the name `mark` equals the generated text
/// `expected`.
fn between_marks(document: &str, mark: &str, expected: &str) {
    let text = read(document);
    let old = between(document, &text, mark);
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let new = text.replace(&format!("{start}{old}{end}"), &format!("{start}{expected}{end}"));
    compare(document, &text, &new);
}

#[test]
fn the_keys_page_lists_every_command() {
    let mut rows = String::from("| keys | command | what it does |\n|---|---|---|\n");
    for row in COMMANDS {
        let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`").replace('|', "\\|")).collect();
        writeln!(rows, "| {} | `{}` | {} |", keys.join(" "), row.name, row.help).unwrap();
    }
    between_marks("docs/keys.md", "keys", &rows);
}

#[test]
fn the_settings_page_lists_every_setting() {
    between_marks("docs/settings.md", "settings", &config::settings_rows());
}

#[test]
fn the_settings_page_lists_every_theme() {
    let rows: Vec<String> =
        themes::NAMES.iter().map(|name| format!("- `{name}`: {}\n", themes::description(name))).collect();
    between_marks("docs/settings.md", "themes", &rows.concat());
}

#[test]
fn the_commands_page_matches_the_command_line() {
    between_marks("docs/commands.md", "commands", &cli::command_reference());
}

#[test]
fn the_scripting_page_lists_every_exit_code() {
    between_marks("docs/scripting.md", "exit-codes", &cli::exit_code_rows());
}

#[test]
fn the_server_page_lists_every_fault() {
    let page = read("docs/local-server.md");
    let rows = between("docs/local-server.md", &page, "faults").lines().skip(2);
    let listed: BTreeSet<&str> =
        rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    let known: Vec<String> = Fault::all().map(|fault| fault.to_string()).collect();
    let known = known.iter().map(|name| name.split('@').next().unwrap()).chain(["all"]).collect();
    assert_eq!(listed, known);
}

#[test]
fn the_settings_file_in_assets_equals_the_template() {
    let current = std::fs::read_to_string(path("assets/config.toml")).unwrap_or_default();
    compare("assets/config.toml", &current, &config::template(&keymap::template()));
}

#[test]
fn the_manual_describes_every_command_and_setting() {
    let keys = dropmail_tui::app::command::man_section();
    for row in COMMANDS {
        assert!(keys.contains(&row.help.replace('-', "\\-")), "{}", row.name);
    }
    let settings = config::man_section();
    for row in config::table::TABLE {
        assert!(settings.contains(&format!(".B {}", row.name.replace('-', "\\-"))), "{}", row.name);
    }
}

/// Returns the paths of the repository's documentation files, for users and for developers.
fn documents() -> Vec<String> {
    let top = ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", "SECURITY"];
    let pages = std::fs::read_dir(path("docs")).unwrap();
    let pages = pages.map(|page| format!("docs/{}", page.unwrap().file_name().to_str().unwrap()));
    top.iter().map(|name| format!("{name}.md")).chain(pages).collect()
}

/// Returns the anchors of the headings in a Markdown page, in the form that GitHub generates.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let words = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-"));
    words
        .map(|words| words.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect())
        .collect()
}

#[test]
fn every_document_link_has_a_target() {
    for document in documents() {
        let text = read(&document);
        let folder = Path::new(&document).parent().unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let name =
                if file.is_empty() { document.clone() } else { folder.join(file).display().to_string() };
            assert!(path(&name).exists(), "{document} links to {target}, which does not exist");
            assert!(
                anchor.is_empty() || anchors(&read(&name)).contains(anchor),
                "{document} links to {target}, which does not exist"
            );
        }
    }
}

#[test]
fn every_page_is_in_the_index_of_pages() {
    let list = read("docs/README.md");
    for page in documents().iter().filter_map(|name| name.strip_prefix("docs/")) {
        assert!(
            page == "README.md" || list.contains(&format!("]({page})")),
            "docs/README.md does not link to {page}"
        );
    }
}

/// Returns whether a word in backticks looks like a path in the repository.
fn is_path(word: &str) -> bool {
    let is_path_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let is_source = Path::new(word).extension().is_some_and(|end| end == "rs");
    word.chars().all(is_path_character) && (is_source || word.contains('/')) && !word.starts_with(['/', '.'])
}

#[test]
fn every_file_named_in_architecture_exists() {
    let text = read("ARCHITECTURE.md");
    // Code blocks, which are enclosed in three backticks, are removed. After splitting the rest at backticks, every
    // second part is a word in backticks.
    let prose: String = text.split("```").step_by(2).collect();
    for name in prose.split('`').skip(1).step_by(2).filter(|word| is_path(word)) {
        let mut places = vec![format!("src/{name}"), format!("tests/it/{name}"), name.to_owned()];
        if let Some((library, rest)) = name.split_once('/') {
            places.push(format!("crates/{library}/src/{rest}"));
        }
        let exists = places.iter().any(|place| path(place).exists());
        assert!(exists, "ARCHITECTURE.md names {name}, which does not exist");
    }
}
