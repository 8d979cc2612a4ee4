use super::{SafeName, SafeText, name, text};
use proptest::prelude::*;

const ZWJ: char = '\u{200d}';

/// Returns whether a character must never reach a terminal, according to a definition that is independent of the code
/// under test.
fn is_forbidden(c: char) -> bool {
    let n = u32::from(c);
    matches!(n, 0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x180e)
        || matches!(n, 0x200b..=0x200c | 0x200e..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff)
        || matches!(n, 0xe000..=0xf8ff | 0xe0000..=0x0010_ffff)
}

#[test]
fn control_characters_are_shown_as_replacements() {
    for (given, shown) in [
        ("\u{1b}]0;owned\u{7}", "␛]0;owned␇"),
        ("a\u{9b}31mb", "a\u{fffd}31mb"),
        ("evil\u{202e}gpj.exe", "evil\u{fffd}gpj.exe"),
        ("one\r\ntwo\nthree\tfour", "one two three four"),
        ("z\u{200b}e\u{200d}r\u{feff}o\u{ad}", "zero"),
        ("del\u{7f}\u{0}", "del␡␀"),
        ("a\u{a0}b", "a b"),
        ("👨\u{200d}👩\u{200d}👧\u{200d}👦", "👨\u{200d}👩\u{200d}👧\u{200d}👦"),
        // Longer chains of joined emojis are split into emojis that terminals support.
        (
            "👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩",
            "👩\u{200d}👩\u{200d}👩\u{200d}👩👩\u{200d}👩",
        ),
        ("👩🏻🏻🏻🏻🏻🏻", "👩🏻🏻🏻🏻"),
        ("👩\u{200d}💻 1\u{fe0f}\u{20e3}", "👩\u{200d}💻 1\u{fe0f}\u{20e3}"),
        ("שלום\u{200f} 42", "שלום 42"),
        ("private \u{e000} and \u{378}", "private \u{fffd} and \u{fffd}"),
        ("日本語", "日本語"),
    ] {
        assert_eq!(SafeText::new(given).as_str(), shown, "{given:?}");
    }
}

#[test]
fn stacked_combining_marks_are_limited() {
    let tower = format!("Z{}", "\u{300}".repeat(50));
    assert_eq!(SafeText::new(&tower).chars().count(), 5);
}

#[test]
fn text_is_split_at_every_kind_of_line_break() {
    let lines = SafeText::multiline("a\tb\r\nc\rd\n\n\u{2028}e\n");
    let lines: Vec<&str> = lines.iter().map(SafeText::as_str).collect();
    assert_eq!(lines, ["a       b", "c", "d", "", "", "e"]);
    assert_eq!(SafeText::multiline("").len(), 1);
}

#[test]
fn a_title_becomes_a_file_name_without_a_path() {
    assert_eq!(SafeName::from_title("Re: 24/7 support.eml").as_str(), "Re_ 24_7 support.eml");
    assert_eq!(SafeName::from_title("../../../etc/passwd.eml").as_str(), "_.._.._etc_passwd.eml");
    assert_eq!(SafeName::from_title("a\\b").as_str(), "a_b");
}

#[test]
fn file_names_stay_in_their_folder() {
    for (given, made) in [
        ("", "attachment"),
        ("..", "attachment"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
        ("-rf", "rf"),
        (".bashrc", "bashrc"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("комета.pdf", "комета.pdf"),
        ("a\u{202e}fdp.exe", "a_fdp.exe"),
        ("what?.txt. . ", "what_.txt"),
        ("a\nb.txt", "a b.txt"),
        ("\u{1b}[2J.txt", "_[2J.txt"),
        ("///", "attachment"),
        ("*\u{fe0e}", "_"),
    ] {
        assert_eq!(SafeName::new(given).as_str(), made, "{given:?}");
    }
    let long = SafeName::new(&format!("{}.tar", "я".repeat(300)));
    assert!(long.len() <= name::MAX_BYTES && long.ends_with(".tar"), "{long}");
    let joined = format!("{}👩\u{200d}💻", "a".repeat(name::MAX_BYTES - 7));
    let cut = SafeName::new(&joined);
    assert!(cut.ends_with("a👩"), "a joiner is dropped with the emoji after it: {cut:?}");
    assert_eq!(SafeName::new(&cut), cut);
}

proptest! {
    #[test]
    fn no_forbidden_character_passes_the_sanitiser(given in any::<String>()) {
        let safe = SafeText::new(&given);
        prop_assert!(!safe.chars().any(is_forbidden), "{safe:?}");
        prop_assert_eq!(SafeText::new(&safe), safe.clone(), "not idempotent");
        let joiners = safe.chars().filter(|&c| c == ZWJ).count();
        prop_assert!(joiners <= safe.chars().count() / 2);
    }

    #[test]
    fn every_line_is_safe(given in "[a-z\\r\\n\\t\u{85}\u{2028}\u{1b}\u{200d}]{0,40}") {
        for line in SafeText::multiline(&given) {
            prop_assert!(!line.chars().any(is_forbidden));
        }
    }

    #[test]
    fn every_file_name_is_one_safe_path_component(given in any::<String>()) {
        let safe = SafeName::new(&given);
        prop_assert!(!safe.is_empty() && safe.len() <= name::MAX_BYTES + 1);
        prop_assert!(!safe.contains(['/', '\\', ':']) && !safe.starts_with(['.', '-']) && !safe.ends_with(['.', ' ']));
        prop_assert!(!safe.chars().any(is_forbidden));
        prop_assert_eq!(SafeName::new(&safe), safe.clone(), "not idempotent");
    }
}

#[test]
fn plain_ascii_is_recognised_as_clean() {
    assert!(text::is_plain("plain ASCII ~"));
    assert!(!text::is_plain("tab\t"));
}
