//! Parses and matches CSS selectors (Selectors Level 4): compound selectors of types, classes, ids and
//! attributes, joined by combinators.

// This file exceeds 300 lines because parsing a selector and matching it use the same compound selectors.

use super::scan;
use crate::html::tree::{Element, is_read};
use html5ever::{LocalName, local_name};

/// Maximum number of compound selectors before the last one in a CSS selector. A selector with more compound selectors
/// matches nothing.
const MAX_COMPOUNDS: usize = 8;

/// Number of bytes of an attribute value whose comparison counts as one comparison towards the limit for an HTML
/// document.
const BYTES_PER_COMPARISON: usize = 16;

/// A CSS selector. Its compound selectors are stored in reverse order, the last one first.
#[derive(Debug, Default)]
pub(super) struct Selector {
    /// The last compound selector, which the element itself must match.
    pub(super) subject: Compound,
    /// The compound selectors that ancestors of the element must match, each with its combinator. The nearest
    /// ancestor comes first.
    around: Vec<(Combinator, Compound)>,
    /// Specificity of the selector. Its bytes, from high to low, are the numbers of ids, classes and types.
    pub(super) specificity: u32,
    /// Whether the selector may match too many elements, because a part of it is not supported.
    pub(super) uncertain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Combinator {
    Descendant,
    Child,
}

/// A compound selector: the conditions that one element must satisfy.
#[derive(Debug, Default)]
pub(super) struct Compound {
    pub(super) tag: Option<LocalName>,
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    attributes: Vec<Condition>,
    not: Vec<Self>,
    /// The argument lists of `:is()` and `:where()`. At least one compound selector in each list must match.
    any: Vec<Vec<Self>>,
    is_root: bool,
    is_link: bool,
}

/// A condition on one attribute, such as `[align=center]`.
#[derive(Debug)]
struct Condition {
    name: LocalName,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operator {
    Present,
    Equals,
    HasWord,
    BeginsAsLanguage,
    Begins,
    Ends,
    Holds,
}

impl Selector {
    /// Parses one selector. Returns `None` if the selector is invalid, or if it never matches in a static page because
    /// it contains a pseudo-element or a pseudo-class such as `:hover`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut selector = Self::default();
        // The compound selectors from left to right, each with the combinator after it.
        let mut parts: Vec<(Compound, Combinator)> = Vec::new();
        let mut rest = text.trim();
        loop {
            let (compound, after) = rest.split_at(end_of_compound(rest));
            let compound = Compound::parse(compound, &mut selector)?;
            let after = after.trim_start();
            let inner = after.trim_start_matches(['>', '+', '~']).trim_start();
            match after.chars().next() {
                None => {
                    selector.subject = compound;
                    break;
                }
                Some('>') => parts.push((compound, Combinator::Child)),
                // The preceding siblings of an element are unknown, unlike its ancestors.
                Some('+' | '~') => selector.uncertain = true,
                Some(_) => parts.push((compound, Combinator::Descendant)),
            }
            rest = inner;
            if parts.len() > MAX_COMPOUNDS {
                return None;
            }
        }
        selector.around =
            parts.into_iter().rev().map(|(compound, combinator)| (combinator, compound)).collect();
        Some(selector)
    }

