//! Parses commands with an argument, such as `theme nord`, from key bindings and from the command palette.

use super::command::{ArgumentKind, COMMANDS, Command};
use super::inbox::Grouping;
use crate::config::did_you_mean;
use std::fmt;

/// A command and its argument, if the user specified one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invocation {
    /// The command to run.
    pub command: Command,
    /// The argument as the user typed it. If it is `None`, the command runs as if the user had pressed its key.
    pub argument: Option<String>,
}

impl Invocation {
    /// Parses a command with an optional argument, such as `filter has:code`. Returns an error message if the command
    /// does not exist or does not accept the argument.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, argument) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let argument = Some(argument.trim()).filter(|argument| !argument.is_empty());
        let Some(row) = COMMANDS.iter().find(|row| row.name == name.replace('_', "-")) else {
            let near = did_you_mean(name, COMMANDS.iter().map(|row| row.name));
            return Err(format!("`{name}` is no command{near}"));
        };
        match (row.argument, argument) {
            (None, Some(argument)) => Err(format!("`{name}` takes no argument such as `{argument}`")),
            (Some(ArgumentKind::CodePosition | ArgumentKind::LinkPosition), Some(argument))
                if !argument.parse::<usize>().is_ok_and(|position| position > 0) =>
            {
                Err(format!("`{name}` takes a number from 1, not `{argument}`"))
            }
            (Some(ArgumentKind::Theme), Some(theme)) if !crate::config::themes::NAMES.contains(&theme) => {
                let near = did_you_mean(theme, crate::config::themes::NAMES.iter().copied());
                Err(format!("there is no theme `{theme}`{near}"))
            }
            (Some(ArgumentKind::Grouping), Some(grouping)) if Grouping::from_name(grouping).is_none() => {
                Err(format!("`{name}` takes sign-up, address or off, not `{grouping}`"))
            }
            (_, argument) => Ok(Self { command: row.command, argument: argument.map(ToOwned::to_owned) }),
        }
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = super::command::row_of(self.command).map_or("", |row| row.name);
        match &self.argument {
            Some(argument) => write!(f, "{name} {argument}"),
            None => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::MailCommand;

    #[test]
    fn a_command_and_its_argument_survive_a_round_trip_through_text() {
        for text in [
            "copy-code",
            "copy-code 2",
            "filter has:code from:shop",
            "theme nord",
            "group sign-up",
            "pipe wc -l",
        ] {
            assert_eq!(Invocation::parse(text).map(|read| read.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Invocation::parse("copy_code").unwrap().command, MailCommand::CopyCode.into());
    }

    #[test]
    fn an_invalid_command_is_refused_with_a_reason() {
        let error = |text| Invocation::parse(text).unwrap_err();
        assert_eq!(error("cpy-code"), "`cpy-code` is no command; did you mean `copy-code`?");
        assert_eq!(error("quit now"), "`quit` takes no argument such as `now`");
        assert_eq!(error("copy-code first"), "`copy-code` takes a number from 1, not `first`");
        assert_eq!(error("group day"), "`group` takes sign-up, address or off, not `day`");
        assert_eq!(error("copy-link 0"), "`copy-link` takes a number from 1, not `0`");
        assert!(error("theme nrod").starts_with("there is no theme `nrod`; did you mean `nord`"));
    }
}
