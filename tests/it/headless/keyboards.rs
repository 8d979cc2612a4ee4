//! Tests that the key bindings also work with keyboard layouts without Latin letters, and that text typed with such a
//! layout stays unchanged.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::settings::Settings;
use dropmail_tui::config::keyboards::{self, KeyboardLayout};

/// Keys that perform the following actions: copy, move, open a mail, change the view, go back, hide mails, and answer a
/// question about an address.
const SCRIPT: &str = "cyjjkavJKwwdUdhjdnzzz<esc>";

fn filled(layout: Option<&'static KeyboardLayout>) -> Driver {
    let mut driver = Driver::new(120, 40);
    driver.msg(Msg::Settings(
        Box::new(Settings { keyboard: layout, ..driver.model.settings.clone() }),
        Vec::new(),
    ));
    driver.model.notices.clear();
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

/// Returns two key sequences: the characters that a keyboard layout produces for the physical keys of `script`, and the
/// corresponding Latin characters. Keys that do not exist in the layout are left out of both.
fn typed_with(layout: &KeyboardLayout, script: &str) -> (Vec<Key>, Vec<Key>) {
    let keys = Key::parse_sequence(script);
    let local = |key: &Key| match key.to_string().chars().next() {
        Some(latin) if *key == Key::char(latin) => layout.character_of(latin).map(Key::char),
        _ => Some(*key),
    };
    keys.iter().filter_map(|key| Some((local(key)?, *key))).unzip()
}

fn run(driver: &mut Driver, keys: &[Key]) {
    for key in keys {
        driver.msg(Msg::Key(*key));
    }
}

#[test]
fn a_key_script_works_on_every_keyboard_layout() {
    for layout in keyboards::all() {
        let (typed, latin) = typed_with(layout, SCRIPT);
        assert!(typed.len() >= 14, "{}: {typed:?}", layout.name);
        let (mut local_keys, mut latin_keys) = (filled(Some(layout)), filled(Some(layout)));
        run(&mut local_keys, &typed);
        run(&mut latin_keys, &latin);
        assert!(latin_keys.copied.len() >= 2, "{}: {:?}", layout.name, latin_keys.copied);
        assert_eq!(local_keys.copied, latin_keys.copied, "{}", layout.name);
        assert_eq!(local_keys.screen(), latin_keys.screen(), "{}", layout.name);
    }
}

#[test]
fn a_layout_is_learned_from_a_character_that_only_that_layout_types() {
    // The Serbian letter ћ occurs in none of the earlier layouts.
    let mut driver = filled(None);
    driver.keys("ћ?");
    assert!(driver.shows("w (њ)"), "{}", driver.screen());
}

#[test]
fn text_input_is_never_translated() {
    let mut driver = filled(keyboards::choose("russian", ""));
    driver.keys("/привет");
    assert!(driver.shows("привет"), "{}", driver.screen());
    driver.keys("<esc>Жсщзн");
    assert!(driver.shows("сщзн"), "the palette receives the typed letters: {}", driver.screen());
}

#[test]
fn a_bound_character_takes_precedence_over_the_key_position() {
    let keys = dropmail_tui::config::KeyBinding {
        command: "help".into(),
        keys: vec!["с".into()],
        place: dropmail_tui::config::ConfigLocation::Flag("--set"),
    };
    let mut driver = filled(keyboards::choose("russian", ""));
    driver.model.settings.keymap = dropmail_tui::app::keymap::Keymap::build(&[keys]).0;
    driver.keys("с");
    assert!(driver.copied.is_empty() && driver.shows("Keys in the inbox"), "{}", driver.screen());
}

#[test]
fn ctrl_with_a_non_latin_letter_is_translated_too() {
    let mut driver = filled(None);
    driver.msg(Msg::Key(Key { ctrl: true, ..Key::char('з') }));
    assert!(driver.shows("copy the best code"), "{}", driver.screen());
    driver.msg(Msg::Key(Key { ctrl: true, ..Key::char('с') }));
    assert!(driver.model.quitting, "Ctrl with the key of c always quits");
}

#[test]
fn help_names_both_characters_of_a_translated_key() {
    let mut driver = filled(keyboards::choose("greek", ""));
    driver.keys("?");
    assert!(driver.shows("c (ψ)") && driver.shows("y (υ)"), "{}", driver.screen());
    let mut driver = filled(None);
    driver.keys("?");
    assert!(driver.shows("c ") && !driver.shows("c ("), "{}", driver.screen());
}

#[test]
fn an_unbound_key_is_reported_once() {
    let mut driver = filled(None);
    driver.keys("@");
    assert!(driver.shows("@ does nothing here. ? lists the keys."), "{}", driver.screen());
    driver.keys("j@");
    assert!(!driver.shows("does nothing here"), "{}", driver.screen());
    driver.keys("あ");
    assert!(driver.shows("あ does nothing here."), "{}", driver.screen());
}
