//! Documents that must say what the code says.

use dropmail_tui::app::command::TABLE;
use dropmail_tui::app::keymap;
use dropmail_tui::config::{self, themes};
use std::fmt::Write;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What stands between two marks of the README is what the program says.
fn between_marks(mark: &str, wanted: &str) {
    let readme = read("README.md");
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let between = readme.split(&start).nth(1).and_then(|rest| rest.split(&end).next());
    assert_eq!(between, Some(wanted), "put this between the {mark} marks of README.md:\n{wanted}");
}

#[test]
fn the_readme_lists_the_keys_of_the_table() {
    let mut rows = String::from("| keys | what they do |\n|---|---|\n");
    for row in TABLE {
        let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`").replace('|', "\\|")).collect();
        writeln!(rows, "| {} | {} |", keys.join(" "), row.help).unwrap();
    }
    between_marks("keys", &rows);
}

#[test]
fn the_readme_lists_the_settings_of_the_table() {
    between_marks("settings", &config::readme_rows());
}

#[test]
fn the_readme_lists_the_themes() {
    let rows: Vec<String> =
        themes::NAMES.iter().map(|name| format!("- `{name}`: {}\n", themes::about(name))).collect();
    between_marks("themes", &rows.concat());
}

#[test]
fn the_settings_file_in_assets_is_the_template() {
    let wanted = config::template(&keymap::template());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/config.toml");
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "put this into assets/config.toml:\n{wanted}");
}

#[test]
fn the_manual_tells_every_command_and_every_setting() {
    let keys = dropmail_tui::app::command::man_section();
    for row in TABLE {
        assert!(keys.contains(&row.help.replace('-', "\\-")), "{}", row.name);
    }
    let settings = config::man_section();
    for row in config::table::TABLE {
        assert!(settings.contains(&format!(".B {}", row.name.replace('-', "\\-"))), "{}", row.name);
    }
}

#[test]
fn every_picture_that_the_readme_shows_is_there() {
    let readme = read("README.md");
    let pictures = readme.split("](screenshots/").skip(1).filter_map(|rest| rest.split(')').next());
    for picture in pictures {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(picture);
        assert!(path.is_file(), "{} is missing: run the screenshots example", path.display());
    }
}
