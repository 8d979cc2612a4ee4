//! Removes comments from CSS, and splits CSS at delimiters outside strings and brackets (CSS Syntax Level 3).

use std::borrow::Cow;

/// Removes comments from CSS. Also removes the delimiters `<!--` and `-->`, which old pages use to hide style sheets
/// from browsers without CSS support.
pub(super) fn without_comments(css: &str) -> Cow<'_, str> {
    if !css.contains("/*") && !css.contains("<!--") && !css.contains("-->") {
        return css.into();
    }
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace("<!--", " ").replace("-->", " ").into()
}

/// Returns the byte offset of the first occurrence of any of the delimiters `marks` at or after `start`. Delimiters
/// inside strings and brackets are ignored. Returns `None` if there is no such delimiter.
pub(super) fn find(css: &str, start: usize, marks: &[u8]) -> Option<usize> {
    let bytes = css.as_bytes();
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if depth == 0 && marks.contains(&byte) => return Some(at),
            b'"' | b'\'' => at = end_of_string(bytes, at),
            b'\\' => at += 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns the byte offset of the quotation mark that ends a string; an unclosed string ends at the end of
/// its line. `start` is the offset of the opening quotation mark.
pub(super) fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied().unwrap_or_default();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => return at,
            b'\\' => at += 1,
            _ if byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Splits CSS at the delimiter `mark`, except inside strings and brackets.
pub(super) fn split(css: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(css);
    std::iter::from_fn(move || {
        let current = rest?;
        let Some(at) = find(current, 0, &[mark]) else {
            rest = None;
            return Some(current);
        };
        rest = current.get(at + 1..);
        current.get(..at)
    })
}

/// Splits a block of CSS declarations into its declarations, each as a trimmed name and value.
pub(super) fn declarations(block: &str) -> impl Iterator<Item = (&str, &str)> {
    split(block, b';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        Some((name.trim(), value.trim()))
    })
}

/// Splits a CSS value at spaces, except inside strings and brackets.
pub(super) fn components(value: &str) -> impl Iterator<Item = &str> {
    split(value, b' ').map(str::trim).filter(|word| !word.is_empty())
}

/// Splits a CSS function such as `name(arguments)` into its name and its arguments; `None` if the value is
/// not a function.
pub(super) fn function(value: &str) -> Option<(&str, &str)> {
    let (name, rest) = value.split_once('(')?;
    Some((name.trim(), rest.trim_end().strip_suffix(')').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_in_strings_and_brackets_do_not_split() {
        let block = "a: url(data:x;y) ; b:\"1;2\";c : 'x\\';' !important;;d";
        let expected = vec![("a", "url(data:x;y)"), ("b", "\"1;2\""), ("c", "'x\\';' !important")];
        assert_eq!(declarations(block).collect::<Vec<_>>(), expected);
        assert_eq!(components("a  rgb(1, 2, 3) b").collect::<Vec<_>>(), ["a", "rgb(1, 2, 3)", "b"]);
        assert_eq!(without_comments("a/* x */b<!--c-->"), "a b c ");
    }
}
