//! Sends GraphQL queries and subscriptions written by the user, and returns the service's responses unchanged.

use super::client::Client;
use super::http_errors;
use super::websocket::{WebSocketConnection, open_user_subscription};
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use serde_json::json;
use std::sync::Arc;

pub(super) async fn query(client: &Client, question: &GraphqlRequest) -> Result<Bytes, ApiError> {
    let order = if question.variables.is_empty() {
        json!({ "query": question.query })
    } else {
        json!({ "query": question.query, "variables": question.variables })
    };
    let response = client.post(client.endpoint(&[])?, &order).await?;
    // The response is parsed only to detect a web page or a rejected token; it is returned unchanged.
    if http_errors::parse_graphql(&response).is_none() {
        return Err(client.response_to_error(&response, client.host()));
    }
    Ok(response.body)
}

enum State {
    Waiting(Arc<Client>, GraphqlRequest),
    Open(Box<WebSocketConnection>),
    Ended,
}

pub(super) fn subscribe(
    client: Arc<Client>,
    question: GraphqlRequest,
) -> BoxStream<'static, Result<Bytes, ApiError>> {
    unfold(State::Waiting(client, question), step).boxed()
}

async fn step(state: State) -> Option<(Result<Bytes, ApiError>, State)> {
    let mut feed = match state {
        State::Waiting(client, question) => match open_user_subscription(client, &question).await {
            Ok(feed) => Box::new(feed),
            Err(error) => return Some((Err(error), State::Ended)),
        },
        State::Open(feed) => feed,
        State::Ended => return None,
    };
    match feed.next_reply().await? {
        Ok(response) => Some((Ok(response), State::Open(feed))),
        Err(error) => Some((Err(error), State::Ended)),
    }
}
