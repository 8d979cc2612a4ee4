use super::*;
use ratatui::style::Color;

#[test]
fn every_theme_is_whole_at_every_depth() {
    for name in themes::NAMES {
        assert!(!themes::about(name).is_empty(), "{name}");
        for depth in [Depth::Sixteen, Depth::Indexed, Depth::True] {
            parse::theme(themes::text(name).unwrap(), depth).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
    assert!(themes::text("none").is_none());
}

fn roles(styles: &Styles) -> Vec<(&'static str, Style)> {
    vec![
        ("dim", styles.dim),
        ("strong", styles.strong),
        ("title", styles.title),
        ("border_focused", styles.border_focused),
        ("selected", styles.selected),
        ("selected_idle", styles.selected_idle),
        ("unread", styles.unread),
        ("code", styles.code),
        ("link", styles.link),
        ("good", styles.good),
        ("waiting", styles.waiting),
        ("bad", styles.bad),
        ("key", styles.key),
        ("found", styles.found),
        ("notice", styles.notice),
        ("text", styles.text),
    ]
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: Color) -> f64 {
    let Color::Rgb(red, green, blue) = colour else { panic!("{colour:?} is no true colour") };
    let part = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

/// 4.5 to 1 is what WCAG 2.2 asks of running text.
#[test]
fn every_style_of_every_true_colour_theme_can_be_read() {
    for name in ["midnight", "ember", "paper", "meadow", "contrast"] {
        let styles = Styles::named(name, Depth::True);
        for (role, style) in roles(&styles) {
            let style = styles.text.patch(style);
            let (fore, back) = (luminance(style.fg.unwrap()), luminance(style.bg.unwrap()));
            let contrast = (fore.max(back) + 0.05) / (fore.min(back) + 0.05);
            assert!(contrast >= 4.5, "{name}: {role} has a contrast of {contrast:.2}");
        }
        // What is drawn over the line under the cursor keeps its own colour.
        for (role, over) in [("code", styles.code), ("dim", styles.dim)] {
            let style = styles.text.patch(over).patch(styles.selected);
            let (fore, back) = (luminance(style.fg.unwrap()), luminance(style.bg.unwrap()));
            let contrast = (fore.max(back) + 0.05) / (fore.min(back) + 0.05);
            assert!(contrast >= 4.5, "{name}: {role} under the cursor has {contrast:.2}");
        }
    }
}

#[test]
fn the_terminals_own_theme_leaves_text_and_ground_to_the_terminal() {
    let styles = Styles::sixteen();
    assert_eq!((styles.text.fg, styles.text.bg), (None, None));
    for (role, style) in roles(&styles) {
        let safe = matches!(
            (style.fg, style.bg),
            (None | Some(Color::Red | Color::Magenta | Color::Green), None)
                | (Some(Color::Black), Some(Color::Yellow))
        );
        assert!(safe, "{role} is hard to read on one of dark and light: {style:?}");
    }
}

#[test]
fn without_colours_there_is_no_colour() {
    for (role, style) in roles(&Styles::plain()) {
        assert_eq!((style.fg, style.bg), (None, None), "{role}");
    }
    assert_eq!((Styles::plain().qr.fg, Styles::plain().qr.bg), (None, None));
}
