//! A mailbox for assistants: the Model Context Protocol over a pair of streams.
//!
//! The nine tools of the official package `dropmail-mcp` under the same names, with the same
//! arguments and at least the same results, and more beside them. What strangers wrote reaches the
//! assistant inside a fence (`mcp::fence`).

mod arguments;
mod catalogue;
mod fence;
mod graphql;
mod guide;
mod lines;
mod mail;
mod message;
mod tools;
mod waiting;

use crate::ports::clock::Clock;
use crate::ports::files::Files;
use crate::service::Mailbox;
use lines::Lines;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

/// What the tools work with. Clones share everything.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The verbs.
    pub mailbox: Mailbox,
    /// The download folder, the only place where a tool writes files.
    pub files: Arc<dyn Files>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where the local server takes mail, when it is one.
    pub smtp: Option<String>,
}

/// Why serving ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The client does not speak the protocol, or left in the middle of it.
    #[error("the assistant's side: {0}")]
    Client(String),
}

/// Serves one client until it leaves. Nothing but the protocol goes to `output`.
pub async fn serve<R, W>(desk: Desk, input: R, output: W) -> Result<(), McpError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let told = |why: &dyn std::fmt::Display| McpError::Client(why.to_string());
    let ended = CancellationToken::new();
    let lines = Lines::new(input, output, ended.clone());
    let running = match (Served { desk, ended }).serve(lines).await {
        Ok(running) => running,
        // A client that leaves before it has said anything had nothing to ask.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(why) => return Err(told(&why)),
    };
    running.waiting().await.map(drop).map_err(|why| told(&why))
}

/// The desk, as it is served to one client.
#[derive(Debug)]
struct Served {
    desk: Desk,
    /// The client's side has ended: nobody is waited for any more.
    ended: CancellationToken,
}

impl ServerHandler for Served {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_prompts().enable_resources().build();
        let name = Implementation::new("dropmail", env!("CARGO_PKG_VERSION")).with_title("DropMail");
        ServerConfig::new(capabilities)
            .with_server_info(name)
            .with_instructions(guide::instructions(self.desk.smtp.as_deref()))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(catalogue::tools()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        catalogue::tools().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let cancelled = context.ct.clone();
        // Dropping the work is what stops it: no wait goes on for a caller that has left.
        tokio::select! {
            () = cancelled.cancelled() => Err(ErrorData::internal_error("the call was cancelled", None)),
            result = tools::call(&self.desk, request, &context, &self.ended) => Ok(CallToolResponse::Complete(result)),
        }
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(guide::prompts()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        guide::prompt(&request).map(GetPromptResponse::Complete)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        guide::resources(&self.desk).await.map(ListResourcesResult::with_all_items)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(guide::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        guide::resource(&self.desk, &request.uri).await.map(ReadResourceResponse::Complete)
    }
}
