//! Tests keyboard layouts without Latin letters, with the byte sequences that terminals send for their keys.

use super::terminal::{Terminal, osc52};
use dropmail_tui::adapters::demo_mail::COUNT;
use tempfile::tempdir;

/// Writing systems, each with the character that the `c` key types in the usual keyboard layout of that writing system.
const COPY_KEYS: [(&str, char); 8] = [
    ("Cyrillic", 'с'),
    ("Greek", 'ψ'),
    ("Hebrew", 'ב'),
    ("Arabic", 'ؤ'),
    ("Georgian", 'ც'),
    ("Armenian", 'չ'),
    ("Thai", 'แ'),
    ("Korean", 'ㅊ'),
];

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}

#[test]
fn the_key_c_of_every_script_copies_the_code() {
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["demo", "--late-mail", "0"], home.path(), (120, 34));
    terminal.wait_for_text(&format!("Inbox {COUNT}"));
    let copy = osc52("482951");
    let mut copies = 0;
    for (script, key) in COPY_KEYS {
        let code = u32::from(key);
        // The character itself, its key code in kitty's keyboard protocol, and the key code with the base layout key.
        for typed in [key.to_string(), format!("\x1b[{code}u"), format!("\x1b[{code}::99u")] {
            terminal.type_keys(&typed);
            copies += 1;
            terminal
                .wait_for_output(&format!("{script}: copy {copies}"), |bytes| count(bytes, &copy) == copies);
        }
    }
    terminal.type_keys("\x1b[1089;5u");
    assert_eq!(terminal.end(), 0, "Ctrl with the key c quits");
}
