//! The commands `completions`, `shell-init` and `man`. They print shell completions, the shell integration script and
//! the manual page; completions and manual page are generated from clap's definitions.

use super::args::{Args, InitShell, Shell};
use super::{CliError, output};
use clap::CommandFactory;
use clap_complete::generate;

const NAME: &str = "dropmail-tui";

pub(super) fn completions(shell: Shell) -> Result<u8, CliError> {
    let mut command = Args::command();
    let mut script = Vec::new();
    match shell {
        Shell::Bash => generate(clap_complete::Shell::Bash, &mut command, NAME, &mut script),
        Shell::Zsh => generate(clap_complete::Shell::Zsh, &mut command, NAME, &mut script),
        Shell::Fish => generate(clap_complete::Shell::Fish, &mut command, NAME, &mut script),
        Shell::Pwsh => generate(clap_complete::Shell::PowerShell, &mut command, NAME, &mut script),
        Shell::Nushell => generate(clap_complete_nushell::Nushell, &mut command, NAME, &mut script),
    }
    write_output(&script)
}

/// Prints the script that a shell runs when it starts. The script defines a key that inserts the newest code, and
/// completions for arguments and for entries of the archive.
pub(super) fn init(shell: InitShell) -> Result<u8, CliError> {
    let mut command = Args::command();
    let mut script = Vec::new();
    let (generator, more) = match shell {
        InitShell::Zsh => (clap_complete::Shell::Zsh, include_str!("../../assets/shell/init.zsh")),
        InitShell::Bash => (clap_complete::Shell::Bash, include_str!("../../assets/shell/init.bash")),
        InitShell::Fish => (clap_complete::Shell::Fish, include_str!("../../assets/shell/init.fish")),
    };
    generate(generator, &mut command, NAME, &mut script);
    let text = String::from_utf8_lossy(&script);
    // If the completion system of zsh is not loaded, the function `compdef` does not exist.
    let text = match shell {
        InitShell::Zsh => text
            .replace("    compdef _dropmail-tui", "    (( $+functions[compdef] )) && compdef _dropmail-tui"),
        InitShell::Bash | InitShell::Fish => text.into_owned(),
    };
    write_output(format!("{text}{more}").as_bytes())
}

/// Prints one manual page for all commands, so that a search in the page covers them all.
pub(super) fn man() -> Result<u8, CliError> {
    let mut command = Args::command();
    command.build();
    let mut page = Vec::new();
    let page_error = |why| CliError::failed(format!("the manual page: {why}"));
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(page_error)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        let named = clap_mangen::Man::new(sub.clone());
        page.extend_from_slice(format!(".SH COMMAND {}\n", sub.get_name().to_uppercase()).as_bytes());
        named.render_synopsis_section(&mut page).map_err(page_error)?;
        named.render_description_section(&mut page).map_err(page_error)?;
        named.render_options_section(&mut page).map_err(page_error)?;
    }
    page.extend_from_slice(crate::config::man_section().as_bytes());
    page.extend_from_slice(crate::app::command::man_section().as_bytes());
    write_output(&page)
}

fn write_output(text: &[u8]) -> Result<u8, CliError> {
    output::write_bytes(text).map_err(|why| CliError::failed(format!("standard output: {why}")))?;
    Ok(0)
}
