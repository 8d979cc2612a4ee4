//! Counts the fragment spreads that a GraphQL document has after all fragments have been expanded. Reads only the
//! tokens of the document, without parsing it.
//!
//! Parsing a document takes a hundred times as long as reading its tokens. A document that exceeds the limits when
//! expanded is therefore refused before it is queued for the parser. As a result, even many such documents do not delay
//! other requests.

use std::collections::HashMap;

use super::tokens::{DocumentToken, DocumentTokens};

/// A definition in a GraphQL document (operation or fragment), with its fragment spreads.
#[derive(Debug, Default)]
struct Definition<'t> {
    /// Name of the fragment; `None` if the definition is an operation.
    fragment: Option<&'t [u8]>,
    spreads: Vec<&'t [u8]>,
}

/// Counts the fragment spreads of all operations in a document, with fragments expanded. Each spread is a selection, so
/// the count is at most the number of selections in the expanded operations.
///
/// If a fragment spreads itself, that spread is not expanded. A document with such a fragment is refused after it has
/// been parsed.
pub(super) fn expanded_spreads(text: &str) -> usize {
    let definitions = definitions(text);
    // If two fragments have the same name, the first one counts, as in the parsed document.
    let mut fragments: HashMap<&[u8], &Definition<'_>> = HashMap::new();
    for definition in &definitions {
        if let Some(name) = definition.fragment {
            fragments.entry(name).or_insert(definition);
        }
    }
    let mut expanded = HashMap::new();
    for name in fragments.keys() {
        expand(name, &fragments, &mut expanded);
    }
    let operations = definitions.iter().filter(|definition| definition.fragment.is_none());
    operations.map(|operation| sum(&operation.spreads, &expanded)).fold(0, usize::saturating_add)
}

fn sum(spreads: &[&[u8]], expanded: &HashMap<&[u8], usize>) -> usize {
    spreads
        .iter()
        .map(|name| expanded.get(name).copied().unwrap_or(0).saturating_add(1))
        .fold(0, usize::saturating_add)
}

/// Counts the spreads in a fragment and in the fragments that it spreads, and stores the counts in `expanded`. The
/// function is not recursive, because a chain of fragments may be long.
fn expand<'t>(
    name: &'t [u8],
    fragments: &HashMap<&'t [u8], &Definition<'t>>,
    expanded: &mut HashMap<&'t [u8], usize>,
) {
    // Each fragment name with the number of its spreads that were processed.
    let mut path = vec![(name, 0)];
    let mut on_path = std::collections::HashSet::from([name]);
    while let Some((name, looked_at)) = path.pop() {
        let Some(definition) = fragments.get(name).filter(|_| !expanded.contains_key(name)) else {
            on_path.remove(name);
            continue;
        };
        let Some(next) = definition.spreads.get(looked_at) else {
            expanded.insert(name, sum(&definition.spreads, expanded));
            on_path.remove(name);
            continue;
        };
        path.push((name, looked_at + 1));
        if !expanded.contains_key(next) && on_path.insert(next) {
            path.push((next, 0));
        }
    }
}

/// Returns the definitions of a GraphQL document. A definition ends with the brace that closes its selection set.
fn definitions(text: &str) -> Vec<Definition<'_>> {
    let mut definitions = Vec::new();
    let mut current = Definition::default();
    // These variables describe the preceding tokens. They show whether a name is that of a definition or of a spread.
    let mut dots = 0;
    let mut is_named_next = false;
    let mut is_empty = true;
    let mut open = 0_usize;
    let mut is_selecting = false;
    for token in DocumentTokens::new(text) {
        match token {
            DocumentToken::Open(bracket) => {
                is_selecting |= open == 0 && bracket == b'{';
                open += 1;
            }
            DocumentToken::Close => {
                open = open.saturating_sub(1);
                if open == 0 && is_selecting {
                    definitions.push(std::mem::take(&mut current));
                    (is_selecting, is_named_next, is_empty, dots) = (false, false, true, 0);
                    continue;
                }
            }
            DocumentToken::Word(word) if dots == 3 && word != b"on" => current.spreads.push(word),
            DocumentToken::Word(word) if is_named_next => {
                current.fragment = Some(word);
                is_named_next = false;
            }
            DocumentToken::Word(b"fragment") if is_empty => is_named_next = true,
            DocumentToken::Word(_) | DocumentToken::String | DocumentToken::Sign(_) => {}
        }
        is_empty = false;
        dots = if token == DocumentToken::Sign(b'.') { dots + 1 } else { 0 };
    }
    definitions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_counted_for_each_expansion() {
        for (text, count) in [
            ("", 0),
            ("{ a b { c } }", 0),
            ("{ ...F } fragment F on Q { a }", 1),
            ("{ ...F ...F } fragment F on Q { ...G ... on Q { ...G } } fragment G on Q { a }", 6),
            (
                "query A { ...F } query B { x { ...F } } fragment F on Q { ...G @skip(if: true) } fragment G on Q { a }",
                4,
            ),
            ("fragment fragment on Q { ...on2 } { ...fragment } fragment on2 on Q { a }", 2),
            ("{ a(b: \"{ ...F }\") # ...F\n ...F } fragment F on Q { a }", 1),
            ("query Q($x: I = {a: 1}) @d(b: {c: 2}) { ...F } fragment F on Q { a }", 1),
            ("{ ...Unknown }", 1),
            ("}}}{ ...", 0),
        ] {
            assert_eq!(expanded_spreads(text), count, "{text}");
        }
        let cycle = "{ ...A } fragment A on Q { ...B ...A } fragment B on Q { ...A }";
        assert!((1..10).contains(&expanded_spreads(cycle)), "the count of a cycle is finite");
    }

    #[test]
    fn exponential_expansion_exceeds_the_spread_limit() {
        let doubling = |levels: usize| {
            let fragment = |n: usize| format!("fragment F{n} on Q {{ ...F{0} ...F{0} }} ", n + 1);
            let fragments: String = (0..levels).map(fragment).collect();
            format!("{{ ...F0 }} {fragments} fragment F{levels} on Q {{ a }}")
        };
        for levels in 0..10 {
            let parsed = async_graphql::parser::parse_query(doubling(levels)).unwrap();
            let selections = super::super::weight::weigh(&parsed).unwrap().operations.selections;
            let spreads = expanded_spreads(&doubling(levels));
            assert!(spreads <= selections && spreads == (2 << levels) - 1, "{levels}: {spreads}");
        }
        assert_eq!(expanded_spreads(&doubling(150)), usize::MAX);
    }
}
