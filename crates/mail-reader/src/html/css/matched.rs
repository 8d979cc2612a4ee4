//! Caches the CSS rules that may apply to an element with a certain tag, class and id.

use super::CssRule;
use super::declared::RuleDeclarations;
use crate::html::tree::Element;

/// The CSS rules that may apply to an element with a certain tag, class and id.
#[derive(Clone, Debug)]
pub(super) enum Matched {
    /// All the CSS rules apply to every element with the tag, class and id. The value contains the rules' combined
    /// declarations.
    Always(Box<RuleDeclarations>),
    /// At least one of the CSS rules applies only under conditions on other elements or attributes. The value contains
    /// the indices of all the rules, the least specific rule first.
    Conditional(Vec<usize>),
}

impl Matched {
    /// Returns the declarations of the CSS rules that apply to the last element of `path`. Also returns whether the
    /// same rules apply to every element with the same tag, class and id. `steps` is the number of comparisons that are
    /// still allowed.
    pub(super) fn styles(
        &self,
        rules: &[CssRule],
        blocks: &[RuleDeclarations],
        path: &[Element<'_>],
        steps: &mut usize,
    ) -> (RuleDeclarations, bool) {
        let places = match self {
            Self::Always(styles) => return (**styles, true),
            Self::Conditional(places) => places,
        };
        let mut styles = RuleDeclarations::default();
        for rule in places.iter().filter_map(|&place| rules.get(place)) {
            if *steps > 0
                && rule.selector.matches(path, steps)
                && let Some(block) = blocks.get(rule.block)
            {
                styles.add(block);
            }
        }
        (styles, false)
    }
}
