//! The `api` command: sends the user's GraphQL document to the service and prints the response unchanged.

use super::args::ApiArgs;
use super::context::CliContext;
use super::{CliError, output};
use dropmail_client::ports::dropmail_api::GraphqlRequest;
use dropmail_client::service::FailureClass as Kind;
use futures_util::StreamExt;
use mail_reader::sanitize::SafeText;
use serde_json::{Map, Value};
use std::io::Read;

/// Reads the GraphQL document and its variables from the arguments, from files or from standard input. Returns an error
/// if a file or an argument is invalid.
pub(super) fn read_request(args: &ApiArgs) -> Result<GraphqlRequest, CliError> {
    let query = match args.query.strip_prefix('@') {
        Some(path) => read_file(path)?,
        None if args.query == "-" => {
            let mut text = String::new();
            let read = std::io::stdin().lock().read_to_string(&mut text);
            read.map_err(|why| CliError::failed(format!("standard input: {why}")))?;
            text
        }
        None => args.query.clone(),
    };
    let mut variables = Map::new();
    for field in &args.fields {
        let Some((name, value)) = field.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            let words = format!("-F {}: write it as NAME=VALUE", SafeText::new(field));
            return Err(CliError::usage(words));
        };
        variables.insert(name.to_owned(), parse_variable(value)?);
    }
    Ok(GraphqlRequest { query, variables })
}

fn parse_variable(text: &str) -> Result<Value, CliError> {
    if let Some(path) = text.strip_prefix('@') {
        return Ok(Value::String(read_file(path)?));
    }
    Ok(serde_json::from_str(text).unwrap_or_else(|_not_json| Value::String(text.to_owned())))
}

fn read_file(path: &str) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|why| CliError::failed(format!("{}: {why}", SafeText::new(path))))
}

pub(super) async fn run(context: CliContext, question: GraphqlRequest, stream: bool) -> Result<u8, CliError> {
    if !stream {
        let reply = context.mailbox.query(&question).await?;
        write_reply(&reply)?;
        return Ok(exit_code_of_reply(&reply));
    }
    let mut replies = context.mailbox.subscribe(question).await?;
    let mut code = 0;
    while let Some(reply) = replies.next().await {
        let reply = reply.map_err(|why| CliError {
            code: super::exit_code_of_class(failure_kind(&why)),
            words: why.to_string(),
        })?;
        code = exit_code_of_reply(&reply);
        if !write_reply(&reply)? {
            break;
        }
    }
    Ok(code)
}

/// Writes a response from the service to standard output. Returns `false` if the program that reads standard output has
/// closed the pipe.
fn write_reply(reply: &[u8]) -> Result<bool, CliError> {
    let mut reply = reply.to_vec();
    if !reply.ends_with(b"\n") {
        reply.push(b'\n');
    }
    output::write_unless_closed(&reply).map_err(|why| CliError::failed(format!("standard output: {why}")))
}

fn failure_kind(error: &dropmail_client::ports::dropmail_api::ApiError) -> Kind {
    use dropmail_client::ports::dropmail_api::ApiError as Error;
    match error {
        Error::SessionNotFound => Kind::NotFound,
        Error::Unreachable(_)
        | Error::UntrustedCertificate(_)
        | Error::TimedOut
        | Error::ServerFailure(_)
        | Error::Unexpected(_) => Kind::Failed,
        Error::TokenExpired
        | Error::TokenRefused(_)
        | Error::Forbidden
        | Error::CaptchaRequired
        | Error::CaptchaDismissed
        | Error::RateLimited { .. }
        | Error::Refused(_)
        | Error::NotTheMail(_)
        | Error::NotFollowed(_) => Kind::Refused,
    }
}

/// Returns the exit code for a GraphQL response: 0 if the response contains data; otherwise, the code for its first
/// error.
fn exit_code_of_reply(reply: &[u8]) -> u8 {
    let reply: Value = serde_json::from_slice(reply).unwrap_or_default();
    let has_data = match reply.get("data") {
        Some(Value::Object(fields)) => fields.values().any(|value| !value.is_null()),
        _ => false,
    };
    let first = reply.get("errors").and_then(|errors| errors.get(0));
    let Some(error) = first.filter(|_| !has_data) else { return 0 };
    match error.pointer("/extensions/code").and_then(Value::as_str) {
        Some(code) if code.ends_with("NOT_FOUND") => super::NOT_FOUND,
        Some("RATE_LIMIT_EXCEEDED" | "resolver_error" | "authentication_error") => super::REFUSED,
        _ => super::FAILED,
    }
}
