//! Detects labels in host names that look like ASCII text (UTS 39, section 4).

use unicode_normalization::UnicodeNormalization;

/// The first and the last character of each range of characters that look like ASCII characters or are invisible. The
/// build script generates this list from the table in the `unicode-security` crate, because the whole table takes 300
/// KB more.
static RANGES: &[(char, char)] = include!(concat!(env!("OUT_DIR"), "/look_alikes.rs"));

/// Returns whether a label looks as if it contained only ASCII characters.
pub(super) fn looks_ascii(label: &str) -> bool {
    label.nfd().all(|c| {
        let after = RANGES.partition_point(|(first, _)| *first <= c);
        RANGES.get(..after).and_then(<[_]>::last).is_some_and(|(_, last)| c <= *last)
    })
}

#[cfg(test)]
mod tests {
    use super::looks_ascii;
    use unicode_security::skeleton;

    #[test]
    fn labels_look_like_ascii_as_their_skeletons_say() {
        let chars = ('\0'..=char::MAX).filter(|c| u32::from(*c) < 0x2_0000 || u32::from(*c) > 0xe_0000);
        for c in chars {
            let text = c.to_string();
            assert_eq!(looks_ascii(&text), skeleton(&text).all(|c| c.is_ascii()), "{text:?}");
        }
        for text in
            ["p\u{430}ypal", "\u{440}\u{430}\u{443}", "b\u{fc}cher", "g\u{f3}\u{f3}gle", "\u{65e5}", ""]
        {
            assert_eq!(looks_ascii(text), skeleton(text).all(|c| c.is_ascii()), "{text:?}");
        }
        assert!(looks_ascii("p\u{430}ypal"));
    }
}