    /// Returns whether the selector matches the last element of `path`. The path starts with the ancestors of that
    /// element. `steps` is the number of comparisons that are still allowed; at 0, nothing matches.
    pub(super) fn matches(&self, path: &[Element<'_>], steps: &mut usize) -> bool {
        let Some((element, mut outer)) = path.split_last() else { return false };
        if !self.subject.matches(*element, outer.len() <= 1, steps) {
            return false;
        }
        // Only the nearest matching ancestor is tried. A farther ancestor could matter only for a child
        // combinator.
        for (combinator, compound) in &self.around {
            loop {
                let Some((element, rest)) = outer.split_last() else { return false };
                outer = rest;
                if compound.matches(*element, rest.len() <= 1, steps) {
                    break;
                }
                if *combinator == Combinator::Child {
                    return false;
                }
            }
        }
        true
    }

    /// Returns whether the tag, class and id of an element alone determine whether the selector matches.
    pub(super) fn is_simple(&self) -> bool {
        self.around.is_empty() && self.subject.is_simple()
    }
}

fn is_link(element: Element<'_>) -> bool {
    *element.tag == local_name!("a") && element.get(&local_name!("href")).is_some()
}

/// Returns the length in bytes of the compound selector at the start of a string.
fn end_of_compound(text: &str) -> usize {
    scan::find(text, 0, b" \t\n\r\x0c>+~").unwrap_or(text.len())
}

/// Returns the length in bytes of the name at the start of a string. A backslash escapes the next character.
fn end_of_name(text: &str) -> usize {
    let mut is_escaped = false;
    let is_end = |c: char| {
        let is_name = is_escaped || c.is_alphanumeric() || matches!(c, '-' | '_' | '\\') || !c.is_ascii();
        is_escaped = c == '\\' && !is_escaped;
        !is_name
    };
    text.find(is_end).unwrap_or(text.len())
}

/// Removes the backslashes of escape sequences from a CSS name (CSS Syntax Level 3, section 4.3.7). A backslash before
/// a hexadecimal digit is kept, because code point escapes are not supported.
fn without_escapes(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some(c) if !c.is_ascii_hexdigit() => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

impl Compound {
    fn parse(text: &str, whole: &mut Selector) -> Option<Self> {
        let mut compound = Self::default();
        let mut rest = text;
        if let Some(after) = rest.strip_prefix('*') {
            rest = after;
        } else {
            let end = end_of_name(rest);
            if end > 0 {
                let (name, after) = rest.split_at(end);
                compound.tag = Some(LocalName::from(name.to_ascii_lowercase()));
                whole.specificity += 1;
                rest = after;
            }
        }
        while let Some(mark) = rest.chars().next() {
            let inside = rest.get(mark.len_utf8()..).unwrap_or_default();
            let end = match mark {
                '[' => scan::find(inside, 0, b"]")?,
                ':' => return compound.pseudo(inside, whole),
                '.' | '#' => end_of_name(inside),
                _ => return None,
            };
            let (name, after) = inside.split_at(end);
            if name.is_empty() {
                return None;
            }
            match mark {
                '.' => compound.classes.push(without_escapes(name)),
                '#' => compound.id = Some(without_escapes(name)),
                _ => match Condition::parse(name) {
                    Some(condition) => compound.attributes.push(condition),
                    None => whole.uncertain = true,
                },
            }
            whole.specificity += if mark == '#' { 1 << 16 } else { 1 << 8 };
            rest = if mark == '[' { after.get(1..).unwrap_or_default() } else { after };
        }
        Some(compound)
    }

    /// Adds the pseudo-classes in `text` to this compound selector. `whole` is the selector that contains the compound
    /// selector. Returns `None` if the compound selector never matches in a static page.
    fn pseudo(mut self, text: &str, whole: &mut Selector) -> Option<Self> {
        let mut rest = text;
        loop {
            let end = scan::find(rest, 0, b":.#[").unwrap_or(rest.len());
            let (pseudo, after) = rest.split_at(end);
            let lower = pseudo.trim().to_ascii_lowercase();
            whole.specificity += 1 << 8;
            match lower.split('(').next().unwrap_or_default() {
                // User action states and pseudo-elements match nothing in a static page.
                "" | "hover" | "active" | "focus" | "focus-within" | "focus-visible" | "visited"
                | "target" | "before" | "after" | "first-letter" | "first-line" | "placeholder"
                | "selection" | "checked" | "disabled" | "empty" => return None,
                name if name.starts_with("-webkit-")
                    || name.starts_with("-moz-")
                    || name.starts_with("-ms-") =>
                {
                    return None;
                }
                "link" | "any-link" => self.is_link = true,
                "root" => self.is_root = true,
                "not" => match arguments(pseudo) {
                    Some(not) => self.not.extend(not),
                    None => whole.uncertain = true,
                },
                "is" | "where" | "matches" => match arguments(pseudo) {
                    Some(any) => self.any.push(any),
                    None => whole.uncertain = true,
                },
                _ => whole.uncertain = true,
            }
            match after.chars().next() {
                None => return Some(self),
                Some(':') => rest = after.get(1..).unwrap_or_default(),
                // Conditions after a pseudo-class are not evaluated.
                Some(_) => {
                    whole.uncertain = true;
                    return Some(self);
                }
            }
        }
    }

    fn matches(&self, element: Element<'_>, is_root: bool, steps: &mut usize) -> bool {
        *steps = steps.saturating_sub(1);
        if self.tag.as_ref().is_some_and(|tag| tag != element.tag) {
            return false;
        }
        if (self.is_root && !(is_root && *element.tag == local_name!("html")))
            || (self.is_link && !is_link(element))
        {
            return false;
        }
        if self.id.as_ref().is_some_and(|id| element.get(&local_name!("id")) != Some(id)) {
            return false;
        }
        if !self.classes.is_empty() {
            let words = element.get(&local_name!("class")).unwrap_or_default();
            *steps = steps.saturating_sub(self.classes.len() * words.len() / BYTES_PER_COMPARISON);
            let has = |class: &String| words.split_ascii_whitespace().any(|word| word == class);
            if !self.classes.iter().all(has) {
                return false;
            }
        }
        self.attributes.iter().all(|condition| condition.holds(element, steps))
            && !self.not.iter().any(|compound| compound.matches(element, is_root, steps))
            && self.any.iter().all(|list| list.iter().any(|one| one.matches(element, is_root, steps)))
    }

    /// Returns whether the compound selector is a single name or `*`. An element for which the rule index returns a
    /// rule with such a selector always matches the selector.
    fn is_simple(&self) -> bool {
        let names = usize::from(self.tag.is_some()) + usize::from(self.id.is_some()) + self.classes.len();
        let is_plain = self.attributes.is_empty() && self.not.is_empty() && self.any.is_empty();
        names <= 1 && is_plain && !self.is_root && !self.is_link
    }
}

/// Returns the compound selectors in the arguments of a pseudo-class such as `not(a, .b)`; `None` if one of
/// them is invalid or not supported.
fn arguments(pseudo: &str) -> Option<Vec<Compound>> {
    let (_, inside) = scan::function(pseudo)?;
    let mut inner = Selector::default();
    let compounds = scan::split(inside, b',').map(|text| Compound::parse(text.trim(), &mut inner)).collect();
    if inner.uncertain { None } else { compounds }
}

impl Condition {
    /// Parses an attribute condition such as `name` or `name=value`; `None` if the HTML tree does not store the
    /// attribute.
    fn parse(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let operator = match (value, name.chars().next_back()) {
            (None, _) => Operator::Present,
            (_, Some('~')) => Operator::HasWord,
            (_, Some('|')) => Operator::BeginsAsLanguage,
            (_, Some('^')) => Operator::Begins,
            (_, Some('$')) => Operator::Ends,
            (_, Some('*')) => Operator::Holds,
            _ => Operator::Equals,
        };
        let name = name.trim_end_matches(['~', '|', '^', '$', '*']).trim().to_ascii_lowercase();
        let value = value.unwrap_or_default().trim().trim_end_matches(" i").trim_matches(['"', '\'']);
        let name = LocalName::from(name);
        is_read(&name).then(|| Self { name, operator, value: value.to_owned() })
    }

    fn holds(&self, element: Element<'_>, steps: &mut usize) -> bool {
        let Some(value) = element.get(&self.name) else { return false };
        *steps = steps.saturating_sub(value.len() / BYTES_PER_COMPARISON);
        let expected = self.value.as_str();
        match self.operator {
            Operator::Present => true,
            Operator::Equals => value == expected,
            Operator::HasWord => value.split_ascii_whitespace().any(|word| word == expected),
            Operator::BeginsAsLanguage => {
                value.strip_prefix(expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }
            Operator::Begins => !expected.is_empty() && value.starts_with(expected),
            Operator::Ends => !expected.is_empty() && value.ends_with(expected),
            Operator::Holds => !expected.is_empty() && value.contains(expected),
        }
    }
}
