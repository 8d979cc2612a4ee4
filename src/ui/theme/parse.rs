//! Parses the TOML text of a theme. A theme defines a style for each kind of screen element, such as `bold #a0c0ff on
//! black`.

use super::Styles;
use super::colour::{self, ColorDepth};
use ratatui::style::{Modifier, Style};
use std::collections::BTreeMap;

/// Parses the TOML text of a theme. Returns an error message if a style is missing, unknown or invalid.
pub(super) fn parse_theme(text: &str, depth: ColorDepth) -> Result<Styles, String> {
    let mut roles: BTreeMap<String, String> = toml::from_str(text).map_err(|why| why.to_string())?;
    let coloured = roles.values().any(|words| words.split_whitespace().any(is_colour));
    let mut take = |role: &str| {
        let words = roles.remove(role).ok_or_else(|| format!("the style `{role}` is missing"))?;
        parse_style(&words, depth).map_err(|why| format!("{role}: {why}"))
    };
    let styles = Styles {
        text: take("text")?,
        dim: take("dim")?,
        strong: take("strong")?,
        title: take("title")?,
        border: take("border")?,
        border_focused: take("border_focused")?,
        selected: take("selected")?,
        selected_idle: take("selected_idle")?,
        unread: take("unread")?,
        code: take("code")?,
        link: take("link")?,
        good: take("good")?,
        waiting: take("waiting")?,
        bad: take("bad")?,
        key: take("key")?,
        found: take("found")?,
        notice: take("notice")?,
        qr: take("qr")?,
        pictures: false,
        ascii: false,
        hyperlinks: false,
    };
    // A theme without colours does not show images, which would be coloured.
    let styles =
        Styles { pictures: coloured, selected: distinguishable(styles.selected, styles.text), ..styles };
    match roles.keys().next() {
        Some(role) => Err(format!("`{role}` is no style")),
        None => Ok(styles),
    }
}

/// Returns the selection style `selected`, reversed if its background is the same as that of normal text. The two
/// backgrounds can become the same when a theme is reduced to few colours.
fn distinguishable(selected: Style, text: Style) -> Style {
    if selected.bg == text.bg { selected.add_modifier(Modifier::REVERSED) } else { selected }
}

fn is_colour(word: &str) -> bool {
    word != "on" && colour::parse_colour(word, ColorDepth::TrueColor).is_some()
}

fn parse_style(words: &str, depth: ColorDepth) -> Result<Style, String> {
    let mut style = Style::new();
    let mut ground = false;
    for word in words.split_whitespace() {
        style = match word {
            "on" => {
                ground = true;
                continue;
            }
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            colour => {
                let colour =
                    colour::parse_colour(colour, depth).ok_or_else(|| format!("`{colour}` is no colour"))?;
                if ground { style.bg(colour) } else { style.fg(colour) }
            }
        };
    }
    Ok(style)
}
