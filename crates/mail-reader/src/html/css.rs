//! Evaluates the subset of CSS that determines the visibility and appearance of text.
//!
//! All other declarations are ignored. Each rule is indexed by the last compound selector of its selector.
//! [`MAX_COMPARISONS`] limits the work per document.

mod bare_tags;
mod css_color;
mod declared;
mod grid;
mod hiding;
mod matched;
mod nesting;
mod scan;
mod selector;
mod value;
mod variables;

pub(crate) use super::length::FontSize;
pub(crate) use css_color::{CssColor, Rgba};
pub(crate) use declared::Declared;
pub(crate) use hiding::{Position, UNSEEN_OPACITY};
pub use value::TextCase;
pub(crate) use value::{Background, BackgroundImage, Display, ListStyle, ScriptPosition, WhiteSpace};

use super::media;
use super::tree::Element;
use bare_tags::BareTags;
use declared::RuleDeclarations;
use html5ever::{LocalName, local_name};
use matched::Matched;
use selector::Selector;
use std::collections::HashMap;
use variables::Variables;

/// Maximum number of rules, and of their selectors, in all style sheets of an HTML document; later rules are ignored.
const MAX_RULES: usize = 4_000;
/// Maximum number of comparisons between elements and CSS selectors per HTML document. Once this number is reached, no
/// further rules match.
const MAX_COMPARISONS: usize = 10_000_000;
/// Maximum number of entries in the cache of inline styles and in the cache of matched rules; a full cache is cleared.
const MAX_CACHE_ENTRIES: usize = 500;
/// Maximum nesting depth of conditional group rules such as `@media` inside `@supports`; deeper rules are
/// ignored.
const MAX_NESTING: usize = 8;

/// A CSS rule with one selector. A rule with several selectors is stored once for each selector.
#[derive(Debug)]
struct CssRule {
    selector: Selector,
    /// Index of the rule's declarations in [`Stylesheet::blocks`].
    block: usize,
}

/// The rules of all style sheets of an HTML document, indexed by the tag, class or id that their selectors
/// require.
#[derive(Debug)]
pub(crate) struct Stylesheet<'a> {
    rules: Vec<CssRule>,
    blocks: Vec<RuleDeclarations>,
    by_tag: HashMap<LocalName, Vec<usize>>,
    by_class: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
    /// Indices of the rules whose last compound selector requires no tag, class or id.
    universal: Vec<usize>,
    variables: Variables<'a>,
    /// Cache of parsed inline styles; a mail usually repeats a few styles many times. Each entry also contains the
    /// cascaded declarations for an element that has only this inline style.
    inline: HashMap<&'a str, (RuleDeclarations, Declared)>,
    /// Cache of the declarations for elements with neither a class nor an id; most elements have neither.
    bare: BareTags<'a>,
    /// Cache of the rules that may match an element, keyed by the element's tag, class and id. A mail usually repeats
    /// the same combinations many times.
    matched: HashMap<(&'a LocalName, &'a str, &'a str), Matched>,
    steps: usize,
    /// Whether CSS rules were ignored because of a limit, such as [`MAX_RULES`] or [`MAX_COMPARISONS`].
    pub(crate) cut: bool,
}

impl<'a> Stylesheet<'a> {
    /// Parses the style sheets of an HTML document. `css` contains a NUL character before each style sheet. `clean` is
    /// an empty buffer that receives the CSS without comments.
    pub(crate) fn parse(css: &'a str, clean: &'a mut String) -> Self {
        // Comments are removed first, so that names and values can be slices of the text without comments.
        let mut cut = false;
        for sheet in css.split('\0') {
            clean.push_str(&nesting::flattened(&scan::without_comments(sheet), &mut cut));
            clean.push('\0');
        }
        let clean: &'a str = clean;
        let mut blocks = Vec::new();
        for sheet in clean.split('\0') {
            cut |= !collect(sheet, 0, &mut blocks);
        }
        let mut sheet = Self {
            rules: Vec::new(),
            blocks: Vec::new(),
            by_tag: HashMap::new(),
            by_class: HashMap::new(),
            by_id: HashMap::new(),
            universal: Vec::new(),
            variables: Variables::default(),
            inline: HashMap::new(),
            bare: BareTags::default(),
            matched: HashMap::new(),
            steps: MAX_COMPARISONS,
            cut,
        };
        for (_, block) in &blocks {
            sheet.variables.declare(block);
        }
        for (selectors, block) in blocks {
            sheet.add(selectors, block);
        }
        sheet
    }

