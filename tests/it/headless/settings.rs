//! Tests the user's settings: key bindings, theme, copying of new addresses and reduced motion.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK};
use super::overlays_and_themes::filled;
use dropmail_client::domain::ids::SessionId;
use dropmail_tui::app::command::{
    AddressCommand, AppCommand, COMMANDS, Command, ListCommand, MailCommand, MoveCommand, PaneCommand,
};
use dropmail_tui::app::effect::{Effect, StoreEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::keymap::Keymap;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::Overlay;
use dropmail_tui::app::settings::Settings;
use dropmail_tui::config::FileSettings;
use std::path::Path;

/// A mail with a number and a link whose confidence scores are too low for the keys that copy a code or open a link.
const WEAK: &str = "From: Hall <hall@paper.example>\nTo: first@dropmail.me\n\
    Subject: The hall\nContent-Type: text/plain; charset=utf-8\n\n\
    Access: 482135\n\nhttps://paper.example/about\n";

fn settings(text: &str) -> (Settings, Vec<String>) {
    let file = FileSettings::parse(text, Path::new("/c/config.toml")).unwrap();
    let config = dropmail_tui::config::Config::resolve(
        &dropmail_tui::config::Environment::default(),
        &file,
        &dropmail_tui::config::CliOptions::default(),
    );
    let (settings, problems) = Settings::from_config(&config.unwrap());
    (settings, problems.iter().map(ToString::to_string).collect())
}

fn driver_with_settings(text: &str, width: u16, height: u16) -> Driver {
    let (settings, problems) = settings(text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut driver = Driver::not_started(width, height);
    driver.msg(Msg::Settings(Box::new(settings), Vec::new()));
    driver.boot();
    driver.connect();
    driver
}

#[test]
fn the_screen_names_the_configured_keys() {
    let mut driver = driver_with_settings(
        "[keys]\ncopy-address = 'g a'\nfirst = 'g g'\nwatch = 'W'\nhelp = ''\n",
        120,
        40,
    );
    assert!(driver.shows("g a copies the address"), "{}", driver.screen());
    assert!(driver.shows(":help lists all keys"), "{}", driver.screen());
    driver.keys("g");
    assert!(driver.shows("g …"), "the screen shows the incomplete chord");
    driver.keys("a");
    assert_eq!(driver.copied, ["first@dropmail.me"]);
    driver.keys("gx?a");
    assert_eq!(driver.copied.len(), 1, "an aborted chord and unbound keys have no effect");
}

/// Returns settings that bind every command to a key that is not bound to any command by default.
fn all_rebound() -> String {
    let letters = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    let lines = COMMANDS.iter().zip(letters).map(|(row, c)| format!("{} = 'Alt-{c}'\n", row.name));
    format!("[keys]\n{}", lines.collect::<String>())
}

/// Simulates pressing the key that is currently bound to a command.
fn run(driver: &mut Driver, command: impl Into<Command>) {
    let key = driver.model.settings.keymap.key_text(command);
    driver.msg(Msg::Key(Key::parse(&key).unwrap()));
}

/// Checks that the screen shows the text `words`, in which `{}` represents the key that is bound to `command`.
#[track_caller]
fn assert_shows(driver: &Driver, words: &str, command: impl Into<Command>) {
    let words = words.replace("{}", &driver.model.settings.keymap.key_text(command));
    assert!(driver.shows(&words), "{words}\n{}", driver.screen());
}

#[test]
fn every_message_names_the_key_that_is_bound_now() {
    let text = all_rebound();
    let (settings, problems) = settings(&text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut driver = driver_with_settings(&text, 120, 40);
    assert_shows(&driver, "{} copies the address", AddressCommand::CopyAddress);
    assert_shows(&driver, "{} lists all keys", AppCommand::Help);
    run(&mut driver, MailCommand::CopyCode);
    assert_shows(&driver, "{} copies each code as soon as it arrives.", AddressCommand::Watch);
    driver.mail(WEAK);
    run(&mut driver, MailCommand::CopyCode);
    assert!(driver.shows("Codes · Enter copies"), "the candidates are listed: {}", driver.screen());
    driver.keys("<esc>");
    run(&mut driver, MailCommand::CopyLink);
    assert!(driver.shows("Links · Enter copies"), "the candidates are listed: {}", driver.screen());
    driver.keys("<esc>");
    assert_shows(&driver, "{} choose code", MailCommand::CopyCode);
    run(&mut driver, MailCommand::SaveAttachments);
    assert_shows(&driver, "{} saves the mail itself.", MailCommand::SaveMail);
    driver.mail(LINK);
    driver.mail(CODE);
    assert_shows(&driver, "{} copies", MailCommand::CopyCode);
    assert_shows(&driver, "{} code", MailCommand::CopyCode);
    run(&mut driver, AppCommand::Delete);
    assert_shows(&driver, "{} undoes it.", AppCommand::Undo);
    assert_shows(&driver, "{} copies", MailCommand::CopyLink);
    run(&mut driver, AppCommand::Help);
    assert_shows(&driver, "{} searches · Esc closes", ListCommand::Search);
    let Some(Overlay::Menu(before)) = driver.model.overlays.last().cloned() else {
        panic!("the help is not open")
    };
    run(&mut driver, MoveCommand::Down);
    driver.keys("jk");
    let Some(Overlay::Menu(menu)) = driver.model.overlays.last() else { panic!("the help is not open") };
    assert_eq!(menu.cursor, before.cursor + 1, "the default keys are no longer bound");
    run(&mut driver, AppCommand::Quit);
    assert!(driver.model.overlays.is_empty() && !driver.model.quitting);
    run(&mut driver, PaneCommand::PreviousPane);
    let second = session("second").addresses.remove(0);
    driver.msg(Msg::AddressAdded(SessionId::new("first"), Ok(second)));
    run(&mut driver, MoveCommand::First);
    run(&mut driver, AppCommand::Delete);
    assert_shows(&driver, "then press {}.", AppCommand::Delete);
    let mut driver = Driver::not_started(120, 40);
    driver.online = false;
    driver.msg(Msg::Settings(Box::new(settings.clone()), Vec::new()));
    driver.boot();
    assert_shows(&driver, "{} tries at once.", AddressCommand::Refresh);
    run(&mut driver, AddressCommand::NewAddress);
    assert_shows(&driver, "so no new address. {} tries at once.", AddressCommand::Refresh);
    run(&mut driver, AddressCommand::CopyAddress);
    assert_shows(&driver, "once the service is reached; {} tries at once.", AddressCommand::Refresh);
}

#[test]
fn the_message_header_names_keys_as_soon_as_they_are_rebound() {
    let mut driver = filled(120, 40);
    assert!(driver.shows("c copies"));
    driver.msg(Msg::Settings(Box::new(settings("[keys]\ncopy-code = 'X'\n").0), Vec::new()));
    assert!(driver.shows("X copies") && !driver.shows("c copies"), "{}", driver.screen());
}

#[test]
fn a_changed_settings_file_is_applied_and_its_errors_are_reported() {
    let mut driver = Driver::new(120, 40);
    let (new, problems) = settings("theme = 'paper'\n[keys]\nquit = 'X'\n");
    assert!(problems.is_empty());
    driver.msg(Msg::Settings(Box::new(new), Vec::new()));
    assert!(driver.shows("The settings were read anew: theme = paper, the keys"));
    assert_eq!(driver.model.theme(), "paper");
    driver.keys("q");
    assert!(!driver.model.quitting);
    let (new, problems) = settings("theme = 'papre'\n[keys]\nquit = 'j'\n");
    let messages = problems.iter().map(|words| words.as_str().into()).collect();
    driver.msg(Msg::Settings(Box::new(new), messages));
    assert!(driver.shows("/c/config.toml:1:9: ") && driver.shows("`paper`?"), "{}", driver.screen());
    assert!(driver.shows("clashes with `j` of `down`"), "{}", driver.screen());
}

#[test]
fn a_theme_is_previewed_under_the_cursor_and_stored_only_by_enter() {
    let mut driver = Driver::new(80, 24);
    driver.keys("Tj");
    assert_eq!(driver.model.theme(), "midnight");
    driver.keys("<esc>");
    assert_eq!(driver.model.theme(), "terminal");
    driver.keys("T/papr");
    assert_eq!(driver.model.theme(), "paper");
    driver.keys("<enter>");
    assert_eq!(driver.model.theme(), "paper");
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SaveSetting("theme", "paper".to_owned()))));
    assert!(driver.shows("The theme paper is kept in /config/config.toml"));
}

#[test]
fn a_new_address_is_copied_if_the_setting_is_on() {
    let driver = driver_with_settings("copy_new_address = true", 80, 24);
    assert_eq!(driver.copied, ["first@dropmail.me"]);
    assert!(Driver::new(80, 24).copied.is_empty());
}

#[test]
fn reduced_motion_stops_all_animation() {
    let mut driver = driver_with_settings("reduced_motion = true", 80, 24);
    driver.mail(CODE);
    // The refresh requests after the stream has connected must not cause a redraw.
    driver.advance(35);
    driver.keys("c");
    driver.msg(Msg::Tick(driver.model.now));
    let revision = driver.model.revision;
    driver.advance(20);
    assert_eq!(driver.model.revision, revision, "no frame is drawn");
    assert!(driver.shows("Copied"), "the notice stays");
    driver.keys("j");
    assert!(!driver.shows("Copied"), "a key removes the notice");
}

#[test]
fn the_default_keymap_matches_the_table() {
    assert_eq!(settings("").0.keymap, Keymap::default());
}
