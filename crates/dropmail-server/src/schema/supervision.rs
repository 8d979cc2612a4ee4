//! An extension of async-graphql that intercepts each resolver. It measures the size of a response while the response
//! is generated, and renders an event once for all equal subscriptions.

use std::sync::Arc;

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
};
use async_graphql::{Response, ServerResult, Value};
use async_trait::async_trait;

use super::request_work::RequestWork;
use super::response_json::json;

/// The async-graphql extension that enforces the limits on responses; it is also its own factory. The extension counts
/// the work for each request in the [`RequestWork`] of that request.
pub(super) struct ReplyLimits;

impl ExtensionFactory for ReplyLimits {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for ReplyLimits {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let Some(work) = ctx.data_opt::<Arc<RequestWork>>() else { return next.run(ctx, name).await };
        work.begin();
        let Some((channel, mail)) = work.shared_event() else {
            return work.finish(next.run(ctx, name).await);
        };
        let render = async {
            let response = work.finish(next.run(ctx, name).await);
            json(&response, work.bytes())
        };
        work.set_text(channel.event(mail, render).await);
        Response::default()
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Some(work) = ctx.data_opt::<Arc<RequestWork>>() else { return next.run(ctx, info).await };
        let introspection = info.parent_type.starts_with("__") || info.name.starts_with("__");
        work.step(introspection)?;
        let value = next.run(ctx, info).await?;
        work.add(introspection, value.as_ref())?;
        Ok(value)
    }
}
