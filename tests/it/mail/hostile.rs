//! Tests hostile content in every field of a mail and in every view. The test checks the bytes that a terminal would
//! receive: they must consist only of the program's own escape sequences and harmless text.

use super::super::headless::driver::Driver;
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Area;
use dropmail_tui::runtime::screen::{Capabilities, Screen};
use dropmail_tui::ui::theme::ColorDepth;
use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// A writer that collects the bytes that a terminal would receive.
#[derive(Clone, Default)]
struct OutputBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for OutputBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Classes of characters that could control a terminal or hide text on it, each with its name and an example.
const CLASSES: &[(&str, &str)] = &[
    ("C0", "\u{0}\u{1}\u{7}\u{8}\u{b}\u{c}\u{e}\u{1b}\u{7f}"),
    ("CSI", "\u{1b}[2J\u{1b}[31m\u{1b}[?1049l\u{1b}[6n"),
    ("OSC", "\u{1b}]0;owned\u{7}\u{1b}]52;c;b3duZWQ=\u{7}\u{1b}]8;;https://evil.example\u{1b}\\"),
    ("DCS", "\u{1b}P+q544e\u{1b}\\\u{1b}_Gi=1;AAAA\u{1b}\\\u{1b}^x\u{1b}\\"),
    ("C1", "\u{80}\u{84}\u{85}\u{8d}\u{90}\u{9b}31m\u{9c}\u{9d}0;owned\u{9c}\u{9e}\u{9f}"),
    (
        "bidi",
        "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}",
    ),
    ("zero width", "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{34f}\u{180e}\u{115f}\u{3164}"),
    ("tags", "\u{e0001}\u{e0041}\u{e007f}"),
    ("variation", "\u{fe00}\u{e0100}\u{e01ef}"),
    ("annotation", "\u{fff9}\u{fffa}\u{fffb}"),
    ("private", "\u{e000}\u{f8ff}\u{f0000}\u{10fffd}"),
    ("lines", "\u{2028}\u{2029}\r"),
    ("tower", "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}"),
];

fn encoded(text: &str) -> String {
    use base64::Engine;
    format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(text))
}

/// Creates a mail that contains the text `payload` in every displayed field, both unencoded and encoded.
fn attack(payload: &str) -> String {
    let encoded_text = encoded(&format!("x{payload}y"));
    let entities = payload.chars().fold(String::new(), |mut all, c| {
        write!(all, "&#{};", u32::from(c)).unwrap();
        all
    });
    format!(
        "From: {encoded_text} <a{payload}b@shop.example>\nTo: {encoded_text} <q7x2@box.example>\nSubject: {encoded_text} s{payload}t\n\
         X-Evil{payload}: v{payload}w\nAuthentication-Results: mx{payload}; spf=pass smtp.mailfrom=a{payload}b\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n\
         text {payload} and https://shop.example/verify?t={payload}abc\n> quoted {payload}\n\
         --b\nContent-Type: text/html; charset=utf-8\n\n<h1>{payload}</h1><p title=\"{payload}\">html {payload} {entities}</p>\
         <a href=\"https://shop.example/confirm?x={payload}&y={entities}\">go {payload}</a><img alt=\"{payload}\" src=\"cid:p{payload}\">\
         <table><tr><th>{payload}<th>b<tr><td>c<td>{payload}</table><pre>{payload}</pre><ul><li>{payload}</ul>\n\
         --b\nContent-Type: text/calendar; name=\"i{payload}.ics\"\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{payload}\n\
         LOCATION:{payload}\nORGANIZER;CN={payload}:mailto:a{payload}\nEND:VEVENT\nEND:VCALENDAR\n\
         --b\nContent-Type: te{payload}xt/pl{payload}ain; name=\"{encoded_text}\"\nContent-Disposition: attachment; filename=\"{encoded_text}.txt\"\n\n\
         part {payload}\n--b--\n"
    )
}