    fn add(&mut self, selectors: &str, block: &str) {
        let styles = RuleDeclarations::parse(block, &self.variables);
        if styles == RuleDeclarations::default() {
            return;
        }
        let sure = self.blocks.len();
        self.blocks.push(styles);
        let mut doubted = None;
        for selector in scan::split(selectors, b',').filter_map(Selector::parse) {
            if self.rules.len() >= MAX_RULES {
                self.cut = true;
                return;
            }
            let block = if selector.uncertain {
                *doubted.get_or_insert_with(|| {
                    self.blocks.push(styles.doubted());
                    self.blocks.len() - 1
                })
            } else {
                sure
            };
            let rule = self.rules.len();
            let subject = &selector.subject;
            match (&subject.id, subject.classes.first(), &subject.tag) {
                (Some(id), ..) => self.by_id.entry(id.clone()).or_default().push(rule),
                (_, Some(class), _) => self.by_class.entry(class.clone()).or_default().push(rule),
                (.., Some(tag)) => self.by_tag.entry(tag.clone()).or_default().push(rule),
                _ => self.universal.push(rule),
            }
            self.rules.push(CssRule { selector, block });
        }
    }

    /// Returns the cascaded declarations for the last element of `path`. The path starts with the ancestors
    /// of that element.
    pub(crate) fn declared(&mut self, path: &[Element<'a>]) -> Declared {
        let Some(&element) = path.last() else { return Declared::default() };
        let style = element.get(&local_name!("style"));
        if self.rules.is_empty() && style.is_none() {
            return Declared::default();
        }
        let named =
            || element.get(&local_name!("class")).is_some() || element.get(&local_name!("id")).is_some();
        let rules = if self.rules.is_empty() {
            None
        } else if named() {
            Some(self.of_rules(element, path).0)
        } else {
            self.of_tag(element, path)
        };
        match (rules, style) {
            (None, None) => Declared::default(),
            (None, Some(style)) => self.of_style(style).1,
            (Some(styles), None) => styles.cascaded(),
            (Some(mut styles), Some(style)) => {
                styles.add(&self.of_style(style).0);
                styles.cascaded()
            }
        }
    }

    /// Parses an inline style, or takes it from the cache. Returns its declarations, and the cascaded declarations
    /// for an element that has only this inline style.
    fn of_style(&mut self, style: &'a str) -> &(RuleDeclarations, Declared) {
        if self.inline.len() >= MAX_CACHE_ENTRIES {
            self.inline.clear();
        }
        let variables = &mut self.variables;
        self.inline.entry(style).or_insert_with(|| {
            variables.declare(style);
            let styles = RuleDeclarations::parse(style, variables);
            (styles, styles.cascaded())
        })
    }

    /// Returns the declarations of the CSS rules for an element with neither a class nor an id; `None` if no rule
    /// applies.
    fn of_tag(&mut self, element: Element<'a>, path: &[Element<'a>]) -> Option<RuleDeclarations> {
        if let Some(known) = self.bare.get(element.tag) {
            return known.styles();
        }
        let (styles, sure) = self.of_rules(element, path);
        let styles = (styles != RuleDeclarations::default()).then_some(styles);
        // The result is valid for all such elements with this tag, unless a rule depends on other elements or
        // attributes.
        if sure {
            self.bare.insert(element.tag, styles);
        }
        styles
    }

