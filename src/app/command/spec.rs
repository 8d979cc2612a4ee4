//! The row type of the command table, and the texts that are generated from the table.

use super::table::COMMANDS;
use super::{Availability, Command};
use crate::app::key::Key;
use crate::app::layout::Pane;

/// One row of the command table: the name, the default keys and the texts of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The command that this row of the table describes.
    pub command: Command,
    /// Name of the command in the command palette and in the settings file.
    pub name: &'static str,
    /// Default keys of the command. Texts on the screen show only the first key.
    pub keys: &'static [Key],
    /// Description of the command in the help and in the command palette.
    pub help: &'static str,
    /// The condition under which the command is available.
    pub scope: Availability,
    /// Hint for the command in the status line; `None` if the status line never shows the command.
    pub hint: Option<Hint>,
}

/// A hint in the status line: it shows the key of a command with a short label.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Label of the hint in the status line; one or two words.
    pub word: &'static str,
    /// The panes whose focus makes the hint appear in the status line.
    pub panes: &'static [Pane],
    /// Sort key of the hint in the status line; hints with a smaller rank come first.
    pub rank: u8,
}

impl CommandSpec {
    /// Returns this row of the command table with a hint for the status line.
    #[must_use]
    pub(super) const fn hint(self, word: &'static str, panes: &'static [Pane], rank: u8) -> Self {
        Self { hint: Some(Hint { word, panes, rank }), ..self }
    }
}

/// Creates a row of the command table without a hint for the status line.
pub(super) const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [Key],
    help: &'static str,
    scope: Availability,
) -> CommandSpec {
    CommandSpec { command, name, keys, help, scope, hint: None }
}

/// Returns the row of a command in the command table; `None` if the table does not contain the command.
pub fn row_of(command: Command) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|row| row.command == command)
}

/// Returns the section KEYS of the manual page in roff format.
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
