//! Rewrites nested style rules (CSS Nesting Level 1) as rules that are not nested.

use super::MAX_NESTING;
use super::scan;
use std::borrow::Cow;

/// Maximum number of selectors in a rewritten rule; further selectors are dropped.
const MAX_SELECTORS: usize = 64;
/// Maximum length in bytes of a rewritten selector list; nested rules with a longer list are dropped.
const MAX_SELECTOR_BYTES: usize = 2_000;
/// Maximum size of the rewritten style sheet as a multiple of the original size; rules that would exceed it are
/// dropped.
const MAX_GROWTH_FACTOR: usize = 8;

/// Rewrites a style sheet so that it contains no nested style rules. The caller must pass `css` without comments. Sets
/// `cut` to `true` if rules are dropped because of a limit.
pub(super) fn flattened<'a>(css: &'a str, cut: &mut bool) -> Cow<'a, str> {
    if !has_nested_rules(css) {
        return Cow::Borrowed(css);
    }
    let limit = css.len().saturating_mul(MAX_GROWTH_FACTOR);
    let mut out = FlattenedCss { css: String::with_capacity(css.len()), limit, cut: false };
    out.block(css, None, 0);
    *cut |= out.cut;
    Cow::Owned(out.css)
}

/// Returns whether any style rule in a style sheet contains a block in braces.
fn has_nested_rules(css: &str) -> bool {
    let bytes = css.as_bytes();
    // For each open block, whether it belongs to a style rule rather than to an at-rule.
    let mut open: Vec<bool> = Vec::new();
    let (mut at, mut is_prelude_empty, mut is_style) = (0, true, true);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = scan::end_of_string(bytes, at),
            b'\\' => at += 1,
            b'{' if open.contains(&true) => return true,
            b'{' if open.len() <= MAX_NESTING => open.push(is_style),
            b'}' => {
                open.pop();
            }
            _ if is_prelude_empty && !byte.is_ascii_whitespace() => is_style = byte != b'@',
            _ => {}
        }
        is_prelude_empty =
            matches!(byte, b'{' | b'}' | b';') || is_prelude_empty && byte.is_ascii_whitespace();
        at += 1;
    }
    false
}

struct FlattenedCss {
    css: String,
    limit: usize,
    /// Whether rules were dropped because of a limit.
    cut: bool,
}

impl FlattenedCss {
    /// Writes the content of a CSS block, and rewrites the style rules inside it. `parents` is the selector list of the
    /// style rule that the block belongs to; `None` outside style rules.
    fn block(&mut self, block: &str, parents: Option<&str>, depth: usize) {
        let (mut at, mut written) = (0, 0);
        while let Some(mark) = scan::find(block, at, b"{;}") {
            let prelude = block.get(at..mark).unwrap_or_default().trim();
            let is_rule = block.as_bytes().get(mark) == Some(&b'{') && !prelude.starts_with("--");
            if !is_rule {
                at = match block.as_bytes().get(mark) {
                    Some(b'{') => end_of_block(block, mark + 1) + 1,
                    _ => mark + 1,
                };
                continue;
            }
            self.declarations(block.get(written..at).unwrap_or_default(), parents);
            let end = end_of_block(block, mark + 1);
            let inner = block.get(mark + 1..end).unwrap_or_default();
            if depth < MAX_NESTING && self.css.len() < self.limit {
                self.rule(prelude, inner, parents, depth);
            } else {
                self.cut = true;
            }
            (at, written) = (end + 1, end + 1);
        }
        self.declarations(block.get(written..).unwrap_or_default(), parents);
    }

    fn rule(&mut self, prelude: &str, inner: &str, parents: Option<&str>, depth: usize) {
        if prelude.starts_with('@') {
            self.css.extend([prelude, "{"]);
            self.block(inner, parents, depth + 1);
            self.css.push('}');
        } else if let Some(selectors) = resolved(prelude, parents, &mut self.cut) {
            self.block(inner, Some(&selectors), depth + 1);
        }
    }

    /// Writes declarations as a rule with the selectors `parents`. If `parents` is `None`, the declarations are
    /// outside style rules and are written unchanged.
    fn declarations(&mut self, css: &str, parents: Option<&str>) {
        match parents {
            _ if css.trim().is_empty() => {}
            _ if self.css.len() >= self.limit => self.cut = true,
            Some(selectors) => self.css.extend([selectors, "{", css, "}"]),
            None => self.css.push_str(css),
        }
    }
}

