//! Tests the colours and text attributes of the main screens in two themes, against snapshots. In a snapshot, the line
//! below each screen row contains one letter per cell, which identifies the style of the cell. A legend at the end
//! describes the styles. A dot represents the most frequent style.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_tui::ui::theme::{ColorDepth, Styles};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The tested themes: a dark theme with 24-bit colours, and a theme without colours.
const THEMES: [&str; 2] = ["midnight", "mono"];

type CellStyle = (Color, Color, Modifier);

fn style_of(cell: &Cell) -> CellStyle {
    (cell.fg, cell.bg, cell.modifier)
}

/// Returns the description of a cell style, such as `#e6e6e6 on #101418, bold`.
fn described((fg, bg, modifier): CellStyle) -> String {
    let color = |color: Color| match color {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        color => color.to_string().to_lowercase(),
    };
    let mut text = format!("{} on {}", color(fg), color(bg));
    for (name, _) in modifier.iter_names() {
        write!(text, ", {}", name.to_lowercase()).unwrap();
    }
    text
}

/// Assigns a character to each cell style on a screen: a dot to the most frequent style, and letters to the others in
/// order of appearance. Returns the characters, keyed by the index of the style, and the list of styles.
fn letters(buffer: &Buffer) -> (BTreeMap<usize, char>, Vec<CellStyle>) {
    let mut styles: Vec<CellStyle> = Vec::new();
    let mut counts: Vec<usize> = Vec::new();
    for cell in buffer.content() {
        let style = style_of(cell);
        if let Some(at) = styles.iter().position(|known| *known == style) {
            counts[at] += 1;
        } else {
            styles.push(style);
            counts.push(1);
        }
    }
    let most_frequent = (0..counts.len()).max_by_key(|at| counts[*at]).unwrap();
    let names = ('a'..='z').chain('A'..='Z');
    let mut letters: BTreeMap<usize, char> =
        (0..styles.len()).filter(|at| *at != most_frequent).zip(names).collect();
    letters.insert(most_frequent, '.');
    assert_eq!(letters.len(), styles.len(), "each style has a letter");
    (letters, styles)
}

/// Renders a screen in a theme, and returns its text together with a line of style letters below each row.
fn styled(driver: &Driver, theme: &str) -> String {
    let mut drawn = driver.drawn(&Styles::from_name(theme, ColorDepth::TrueColor));
    let cursor = drawn.get_cursor_position().unwrap();
    let buffer = drawn.backend().buffer().clone();
    let (letters, styles) = letters(&buffer);
    let mut text = String::new();
    for row in buffer.content().chunks(usize::from(buffer.area.width)) {
        let symbols: String = row.iter().map(Cell::symbol).collect();
        let markers: String = row
            .iter()
            .map(|cell| letters[&styles.iter().position(|style| *style == style_of(cell)).unwrap()])
            .collect();
        writeln!(text, "{}", symbols.trim_end()).unwrap();
        // A row in the most frequent style needs no row of letters.
        let markers = markers.trim_end_matches('.');
        if !markers.is_empty() {
            writeln!(text, "{markers}").unwrap();
        }
    }
    writeln!(text, "cursor: column {}, row {}", cursor.x, cursor.y).unwrap();
    for (at, letter) in letters {
        writeln!(text, "{letter} {}", described(styles[at])).unwrap();
    }
    text
}

fn filled() -> Driver {
    let mut driver = Driver::new(80, 24);
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

/// Returns the main screens. Each is a pair of the screen's name and a mailbox that shows the screen.
fn screens() -> [(&'static str, Driver); 5] {
    let after = |keys: &str| {
        let mut driver = filled();
        driver.keys(keys);
        driver
    };
    [
        ("empty", Driver::new(80, 24)),
        ("list", after("j ")),
        ("message", after("<enter>")),
        ("menu", after("T")),
        ("prompt", after("\\code")),
    ]
}

#[test]
fn the_main_screens_match_their_style_snapshots() {
    for (name, driver) in screens() {
        for theme in THEMES {
            insta::assert_snapshot!(format!("{name}_{theme}"), styled(&driver, theme));
        }
    }
}

/// Tests that the selected row of the list differs from the other rows in every theme.
#[test]
fn the_selected_row_stands_out_in_every_theme() {
    for theme in dropmail_tui::config::themes::NAMES {
        let driver = filled();
        let drawn = driver.drawn(&Styles::from_name(theme, ColorDepth::TrueColor));
        let buffer = drawn.backend().buffer();
        let (column, selected) = driver.position_of("482");
        let style = |row: u16| {
            let cell = buffer.cell((column, row)).unwrap();
            (cell.bg, cell.modifier)
        };
        assert_ne!(style(selected), style(selected + 1), "{theme}\n{}", driver.screen());
    }
}
