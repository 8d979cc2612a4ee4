//! Caches CSS declarations, by tag, for elements with neither a class nor an id.

use super::declared::RuleDeclarations;
use html5ever::LocalName;

/// Number of slots in the [`BareTags`] cache. A mail uses about a dozen different tags; a new tag replaces any other
/// tag in its slot.
const SLOTS: u64 = 64;

/// The result of matching the CSS rules against elements with a certain tag, no class and no id: either that no rule
/// applies, or the combined declarations of all rules that apply.
#[derive(Debug)]
pub(super) enum TagRules {
    None,
    All(Box<RuleDeclarations>),
}

impl TagRules {
    pub(super) fn styles(&self) -> Option<RuleDeclarations> {
        match self {
            Self::None => None,
            Self::All(styles) => Some(**styles),
        }
    }
}

/// A cache of CSS declarations by tag. The hash of the tag determines the index of its entry.
#[derive(Debug, Default)]
pub(super) struct BareTags<'a>(Vec<Option<BareTag<'a>>>);

#[derive(Debug)]
struct BareTag<'a> {
    tag: &'a LocalName,
    rules: TagRules,
}

impl<'a> BareTags<'a> {
    fn place(tag: &LocalName) -> usize {
        usize::try_from(tag.get_hash() % SLOTS).unwrap_or(0)
    }

    /// Returns the cached declarations for a tag; `None` if they are not in the cache.
    pub(super) fn get(&self, tag: &LocalName) -> Option<&TagRules> {
        let known = self.0.get(Self::place(tag))?.as_ref()?;
        (known.tag == tag).then_some(&known.rules)
    }

    pub(super) fn insert(&mut self, tag: &'a LocalName, styles: Option<RuleDeclarations>) {
        let place = Self::place(tag);
        if self.0.len() <= place {
            self.0.resize_with(place + 1, || None);
        }
        if let Some(place) = self.0.get_mut(place) {
            let rules = styles.map_or(TagRules::None, |styles| TagRules::All(Box::new(styles)));
            *place = Some(BareTag { tag, rules });
        }
    }
}