fn end_of_block(css: &str, start: usize) -> usize {
    scan::find(css, start, b"}").unwrap_or(css.len())
}

/// Combines the selectors of a nested rule with `parents`, the selectors of the rule around it. If `parents` is `None`,
/// returns the selectors unchanged. Returns `None` if no selector is valid, or if the combined selectors exceed
/// [`MAX_SELECTOR_BYTES`]. Sets `cut` to `true` if selectors are dropped because of a limit.
fn resolved<'a>(selectors: &'a str, parents: Option<&str>, cut: &mut bool) -> Option<Cow<'a, str>> {
    let Some(parents) = parents else { return Some(Cow::Borrowed(selectors)) };
    let mut all = Vec::new();
    for selector in scan::split(selectors, b',').map(str::trim) {
        let parents = scan::split(parents, b',').map(str::trim);
        let remaining = MAX_SELECTORS + 1 - all.len();
        all.extend(parents.filter_map(|parent| with_parent(selector, parent)).take(remaining));
        if all.len() > MAX_SELECTORS {
            *cut = true;
            all.truncate(MAX_SELECTORS);
            break;
        }
    }
    let all = all.join(",");
    let is_short = all.len() <= MAX_SELECTOR_BYTES;
    *cut |= !is_short;
    (!all.is_empty() && is_short).then_some(Cow::Owned(all))
}

/// Replaces `&` with the selector of the parent rule; without `&`, prepends that selector as an ancestor. Returns
/// `None` if a name directly follows the `&`, which only CSS preprocessors allow.
fn with_parent(selector: &str, parent: &str) -> Option<String> {
    let mut out = String::with_capacity(selector.len() + parent.len() + 1);
    let (mut in_brackets, mut is_named) = (false, false);
    let mut chars = selector.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' if !in_brackets => {
                if chars.peek().is_some_and(|next| next.is_alphanumeric() || matches!(next, '-' | '_')) {
                    return None;
                }
                is_named = true;
                out.push_str(parent);
            }
            _ => {
                in_brackets = c == '[' || in_brackets && c != ']';
                out.push(c);
            }
        }
    }
    Some(if is_named { out } else { format!("{parent} {out}") })
}

#[cfg(test)]
mod tests {
    use super::flattened;

    #[test]
    fn nested_rules_are_rewritten() {
        for (css, flat) in [
            (".a{color:red}.b{top:0}", ".a{color:red}.b{top:0}"),
            (".a{color:red; & .b{top:0} .c{top:1px}}", ".a{color:red;}.a .b{top:0}.a .c{top:1px}"),
            (".a,.b{&.c,>p{top:0}}", ".a.c,.b.c,.a >p,.b >p{top:0}"),
            (".a{.b &{top:0}left:0}", ".b .a{top:0}.a{left:0}"),
            (".a{.b{.c{top:0}}}", ".a .b .c{top:0}"),
            (".a{@media print{top:0}left:0}", "@media print{.a{top:0}}.a{left:0}"),
            (".a{@media print{.b{top:0}}left:0}", "@media print{.a .b{top:0}}.a{left:0}"),
            ("@media print{.a{.b{top:0}}}", "@media print{.a .b{top:0}}"),
            (".a{&-b{top:0}left:0}", ".a{left:0}"),
            (".a{--x:{y:z};.b{top:0}}", ".a{--x:{y:z};}.a .b{top:0}"),
        ] {
            let mut cut = false;
            assert_eq!(flattened(css, &mut cut), flat, "{css}");
            assert!(!cut, "{css}");
        }
    }

    #[test]
    fn deep_and_many_rules_are_bounded() {
        let deep = ".a{".repeat(100_000);
        let bounded = |css: &str, most: usize| {
            let mut cut = false;
            flattened(css, &mut cut).len() <= most && cut
        };
        assert!(bounded(&deep, deep.len()));
        let wide = format!(".a{{{}}}", ".b,.c{".repeat(20));
        assert!(bounded(&wide, 10_000));
        let many = format!("{}{{.q{{top:0}}}}", vec![".a"; 10_000].join(","));
        assert!(bounded(&many, many.len()));
        let long = format!(".{}{{.q{{top:0}}}}", "a".repeat(3_000));
        assert!(bounded(&long, 0));
    }
}
