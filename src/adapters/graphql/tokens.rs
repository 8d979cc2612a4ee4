//! Free tokens: asked for beside the GraphQL address.

use super::client::Client;
use crate::domain::lifetime::Lifetime;
use crate::domain::secrets::Token;
use crate::ports::transport::TransportError;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Given {
    token: String,
}

pub(super) async fn generate(client: &Client, lifetime: Lifetime) -> Result<Token, TransportError> {
    ask(client, "generate", json!({ "type": "af", "lifetime": lifetime.word() })).await
}

pub(super) async fn renew(
    client: &Client,
    token: &Token,
    lifetime: Lifetime,
) -> Result<Token, TransportError> {
    client.secrets().learn(token.expose());
    ask(client, "renew", json!({ "token": token.expose(), "lifetime": lifetime.word() })).await
}

async fn ask(client: &Client, what: &str, order: serde_json::Value) -> Result<Token, TransportError> {
    let url = client.base().beside(&["token", what]);
    let reply = client.post(url, &order).await?;
    if !reply.status.is_success() {
        return Err(client.refusal(&reply, client.host()));
    }
    let odd = |words: &str| TransportError::Unexpected(words.into());
    let given: Given = serde_json::from_slice(&reply.body)
        .map_err(|_unread| odd("the service answered with something else than a token"))?;
    // Of the old kind it gives out none: what reads so is something else.
    let token = Token::parse(&given.token).ok().filter(|token| !token.is_legacy());
    token.ok_or_else(|| odd("the service gave a token of an unknown form"))
}
