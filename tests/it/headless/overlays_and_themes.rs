//! Tests the help, the command palette, pickers, images and prompts at four screen sizes and in three themes: dark,
//! light, and without colours. The text of a screen must be the same in all themes. Each theme must highlight the
//! elements that need attention.

// This file exceeds 300 lines because it contains a test for each kind of overlay.

use super::driver::{Driver, session};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::SessionId;
use dropmail_tui::app::command::MailCommand;
use dropmail_tui::app::hints::hints;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::Overlay;
use dropmail_tui::config::themes;
use dropmail_tui::ui::theme::{ColorDepth, Styles};
use ratatui::style::{Color, Modifier};

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// Overlays (dialogs over the panes), each with its name in the snapshots and the keys that open it.
const OVERLAYS: &[(&str, &str)] = &[
    ("first", ""),
    ("help", "?"),
    ("help-searched", "?/code"),
    ("palette", ":"),
    ("palette-narrowed", ":cpl"),
    ("themes", "Tjj"),
    ("codes", "C"),
    ("links", "jY"),
    ("confirm", "jo"),
    ("search", "/ship"),
    ("filter", "\\code"),
    ("rename", "hework"),
    ("named", "hework<enter>"),
    ("qr-choice", "jQ"),
    ("qr", "hQ"),
];

/// Further screens (dialogs, views and pane layouts), each with its name in the snapshots and the keys that lead to it.
const MORE: &[(&str, &str)] = &[
    ("attachments", "S "),
    ("pipe", "<enter>|wc -l"),
    ("piped", "<enter>|wc -l<enter>"),
    ("hide", "Vjd"),
    ("delete", "hd"),
    ("hidden", "ddH"),
    ("filter-wrong", "\\before:soon"),
    ("searched", "/trip<enter>"),
    ("reading", "<enter>"),
    ("headers", "<enter>v"),
    ("marked", " j "),
    ("watching", "w"),
    ("zoomed", "z"),
    ("turned", "t"),
    ("no-addresses", "b"),
    ("no-message", "m"),
    ("no-address-yet", ""),
];

pub(super) fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::new(width, height);
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

fn open_overlay(keys: &str, size: (u16, u16)) -> Driver {
    let mut driver = if keys.is_empty() { Driver::new(size.0, size.1) } else { filled(size.0, size.1) };
    driver.keys(keys);
    driver
}

fn open_extra_overlay(name: &str, keys: &str, size: (u16, u16)) -> Driver {
    if name == "no-address-yet" {
        return Driver::not_started(size.0, size.1);
    }
    let mut driver = filled(size.0, size.1);
    driver.mail(include_str!("../../../assets/demo/2-attachments.eml"));
    driver.keys(keys);
    driver
}

#[test]
fn other_dialogs_and_layouts_fit_every_size() {
    for (name, keys) in MORE {
        for size in SIZES {
            let driver = open_extra_overlay(name, keys, size);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), driver.screen());
            let plain = driver.drawn(&Styles::without_colours()).backend().to_string();
            for theme in ["midnight", "paper"] {
                let drawn = driver.drawn(&Styles::from_name(theme, ColorDepth::TrueColor));
                assert_eq!(drawn.backend().to_string(), plain, "{name} {size:?} {theme}");
            }
        }
    }
}

#[test]
fn every_overlay_fits_every_size() {
    for (name, keys) in OVERLAYS {
        for size in SIZES {
            let screen = open_overlay(keys, size).screen();
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), screen);
        }
    }
}

#[test]
fn every_overlay_shows_the_same_text_in_every_theme() {
    for (name, keys) in OVERLAYS {
        for size in SIZES {
            let driver = open_overlay(keys, size);
            let plain = driver.drawn(&Styles::without_colours()).backend().to_string();
            for theme in themes::NAMES {
                let drawn = driver.drawn(&Styles::from_name(theme, ColorDepth::TrueColor));
                assert_eq!(drawn.backend().to_string(), plain, "{name} {size:?} {theme}");
                for cell in drawn.backend().buffer().content() {
                    let has_background = matches!(cell.bg, Color::Rgb(..)) || name.starts_with("qr");
                    let uses_terminal_colors = ["terminal", "mono"].contains(theme);
                    assert!(
                        uses_terminal_colors || has_background,
                        "{name} {size:?} {theme}: {cell:?} has no background"
                    );
                }
            }
        }
    }
}

