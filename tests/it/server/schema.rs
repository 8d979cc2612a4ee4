//! Tests that `schema.graphql` equals the schema of the server, apart from the order and the descriptions.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};

/// Returns a line for every type, field, argument and value of a GraphQL schema.
fn facts(sdl: &str) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    // The parser does not support a description of the whole schema.
    let sdl =
        sdl.strip_prefix("\"\"\"").and_then(|rest| rest.split_once("\"\"\"")).map_or(sdl, |(_, rest)| rest);
    for definition in parse_schema(sdl).unwrap().definitions {
        match definition {
            TypeSystemDefinition::Schema(schema) => {
                let root = |name: Option<async_graphql::Positioned<async_graphql::Name>>| {
                    name.map(|name| name.node.to_string())
                };
                let schema = schema.node;
                let (query, mutation) = (root(schema.query), root(schema.mutation));
                facts.insert(format!("schema {query:?} {mutation:?} {:?}", root(schema.subscription)));
            }
            TypeSystemDefinition::Type(definition) => {
                let name = definition.node.name.node.to_string();
                type_facts(&name, &definition.node.kind, &mut facts);
            }
            // The server lists the built-in directives of GraphQL, and the file does not.
            TypeSystemDefinition::Directive(directive) => {
                let name = directive.node.name.node.to_string();
                let built_in = ["include", "skip", "deprecated", "specifiedBy", "oneOf"];
                assert!(built_in.contains(&name.as_str()), "a directive of our own: {name}");
            }
        }
    }
    facts
}

fn type_facts(name: &str, kind: &TypeKind, facts: &mut BTreeSet<String>) {
    let implements = |names: &[async_graphql::Positioned<async_graphql::Name>]| {
        names.iter().map(|name| format!("{name} ", name = name.node)).collect::<BTreeSet<_>>()
    };
    match kind {
        TypeKind::Scalar => {
            facts.insert(format!("scalar {name}"));
        }
        TypeKind::Object(object) => {
            facts.insert(format!("type {name} {:?}", implements(&object.implements)));
            object.fields.iter().for_each(|field| field_facts(name, &field.node, facts));
        }
        TypeKind::Interface(interface) => {
            facts.insert(format!("interface {name} {:?}", implements(&interface.implements)));
            interface.fields.iter().for_each(|field| field_facts(name, &field.node, facts));
        }
        TypeKind::Union(union) => {
            facts.insert(format!("union {name} {:?}", implements(&union.members)));
        }
        TypeKind::Enum(values) => {
            for value in &values.values {
                facts.insert(format!("enum {name} {}", value.node.value.node));
            }
        }
        TypeKind::InputObject(input) => {
            for field in &input.fields {
                facts.insert(format!("input {name} {}", input_fact(&field.node)));
            }
        }
    }
}

fn field_facts(of: &str, field: &FieldDefinition, facts: &mut BTreeSet<String>) {
    facts.insert(format!("{of}.{}: {}", field.name.node, field.ty.node));
    for argument in &field.arguments {
        facts.insert(format!("{of}.{}({})", field.name.node, input_fact(&argument.node)));
    }
}

fn input_fact(value: &InputValueDefinition) -> String {
    let default = value.default_value.as_ref().map(|value| value.node.to_string());
    format!("{}: {} = {default:?}", value.name.node, value.ty.node)
}

#[test]
fn the_server_implements_schema_graphql() {
    let written = facts(include_str!("../../../schema.graphql"));
    let served = facts(&dropmail_server::sdl());
    let missing: Vec<_> = written.difference(&served).collect();
    let extra: Vec<_> = served.difference(&written).collect();
    assert!(missing.is_empty() && extra.is_empty(), "not served: {missing:#?}\nnot written: {extra:#?}");
    assert!(written.len() > 100, "the schema was read: {} facts", written.len());
}