    /// Returns the declarations of the CSS rules for an element, and whether these declarations depend only on the
    /// element's tag, class and id.
    fn of_rules(&mut self, element: Element<'a>, path: &[Element<'a>]) -> (RuleDeclarations, bool) {
        if self.steps == 0 {
            self.cut = true;
            return (RuleDeclarations::default(), false);
        }
        let class = element.get(&local_name!("class")).unwrap_or_default();
        let id = element.get(&local_name!("id")).unwrap_or_default();
        let key = (element.tag, class, id);
        if let Some(matched) = self.matched.get(&key) {
            return matched.styles(&self.rules, &self.blocks, path, &mut self.steps);
        }
        let matched = self.candidates(element.tag, class, id);
        let styles = matched.styles(&self.rules, &self.blocks, path, &mut self.steps);
        if self.matched.len() >= MAX_CACHE_ENTRIES {
            self.matched.clear();
        }
        self.matched.insert(key, matched);
        styles
    }

    /// Finds the CSS rules that may match an element with this tag, class and id; the least specific rule
    /// comes first.
    fn candidates(&mut self, tag: &LocalName, class: &str, id: &str) -> Matched {
        let mut found: Vec<usize> = Vec::new();
        let mut take = |rules: Option<&Vec<usize>>, steps: &mut usize| {
            let rules = rules.map(Vec::as_slice).unwrap_or_default();
            *steps = steps.saturating_sub(rules.len() + 1);
            found.extend(rules.iter().take(*steps));
        };
        take(Some(&self.universal), &mut self.steps);
        take(self.by_tag.get(tag), &mut self.steps);
        if !self.by_class.is_empty() {
            for name in class.split_ascii_whitespace() {
                take(self.by_class.get(name), &mut self.steps);
            }
        }
        if !id.is_empty() {
            take(self.by_id.get(id), &mut self.steps);
        }
        let rule = |&place: &usize| self.rules.get(place).map(|rule| &rule.selector);
        found.sort_unstable_by_key(|place| (rule(place).map_or(0, |selector| selector.specificity), *place));
        found.dedup();
        if !found.iter().filter_map(rule).all(Selector::is_simple) {
            return Matched::Conditional(found);
        }
        let mut styles = RuleDeclarations::default();
        let blocks = found.iter().filter_map(|&place| self.blocks.get(self.rules.get(place)?.block));
        blocks.for_each(|block| styles.add(block));
        Matched::Always(Box::new(styles))
    }
}

/// Appends to `out` the selectors and declarations of each style rule that applies to the media type `screen`. `depth`
/// is the current nesting depth of conditional group rules. Returns `false` if rules were ignored because of
/// [`MAX_RULES`] or [`MAX_NESTING`].
fn collect<'a>(css: &'a str, depth: usize, out: &mut Vec<(&'a str, &'a str)>) -> bool {
    let (mut at, mut is_whole) = (0, true);
    while let Some(mark) = scan::find(css, at, b"{;}") {
        let prelude = css.get(at..mark).unwrap_or_default().trim();
        at = mark + 1;
        if css.as_bytes().get(mark) != Some(&b'{') {
            continue;
        }
        let end = scan::find(css, at, b"}").unwrap_or(css.len());
        let block = css.get(at..end).unwrap_or_default();
        at = end + 1;
        match prelude.strip_prefix('@') {
            None if out.len() >= MAX_RULES => return false,
            None => out.push((prelude, block)),
            Some(rule) if holds(rule) => is_whole &= depth < MAX_NESTING && collect(block, depth + 1, out),
            Some(_) => {}
        }
    }
    is_whole
}

/// Returns whether the rules inside an at-rule such as `@media` apply to the media type `screen`.
fn holds(rule: &str) -> bool {
    let (name, condition) =
        rule.split_at(rule.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rule.len()));
    match name.to_ascii_lowercase().as_str() {
        "media" => media::applies(condition),
        // Current browsers support nearly everything that the style sheets in mails test for.
        "supports" => !condition.trim_start().starts_with("not"),
        "layer" | "container" | "scope" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