/// Tests that a theme without colours uses text attributes to mark the selected line, unread mail and the focused pane.
#[test]
fn a_theme_without_colours_emphasises_by_attributes() {
    let drawn = filled(120, 40).drawn(&Styles::without_colours());
    let buffer = drawn.backend().buffer();
    let has = |modifier: Modifier| buffer.content().iter().any(|cell| cell.modifier.contains(modifier));
    assert!(has(Modifier::REVERSED) && has(Modifier::BOLD));
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    let screen = filled(120, 40).screen();
    assert!(screen.contains('●') && screen.contains('┲'), "{screen}");
}

#[test]
fn the_status_line_names_only_keys_that_have_an_effect() {
    let has = |driver: &Driver, word: &str| hints(&driver.model).iter().any(|(_, hint)| hint == word);
    let first = |driver: &Driver| hints(&driver.model)[0].1.clone();
    let mut driver = Driver::new(120, 40);
    assert!(!has(&driver, "code") && !has(&driver, "open") && has(&driver, "address"));
    driver.mail(NEWS);
    assert!(!has(&driver, "code"), "no code hint without a code");
    driver.mail(CODE);
    assert_eq!(first(&driver), "code");
    driver.keys("j");
    assert!(!has(&driver, "code"), "no code hint if the selected mail has none");
    driver.keys("hk");
    assert!(has(&driver, "delete"), "the line of the session stands for its only address");
    let second = session("second").addresses.remove(0);
    driver.msg(Msg::AddressAdded(SessionId::new("first"), Ok(second)));
    driver.keys("g");
    assert!(has(&driver, "rename") && !has(&driver, "delete"), "the cursor is not on an address");
    driver.keys("j");
    assert!(has(&driver, "delete"));
    driver.keys("lk");
    driver.mail(NEWS);
    assert_eq!(first(&driver), "code of Shop", "the hint names the sender if the code is from another mail");
}

#[test]
fn enter_runs_the_help_line_found_by_a_search() {
    let mut driver = filled(80, 24);
    driver.keys("?/best code<enter>");
    assert_eq!(driver.copied, ["482913"]);
    driver.keys(":watch<enter>");
    assert!(driver.shows("Watching"), "{}", driver.screen());
}

#[test]
fn the_palette_matches_parts_of_words() {
    let mut driver = filled(80, 24);
    driver.keys(":cpcod");
    let Some(Overlay::Menu(menu)) = driver.model.overlays.last() else { panic!("the palette is not open") };
    assert_eq!(
        menu.matching_items()[0].action,
        dropmail_tui::app::overlay::Action::Run(MailCommand::CopyCode.into())
    );
    driver.keys("zzzz");
    assert!(driver.shows("Nothing matches"));
}

#[test]
fn a_session_name_is_shown_and_can_be_removed() {
    let mut driver = filled(120, 40);
    driver.keys("hework<enter>");
    assert!(driver.shows("work · "), "{}", driver.screen());
    driver.keys("e<bs><bs><bs><bs><enter>");
    assert!(!driver.shows("work · "));
}

#[test]
fn pasted_text_is_inserted_into_the_prompt_and_runs_no_command() {
    let mut driver = filled(120, 40);
    driver.msg(Msg::Paste("q".to_owned()));
    assert!(!driver.model.quitting);
    driver.keys("he");
    driver.msg(Msg::Paste("my\x1b[2J\r\nproject".to_owned()));
    driver.keys("<enter>");
    assert!(driver.shows("my"), "{}", driver.screen());
    assert!(!driver.screen().contains('\x1b'));
}

#[test]
fn the_terminal_title_shows_the_unread_count() {
    let mut driver = Driver::new(80, 24);
    assert_eq!(dropmail_tui::ui::window_title(&driver.model), "dropmail-tui");
    driver.mail(CODE);
    assert_eq!(dropmail_tui::ui::window_title(&driver.model), "(1) dropmail-tui");
}

/// Tests that the QR code on the screen has as many dark modules as the QR crate generates for the address.
#[test]
fn the_qr_code_encodes_the_address() {
    let driver = open_overlay("hQ", (80, 24));
    let code = qrcode::QrCode::with_error_correction_level("first@dropmail.me", qrcode::EcLevel::L).unwrap();
    let dark = code.to_colors().iter().filter(|module| **module == qrcode::Color::Dark).count();
    assert_eq!(dark_modules(&driver), dark, "{}", driver.screen());
}

