//! Parses GraphQL documents and enforces limits on their size. async-graphql validates a document before it checks its
//! own limits, and visits each fragment once for every spread of it. Thirty fragments with two spreads each would cause
//! a billion visits. This module therefore measures a document before async-graphql validates it.
//!
//! [`outline`] counts tokens, brackets and fragment spreads without recursion. [`read`] parses the document and
//! computes its cost with fragments expanded. Both take time linear in the length of the document.

mod spreads;
mod tokens;
mod weight;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Pos, ServerError};

pub(super) use weight::DocumentCost;

/// Maximum length in bytes of a GraphQL document, including comments. A longer document is refused.
const MAX_DOCUMENT_BYTES: usize = 64 << 10;
/// Maximum number of tokens (names, strings, numbers, punctuators) in a GraphQL document. A document with more tokens
/// is refused.
const MAX_TOKENS: usize = 8_000;
/// Maximum nesting of brackets of all kinds in a GraphQL document. A document with deeper nesting is refused.
const MAX_NESTING: usize = 60;
/// Maximum number of fragment definitions in a GraphQL document. A document with more is refused.
const MAX_FRAGMENTS: usize = 200;
/// Maximum number of selections in the operations of a GraphQL document; a fragment's selections count once for each
/// spread. A document with more selections is refused.
const MAX_SELECTIONS: usize = 2_500;
/// Maximum number of selections that async-graphql visits when it validates a GraphQL document: those of the operations
/// with fragments expanded, and those of each fragment on its own. A document with more is refused.
const MAX_SELECTIONS_VALIDATED: usize = 20_000;
/// Maximum number of aliases in a GraphQL document with fragments expanded. A document with more is refused.
const MAX_ALIASES: usize = 500;
/// Maximum number of directives in a GraphQL document with fragments expanded. A document with more is refused.
const MAX_DIRECTIVES: usize = 500;
/// Maximum nesting of fields in a GraphQL document with fragments expanded. A document with deeper nesting is
/// refused. The standard introspection query needs 14 levels.
const MAX_DEPTH: usize = 24;
/// Maximum nesting of introspection fields that list types or fields. A GraphQL document with deeper nesting is
/// refused, because each level multiplies the size of the response by the number of types. graphql-js has the same
/// limit (`MaxIntrospectionDepthRule`).
const MAX_INTROSPECTION_LISTS: usize = 3;

/// Reason why a GraphQL document is refused before it is validated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DocumentError {
    #[error("the document is longer than {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    #[error("the document has more than {MAX_TOKENS} tokens")]
    TooManyTokens,
    #[error("the document nests brackets deeper than {MAX_NESTING} levels")]
    NestedTooDeep,
    #[error("{message}")]
    Syntax { message: String, at: Option<Pos> },
    #[error("the document defines more than {MAX_FRAGMENTS} fragments")]
    TooManyFragments,
    #[error("the fragment \"{0}\" spreads itself")]
    FragmentCycle(String),
    #[error("the document selects more than {MAX_SELECTIONS} fields, with its fragments expanded")]
    TooManySelections,
    #[error("the document has more than {MAX_ALIASES} aliases, with its fragments expanded")]
    TooManyAliases,
    #[error("the document has more than {MAX_DIRECTIVES} directives, with its fragments expanded")]
    TooManyDirectives,
    #[error("the document nests fields deeper than {MAX_DEPTH} levels, with its fragments expanded")]
    FieldsTooDeep,
    #[error("the document nests lists of introspection deeper than {MAX_INTROSPECTION_LISTS} levels")]
    IntrospectionTooDeep,
    #[error("a subscription selects exactly one field")]
    SubscriptionFields,
}

impl DocumentError {
    /// Returns the GraphQL error that explains why the document is refused.
    pub(super) fn graphql(self) -> ServerError {
        let at = if let Self::Syntax { at, .. } = &self { *at } else { None };
        ServerError::new(self.to_string(), at)
    }
}

/// The number of tokens and fragment spreads in a GraphQL document, from which the cost of the document is estimated
/// before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DocumentOutline {
    pub(super) tokens: usize,
    /// Number of fragment spreads in the operations with fragments expanded: a spread inside a fragment counts once for
    /// each time that the fragment is spread.
    pub(super) spreads: usize,
}

/// A parsed GraphQL document that is within all limits.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) parsed: ExecutableDocument,
    /// The cost of the document's operations, with fragments expanded.
    pub(super) weight: DocumentCost,
}

/// Counts the tokens and fragment spreads in a GraphQL document; returns an error if a limit is exceeded. Counting
/// takes at most a few hundred microseconds, so it need not run in a blocking thread.
pub(super) fn outline(text: &str) -> Result<DocumentOutline, DocumentError> {
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLong);
    }
    let counts = tokens::count_tokens(text);
    if counts.tokens > MAX_TOKENS {
        return Err(DocumentError::TooManyTokens);
    }
    if counts.nesting > MAX_NESTING {
        return Err(DocumentError::NestedTooDeep);
    }
    let spreads = spreads::expanded_spreads(text);
    if spreads > MAX_SELECTIONS {
        return Err(DocumentError::TooManySelections);
    }
    Ok(DocumentOutline { tokens: counts.tokens, spreads })
}

/// Parses a GraphQL document, and checks the limits on fragments, selections, aliases, directives and nesting. Returns
/// an error if a limit is exceeded. The caller must first check the document with [`outline`].
pub(super) fn read(text: &str) -> Result<Document, DocumentError> {
    let parsed = parse_query(text).map_err(|why| {
        let error = ServerError::from(why);
        DocumentError::Syntax { message: error.message, at: error.locations.first().copied() }
    })?;
    let weight = weigh(&parsed)?;
    Ok(Document { parsed, weight })
}

