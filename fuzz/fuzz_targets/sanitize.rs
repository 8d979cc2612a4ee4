//! Fuzz target: sanitises arbitrary text as one line, as several lines and as a file name.
#![no_main]

use mail_reader::sanitize::{SafeName, SafeText, name};
use libfuzzer_sys::fuzz_target;

fn is_forbidden(c: char) -> bool {
    let n = u32::from(c);
    matches!(n, 0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x180e | 0xfeff)
        || matches!(n, 0x200b..=0x200c | 0x200e..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f)
        || matches!(n, 0xe000..=0xf8ff | 0xe0000..=0x0010_ffff)
}

fuzz_target!(init: dropmail_tui_fuzz::checks::abort_at_panics(), |data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let safe = SafeText::new(&text);
    assert!(!safe.chars().any(is_forbidden));
    assert_eq!(SafeText::new(&safe), safe);
    for line in SafeText::multiline(&text) {
        assert!(!line.chars().any(is_forbidden));
    }
    let file = SafeName::new(&text);
    assert!(!file.is_empty() && file.len() <= name::MAX_BYTES + 1);
    assert!(!file.contains(['/', '\\', ':', '\0']) && !file.starts_with(['.', '-']));
    assert!(!file.chars().any(is_forbidden));
    assert_eq!(SafeName::new(&file), file);
});