/// Removes the escape sequences that the program itself uses, and returns the remaining text. The removed sequences are
/// cursor movements, colours, screen modes, the window title, and links whose URL is printable ASCII.
#[expect(clippy::string_slice, reason = "the index comes from a match, which is at a character boundary")]
fn text_of(bytes: &[u8]) -> String {
    let sent = std::str::from_utf8(bytes).expect("the program writes UTF-8");
    let mut text = String::new();
    let mut rest = sent;
    while let Some(at) = rest.find('\u{1b}') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(body) = rest.strip_prefix('[') {
            let end = body
                .find(|c: char| !matches!(c, '0'..='9' | ';' | ':' | '?'))
                .expect("the escape sequence is complete");
            let last = body[end..].chars().next().unwrap();
            let sequence = &body[..=end];
            assert!("HmlhJK".contains(last) || sequence == "22;2t", "CSI {sequence:?}");
            rest = &body[end + 1..];
        } else if let Some(body) = rest.strip_prefix("]2;") {
            // The window title contains a number and no text of a mail.
            let end = body.find('\u{7}').expect("the title sequence is complete");
            let count = body[..end].strip_suffix("dropmail-tui").expect("the title names the program");
            assert!(count.chars().all(|c| matches!(c, '0'..='9' | '(' | ')' | ' ')), "{count:?}");
            rest = &body[end + 1..];
        } else {
            let body = rest.strip_prefix("]8;").unwrap_or_else(|| panic!("ESC {:?}", rest.chars().next()));
            let end = body.find("\u{1b}\\").expect("the link sequence is complete");
            let link = &body[..end];
            assert!(link.bytes().all(|byte| matches!(byte, 0x21..=0x7e)), "{link:?}");
            let url = link.split_once(';').unwrap().1;
            assert!(url.is_empty() || url.starts_with("https://shop.example/"), "{url:?}");
            rest = &body[end + 2..];
        }
    }
    text + rest
}

fn is_harmless(c: char) -> bool {
    let n = u32::from(c);
    let forbidden = matches!(n, 0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x3164 | 0x180e | 0xfeff)
        || matches!(n, 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0d | 0xfff9..=0xfffb)
        || matches!(n, 0xe000..=0xf8ff | 0xe0000..=0x10_ffff);
    !forbidden
}

#[test]
fn no_kind_of_attack_reaches_the_terminal() {
    for (class, payload) in CLASSES {
        let mut driver = Driver::new(100, 40);
        driver.mail(&attack(payload));
        let output = OutputBuffer::default();
        let capabilities = Capabilities::without_queries(ColorDepth::Ansi16, true);
        let mut screen =
            Screen::with_fixed_size(output.clone(), Area::screen(100, 40), capabilities).unwrap();
        // These keys open every pane, every view, every picker, the list of attachments and each attachment.
        let script = "<enter>GgvGgvGgvGgvGg/x<enter>n<esc>C<esc>Y<esc>o<esc>S<enter>G<esc>Sj<enter>G<esc>Sjj<enter>G<esc>Sq|cat<enter>q<esc>?<esc>:";
        screen.draw(&driver.model).unwrap();
        for key in Key::parse_sequence(script) {
            driver.msg(dropmail_tui::app::msg::Msg::Key(key));
            screen.draw(&driver.model).unwrap();
        }
        let sent = output.0.lock().unwrap().clone();
        let text = text_of(&sent);
        let bad: Vec<char> = text.chars().filter(|&c| !is_harmless(c)).collect();
        assert!(bad.is_empty(), "{class}: {bad:?}");
        assert!(text.contains("text"), "{class}: the screen is empty");
        let combining_run = text.chars().fold((0, 0), |(run, longest), c| {
            let run = if ('\u{300}'..='\u{36f}').contains(&c) { run + 1 } else { 0 };
            (run, longest.max(run))
        });
        assert!(combining_run.1 <= 4, "{class}: {} combining characters follow each other", combining_run.1);
    }
}