fn weigh(document: &ExecutableDocument) -> Result<DocumentCost, DocumentError> {
    if document.fragments.len() > MAX_FRAGMENTS {
        return Err(DocumentError::TooManyFragments);
    }
    let weighed = weight::weigh(document).map_err(DocumentError::FragmentCycle)?;
    let all = weighed.operations;
    if all.selections > MAX_SELECTIONS || weighed.validated > MAX_SELECTIONS_VALIDATED {
        return Err(DocumentError::TooManySelections);
    }
    if all.aliases > MAX_ALIASES {
        return Err(DocumentError::TooManyAliases);
    }
    if all.directives > MAX_DIRECTIVES {
        return Err(DocumentError::TooManyDirectives);
    }
    if all.depth > MAX_DEPTH {
        return Err(DocumentError::FieldsTooDeep);
    }
    if all.introspection_lists > MAX_INTROSPECTION_LISTS {
        return Err(DocumentError::IntrospectionTooDeep);
    }
    // A subscription has one root field, because each root field would be a separate subscription (GraphQL,
    // 5.2.3.1).
    let of_subscriptions = document.operations.iter().zip(&weighed.root_fields);
    for ((_, operation), fields) in of_subscriptions {
        if operation.node.ty == OperationType::Subscription && *fields != 1 {
            return Err(DocumentError::SubscriptionFields);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<DocumentCost, DocumentError> {
        outline(text)?;
        read(text).map(|document| document.weight)
    }

    fn doubling(levels: usize, leaf: &str) -> String {
        let fragment = |n: usize| format!("fragment F{n} on QueryRoot {{ ...F{} ...F{} }} ", n + 1, n + 1);
        let fragments: String = (0..levels).map(fragment).collect();
        format!("{{ ...F0 }} {fragments} fragment F{levels} on QueryRoot {{ {leaf} }}")
    }

    #[test]
    fn fragments_are_counted_for_each_spread() {
        assert_eq!(check(&doubling(30, "__typename")), Err(DocumentError::TooManySelections));
        assert_eq!(check(&doubling(150, "__typename")), Err(DocumentError::TooManySelections));
        let weight = check(&doubling(8, "a: b @c")).unwrap();
        assert_eq!((weight.aliases, weight.directives), (256, 256));
        assert_eq!(check(&doubling(9, "a: b")), Err(DocumentError::TooManyAliases));
        assert_eq!(check(&doubling(9, "a @b")), Err(DocumentError::TooManyDirectives));
    }

    #[test]
    fn fragments_that_spread_each_other_are_refused_at_any_breadth() {
        for text in [
            "{ ...A } fragment A on Q { ...A ...A }",
            "{ a } fragment A on Q { x { ... on Q { ...B } } } fragment B on Q { ...C ...C } fragment C on Q { ...A }",
        ] {
            assert!(matches!(check(text), Err(DocumentError::FragmentCycle(_))), "{text}");
        }
    }

    #[test]
    fn depth_includes_fragments() {
        let chain = |levels: usize| {
            let fragment = |n: usize| format!("fragment F{n} on Q {{ a {{ ...F{} }} }} ", n + 1);
            let fragments: String = (0..levels).map(fragment).collect();
            format!("{{ ...F0 }} {fragments} fragment F{levels} on Q {{ b }}")
        };
        assert_eq!(check(&chain(23)).unwrap().depth, 24);
        assert_eq!(check(&chain(24)), Err(DocumentError::FieldsTooDeep));
        let lists = |levels: usize| {
            let (open, close) = ("possibleTypes { interfaces { ".repeat(levels), "} } ".repeat(levels));
            format!("{{ __type(name: \"Node\") {{ {open} name {close} }} }}")
        };
        assert_eq!(check(&lists(1)).unwrap().introspection_lists, 2);
        assert_eq!(check(&lists(2)), Err(DocumentError::IntrospectionTooDeep));
    }

    #[test]
    fn length_tokens_and_nesting_are_limited_before_parsing() {
        assert_eq!(
            check(&format!("{{ a }} #{}", "x".repeat(MAX_DOCUMENT_BYTES))),
            Err(DocumentError::TooLong)
        );
        assert_eq!(check(&format!("{{ {} }}", "a ".repeat(MAX_TOKENS))), Err(DocumentError::TooManyTokens));
        for bracket in ["{a", "[", "(a:[", "{a(b:{c:"] {
            let text = bracket.repeat(4_000 / bracket.len());
            assert_eq!(check(&text), Err(DocumentError::NestedTooDeep), "{bracket}");
        }
    }

    #[test]
    fn a_subscription_has_exactly_one_field_in_any_notation() {
        assert!(check("subscription { a: mail { id } }").is_ok());
        assert!(check("subscription S { ...F } fragment F on SubscriptionRoot { mail { id } }").is_ok());
        for text in [
            "subscription { a: mail { id } b: mail { id } }",
            "query Q { a } subscription S { mail { id } ...F } fragment F on SubscriptionRoot { b: mail { id } }",
            "subscription { mail { id } ... on SubscriptionRoot { b: mail { id } } }",
        ] {
            assert_eq!(check(text), Err(DocumentError::SubscriptionFields), "{text}");
        }
    }

    #[test]
    fn ordinary_documents_are_accepted() {
        let standard = include_str!("document/introspection.graphql");
        let weight = check(standard).unwrap();
        assert!(weight.depth <= 16 && weight.introspection_lists == 1, "{weight:?}");
        assert!(matches!(check("{"), Err(DocumentError::Syntax { .. })));
        assert!(matches!(check(""), Err(DocumentError::Syntax { .. })));
    }
}
