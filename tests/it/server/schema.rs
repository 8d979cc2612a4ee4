//! Tests that `schema.graphql` equals the server's GraphQL schema, apart from descriptions and the order of
//! definitions.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};

/// Returns one line for every type, field, argument and enum value of a GraphQL schema.
fn schema_lines(sdl: &str) -> BTreeSet<String> {
    let mut schema_lines = BTreeSet::new();
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
                schema_lines.insert(format!("schema {query:?} {mutation:?} {:?}", root(schema.subscription)));
            }
            TypeSystemDefinition::Type(definition) => {
                let name = definition.node.name.node.to_string();
                add_type_lines(&name, &definition.node.kind, &mut schema_lines);
            }
            // The server lists the built-in directives of GraphQL, and the file does not.
            TypeSystemDefinition::Directive(directive) => {
                let name = directive.node.name.node.to_string();
                let built_in = ["include", "skip", "deprecated", "specifiedBy", "oneOf"];
                assert!(built_in.contains(&name.as_str()), "a directive that is not built in: {name}");
            }
        }
    }
    schema_lines
}

fn add_type_lines(name: &str, kind: &TypeKind, schema_lines: &mut BTreeSet<String>) {
    let implements = |names: &[async_graphql::Positioned<async_graphql::Name>]| {
        names.iter().map(|name| format!("{name} ", name = name.node)).collect::<BTreeSet<_>>()
    };
    match kind {
        TypeKind::Scalar => {
            schema_lines.insert(format!("scalar {name}"));
        }
        TypeKind::Object(object) => {
            schema_lines.insert(format!("type {name} {:?}", implements(&object.implements)));
            object.fields.iter().for_each(|field| add_field_lines(name, &field.node, schema_lines));
        }
        TypeKind::Interface(interface) => {
            schema_lines.insert(format!("interface {name} {:?}", implements(&interface.implements)));
            interface.fields.iter().for_each(|field| add_field_lines(name, &field.node, schema_lines));
        }
        TypeKind::Union(union) => {
            schema_lines.insert(format!("union {name} {:?}", implements(&union.members)));
        }
        TypeKind::Enum(values) => {
            for value in &values.values {
                schema_lines.insert(format!("enum {name} {}", value.node.value.node));
            }
        }
        TypeKind::InputObject(input) => {
            for field in &input.fields {
                schema_lines.insert(format!("input {name} {}", input_line(&field.node)));
            }
        }
    }
}

fn add_field_lines(parent: &str, field: &FieldDefinition, schema_lines: &mut BTreeSet<String>) {
    schema_lines.insert(format!("{parent}.{}: {}", field.name.node, field.ty.node));
    for argument in &field.arguments {
        schema_lines.insert(format!("{parent}.{}({})", field.name.node, input_line(&argument.node)));
    }
}

fn input_line(value: &InputValueDefinition) -> String {
    let default = value.default_value.as_ref().map(|value| value.node.to_string());
    format!("{}: {} = {default:?}", value.name.node, value.ty.node)
}

#[test]
fn the_server_implements_schema_graphql() {
    let documented = schema_lines(include_str!("../../../schema.graphql"));
    let served = schema_lines(&dropmail_server::sdl());
    let missing: Vec<_> = documented.difference(&served).collect();
    let extra: Vec<_> = served.difference(&documented).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing in the server: {missing:#?}\nmissing in schema.graphql: {extra:#?}"
    );
    assert!(documented.len() > 100, "the schema was read incompletely: {} lines", documented.len());
}
