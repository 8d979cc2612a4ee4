//! Parses lines from the MCP client as JSON-RPC 2.0 messages, and creates the error replies to invalid lines.

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use serde_json::{Value, json};

/// JSON-RPC error code for a line that is not valid JSON (JSON-RPC 2.0, section 5.1).
const PARSE_ERROR: i32 = -32700;
/// JSON-RPC error code for JSON that is not a valid request (JSON-RPC 2.0, section 5.1).
const INVALID_REQUEST: i32 = -32600;
/// JSON-RPC error code for a request with invalid parameters (JSON-RPC 2.0, section 5.1).
const INVALID_PARAMS: i32 = -32602;
/// JSON-RPC error code, borrowed from the Language Server Protocol, for a request that the client sends before
/// `initialize`.
const NOT_INITIALIZED: i32 = -32002;

/// Maximum length of a method name in bytes. A longer name is rejected, because the error reply repeats the name.
const MAX_METHOD_BYTES: usize = 128;

/// The UTF-8 byte order mark, which some programs write at the start of their output. The parser skips it, as RFC 8259
/// permits (section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Name of the field in a request's `_meta` object that contains the protocol version. A client that sets this field
/// may send requests without the MCP `initialize` handshake.
const VERSION_FIELD: &str = "io.modelcontextprotocol/protocolVersion";

/// The result of parsing a line from the MCP client.
pub(super) enum ParsedLine {
    /// The line is a valid message, which is passed to the MCP library.
    Message(Box<ClientJsonRpcMessage>),
    /// The line is invalid. The value is the error reply.
    Invalid(Value),
    /// The line is ignored, because it needs no reply: an empty line or an invalid notification.
    Ignored,
}

/// Parses a line from the MCP client. `session_opened` is `true` if the client has already opened the MCP session.
pub(super) fn parse_line(line: &[u8], session_opened: bool) -> ParsedLine {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return ParsedLine::Ignored;
    }
    let mut value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(why) => {
            return ParsedLine::Invalid(error_reply(
                &Value::Null,
                PARSE_ERROR,
                &format!("the line is not JSON: {why}"),
            ));
        }
    };
    let Some(fields) = value.as_object() else {
        let words = "a message must be one JSON object on one line; batches are not supported";
        return ParsedLine::Invalid(error_reply(&Value::Null, INVALID_REQUEST, words));
    };
    let id = fields.get("id").filter(|id| id.is_string() || id.is_i64() || id.is_u64()).cloned();
    let method = fields.get("method").and_then(Value::as_str).map(ToOwned::to_owned);
    let right = fields.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
    let answer = ["result", "error"].iter().any(|name| fields.contains_key(*name));
    match (&id, &method) {
        _ if !right => return invalid_request(id, "jsonrpc must be \"2.0\""),
        (_, None) if !answer => return invalid_request(id, "a message must have a method"),
        (id, Some(method)) if method.len() > MAX_METHOD_BYTES && fields.contains_key("id") => {
            return invalid_request(id.clone(), "the name of the method is too long");
        }
        (None, Some(_)) if fields.contains_key("id") => {
            return invalid_request(None, "an id must be a string or a whole number");
        }
        // Until the session is open, the MCP library accepts only requests.
        (None, _) | (_, None) if !session_opened => return ParsedLine::Ignored,
        (Some(id), Some(method)) if !session_opened && !may_precede_session(method, &value) => {
            let words = "the first request must be initialize";
            return ParsedLine::Invalid(error_reply(id, NOT_INITIALIZED, words));
        }
        _ => {}
    }
    unpack_arguments(&mut value);
    let message =
        serde_json::from_value(value).ok().filter(|message| !has_invalid_params(message, method.as_deref()));
    match (message, id, method) {
        (Some(message), ..) => ParsedLine::Message(Box::new(message)),
        (None, Some(id), Some(method)) => ParsedLine::Invalid(error_reply(
            &id,
            INVALID_PARAMS,
            &format!("the parameters of {method} cannot be read"),
        )),
        // The server never replies to a notification or to a reply.
        (None, ..) => ParsedLine::Ignored,
    }
}

/// Returns the error reply to a line that is longer than `most` bytes.
pub(super) fn too_long_error(most: usize) -> Value {
    error_reply(&Value::Null, INVALID_REQUEST, &format!("the message is longer than {most} bytes"))
}

