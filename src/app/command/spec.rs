//! The rows of the command table, and the texts that are made from the rows.

use super::table::COMMANDS;
use super::{Availability, Command};
use crate::app::key::Key;
use crate::app::layout::Pane;

/// One row of the command table: the name, the default keys and the texts of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The command that this row of the table describes.
    pub command: Command,
    /// Name of the command in the palette and in the settings.
    pub name: &'static str,
    /// Default keys of the command; texts on the screen name the first one.
    pub keys: &'static [Key],
    /// Description of the command, shown in the help and the palette.
    pub help: &'static str,
    /// Parts of the screen in which the command is available.
    pub scope: Availability,
    /// Hint for the command in the status line; `None` if the status line never names the command.
    pub hint: Option<Hint>,
}

/// A hint in the status line: the key of a command and a short label.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Label of the hint in the status line, one or two words.
    pub word: &'static str,
    /// The hint appears in the status line while one of these panes has the focus.
    pub panes: &'static [Pane],
    /// Sort key of the hint in the status line; hints with a smaller rank come first.
    pub rank: u8,
}

impl CommandSpec {
    /// Returns the row with a hint for the status line added.
    #[must_use]
    pub(super) const fn hint(self, word: &'static str, panes: &'static [Pane], rank: u8) -> Self {
        Self { hint: Some(Hint { word, panes, rank }), ..self }
    }
}

/// Returns a row without a hint for the status line.
pub(super) const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [Key],
    help: &'static str,
    scope: Availability,
) -> CommandSpec {
    CommandSpec { command, name, keys, help, scope, hint: None }
}

/// Finds the row of a command in the command table.
pub fn row_of(command: Command) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|row| row.command == command)
}

/// Writes the section KEYS of the manual page, in roff.
pub fn man_section() -> String {
    let plain = |text: &str| text.replace('\\', "\\e").replace('-', "\\-");
    let mut text = String::from(".SH KEYS\n");
    for row in COMMANDS {
        let keys: Vec<String> = row.keys.iter().map(|key| plain(&key.to_string())).collect();
        let line = format!(".TP\n.B \\&{}\n{} ({})\n", keys.join(" "), plain(row.help), plain(row.name));
        text.push_str(&line);
    }
    text
}
