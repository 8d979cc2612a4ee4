//! The `completions` command, which prints shell completions generated from clap's definitions, and the `shell-init`
//! command, which prints the shell integration script.

use super::args::{InitShell, Shell, command_line};
use super::{CliError, output};
use clap_complete::generate;

const NAME: &str = "dropmail-tui";

pub(super) fn completions(shell: Shell) -> Result<u8, CliError> {
    let mut command = command_line();
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
/// completions for command-line arguments, including addresses and mail ids from the archive.
pub(super) fn init(shell: InitShell) -> Result<u8, CliError> {
    let mut command = command_line();
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

fn write_output(text: &[u8]) -> Result<u8, CliError> {
    output::write_bytes(text).map_err(|why| CliError::failed(format!("standard output: {why}")))?;
    Ok(0)
}
