//! Tests the shell integration scripts that the `shell-init` command prints, in real shells. If a shell is not
//! installed, its test is skipped with a message.

use super::harness::CliHarness;
use std::process::Command;

/// Runs a script in a shell whose `PATH` includes the program's directory. Returns the output, or `None` if the shell
/// is not installed.
#[expect(clippy::print_stderr, reason = "a skipped test prints the reason")]
#[expect(clippy::disallowed_methods, reason = "PATH locates the shells")]
fn shell(harness: &CliHarness, name: &str, options: &[&str], script: &str) -> Option<String> {
    if Command::new(name).arg("--version").output().is_err() {
        eprintln!("SKIPPED: {name} is not installed: apt-get install {name}");
        return None;
    }
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dropmail-tui")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut output_of = Command::new(name);
    output_of.args(options).arg("-c").arg(script).env_clear();
    for (key, value) in harness.command(&[]).get_envs() {
        if let Some(value) = value {
            output_of.env(key, value);
        }
    }
    let output = output_of.env("PATH", path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {text} {}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

fn with_code_mail() -> (CliHarness, String, String) {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "older", "Your verification code is: 111111");
    harness.send(&address, "Your verification code", "Your verification code is: 482913");
    let id = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
    (harness, address, id)
}

#[test]
fn bash_inserts_the_newest_code_and_completes_from_the_archive() {
    let (harness, address, id) = with_code_mail();
    let script = r#"
        eval "$(dropmail-tui shell-init bash)"
        READLINE_LINE='enter "" now' READLINE_POINT=7
        _dropmail_tui_insert_code
        echo "$READLINE_LINE $READLINE_POINT"
        of() { COMP_LINE=$1 COMP_POINT=${#1}; COMPREPLY=(); _dropmail_tui_with_archive dropmail-tui "$2" "$3"; }
        of 'dropmail-tui use ' '' use; echo "${COMPREPLY[@]}"
        of "dropmail-tui wait --to $ADDRESS" "${ADDRESS#*@}" --to; echo "${ADDRESS%@*}@${COMPREPLY[@]}"
        of 'dropmail-tui read ' '' read; echo "${COMPREPLY[0]}"
        COMP_WORDS=(dropmail-tui wai) COMP_CWORD=1; of 'dropmail-tui wai' wai dropmail-tui; echo "${COMPREPLY[@]}"
    "#;
    let script =
        script.replace("$ADDRESS", &address).replace("${ADDRESS#*@}", address.split_once('@').unwrap().1);
    let script = script.replace("${ADDRESS%@*}", address.split_once('@').unwrap().0);
    let Some(text) = shell(&harness, "bash", &["--norc"], &script) else { return };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines, ["enter \"482913\" now 13", &address, &address, &id, "wait"]);
}

#[test]
fn zsh_inserts_the_newest_code_and_completes_from_the_archive() {
    let (harness, address, id) = with_code_mail();
    let script = r#"
        autoload -Uz compinit; compinit -u -D
        eval "$(dropmail-tui shell-init zsh)"
        print $_comps[dropmail-tui]
        LBUFFER='enter '
        dropmail-tui-insert-code
        print -r -- $LBUFFER
        _describe() { print -r -- $2 ${(P)3} }
        words=(dropmail-tui use ''); CURRENT=3; _dropmail_tui_with_archive
        words=(dropmail-tui read ''); CURRENT=3; _dropmail_tui_with_archive
    "#;
    let Some(text) = shell(&harness, "zsh", &["-f"], script) else { return };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["_dropmail_tui_with_archive", "enter 482913"], "{text}");
    assert!(lines[2].starts_with("addresses ") && lines[2].contains(&address), "{text}");
    assert!(lines[3].starts_with("mails ") && lines[3].contains(&id), "{text}");
    let without_completion =
        shell(&harness, "zsh", &["-f"], "eval \"$(dropmail-tui shell-init zsh)\"; print ready").unwrap();
    assert_eq!(without_completion, "ready\n", "the script works without the completion system");
}

#[test]
fn fish_inserts_the_newest_code_and_completes_from_the_archive() {
    let (harness, address, id) = with_code_mail();
    let script = r"
        dropmail-tui shell-init fish | source
        function commandline; echo $argv; end
        __dropmail_tui_insert_code
        functions -e commandline
        complete -C 'dropmail-tui use ' | string match -r '^[^\t]*@[^\t]*'
        complete -C 'dropmail-tui wait --to ' | string match -r '^[^\t]*@[^\t]*'
        complete -C 'dropmail-tui read ' | string match -r '^TW[^\t]*' | head -n 1
        complete -C 'dropmail-tui wai' | string split \t | head -n 1
    ";
    let Some(text) = shell(&harness, "fish", &["--no-config"], script) else { return };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "-i -- 482913", "{text}");
    assert_eq!(lines[1..3], [&address, &address], "{text}");
    assert!(id.len() > 4 && lines[3].starts_with("TW"), "{text}");
    assert_eq!(lines[4], "wait", "{text}");
}