#[test]
fn the_title_beside_a_narrow_qr_code_is_not_cut() {
    let driver = open_overlay("hQ", (80, 24));
    assert!(driver.shows("QR code of the address · Esc closes"), "{}", driver.screen());
    assert!(driver.shows("first@dropmail.me"), "{}", driver.screen());
}

#[test]
fn the_title_of_a_qr_code_is_not_cut_at_any_size() {
    let long = format!("{}@{}.example.dropmail.me", "a-long-name".repeat(4), "long-domain".repeat(3));
    for size in [(60, 15), (80, 24), (120, 40)] {
        for address in ["ab@dropmail.me", &long] {
            let mut driver = Driver::new(size.0, size.1);
            driver.model.sessions.rows[0].session.addresses[0].address = address.into();
            driver.keys("hQ");
            let screen = driver.screen();
            assert!(screen.contains(" QR code of the address · Esc closes "), "{size:?}\n{screen}");
            // A long address is shown either completely or visibly truncated.
            let start: String = address.chars().take(14).collect();
            assert!(screen.matches(&start).count() >= 2, "{size:?}\n{screen}");
        }
    }
}

/// Returns the number of dark modules of the QR code on the screen. Each screen cell shows two modules, stacked
/// vertically.
fn dark_modules(driver: &Driver) -> usize {
    let styles = Styles::from_name("midnight", ColorDepth::TrueColor);
    let drawn = driver.drawn(&styles);
    let cells = drawn.backend().buffer().content().iter().filter(|cell| Some(cell.bg) == styles.qr.bg);
    cells
        .map(|cell| match cell.symbol() {
            " " => 2,
            "▀" | "▄" => 1,
            _ => 0,
        })
        .sum()
}

/// Tests that a notice hides the hyperlink that it covers, and that other URLs on the screen remain hyperlinks.
#[test]
fn a_notice_above_a_hyperlink_is_not_cut() {
    let mut driver = Driver::new(80, 24);
    let path = "x".repeat(50);
    let links: Vec<String> = (0..30).map(|n| format!("https://a.example/{path}/{n}")).collect();
    let links = links.join("\n");
    driver.mail(&format!(
        "From: a@b.example\nSubject: Your code is 482951\n\nYour verification code is 482951.\n{links}\n"
    ));
    driver.keys("<enter>zc");
    let styles = Styles::from_name("midnight", ColorDepth::TrueColor).with_hyperlinks(true);
    let screen = driver.drawn(&styles).backend().to_string();
    assert!(screen.contains("✓ Copied the code 482951"), "{screen}");
    assert!(screen.contains("\u{1b}]8;"), "{screen}");
}

/// Tests that the cells next to a dialog have the theme's background, even if the right border of the dialog covers
/// half of a wide character.
#[test]
fn a_wide_character_beside_a_dialog_keeps_its_background() {
    let mut driver = Driver::new(120, 40);
    for indent in ["", "x"] {
        driver.mail(&format!("From: a@b.example\nSubject: {indent}{}\n\nHello.\n", "語".repeat(40)));
    }
    driver.keys("T");
    let drawn = driver.drawn(&Styles::from_name("nord", ColorDepth::TrueColor));
    let frame = drawn.backend().buffer();
    for y in 0..40 {
        let mut x = 0;
        while x < 120 {
            let cell = &frame[(x, y)];
            assert_ne!(cell.bg, Color::Reset, "({x}, {y}) of\n{}", drawn.backend());
            x += u16::try_from(mail_reader::text_width::display_width(cell.symbol()).max(1)).unwrap();
        }
    }
}

#[test]
fn help_in_the_attachment_list_explains_its_keys_and_goes_back_to_it() {
    let mut driver = Driver::new(80, 24);
    driver.mail(include_str!("../../../assets/demo/2-attachments.eml"));
    driver.keys("S?");
    assert!(driver.shows("Keys of the attachments"), "{}", driver.screen());
    assert!(driver.shows("save all attachments"), "{}", driver.screen());
    driver.keys("?");
    assert!(!driver.shows("Keys of the attachments"), "{}", driver.screen());
    assert_eq!(driver.model.overlays.len(), 1, "the attachment list is open again");
}
