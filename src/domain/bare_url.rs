//! Addresses of the web that stand bare in a line of text.

use linkify::{LinkFinder, LinkKind};
use std::ops::Range;

/// Finds bare addresses.
#[derive(Debug)]
pub(crate) struct UrlFinder(LinkFinder);

impl UrlFinder {
    /// A finder of addresses with a scheme.
    pub(crate) fn new() -> Self {
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url]);
        Self(finder)
    }

    /// Where the addresses of a line stand, in their order.
    pub(crate) fn find(&self, line: &str) -> impl Iterator<Item = Range<usize>> {
        self.0.links(line).map(|link| {
            let length = link.as_str().find(ends_url).unwrap_or(link.as_str().len());
            link.start()..link.start() + length
        })
    }
}

/// Whether a character ends an address: punctuation of scripts that write no blank behind it. RFC 3986
/// allows none of it in an address, and where it is part of a path, programs escape it.
fn ends_url(c: char) -> bool {
    matches!(
        c,
        '\u{2018}'..='\u{201f}'
            | '…'
            | '«'
            | '»'
            | '،'
            | '؛'
            | '؟'
            | '।'
            | '\u{3000}'..='\u{3004}'
            | '\u{3008}'..='\u{3020}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff3d}'
            | '\u{ff5b}'..='\u{ff65}'
    )
}

#[cfg(test)]
mod tests {
    use super::UrlFinder;

    #[test]
    fn an_address_ends_at_the_punctuation_of_its_sentence() {
        for (line, url) in [
            ("请打开 https://a.example/v?t=1，谢谢。", "https://a.example/v?t=1"),
            ("https://a.example/v。", "https://a.example/v"),
            ("「https://a.example/v」を開く", "https://a.example/v"),
            ("“https://a.example/v”", "https://a.example/v"),
            ("(https://a.example/m/8sTq1PzB-), so", "https://a.example/m/8sTq1PzB-"),
            ("https://a.example/help.", "https://a.example/help"),
            ("https://zh.example/wiki/漢字 ist", "https://zh.example/wiki/漢字"),
        ] {
            let found: Vec<&str> = UrlFinder::new().find(line).map(|range| &line[range]).collect();
            assert_eq!(found, [url], "{line}");
        }
    }
}
