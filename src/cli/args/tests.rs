//! Tests that every option of every command can be parsed, and that no two options of a command have the same name.

use super::Args;
use clap::builder::Str;
use clap::{Arg, ArgAction, Command, CommandFactory, Parser};
use std::collections::BTreeMap;

/// Returns every name of an option: its id, its long and short names, and all aliases of these names.
fn names(arg: &Arg) -> Vec<String> {
    let long = arg.get_long().into_iter().chain(arg.get_all_aliases().unwrap_or_default());
    let short = arg.get_short().into_iter().chain(arg.get_all_short_aliases().unwrap_or_default());
    let mut names: Vec<String> = long.map(|name| format!("--{name}")).collect();
    names.extend(short.map(|name| format!("-{name}")));
    names.push(format!("the id {}", arg.get_id()));
    names
}

/// Adds to `clashes` each name that two options of `command`, or of one of its subcommands, share. `inherited` contains
/// the global options of the parent commands. The parser itself adds `--help` and `--version` to every command.
fn add_clashes(path: &str, command: &Command, inherited: &[Arg], clashes: &mut Vec<String>) {
    let added = ["--help", "-h", "--version", "-V", "the id help", "the id version"];
    let mut owners: BTreeMap<String, String> =
        added.into_iter().map(|name| (name.to_owned(), "the parser".to_owned())).collect();
    let inherited_names = inherited.iter().flat_map(|arg| names(arg).into_iter().map(|name| (name, "above")));
    let own_names =
        command.get_arguments().flat_map(|arg| names(arg).into_iter().map(|name| (name, "the command")));
    for (name, owner) in inherited_names.chain(own_names) {
        if let Some(other) = owners.insert(name.clone(), owner.to_owned()) {
            clashes.push(format!("{path}: {name} ({other} and {owner})"));
        }
    }
    let global = command.get_arguments().filter(|arg| arg.is_global_set()).cloned();
    let passed_on: Vec<Arg> = inherited.iter().cloned().chain(global).collect();
    for inner in command.get_subcommands() {
        add_clashes(&format!("{path} {}", inner.get_name()), inner, &passed_on, clashes);
    }
}

/// Returns each name that two options of the same command share, for all commands of the program. clap must not have
/// built `program` yet, because building drops a global option if a subcommand has an option with the same id.
fn clashes(program: &Command) -> Vec<String> {
    let mut clashes = Vec::new();
    add_clashes(program.get_name(), program, &[], &mut clashes);
    clashes
}

#[test]
fn no_two_options_of_a_command_share_a_name() {
    assert_eq!(clashes(&Args::command()), Vec::<String>::new());
    Args::command().debug_assert();
}

#[test]
fn a_shared_id_name_or_alias_is_found_at_every_depth() {
    let global = Arg::new("lifetime").long("lifetime").short('l').global(true);
    let with = |arg: Arg| {
        let inner = Command::new("inner").arg(arg);
        Command::new("program").arg(global.clone()).subcommand(Command::new("outer").subcommand(inner))
    };
    for (arg, clash) in [
        (Arg::new("lifetime").long("other"), "the id lifetime"),
        (Arg::new("other").long("lifetime"), "--lifetime"),
        (Arg::new("other").long("other").alias("lifetime"), "--lifetime"),
        (Arg::new("other").short('l'), "-l"),
        (Arg::new("other").short('o').short_alias('l'), "-l"),
        (Arg::new("other").short('h'), "-h"),
    ] {
        let found = clashes(&with(arg));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("program outer inner: {clash} ")), "{found:?}");
    }
    assert!(clashes(&with(Arg::new("other").long("other").short('o'))).is_empty());
}

/// Returns a valid value for an argument. The value differs from the argument's default.
fn value(arg: &Arg) -> String {
    if let Some(first) = arg.get_possible_values().first() {
        return first.get_name().to_owned();
    }
    let names: Vec<&str> = arg.get_value_names().unwrap_or_default().iter().map(Str::as_str).collect();
    let value = match (arg.get_id().as_str(), names.as_slice()) {
        ("clipboard", _) => "osc52",
        ("transport", _) => "poll",
        ("token_lifetime", _) => "90d",
        ("set", _) => "theme=nord",
        ("smtp_tls", _) => "starttls",
        ("smtp_auth" | "domain_check", _) => "off",
        ("captcha", _) => "always",
        ("faults", _) => "drop=5%",
        ("format", _) => "mbox",
        ("link", _) => "verify",
        (_, ["ADDR"]) => "127.0.0.1:9",
        (_, ["RATE"]) => "60/1m",
        (_, ["TIME"]) => "61",
        (_, ["N" | "SEED"]) => "7",
        (_, ["AGE"]) => "2w",
        _ => "text",
    };
    value.to_owned()
}

