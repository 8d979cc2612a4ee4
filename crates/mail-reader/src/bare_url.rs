//! Finds URLs in lines of plain text.

use linkify::{LinkFinder, LinkKind};
use std::ops::Range;

/// Finder for URLs in lines of plain text.
#[derive(Debug)]
pub struct UrlFinder(LinkFinder);

impl Default for UrlFinder {
    fn default() -> Self {
        Self::new()
    }
}

impl UrlFinder {
    /// Creates a finder that accepts only URLs with a scheme.
    pub fn new() -> Self {
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url]);
        Self(finder)
    }

    /// Returns the byte ranges of the URLs in a line, in order.
    pub fn find(&self, line: &str) -> impl Iterator<Item = Range<usize>> {
        self.0.links(line).map(|link| link.start()..link.start() + length(link.as_str()))
    }
}

/// Returns the length in bytes of the URL at the start of `text`, without the trailing characters that the linkify
/// crate sometimes includes although they do not belong to the URL.
fn length(text: &str) -> usize {
    let end = text.find(ends_url).unwrap_or(text.len());
    let host = text.find("://").map_or(0, |at| at + 3);
    let path = text.get(host..end).and_then(|rest| rest.find(['/', '?', '#'])).map_or(end, |at| host + at);
    let letters = text.get(path..end).and_then(|path| path.find(is_unspaced));
    letters.map_or(end, |at| path + at)
}

/// Returns whether a letter belongs to a writing system, such as Chinese, in which no space follows a URL. Such letters
/// are allowed in a host name. In a path, where they must be percent-encoded, they end the URL.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

/// Returns whether a character is punctuation that ends a URL in writing systems, such as Chinese, in which no space
/// follows a URL. RFC 3986 requires these characters to be percent-encoded within a URL.
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
    fn a_bare_url_ends_at_the_punctuation_of_its_sentence() {
        for (line, url) in [
            ("请打开 https://a.example/v?t=1，谢谢。", "https://a.example/v?t=1"),
            ("https://a.example/v。", "https://a.example/v"),
            ("「https://a.example/v」を開く", "https://a.example/v"),
            ("“https://a.example/v”", "https://a.example/v"),
            ("(https://a.example/m/8sTq1PzB-), so", "https://a.example/m/8sTq1PzB-"),
            ("https://a.example/help.", "https://a.example/help"),
            ("https://a.example/invite?t=Ab1で参加", "https://a.example/invite?t=Ab1"),
            ("https://例え.example/パス", "https://例え.example/"),
            ("https://de.example/straße ist", "https://de.example/straße"),
        ] {
            let found: Vec<&str> = UrlFinder::new().find(line).filter_map(|range| line.get(range)).collect();
            assert_eq!(found, [url], "{line}");
        }
    }
}
