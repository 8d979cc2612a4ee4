//! Tests that the error message for an invalid argument or environment variable names the invalid value and a remedy.

use super::run::run;

/// An invalid invocation of the program: its arguments, its environment variables, and the text that the error message
/// must contain.
type Case = (&'static [&'static str], &'static [(&'static str, &'static str)], &'static str);

#[test]
fn wrong_usage_gives_exit_code_2() {
    let cases: &[Case] = &[
        (&["--base-url", "not a url"], &[], "--base-url"),
        (&["--base-url", "ftp://dropmail.me/api/graphql"], &[], "ftp"),
        (&[], &[("DROPMAIL_BASE_URL", "http://")], "DROPMAIL_BASE_URL"),
        (&[], &[("DROPMAIL_TOKEN", "legacy")], "DROPMAIL_TOKEN"),
        (&[], &[("DROPMAIL_TOKEN", "af_../../../etc/passwd")], "DROPMAIL_TOKEN"),
        (&["serve", "--token", "x"], &[], "--token"),
        (&["serve"], &[("DROPMAIL_SERVE_TOKEN", "x")], "DROPMAIL_SERVE_TOKEN"),
        (&["serve", "--token-file", "/dev/null"], &[], "--token-file /dev/null"),
        (&["serve", "--http", "127.0.0.1:99999"], &[], "127.0.0.1:99999"),
        (&["serve", "--smtp", "nowhere"], &[], "nowhere"),
        (&["serve", "--session-lifetime", "0"], &[], "session-lifetime"),
        (&["serve", "--token-lifetime", "1h"], &[], "--max-token-lifetime"),
        (&["serve", "--max-token-lifetime", "0"], &[], "each token has expired"),
        (&["--token-lifetime", "1h", "serve"], &[], "--max-token-lifetime"),
        (&["serve", "--tls-cert", "a.pem", "--tls-key", "b.pem"], &[], "--smtp-tls starttls"),
        (&["serve"], &[("DROPMAIL_SMTP_AUTH", "me")], "USER:PASSWORD"),
        (&["serve", "--smtp-auth", ""], &[], "USER:PASSWORD"),
        (&["--smtp-auth", "me:secret", "serve"], &[], "after serve"),
        (&["search", "--limit", "0", "hello"], &[], "from 1 on"),
        (&["history", "--limit", "0"], &[], "from 1 on"),
        (&["--clipboard", "paper"], &[], "auto, system, system-until-quit, osc52, both and command"),
        (&["--theme", "papr"], &[], "did you mean `paper`?"),
        (&["--set", "colour=red"], &[], "unknown setting `colour`"),
        (&["--set", "theme"], &[], "NAME=VALUE"),
        (&[], &[("DROPMAIL_REDUCED_MOTION", "maybe")], "DROPMAIL_REDUCED_MOTION"),
        (&["--smtp", "127.0.0.1:0"], &[], "--local"),
        (&["--local", "demo"], &[], "--local"),
        (&["--config", "missing.toml"], &[], "missing.toml"),
        (&["frobnicate"], &[], "frobnicate"),
        (&[], &[], "needs a terminal"),
    ];
    for (args, env, names) in cases {
        let outcome = run(args, env, b"");
        assert_eq!(outcome.code, Some(2), "{args:?} {env:?} {outcome:?}");
        assert_eq!(outcome.stdout, "", "{args:?}");
        assert!(
            outcome.stderr.contains(names),
            "the error for {args:?} {env:?} does not contain {names}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn a_token_is_never_printed() {
    let outcome = run(&[], &[("DROPMAIL_TOKEN", "af_secret/secret")], b"");
    assert!(!outcome.stderr.contains("secret/secret"), "{}", outcome.stderr);
}

#[test]
fn an_invalid_login_is_not_printed_and_concerns_the_local_server_only() {
    let outcome = run(&["serve", "--smtp-auth", "hunter2"], &[], b"");
    assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
    for login in ["", "hunter2"] {
        let outcome = run(&["config", "path"], &[("DROPMAIL_SMTP_AUTH", login)], b"");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn the_help_of_serve_lists_no_option_of_the_clients() {
    let help = run(&["serve", "--help"], &[], b"").stdout;
    assert!(help.contains("--max-token-lifetime") && help.contains("--json"), "{help}");
    for option in [" --token-lifetime", " --transport", " --theme", "Options of every command"] {
        assert!(!help.contains(option), "{option}: {help}");
    }
    let help = run(&["new", "--help"], &[], b"").stdout;
    assert!(help.contains(" --token-lifetime") && help.contains(" --transport"), "{help}");
}

#[test]
fn mcp_names_its_option_in_an_error_about_the_token() {
    let outcome = run(&["mcp", "--token", "WRONG"], &[("DROPMAIL_TOKEN", "af_valid_token")], b"");
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(
        outcome.stderr.contains("--token: ") && !outcome.stderr.contains("DROPMAIL_TOKEN"),
        "{outcome:?}"
    );
}

#[test]
fn help_and_version_go_to_stdout() {
    for args in [["--help"], ["--version"]] {
        let outcome = run(&args, &[], b"");
        assert_eq!(outcome.code, Some(0));
        assert!(outcome.stdout.contains("dropmail-tui"));
        assert_eq!(outcome.stderr, "");
    }
}
