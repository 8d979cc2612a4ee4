//! Tests key bindings that run several commands or pass an argument, and arguments entered in the command palette.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_tui::app::effect::{Effect, StoreEffect};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::settings::Settings;
use dropmail_tui::config::{CliOptions, Config, Environment, FileSettings};
use std::path::Path;

fn settings(text: &str) -> (Settings, Vec<String>) {
    let file = FileSettings::parse(text, Path::new("/c/config.toml")).unwrap();
    let config = Config::resolve(&Environment::default(), &file, &CliOptions::default());
    let (settings, problems) = Settings::from_config(&config.unwrap());
    (settings, problems.iter().map(ToString::to_string).collect())
}

fn driver_with_settings(text: &str) -> Driver {
    let (settings, problems) = settings(text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut driver = Driver::new(120, 40);
    driver.msg(Msg::Settings(Box::new(settings), Vec::new()));
    driver.model.notices.clear();
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

#[test]
fn a_key_runs_several_commands() {
    let mut driver = driver_with_settings("[bindings]\nX = ['copy-code', 'quit']\n");
    driver.keys("X");
    assert_eq!(driver.copied, ["482913"]);
    assert!(driver.model.quitting);
}

#[test]
fn a_command_waits_for_the_mail_that_the_previous_command_opens() {
    let mut driver =
        driver_with_settings("[bindings]\n'g c' = ['down', 'open', 'copy-link 1', 'next-view', 'back']\n");
    driver.keys("gc");
    assert_eq!(driver.copied.len(), 1, "{:?}", driver.copied);
    assert!(driver.copied[0].starts_with("https://"), "{:?}", driver.copied);
    assert!(driver.model.queued.is_empty());
}

#[test]
fn a_command_waits_for_a_confirmation_and_is_dropped_when_it_is_declined() {
    let text = "[bindings]\nX = ['down', 'open-link', 'copy-address']\n";
    let mut driver = driver_with_settings(text);
    driver.keys("X");
    assert!(driver.copied.is_empty() && driver.shows("in the browser?"), "{}", driver.screen());
    driver.keys("<enter>");
    assert_eq!(driver.copied, ["first@dropmail.me"]);
    let mut driver = driver_with_settings(text);
    driver.keys("Xy");
    assert_eq!(
        driver.copied,
        ["https://forum.example/confirm?token=9f8e7d6c5b4a3210"],
        "only the link is copied"
    );
    assert!(driver.model.queued.is_empty());
    for no in ["n", "<esc>"] {
        let mut driver = driver_with_settings(text);
        driver.keys("X").keys(no);
        assert!(driver.copied.is_empty() && driver.model.queued.is_empty(), "{no}");
    }
}

#[test]
fn commands_accept_arguments() {
    let mut driver = driver_with_settings(
        "[bindings]\n1 = 'copy-code 1'\n9 = 'copy-code 9'\nF = 'filter has:code'\nT = 'theme nord'\nE = 'rename work'\n'+' = 'copy-extended shop'\n",
    );
    driver.keys("1");
    assert_eq!(driver.copied, ["482913"]);
    driver.keys("9");
    assert!(driver.shows("This mail has no code 9"), "{}", driver.screen());
    driver.keys("F");
    assert_eq!((driver.model.inbox.filter(), driver.model.inbox.shown_count()), ("has:code", 1));
    driver.keys("T");
    assert_eq!(driver.model.theme(), "nord");
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SaveSetting("theme", "nord".to_owned()))));
    driver.keys("E");
    assert!(driver.shows("The session is called work."), "{}", driver.screen());
    driver.keys("+");
    assert_eq!(driver.copied.last().map(String::as_str), Some("first+shop@dropmail.me"));
}

#[test]
fn invalid_commands_and_keys_are_reported_and_the_others_apply() {
    let (settings, problems) = settings(
        "[bindings]\nX = ['copy-code', 'quit now']\n'Hyper-x' = 'quit'\nF = 'filtre x'\nG = 'filter x'\n",
    );
    assert_eq!(settings.keymap.sequences().len(), 1);
    let all = problems.join("\n");
    assert!(all.contains("toml:2:") && all.contains("`quit` takes no argument such as `now`"), "{all}");
    assert!(all.contains("`Hyper-x`") && all.contains("did you mean `filter`?"), "{all}");
}

#[test]
fn the_palette_completes_arguments() {
    let mut driver = driver_with_settings("");
    driver.keys(":theme no");
    assert!(driver.shows("theme nord") && !driver.shows("theme ember"), "{}", driver.screen());
    driver.keys("<enter>");
    assert_eq!(driver.model.theme(), "nord");
    driver.keys(":filt<tab>");
    assert!(driver.shows("filter has:code") && driver.shows("filter from:"), "{}", driver.screen());
    driver.keys("from:shop code<enter>");
    assert_eq!(driver.model.inbox.filter(), "from:shop code", "the typed argument wins over the suggestions");
    driver.keys("<esc><esc>:filter has:li<down><enter>");
    assert_eq!(driver.model.inbox.filter(), "has:link");
    driver.keys("<esc>g:copy-code <enter>");
    assert_eq!(driver.copied, ["482913"]);
    driver.keys(":quit<bs><bs><bs><bs>copy-addr<enter>");
    assert_eq!(driver.copied.len(), 2);
}
