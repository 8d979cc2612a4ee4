//! The little of CSS that says whether and how text is seen.
//!
//! Only declarations that hide text or make it stand out are read, and only from rules whose
//! selector is one class, one id or one element name outside of any `@media`: mail clients
//! understand little more, so neither do senders use it.

mod declared;

pub(crate) use declared::Declared;

use html5ever::LocalName;
use std::collections::HashMap;

/// How many rules of a document are kept.
const MAX_RULES: usize = 2_000;

/// Rules of a document's style sheets.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    elements: HashMap<String, Declared>,
    classes: HashMap<String, Declared>,
    ids: HashMap<String, Declared>,
}

impl Sheet {
    /// Reads style sheets.
    pub(crate) fn parse(css: &str) -> Self {
        let mut sheet = Self::default();
        let mut rest = css;
        while let Some(open) = rest.find('{') {
            let (selector, tail) = rest.split_at(open);
            let tail = tail.get(1..).unwrap_or_default();
            let selector = selector.rsplit([';', '}']).next().unwrap_or_default();
            let selector = strip_comments(selector);
            if selector.trim_start().starts_with('@') {
                rest = after_block(tail);
                continue;
            }
            let close = tail.find('}').unwrap_or(tail.len());
            let (body, after) = tail.split_at(close);
            rest = after.get(1..).unwrap_or_default();
            sheet.add(&selector, &Declared::parse(body));
        }
        sheet
    }

    fn add(&mut self, selectors: &str, declared: &Declared) {
        if *declared == Declared::default() {
            return;
        }
        for selector in selectors.split(',') {
            let selector = selector.trim();
            let simple = !selector.is_empty()
                && selector.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_'));
            if simple && self.elements.len() + self.classes.len() + self.ids.len() < MAX_RULES {
                // `td.code` says as much as `.code` here.
                let key = selector.rfind(['.', '#']).and_then(|at| selector.get(at..)).unwrap_or(selector);
                let (rules, name) = match (key.strip_prefix('.'), key.strip_prefix('#')) {
                    (Some(class), _) => (&mut self.classes, class),
                    (_, Some(id)) => (&mut self.ids, id),
                    _ => (&mut self.elements, key),
                };
                rules.entry(name.to_owned()).or_default().add(declared);
            }
        }
    }

    /// What the sheets say of an element.
    pub(crate) fn of(&self, tag: &LocalName, class: Option<&str>, id: Option<&str>) -> Declared {
        let mut all = Declared::default();
        if let Some(declared) = find(&self.elements, tag) {
            all.add(declared);
        }
        if !self.classes.is_empty() {
            let classes = class.into_iter().flat_map(str::split_ascii_whitespace);
            classes.filter_map(|class| find(&self.classes, class)).for_each(|declared| all.add(declared));
        }
        if let Some(declared) = id.and_then(|id| find(&self.ids, id)) {
            all.add(declared);
        }
        all
    }
}

/// A rule by its name; most documents have none of a kind.
fn find<'a>(rules: &'a HashMap<String, Declared>, name: &str) -> Option<&'a Declared> {
    if rules.is_empty() { None } else { rules.get(name) }
}

/// What follows the block whose inside this begins in; blocks may nest.
fn after_block(inside: &str) -> &str {
    let mut depth = 1_usize;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return inside.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn strip_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace("<!--", "").replace("-->", "")
}
