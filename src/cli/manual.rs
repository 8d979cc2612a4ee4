//! The `man` command: prints the manual page. One page describes all commands, so that the user can search all of them
//! together.

use super::args::{VARIABLES, VARIABLES_OF_SETTINGS, command_line};
use super::{CliError, exit_code, output};
use clap::{Arg, Command};
use clap_mangen::Man;
use std::io;

pub(super) fn print() -> Result<u8, CliError> {
    let page = page(&command_line()).map_err(|why| CliError::failed(format!("the manual page: {why}")))?;
    output::write_bytes(&page).map_err(|why| CliError::failed(format!("standard output: {why}")))?;
    Ok(0)
}

/// Returns the manual page in roff.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let commands = shown(command).map(|sub| {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        (sub.get_name().to_owned(), about)
    });
    page.extend(list("COMMANDS", commands).into_bytes());
    for sub in shown(command) {
        add_command(&format!("COMMAND {}", sub.get_name()), sub, &mut page)?;
    }
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    page.extend(list("ENVIRONMENT", VARIABLES.into_iter().map(owned)).into_bytes());
    page.extend(format!(".PP\n{}\n", escape(VARIABLES_OF_SETTINGS)).into_bytes());
    let codes = exit_code::TABLE.into_iter().map(|(code, meaning)| (code.to_string(), meaning.to_owned()));
    page.extend(list("EXIT STATUS", codes).into_bytes());
    page.extend(crate::config::man_section().into_bytes());
    page.extend(crate::app::command::man_section().into_bytes());
    Ok(page)
}

/// Returns the subcommands of a command, except `help` and hidden ones.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set())
}

/// Adds a section for a command, and one for each of its subcommands, to the manual page. Leaves out the options that
/// every command has, because a separate section of the page describes them.
fn add_command(title: &str, command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let own = command.clone().mut_args(|arg| {
        let is_common = arg.is_global_set() && arg.get_id() != "json";
        let hidden = arg.is_hide_set() || is_common || matches!(arg.get_id().as_str(), "help" | "version");
        with_aliases(arg).hide(hidden)
    });
    let man = Man::new(own);
    let mut section = Vec::new();
    man.render_synopsis_section(&mut section)?;
    man.render_description_section(&mut section)?;
    man.render_options_section(&mut section)?;
    // These sections belong to the section of the command.
    let section = String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ");
    page.extend(format!(".SH {}\n{section}", title.to_uppercase()).into_bytes());
    for sub in shown(command) {
        add_command(&format!("{title} {}", sub.get_name()), sub, page)?;
    }
    Ok(())
}

/// Adds the visible aliases of an option to its description. Without this, the manual page would not show the aliases.
fn with_aliases(arg: Arg) -> Arg {
    let aliases: Vec<&str> = arg.get_visible_aliases().unwrap_or_default();
    let help = arg.get_help().map(ToString::to_string);
    match (help, aliases.is_empty()) {
        (Some(help), false) => {
            let aliases: Vec<String> = aliases.iter().map(|alias| format!("--{alias}")).collect();
            arg.help(format!("{help}. Also {}", aliases.join(", ")))
        }
        (_, true) | (None, _) => arg,
    }
}

/// Returns a section of the manual page that lists names with their descriptions.
fn list(title: &str, entries: impl Iterator<Item = (String, String)>) -> String {
    let entry = |(name, text): (String, String)| format!(".TP\n.B {}\n{}\n", escape(&name), escape(&text));
    std::iter::once(format!(".SH {title}\n")).chain(entries.map(entry)).collect()
}

/// Escapes text for roff.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
