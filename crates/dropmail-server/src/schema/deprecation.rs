//! Adds a deprecation warning to the responses and events for callers with a legacy token.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextSubscribe};
use async_graphql::{ErrorExtensionValues, Response, ServerError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::Caller;

const WORDS: &str = "Legacy tokens are deprecated and stop working in April 2026; generate a free af_ token";

/// The extension that adds a warning to the responses to callers with a legacy token. async-graphql runs every request
/// as a stream, so one hook processes all responses.
pub(super) struct Deprecation;

impl ExtensionFactory for Deprecation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

impl Extension for Deprecation {
    fn subscribe<'s>(
        &self,
        ctx: &ExtensionContext<'_>,
        stream: BoxStream<'s, Response>,
        next: NextSubscribe<'_>,
    ) -> BoxStream<'s, Response> {
        let legacy = ctx.data_opt::<Caller>().is_some_and(|caller| caller.bearer.legacy);
        let stream = next.run(ctx, stream);
        if legacy { stream.map(with_warning).boxed() } else { stream }
    }
}

fn with_warning(mut response: Response) -> Response {
    let mut error = ServerError::new(WORDS, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "LEGACY_TOKEN_DEPRECATED");
    error.extensions = Some(extensions);
    response.errors.push(error);
    response
}