fn invalid_request(id: Option<Value>, words: &str) -> ParsedLine {
    ParsedLine::Invalid(error_reply(&id.unwrap_or_default(), INVALID_REQUEST, words))
}

fn error_reply(id: &Value, code: i32, words: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": words}})
}

/// Returns whether the parameters of a request are invalid. They are if the MCP library has parsed the request as a
/// custom request although it knows the method.
fn has_invalid_params(message: &ClientJsonRpcMessage, method: Option<&str>) -> bool {
    let known = [
        "initialize",
        "ping",
        "tools/call",
        "tools/list",
        "prompts/get",
        "prompts/list",
        "resources/read",
        "resources/list",
        "resources/templates/list",
    ];
    let foreign = matches!(message, JsonRpcMessage::Request(request)
        if matches!(request.request, ClientRequest::CustomRequest(_)));
    foreign && method.is_some_and(|method| known.contains(&method))
}

/// Returns whether a client may send this request before it has opened the MCP session.
fn may_precede_session(method: &str, request: &Value) -> bool {
    let sends_version =
        || request.pointer("/params/_meta").is_some_and(|meta| meta.get(VERSION_FIELD).is_some());
    matches!(method, "initialize" | "ping" | "server/discover") || sends_version()
}

/// If the client sent the arguments of a tool call as a string that contains a JSON object, replaces the string with
/// that object.
fn unpack_arguments(request: &mut Value) {
    let Some(arguments) = request.pointer_mut("/params/arguments") else { return };
    if let Some(read @ Value::Object(_)) = arguments.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *arguments = read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &[u8], session_opened: bool) -> Option<(Value, i64)> {
        match parse_line(line, session_opened) {
            ParsedLine::Invalid(answer) => {
                Some((answer["id"].clone(), answer["error"]["code"].as_i64().unwrap()))
            }
            ParsedLine::Message(_) | ParsedLine::Ignored => None,
        }
    }

    #[test]
    fn invalid_lines_get_an_error_reply() {
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        for line in
            [&b"nonsense"[..], b"{\"a\":", b"\0", b"{\"id\":1,\"x\":\"\xff\"}", b"{\"timeout\":NaN}", &deep]
        {
            assert_eq!(code(line, true), Some((Value::Null, -32700)), "{}", String::from_utf8_lossy(line));
        }
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        for (line, id) in [
            (format!("[{ping},{ping}]"), Value::Null),
            ("5".to_owned(), Value::Null),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_owned(), json!(1)),
            (r#"{"id":"a","method":"ping"}"#.to_owned(), json!("a")),
            (r#"{"jsonrpc":"2.0","id":1}"#.to_owned(), json!(1)),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#.to_owned(), Value::Null),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#.to_owned(), Value::Null),
            (format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#, "x".repeat(5_000)), json!(1)),
        ] {
            assert_eq!(code(line.as_bytes(), true), Some((id, -32600)), "{line}");
        }
        let call = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":5}}"#;
        assert_eq!(code(call.as_bytes(), true), Some((json!(7), -32602)));
        let initialize = r#"{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}"#;
        assert_eq!(code(initialize.as_bytes(), false), Some((json!(7), -32602)));
    }

    #[test]
    fn before_a_session_only_requests_that_open_one_are_accepted() {
        let list = br#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;
        assert_eq!(code(list, false), Some((json!(2), -32002)));
        assert!(matches!(parse_line(list, true), ParsedLine::Message(_)));
        let done = br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert!(matches!(parse_line(done, false), ParsedLine::Ignored));
        assert!(matches!(parse_line(done, true), ParsedLine::Message(_)));
        assert!(matches!(
            parse_line(br#"{"jsonrpc":"2.0","method":"$/odd"}"#, true),
            ParsedLine::Ignored | ParsedLine::Message(_)
        ));
        assert!(matches!(
            parse_line(b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n", false),
            ParsedLine::Message(_)
        ));
        assert!(matches!(parse_line(b"\r\n", false), ParsedLine::Ignored));
    }

    #[test]
    fn arguments_in_a_json_string_are_parsed() {
        let mut request = json!({"params": {"arguments": "{\"a\": 1}"}});
        unpack_arguments(&mut request);
        assert_eq!(request, json!({"params": {"arguments": {"a": 1}}}));
        let mut other = json!({"params": {"arguments": "words"}});
        unpack_arguments(&mut other);
        assert_eq!(other, json!({"params": {"arguments": "words"}}));
    }
}
