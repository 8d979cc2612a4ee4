//! Repairs missing and invalid fields in GraphQL responses, based on the fields that the operation requests.
//!
//! A missing or invalid field is replaced with the empty value for its kind. Without this, one such field would make
//! the whole response unusable. List elements that are not objects are dropped, and unknown fields are ignored.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// The fields that an operation requests from an object, each with the kind of value that it must have.
pub(super) type ObjectShape = &'static [(&'static str, FieldKind)];

/// The value that replaces a missing or invalid number in a GraphQL response.
pub(super) const NO_NUMBER: i32 = -1;

/// The kind of value that a field of a GraphQL response must have.
#[derive(Clone, Copy)]
pub(super) enum FieldKind {
    /// The field contains a string; a missing or invalid one is replaced by an empty string.
    Text,
    /// The field contains a string or null; a missing or invalid one is replaced by null.
    TextOrNull,
    /// The field contains a 32-bit integer; a missing or invalid one is replaced by [`NO_NUMBER`].
    Number,
    /// The field contains a boolean; a missing or invalid one is replaced by `false`.
    Flag,
    /// The field contains a boolean or null; a missing or invalid one is replaced by null.
    FlagOrNull,
    /// The field contains a time or null. Any string is accepted, because the time is parsed later.
    Moment,
    /// The field contains an object; a missing or invalid one is replaced by an object with all fields of the given
    /// shape.
    Object(ObjectShape),
    /// The field contains an object or null; a missing or invalid one is replaced by null.
    ObjectOrNull(ObjectShape),
    /// The field contains a list of objects or null. A single object becomes a list with one element; any other value
    /// becomes null.
    Objects(ObjectShape),
    /// The field contains either null or a list of strings. A single string, number or boolean becomes a list with one
    /// element; any other value becomes null.
    Texts,
}

/// The data of a GraphQL response, which is repaired according to [`Self::SHAPE`] before it is parsed.
pub(super) trait ResponseData: DeserializeOwned {
    /// The fields that the GraphQL operation requests, each with its kind.
    const SHAPE: ObjectShape;
}

/// Repairs and parses the data of a response. Returns `None` if the data is not an object or cannot be parsed.
pub(super) fn parse_data<T: ResponseData>(mut data: Value) -> Option<T> {
    let mut invalid = Vec::new();
    repair(data.as_object_mut()?, T::SHAPE, &mut invalid);
    if !invalid.is_empty() {
        invalid.dedup();
        tracing::info!(fields = invalid.join(", "), "the service answered with fields of another form");
    }
    serde_json::from_value(data).ok()
}

/// Maximum number of missing or invalid fields whose names are logged per response.
const MAX_LOGGED_FIELDS: usize = 16;

/// Adds missing fields to a JSON object and repairs invalid ones. Appends the names of these fields to `invalid`, which
/// holds at most [`MAX_LOGGED_FIELDS`] names.
fn repair(object: &mut Map<String, Value>, shape: ObjectShape, invalid: &mut Vec<&'static str>) {
    for (name, kind) in shape {
        let value = object.get_mut(*name).map_or(Value::Null, Value::take);
        let (fitting, fits) = repair_value(value, *kind, invalid);
        if !fits && invalid.len() < MAX_LOGGED_FIELDS {
            invalid.push(name);
        }
        object.insert((*name).to_owned(), fitting);
    }
}

/// Converts a JSON value to the given kind. The returned `bool` is `true` if the value was already of that kind.
/// Appends the names of missing or invalid fields within the value to `invalid`.
fn repair_value(value: Value, kind: FieldKind, invalid: &mut Vec<&'static str>) -> (Value, bool) {
    match (kind, value) {
        (FieldKind::Text | FieldKind::TextOrNull | FieldKind::Moment, value @ Value::String(_)) => {
            (value, true)
        }
        (
            FieldKind::TextOrNull
            | FieldKind::FlagOrNull
            | FieldKind::Moment
            | FieldKind::ObjectOrNull(_)
            | FieldKind::Objects(_)
            | FieldKind::Texts,
            Value::Null,
        ) => (Value::Null, true),
        (FieldKind::Text, value) => (Value::String(text(&value).unwrap_or_default()), false),
        (FieldKind::TextOrNull | FieldKind::Moment, value) => {
            (text(&value).map_or(Value::Null, Value::String), false)
        }
        (FieldKind::Number, value) => {
            let number = number(&value);
            (Value::from(number.unwrap_or(NO_NUMBER)), number.is_some() && value.is_number())
        }
        (FieldKind::Flag, value) => (Value::Bool(flag(&value).unwrap_or(false)), value.is_boolean()),
        (FieldKind::FlagOrNull, value) => (flag(&value).map_or(Value::Null, Value::Bool), value.is_boolean()),
        (FieldKind::Object(shape) | FieldKind::ObjectOrNull(shape), Value::Object(mut fields)) => {
            repair(&mut fields, shape, invalid);
            (Value::Object(fields), true)
        }
        (FieldKind::Object(shape), _) => {
            let mut fields = Map::new();
            repair(&mut fields, shape, invalid);
            (Value::Object(fields), false)
        }
        (FieldKind::ObjectOrNull(_), _) => (Value::Null, false),
        (FieldKind::Objects(shape), value) => repair_objects(value, shape, invalid),
        (FieldKind::Texts, Value::Array(all)) => {
            let read: Vec<Value> = all.iter().filter_map(text).map(Value::String).collect();
            let fits = read.len() == all.len();
            (Value::Array(read), fits)
        }
        (FieldKind::Texts, value) => (text(&value).map_or(Value::Null, |one| Value::from(vec![one])), false),
    }
}

