//! Defines the rows of the command table, and generates documentation from the table.

use super::table::COMMANDS;
use super::{ArgumentKind, Availability, Command, HintRule, HintSpec};
use crate::app::key::Key;
use crate::app::layout::Pane;

/// One row of the command table: the name, the default keys, the description and the hint of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The command that this row of the table describes.
    pub command: Command,
    /// Name of the command in the command palette and in the settings file.
    pub name: &'static str,
    /// Default keys of the command. On-screen text shows only the first key.
    pub keys: &'static [Key],
    /// Description of the command in the help and in the command palette.
    pub help: &'static str,
    /// The condition under which the command is available.
    pub scope: Availability,
    /// Key hint for the command in the status line; `None` if the status line never shows one.
    pub hint: Option<HintSpec>,
    /// Kind of argument that the command takes from a key binding or the command palette; `None` if it takes none.
    pub argument: Option<ArgumentKind>,
}

impl CommandSpec {
    /// Adds a key hint to this row of the command table. The status line shows the hint, with the label `word` and the
    /// rank `rank`, while one of `panes` has the focus.
    #[must_use]
    pub(super) const fn hint(self, word: &'static str, panes: &'static [Pane], rank: u8) -> Self {
        Self { hint: Some(HintSpec { word, panes, rank, changes: &[] }), ..self }
    }

    /// Sets the rules that change the key hint of this row of the command table in certain screen states. Has no effect
    /// if the row has no key hint.
    #[must_use]
    pub(super) const fn hint_changes(self, changes: &'static [HintRule]) -> Self {
        match self.hint {
            Some(hint) => Self { hint: Some(HintSpec { changes, ..hint }), ..self },
            None => self,
        }
    }

    /// Sets the kind of argument that the command in this row of the command table takes.
    #[must_use]
    pub(super) const fn argument(self, kind: ArgumentKind) -> Self {
        Self { argument: Some(kind), ..self }
    }
}

/// Creates a row of the command table without a key hint.
pub(super) const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [Key],
    help: &'static str,
    scope: Availability,
) -> CommandSpec {
    CommandSpec { command, name, keys, help, scope, hint: None, argument: None }
}

/// Returns the row of a command in the command table; `None` if the table does not contain the command.
pub fn row_of(command: Command) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|row| row.command == command)
}

/// Returns the kind of argument that a command takes; `None` if the command takes no argument.
pub fn argument_kind(command: Command) -> Option<ArgumentKind> {
    row_of(command)?.argument
}

/// Returns the KEYS section of the manual page in roff format.
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
