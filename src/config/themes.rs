//! The built-in colour themes: their names, descriptions and TOML texts, which the `ui` module parses.

/// Names of the colour themes, in the order in which the theme picker lists them.
pub const NAMES: &[&str] = &[
    "terminal",
    "midnight",
    "ember",
    "paper",
    "meadow",
    "contrast",
    "mono",
    "catppuccin-mocha",
    "catppuccin-latte",
    "dracula",
    "gruvbox-dark",
    "gruvbox-light",
    "nord",
    "solarized-dark",
    "solarized-light",
    "tokyonight",
];

/// Returns a short description of a colour theme; empty if there is no theme with the given name.
pub fn description(name: &str) -> &'static str {
    match name {
        "terminal" => "the sixteen colours of your terminal",
        "midnight" => "dark, cool blues",
        "ember" => "dark, warm browns",
        "paper" => "light, warm white",
        "meadow" => "light, cool greens",
        "contrast" => "black background, strongest colours",
        "mono" => "no colours, only bold text and lines",
        "catppuccin-mocha" => "dark pastels, by Catppuccin",
        "catppuccin-latte" => "light pastels, by Catppuccin",
        "dracula" => "dark and vivid",
        "gruvbox-dark" => "dark, retro browns",
        "gruvbox-light" => "light, retro browns",
        "nord" => "dark, cold greys",
        "solarized-dark" => "dark, teal ground",
        "solarized-light" => "light, cream ground",
        "tokyonight" => "dark, blue and violet",
        _ => "",
    }
}

/// Returns the TOML text of a colour theme; `None` if there is no theme with the given name.
pub fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "terminal" => include_str!("../../assets/themes/terminal.toml"),
        "midnight" => include_str!("../../assets/themes/midnight.toml"),
        "ember" => include_str!("../../assets/themes/ember.toml"),
        "paper" => include_str!("../../assets/themes/paper.toml"),
        "meadow" => include_str!("../../assets/themes/meadow.toml"),
        "contrast" => include_str!("../../assets/themes/contrast.toml"),
        "mono" => include_str!("../../assets/themes/mono.toml"),
        "catppuccin-mocha" => include_str!("../../assets/themes/catppuccin-mocha.toml"),
        "catppuccin-latte" => include_str!("../../assets/themes/catppuccin-latte.toml"),
        "dracula" => include_str!("../../assets/themes/dracula.toml"),
        "gruvbox-dark" => include_str!("../../assets/themes/gruvbox-dark.toml"),
        "gruvbox-light" => include_str!("../../assets/themes/gruvbox-light.toml"),
        "nord" => include_str!("../../assets/themes/nord.toml"),
        "solarized-dark" => include_str!("../../assets/themes/solarized-dark.toml"),
        "solarized-light" => include_str!("../../assets/themes/solarized-light.toml"),
        "tokyonight" => include_str!("../../assets/themes/tokyonight.toml"),
        _ => return None,
    })
}