/// Converts a JSON value to a list of objects with the fields of `shape`; a single object becomes a list with one
/// element. The returned `bool` is `true` if the value was already a list of objects.
fn repair_objects(value: Value, shape: ObjectShape, invalid: &mut Vec<&'static str>) -> (Value, bool) {
    let (elements, mut fits) = match value {
        Value::Array(all) => (all, true),
        one @ Value::Object(_) => (vec![one], false),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return (Value::Null, false);
        }
    };
    let mut read = Vec::with_capacity(elements.len());
    for element in elements {
        if let Value::Object(mut fields) = element {
            repair(&mut fields, shape, invalid);
            read.push(Value::Object(fields));
        } else {
            fits = false;
        }
    }
    (Value::Array(read), fits)
}

/// Formats a JSON string, number or boolean as text; `None` for other JSON values.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Parses a non-negative integer from a JSON number or string; a JSON number such as `4.0` is also accepted. A number
/// above `i32::MAX` becomes `i32::MAX`. Returns `None` for any other value.
fn number(value: &Value) -> Option<i32> {
    let whole =
        |number: &Number| number.as_i64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok());
    let read = match value {
        Value::Number(number) => whole(number),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }?;
    (read >= 0).then(|| i32::try_from(read).unwrap_or(i32::MAX))
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::Number(number) => number.as_i64().filter(|n| (0..=1).contains(n)).map(|n| n == 1),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PART: ObjectShape = &[("name", FieldKind::Text), ("size", FieldKind::Number)];
    const WHOLE: ObjectShape = &[
        ("title", FieldKind::TextOrNull),
        ("sure", FieldKind::Flag),
        ("when", FieldKind::Moment),
        ("first", FieldKind::Object(PART)),
        ("other", FieldKind::ObjectOrNull(PART)),
        ("parts", FieldKind::Objects(PART)),
        ("words", FieldKind::Texts),
    ];

    fn repair_fields(value: Value) -> Value {
        let Value::Object(mut fields) = value else { panic!("the value is not an object") };
        repair(&mut fields, WHOLE, &mut Vec::new());
        Value::Object(fields)
    }

    #[test]
    fn matching_values_stay_and_missing_ones_are_empty() {
        let good = json!({
            "title": "t", "sure": true, "when": "now", "first": {"name": "a", "size": 1},
            "other": {"name": "b", "size": 2}, "parts": [{"name": "c", "size": 3}], "words": ["x"],
        });
        assert_eq!(repair_fields(good.clone()), good);
        let empty = json!({
            "title": null, "sure": false, "when": null, "first": {"name": "", "size": -1},
            "other": null, "parts": null, "words": null,
        });
        assert_eq!(repair_fields(json!({})), empty);
    }

    #[test]
    fn odd_values_are_converted_if_possible() {
        let invalid = json!({
            "title": 7, "sure": "true", "when": 12, "first": [], "other": "x",
            "parts": [null, 5, {"name": null, "size": "12"}, {"name": 3, "size": 4.0, "new": {}}, []],
            "words": [null, "a", 1, {}],
        });
        let read = json!({
            "title": "7", "sure": true, "when": "12", "first": {"name": "", "size": -1}, "other": null,
            "parts": [{"name": "", "size": 12}, {"name": "3", "size": 4, "new": {}}],
            "words": ["a", "1"],
        });
        assert_eq!(repair_fields(invalid), read);
        assert_eq!(
            repair_fields(json!({"parts": {"name": "n", "size": 1}}))["parts"],
            json!([{"name": "n", "size": 1}])
        );
        for (value, expected) in
            [(json!(9_000_000_000_u64), i32::MAX), (json!(-3), -1), (json!(1.5), -1), (json!("x"), -1)]
        {
            assert_eq!(
                repair_fields(json!({"first": {"name": "", "size": value}}))["first"]["size"],
                expected
            );
        }
    }
}
