//! Generates the command reference in the documentation from clap's definitions.

use super::args::command_line;
use clap::{Arg, Command, Id};
use std::fmt::Write;

/// Returns the command reference in Markdown: all commands with their arguments and options.
pub fn command_reference() -> String {
    let program = command_line();
    // A global option is listed only with the top-level command.
    let of_every: Vec<&Id> =
        program.get_arguments().filter(|arg| arg.is_global_set()).map(Arg::get_id).collect();
    let mut page = String::new();
    section(&mut page, &program, "without a command", &of_every);
    for command in visible(&program) {
        section(&mut page, command, command.get_name(), &of_every);
        let of_outer: Vec<&Id> = command.get_arguments().map(Arg::get_id).collect();
        for inner in visible(command) {
            section(&mut page, inner, &format!("{} {}", command.get_name(), inner.get_name()), &of_outer);
        }
    }
    page.push_str("### Options of every command\n\n");
    table(&mut page, program.get_arguments().filter(|arg| arg.is_global_set()));
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set())
}

fn section(page: &mut String, command: &Command, name: &str, listed_elsewhere: &[&Id]) {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("\n      ", "\n    ");
    // Writing to a `String` cannot fail.
    let _written = write!(page, "### {name}\n\n{}\n\n    {usage}\n\n", sentence(&about));
    table(page, command.get_arguments().filter(|arg| !listed_elsewhere.contains(&arg.get_id())));
}

fn table<'a>(page: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    let rows: String = arguments
        .filter(|arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str()))
        .map(row)
        .collect();
    if !rows.is_empty() {
        let _written = write!(page, "| argument | meaning |\n|---|---|\n{rows}\n");
    }
}

fn row(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut meaning = sentence(&help.replace("\n\n", " ").replace('\n', " "));
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if arg.get_action().takes_values() && !defaults.is_empty() {
        let _written = write!(meaning, " Default: `{}`.", defaults.join(" "));
    }
    for alias in arg.get_visible_aliases().unwrap_or_default() {
        let _written = write!(meaning, " Also `--{alias}`.");
    }
    if let Some(variable) = arg.get_env() {
        let _written = write!(meaning, " Environment variable: `{}`.", variable.to_string_lossy());
    }
    format!("| `{short}{arg}` | {} |\n", meaning.replace('|', "\\|"))
}

/// Restores the full stop that clap removes from the end of a description.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