/// Returns the ways in which a user can write an argument on the command line, each as a list of words.
fn forms(arg: &Arg) -> Vec<Vec<String>> {
    let takes_values = arg.get_action().takes_values();
    if arg.is_positional() {
        return vec![vec![value(arg)]];
    }
    let mut forms = Vec::new();
    for name in arg.get_long().into_iter().chain(arg.get_all_aliases().unwrap_or_default()) {
        if takes_values {
            forms.push(vec![format!("--{name}={}", value(arg))]);
        }
        if !takes_values || arg.get_num_args().is_some_and(|count| count.min_values() == 0) {
            forms.push(vec![format!("--{name}")]);
        }
    }
    for name in arg.get_short().into_iter().chain(arg.get_all_short_aliases().unwrap_or_default()) {
        forms.push(std::iter::once(format!("-{name}")).chain(takes_values.then(|| value(arg))).collect());
    }
    forms
}

/// Returns the command-line words for all required arguments of a command except the argument with the id `except`.
fn required_words(command: &Command, except: &str) -> Vec<String> {
    let required = command.get_arguments().filter(|arg| arg.is_required_set() && arg.get_id() != except);
    let mut words: Vec<String> = required.flat_map(|arg| forms(arg).remove(0)).collect();
    // `use` requires an address unless `--none` is present, which the parser does not report as required.
    if command.get_name() == "use" && !["address", "none"].contains(&except) {
        words.push("user@example.com".to_owned());
    }
    if command.is_subcommand_required_set()
        && let Some(first) = command.get_subcommands().next()
    {
        words.push(first.get_name().to_owned());
        words.extend(required_words(first, except));
    }
    words
}

/// Returns the command-line words for the other arguments that clap requires when `arg` is present (`requires`).
fn words_beside(arg: &Arg) -> &'static [&'static str] {
    match arg.get_id().as_str() {
        "tls_cert" => &["--tls-key=key.pem"],
        "tls_key" => &["--tls-cert=cert.pem"],
        "ca" => &["--tls"],
        _ => &[],
    }
}

/// Parses a command line into the arguments of the program, and returns the result in debug format.
fn parse(words: &[String]) -> Result<String, String> {
    let words = std::iter::once("dropmail-tui").chain(words.iter().map(String::as_str));
    Args::try_parse_from(words).map(|args| format!("{args:?}")).map_err(|error| error.to_string())
}

/// Parses a command line for every argument of a command and of its subcommands, and returns the number of command
/// lines. `path` contains the names of the parent commands and of the command itself. A global option of `program` is
/// parsed both after and before the command name.
fn parse_all(program: &Command, path: &[String], command: &Command) -> usize {
    let mut parsed = 0;
    for arg in command
        .get_arguments()
        .filter(|arg| !matches!(arg.get_action(), ArgAction::Help | ArgAction::Version))
    {
        let beside: Vec<String> = words_beside(arg).iter().map(ToString::to_string).collect();
        let required = required_words(command, arg.get_id().as_str());
        let without = parse(&[path, &beside, &required].concat());
        for form in forms(arg) {
            let mut lines = vec![[path, &beside, &form, &required].concat()];
            if program.get_arguments().any(|global| global.is_global_set() && global.get_id() == arg.get_id())
            {
                lines.push([&form, path, &beside, &required].concat());
            }
            for line in lines {
                let with = parse(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
                assert_ne!(without.as_ref().ok(), Some(&with), "the argument is read: {line:?}");
                parsed += 1;
            }
        }
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        parsed += parse_all(program, &[path, &[inner.get_name().to_owned()]].concat(), inner);
    }
    parsed
}

#[test]
fn every_argument_of_every_command_is_parsed_and_read() {
    let mut program = Args::command();
    program.build();
    let parsed = parse_all(&program, &[], &program);
    assert!(parsed > 500, "{parsed} command lines were parsed");
}
