use super::*;
use crate::app::command::{AddressCommand, ListCommand, MoveCommand};
use crate::config::ConfigLocation;

const HERE: Context = Context { mail: true, message: true, searching: false };

fn entries(bindings: &[(&str, &[&str])]) -> Vec<KeyBinding> {
    let entry = |(at, (command, keys)): (usize, &(&str, &[&str]))| KeyBinding {
        command: (*command).to_owned(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        place: ConfigLocation::File { path: "/c".into(), line: at + 1, column: 1 },
    };
    bindings.iter().enumerate().map(entry).collect()
}

fn typed(words: &str) -> Vec<Key> {
    Chord::parse(words).unwrap().0
}

#[test]
fn the_default_keymap_has_no_conflicts() {
    let map = Keymap::default();
    for (at, binding) in map.0.iter().enumerate() {
        for other in &map.0[at + 1..] {
            assert!(!do_conflict(binding, other), "{binding:?} conflicts with {other:?}");
        }
    }
}

#[test]
fn every_key_of_the_template_equals_the_default() {
    let text = template();
    let (_, bindings) = text.split_once("[keys]\n").unwrap();
    let lines: Vec<&str> = bindings.lines().map(|line| line.strip_prefix("# ").unwrap()).collect();
    let text = format!("[keys]\n{}\n", lines.join("\n"));
    let settings = crate::config::FileSettings::parse(&text, std::path::Path::new("/c")).unwrap();
    assert_eq!(settings.keys.len(), COMMANDS.len());
    let (map, problems) = Keymap::build(&settings.keys);
    assert_eq!((map, problems), (Keymap::default(), Vec::new()));
}

#[test]
fn n_means_next_match_only_during_a_search() {
    let map = Keymap::default();
    assert_eq!(
        map.lookup(&typed("n"), HERE),
        KeyMatch::Command(Command::Address(AddressCommand::NewAddress))
    );
    let searching = Context { searching: true, ..HERE };
    assert_eq!(map.lookup(&typed("n"), searching), KeyMatch::Command(Command::List(ListCommand::SearchNext)));
}

#[test]
fn key_sequences_start_and_complete() {
    let (map, problems) = Keymap::build(&entries(&[("first", &["g g"]), ("quit", &["g q", "X"])]));
    assert_eq!(problems, []);
    assert_eq!(map.lookup(&typed("g"), HERE), KeyMatch::Partial);
    assert_eq!(map.lookup(&typed("g g"), HERE), KeyMatch::Command(Command::Move(MoveCommand::First)));
    assert_eq!(map.lookup(&typed("g q"), HERE), KeyMatch::Command(Command::App(AppCommand::Quit)));
    assert_eq!(map.lookup(&typed("g x"), HERE), KeyMatch::NoMatch);
    assert_eq!(map.lookup(&typed("q"), HERE), KeyMatch::NoMatch, "the replaced key is no longer bound");
    assert_eq!(map.keys_of(AppCommand::Quit), ["g q", "X"]);
}

#[test]
fn conflicts_are_reported_and_the_configured_key_wins() {
    let bound = |bindings| {
        let (map, problems) = Keymap::build(&entries(bindings));
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        (map, words.join("\n"))
    };
    let (map, words) = bound(&[("refresh", &["j"])]);
    assert_eq!(map.lookup(&typed("j"), HERE), KeyMatch::Command(Command::Address(AddressCommand::Refresh)));
    assert_eq!(map.lookup(&typed("Down"), HERE), KeyMatch::Command(Command::Move(MoveCommand::Down)));
    assert!(words.starts_with("/c:1:1: `j` for `refresh` clashes with `j` of `down`"), "{words}");
    // A binding whose chord is the start of another chord makes that other chord unreachable.
    let (map, words) = bound(&[("refresh", &["g r"])]);
    assert_eq!(map.lookup(&typed("g"), HERE), KeyMatch::Partial);
    assert!(words.contains("clashes with `g` of `first`"), "{words}");
    let (_, words) = bound(&[("refresh", &["X"]), ("watch", &["X"])]);
    assert!(words.contains("/c:2:1: `X` for `watch` clashes with `X` of `refresh`"), "{words}");
    // Both commands are bound to new keys, so they do not conflict.
    assert_eq!(bound(&[("down", &["n"]), ("new-address", &["j"])]).1, "");
}

#[test]
fn an_invalid_binding_is_reported_and_changes_nothing() {
    let bad: &[(&str, &[&str])] =
        &[("quitt", &["Q"]), ("open", &["Hyper-x"]), ("watch", &["Ctrl-c"]), ("help", &["Esc x"])];
    let (map, problems) = Keymap::build(&entries(bad));
    let words: Vec<String> = problems.iter().map(|problem| problem.words.clone()).collect();
    assert!(words[0].contains("did you mean `quit`?"), "{words:?}");
    assert!(words[1].contains("`Hyper-x` for `open` is no key"), "{words:?}");
    assert!(words[2].contains("always leaves") && words[3].contains("Esc"), "{words:?}");
    assert_eq!(map, Keymap::default());
    let (map, problems) = Keymap::build(&entries(&[("watch", &[])]));
    assert_eq!((map.key_of(AddressCommand::Watch), problems), (None, Vec::new()));
    assert_eq!(map.key_text(AddressCommand::Watch), ":watch");
}
