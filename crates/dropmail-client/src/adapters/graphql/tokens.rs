//! Requests and renews tokens. The URLs for these requests are siblings of the GraphQL endpoint's URL, such as
//! `…/api/token/generate`.

use super::client::Client;
use crate::domain::secrets::Token;
use crate::domain::token_lifetime::TokenLifetime;
use crate::ports::dropmail_api::ApiError;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct TokenResponse {
    token: String,
}

pub(super) async fn generate(client: &Client, lifetime: TokenLifetime) -> Result<Token, ApiError> {
    post_token(client, "generate", json!({ "type": "af", "lifetime": lifetime.as_str() })).await
}

pub(super) async fn renew(
    client: &Client,
    token: &Token,
    lifetime: TokenLifetime,
) -> Result<Token, ApiError> {
    client.secrets().register(token.expose());
    post_token(client, "renew", json!({ "token": token.expose(), "lifetime": lifetime.as_str() })).await
}

async fn post_token(client: &Client, what: &str, order: serde_json::Value) -> Result<Token, ApiError> {
    let url = client.base().sibling(&["token", what]);
    let reply = client.post(url, &order).await?;
    if !reply.status.is_success() {
        return Err(client.response_to_error(&reply, client.host()));
    }
    let odd = |words: &str| ApiError::Unexpected(words.into());
    let given: TokenResponse = serde_json::from_slice(&reply.body)
        .map_err(|_unread| odd("the service answered with something else than a token"))?;
    // The service issues no new legacy tokens, so a response that looks like a legacy token is invalid.
    let token = Token::parse(&given.token).ok().filter(|token| !token.is_legacy());
    token.ok_or_else(|| odd("the service gave a token of an unknown form"))
}
