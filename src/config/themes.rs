//! The built-in themes: their names and their TOML texts. The `ui` module parses the texts.

/// Names of the themes, in the order of the theme picker.
pub const NAMES: &[&str] = &["terminal", "midnight", "ember", "paper", "meadow", "contrast", "mono"];

/// Returns a short description of a theme; empty for an unknown name.
pub fn description(name: &str) -> &'static str {
    match name {
        "terminal" => "the sixteen colours of your terminal",
        "midnight" => "dark, cool blues",
        "ember" => "dark, warm browns",
        "paper" => "light, warm white",
        "meadow" => "light, cool greens",
        "contrast" => "black background, strongest colours",
        "mono" => "no colours, only bold text and lines",
        _ => "",
    }
}

/// Returns the TOML text of a theme; `None` for an unknown name.
pub fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "terminal" => include_str!("../../assets/themes/terminal.toml"),
        "midnight" => include_str!("../../assets/themes/midnight.toml"),
        "ember" => include_str!("../../assets/themes/ember.toml"),
        "paper" => include_str!("../../assets/themes/paper.toml"),
        "meadow" => include_str!("../../assets/themes/meadow.toml"),
        "contrast" => include_str!("../../assets/themes/contrast.toml"),
        "mono" => include_str!("../../assets/themes/mono.toml"),
        _ => return None,
    })
}
