//! The two custom scalars of the GraphQL schema. They occur only in responses; no argument has these types.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use jiff::Timestamp as Moment;

/// A timestamp, `YYYY-MM-DDTHH:MM:SS[.mmm]+ZZ:ZZ` (RFC 3339 with a numeric offset).
pub(super) struct Timestamp(pub(super) Moment);

#[Scalar]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            Value::Null
            | Value::Number(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_)
            | Value::List(_)
            | Value::Object(_) => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(api_moment(self.0))
    }
}

/// Formats a timestamp as the service does: with a numeric offset, and without milliseconds if they are zero.
fn api_moment(at: Moment) -> String {
    let is_whole = at.as_millisecond().rem_euclid(1000) == 0;
    let form = if is_whole { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S.%3f+00:00" };
    at.strftime(form).to_string()
}

/// An absolute URL (RFC 3986).
pub(super) struct Url(pub(super) String);

#[Scalar]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other @ (Value::Null
            | Value::Number(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_)
            | Value::List(_)
            | Value::Object(_)) => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_formatted_like_the_service() {
        let at = |text: &str| Timestamp(text.parse().unwrap()).to_value();
        assert_eq!(at("2021-02-18T04:20:00Z"), Value::from("2021-02-18T04:20:00+00:00"));
        assert_eq!(at("2021-02-18T04:20:00.05Z"), Value::from("2021-02-18T04:20:00.050+00:00"));
    }
}
