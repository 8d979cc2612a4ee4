use super::*;
use ratatui::style::{Color, Modifier};
use ratatui::text::{Line, Span};

#[test]
fn every_theme_is_complete_at_every_colour_depth() {
    for name in themes::NAMES {
        assert!(!themes::description(name).is_empty(), "{name}");
        for depth in [ColorDepth::Ansi16, ColorDepth::Ansi256, ColorDepth::TrueColor] {
            parse::parse_theme(themes::text(name).unwrap(), depth)
                .unwrap_or_else(|why| panic!("{name}: {why}"));
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

fn coloured() -> impl Iterator<Item = &'static str> {
    themes::NAMES.iter().copied().filter(|name| !["terminal", "mono"].contains(name))
}

const MIN_DIM_CONTRAST: f64 = 3.0;

fn contrast(style: Style) -> f64 {
    contrast_ratio(style.fg.unwrap(), style.bg.unwrap()).unwrap()
}

/// Tests that every style of every true-colour theme has enough contrast: 4.5 to 1 for text as in WCAG 2.2, and 3 to 1
/// for frames and less important text.
#[test]
fn every_style_of_every_true_colour_theme_has_enough_contrast() {
    for name in coloured() {
        let styles = Styles::from_name(name, ColorDepth::TrueColor);
        for (role, style) in roles(&styles) {
            let least = if role == "dim" { MIN_DIM_CONTRAST } else { MIN_TEXT_CONTRAST };
            let ratio = contrast(styles.text.patch(style));
            assert!(ratio >= least, "{name}: {role} has a contrast of {ratio:.2}");
        }
        let ratio = contrast(styles.text.patch(styles.border));
        assert!(ratio >= MIN_DIM_CONTRAST, "{name}: the border has a contrast of {ratio:.2}");
    }
}

/// Tests that each role has enough contrast on the line under the cursor, both in the focused pane and in another pane.
#[test]
fn every_role_has_enough_contrast_on_the_selected_line() {
    for name in coloured() {
        let styles = Styles::from_name(name, ColorDepth::TrueColor);
        for focused in [true, false] {
            let of_text = |(role, _): &(&str, Style)| !role.starts_with("selected");
            for (role, style) in roles(&styles).into_iter().filter(of_text) {
                let row = styles.select(Line::from(Span::styled("row", style)), focused);
                let shown = styles.text.patch(row.style).patch(row.spans[0].style);
                let ratio = contrast(shown);
                assert!(ratio >= MIN_TEXT_CONTRAST, "{name}: {role} under the cursor has {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_selected_line_stands_out_at_every_colour_depth() {
    for name in themes::NAMES {
        for depth in [ColorDepth::Ansi16, ColorDepth::Ansi256, ColorDepth::TrueColor] {
            let styles = Styles::from_name(name, depth);
            let line =
                Line::from(vec![Span::styled("label", styles.text), Span::styled("detail", styles.dim)]);
            let selected = styles.select(line.clone(), true);
            for (plain, selected) in line.spans.iter().zip(&selected.spans) {
                let background = |style: Style| (style.bg.or(styles.text.bg), style.add_modifier);
                assert_ne!(
                    background(plain.style),
                    background(selected.style),
                    "{name} does not highlight the selected line at {depth:?}"
                );
            }
        }
    }
}

#[test]
fn a_reversed_line_has_one_background() {
    let styles = Styles::terminal_colours();
    let texts = [styles.good, styles.unread, styles.code, styles.dim];
    let line = Line::from(texts.map(|style| Span::styled("text", style)).to_vec());
    for span in styles.select(line, true).spans {
        let shown = styles.text.patch(span.style);
        assert!(shown.add_modifier.contains(Modifier::REVERSED), "{shown:?}");
        assert_eq!((shown.fg, shown.bg), (None, None), "{shown:?}");
        assert!(!shown.add_modifier.contains(Modifier::DIM), "{shown:?}");
    }
}

#[test]
fn the_terminal_theme_keeps_the_text_and_background_of_the_terminal() {
    let styles = Styles::terminal_colours();
    assert_eq!((styles.text.fg, styles.text.bg), (None, None));
    for (role, style) in roles(&styles) {
        let safe = matches!(
            (style.fg, style.bg),
            (None | Some(Color::Red | Color::Magenta | Color::Green), None)
                | (Some(Color::Black), Some(Color::Yellow))
        );
        assert!(safe, "{role} is hard to read on a dark or light background: {style:?}");
    }
}

#[test]
fn the_theme_without_colours_uses_none() {
    for (role, style) in roles(&Styles::without_colours()) {
        assert_eq!((style.fg, style.bg), (None, None), "{role}");
    }
    assert_eq!((Styles::without_colours().qr.fg, Styles::without_colours().qr.bg), (None, None));
}
