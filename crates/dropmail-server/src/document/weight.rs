//! Computes the cost of a parsed GraphQL document, such as the number of its selections with fragments expanded. Each
//! definition is visited once: the cost of a fragment is computed before the cost of the definitions that spread it.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// Introspection fields that list types or fields. Each level of nesting multiplies the size of the response.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// The cost of a GraphQL selection set, including everything nested in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentCost {
    /// Number of fields, fragment spreads and inline fragments in the selection set.
    pub(crate) selections: usize,
    pub(crate) aliases: usize,
    pub(crate) directives: usize,
    /// The nesting depth of the most deeply nested field in the selection set.
    pub(crate) depth: usize,
    /// The greatest depth to which the selection set nests introspection fields that list types or fields, such as
    /// `possibleTypes`.
    pub(crate) introspection_lists: usize,
}

/// The cost of a whole GraphQL document.
#[derive(Debug)]
pub(super) struct Weighed {
    /// The total cost of all operations in the document.
    pub(super) operations: DocumentCost,
    /// The number of root fields of each operation, in document order.
    pub(super) root_fields: Vec<usize>,
    /// Number of selections that async-graphql visits when it validates the document: those of the operations with
    /// fragments expanded, and those of each fragment on its own.
    pub(super) validated: usize,
}

/// The cost of a definition without its fragment spreads, and a list of those spreads.
#[derive(Debug, Default)]
struct Outlined<'d> {
    own: DocumentCost,
    root_fields: usize,
    spreads: Vec<Spread<'d>>,
}

/// A fragment spread and its position in the selection set.
#[derive(Debug)]
struct Spread<'d> {
    name: &'d str,
    at: QueryPosition,
}

/// A position in a GraphQL document, given by how many fields and how many introspection lists enclose it.
#[derive(Clone, Copy, Debug, Default)]
struct QueryPosition {
    depth: usize,
    lists: usize,
}

/// The cost of a fragment with its spreads expanded, and the number of its root fields.
type Expanded = (DocumentCost, usize);

/// Computes the cost of a GraphQL document. If a fragment spreads itself, returns the name of that fragment as the
/// error.
pub(super) fn weigh(document: &ExecutableDocument) -> Result<Weighed, String> {
    let mut fragments: HashMap<&str, Outlined<'_>> = HashMap::new();
    for (name, fragment) in &document.fragments {
        let fragment = &fragment.node;
        let outlined = Outlined::new(&fragment.selection_set.node, fragment.directives.len());
        fragments.insert(name.as_str(), outlined);
    }
    let expanded = expand_all(&fragments)?;
    let mut weighed = Weighed { operations: DocumentCost::default(), root_fields: Vec::new(), validated: 0 };
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let outlined = Outlined::new(&operation.selection_set.node, operation.directives.len());
        let (weight, root_fields) = outlined.expanded(&expanded);
        weighed.operations = weighed.operations.with(weight, QueryPosition::default());
        weighed.root_fields.push(root_fields);
    }
    let alone = expanded.values().map(|(weight, _)| weight.selections);
    weighed.validated = alone.fold(weighed.operations.selections, usize::saturating_add);
    Ok(weighed)
}

/// Computes the costs of all fragments with their spreads expanded. The function is not recursive, because a chain of
/// fragments may be long. If a fragment spreads itself, returns the name of that fragment as the error.
fn expand_all<'d>(fragments: &HashMap<&'d str, Outlined<'d>>) -> Result<HashMap<&'d str, Expanded>, String> {
    let mut expanded: HashMap<&str, Expanded> = HashMap::new();
    for name in fragments.keys() {
        // The fragments that are being expanded, each with the number of its finished spreads.
        let mut path: Vec<(&'d str, usize)> = vec![(name, 0)];
        while let Some((name, done)) = path.pop() {
            let Some(outlined) = fragments.get(name).filter(|_| !expanded.contains_key(name)) else {
                continue;
            };
            let Some(spread) = outlined.spreads.get(done) else {
                let sums = outlined.expanded(&expanded);
                expanded.insert(name, sums);
                continue;
            };
            path.push((name, done + 1));
            if path.iter().any(|(on_path, _)| *on_path == spread.name) {
                return Err(spread.name.to_owned());
            }
            path.push((spread.name, 0));
        }
    }
    Ok(expanded)
}

impl<'d> Outlined<'d> {
    fn new(set: &'d SelectionSet, directives: usize) -> Self {
        let mut outlined =
            Self { own: DocumentCost { directives, ..DocumentCost::default() }, ..Self::default() };
        outlined.add(set, QueryPosition::default());
        outlined
    }

    /// Adds the cost of a selection set at position `at` to the cost of the definition. The recursion is only as
    /// deep as the document's brackets are nested, and this nesting is limited before the document is parsed.
    fn add(&mut self, set: &'d SelectionSet, at: QueryPosition) {
        for selection in &set.items {
            let own = &mut self.own;
            own.selections += 1;
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    own.aliases += usize::from(field.alias.is_some());
                    own.directives += field.directives.len();
                    let is_list = LISTS.contains(&field.name.node.as_str());
                    let inside =
                        QueryPosition { depth: at.depth + 1, lists: at.lists + usize::from(is_list) };
                    own.depth = own.depth.max(inside.depth);
                    own.introspection_lists = own.introspection_lists.max(inside.lists);
                    self.root_fields += usize::from(at.depth == 0);
                    self.add(&field.selection_set.node, inside);
                }
                Selection::FragmentSpread(spread) => {
                    own.directives += spread.node.directives.len();
                    self.spreads.push(Spread { name: spread.node.fragment_name.node.as_str(), at });
                }
                Selection::InlineFragment(inline) => {
                    own.directives += inline.node.directives.len();
                    self.add(&inline.node.selection_set.node, at);
                }
            }
        }
    }

    /// Returns the cost of the definition with its fragment spreads expanded. The spread of an undefined fragment
    /// counts as one selection.
    fn expanded(&self, fragments: &HashMap<&str, Expanded>) -> Expanded {
        let mut sums = (self.own, self.root_fields);
        for spread in &self.spreads {
            let Some((weight, root_fields)) = fragments.get(spread.name) else { continue };
            sums.0 = sums.0.with(*weight, spread.at);
            if spread.at.depth == 0 {
                sums.1 = sums.1.saturating_add(*root_fields);
            }
        }
        sums
    }
}

impl DocumentCost {
    /// Returns the total cost of `self` and `other`, where `other` is nested in `self` at position `at`.
    fn with(self, other: Self, at: QueryPosition) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(at.depth.saturating_add(other.depth)),
            introspection_lists: self
                .introspection_lists
                .max(at.lists.saturating_add(other.introspection_lists)),
        }
    }
}
