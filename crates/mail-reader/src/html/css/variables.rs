//! Resolves `var()` references to the custom properties of an HTML document (CSS Custom Properties Level 1).

use super::scan;
use std::borrow::Cow;
use std::collections::HashMap;

/// Maximum number of custom properties per HTML document; any further ones count as undeclared.
const MAX_VARIABLES: usize = 500;
/// Maximum number of `var()` references that are replaced in one CSS value; further references are left unchanged.
const MAX_REFERENCES: usize = 32;
/// Maximum length in bytes of a CSS value after its `var()` references are replaced. A reference is left unchanged if
/// replacing it would exceed this length.
const MAX_VALUE_BYTES: usize = 1000;

/// The values of the custom properties, by name. `None` means that a custom property is declared several times with
/// different values. Its value counts as unknown, because the cascade is not evaluated for custom properties.
#[derive(Debug, Default)]
pub(super) struct Variables<'a>(HashMap<&'a str, Option<&'a str>>);

impl<'a> Variables<'a> {
    /// Stores the custom properties that are declared in a block of CSS declarations.
    pub(super) fn declare(&mut self, block: &'a str) {
        if !block.contains("--") {
            return;
        }
        for (name, value) in scan::declarations(block).filter(|(name, _)| name.starts_with("--")) {
            if self.0.len() < MAX_VARIABLES || self.0.contains_key(name) {
                let known = self.0.entry(name).or_insert(Some(value));
                if *known != Some(value) {
                    *known = None;
                }
            }
        }
    }

    /// Replaces each `var()` reference in a value. A reference that cannot be resolved is left unchanged, and the value
    /// then counts as invalid or unknown.
    pub(super) fn replaced<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let mut value = Cow::Borrowed(value);
        for _ in 0..MAX_REFERENCES {
            let Some(start) = value.find("var(") else { break };
            let inside = start + "var(".len();
            let Some(end) = scan::find(&value, inside, b")") else { break };
            let argument = value.get(inside..end).unwrap_or_default();
            let (name, fallback) = match argument.split_once(',') {
                Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
                None => (argument.trim(), None),
            };
            let replacement = match self.0.get(name) {
                Some(known) => *known,
                None => fallback,
            };
            let Some(replacement) = replacement else { break };
            if value.len() + replacement.len() > MAX_VALUE_BYTES {
                break;
            }
            let (before, after) = (value.get(..start), value.get(end + 1..));
            value = [before.unwrap_or_default(), replacement, after.unwrap_or_default()].concat().into();
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_variables_are_replaced_and_cycles_end() {
        let mut variables = Variables::default();
        variables.declare("--a: #fff; --b: var(--a); --two: 1; --loop: var(--loop) var(--loop)");
        variables.declare("--two: 2");
        for (value, expected) in [
            ("var(--a)", "#fff"),
            ("1px solid var( --b )", "1px solid #fff"),
            ("var(--none, var(--a, red))", "#fff"),
            ("var(--none)", "var(--none)"),
            ("var(--two)", "var(--two)"),
        ] {
            assert_eq!(variables.replaced(value), expected, "{value}");
        }
        assert!(variables.replaced("var(--loop)").len() <= MAX_VALUE_BYTES);
    }
}
