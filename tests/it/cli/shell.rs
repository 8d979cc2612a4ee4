//! Tests the shell completions, the manual page and the settings.

use super::run::{command, run};

#[test]
fn completions_and_manual_are_generated_from_the_parser() {
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let outcome = run(&["completions", shell], &[], b"");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        for word in ["wait", "delete-address", "timeout"] {
            assert!(outcome.stdout.contains(word), "the {shell} completions do not contain {word}");
        }
    }
    let bash = run(&["completions", "bash"], &[], b"").stdout;
    let mut check =
        std::process::Command::new("bash").arg("-n").stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut check.stdin.take().unwrap(), bash.as_bytes()).unwrap();
    assert!(check.wait().unwrap().success());
    let man = run(&["man"], &[], b"");
    assert!(man.stdout.contains(".TH dropmail") && man.stdout.contains("COMMAND WAIT"), "{}", man.stdout);
}

#[test]
fn the_manual_describes_common_options_once_and_every_subcommand() {
    let man = run(&["man"], &[], b"").stdout;
    let count = |text: &str| man.matches(text).count();
    assert_eq!(count("OPTIONS OF EVERY COMMAND"), 1);
    assert_eq!(count("\\-\\-data\\-dir\\fR \\fI<DIR>"), 1, "{man}");
    for section in
        ["COMMANDS", "COMMAND DOMAIN ADD", "COMMAND TOKEN RENEW", "ENVIRONMENT", "EXIT STATUS", "KEYS"]
    {
        assert_eq!(count(&format!("\n.SH {section}\n")), 1, "{section}");
    }
    assert_eq!(count("Also \\-\\-to"), 2, "`wait` and `ls` have the alias --to");
    assert_eq!(count("(1)"), 0, "the page refers to another page that does not exist");
    assert!(man.contains(".B 130\n") && man.contains(".B DROPMAIL_TOKEN\n"), "{man}");
}

#[test]
fn every_setting_names_its_source() {
    let home = tempfile::tempdir().unwrap();
    let stdout_of = |args: &[&str], env: &[(&str, &str)]| {
        let output = command(home.path()).args(args).envs(env.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let path = stdout_of(&["config", "path"], &[]);
    assert_eq!(path.trim_end(), home.path().join(".config/dropmail-tui/config.toml").to_str().unwrap());
    assert_eq!(stdout_of(&["config", "init"], &[]), path);
    let second_init = command(home.path()).args(["config", "init"]).output().unwrap();
    assert_eq!(second_init.status.code(), Some(1), "`config init` does not overwrite an existing file");
    std::fs::write(path.trim_end(), "download_dir = \"/d\"\nclipboard = \"osc52\"\n").unwrap();
    let env = [("DROPMAIL_TOKEN", "af_verysecret99"), ("DROPMAIL_BASE_URL", "http://h/api")];
    let shown = stdout_of(&["config", "show", "--data-dir", "/x"], &env);
    for row in [
        "base_url\thttp://h/api\tenvironment",
        "token\taf_…\tenvironment",
        "data_dir\t/x\tflag",
        "download_dir\t/d\tfile",
        "clipboard\tosc52\tfile",
        "no_color\tfalse\tdefault",
    ] {
        assert!(shown.lines().any(|line| line == row), "the output does not contain {row:?}:\n{shown}");
    }
    assert!(!shown.contains("verysecret"));
    // Without a desktop session there is no keyring.
    #[cfg(target_os = "linux")]
    assert!(shown.contains("\nsecrets\tin the archive's file, for your eyes alone (the"), "{shown}");
    let nowhere = stdout_of(&["config", "show", "--no-archive"], &env);
    assert!(nowhere.ends_with("\nsecrets\tin memory only, lost when the program ends\tflag\n"), "{nowhere}");
    let json: serde_json::Value = serde_json::from_str(&stdout_of(&["config", "--json"], &env)).unwrap();
    assert_eq!(json["download_dir"], serde_json::json!({"value": "/d", "origin": "file"}));
}

#[test]
fn an_endless_settings_file_is_rejected() {
    let outcome = run(&["config"], &[("DROPMAIL_CONFIG", "/dev/zero")], b"");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("/dev/zero"), "{outcome:?}");
}

#[test]
fn a_closed_pipe_causes_no_message() {
    for args in [&["man"][..], &["config"], &["completions", "bash"]] {
        let home = tempfile::tempdir().unwrap();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(home.path()).args(args).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}
