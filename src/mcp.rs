//! The MCP server: gives AI assistants access to the mailbox through the Model Context Protocol, over a pair of
//! streams.
//!
//! The server has the nine tools of the official `dropmail-mcp` package, and additional tools. The nine tools have the
//! same names and arguments as in that package and return at least the same results. Text from strangers is marked as
//! untrusted before it is sent to the assistant (`mcp::untrusted_text`).

mod arguments;
mod graphql;
mod handlers;
mod mail;
mod message;
mod prompts;
mod tool_schemas;
mod transport;
mod untrusted_text;
mod wait;

use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::files::Files;
use dropmail_client::service::Mailbox;
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
use transport::LineTransport;

/// Everything that the MCP tools need: the mailbox, the download folder, the clock, and the SMTP listen address of the
/// local server. Clones share the same state.
#[derive(Clone, Debug)]
pub struct McpContext {
    /// The mailbox, whose operations the MCP tools call.
    pub mailbox: Mailbox,
    /// The download folder, the only folder to which MCP tools write files.
    pub files: Arc<dyn Files>,
    /// The clock that the MCP tools use.
    pub clock: Arc<dyn Clock>,
    /// SMTP listen address of the local server; `None` if the service is not a local server.
    pub smtp: Option<String>,
}

/// Errors with which the MCP server ends. A normal end, when the client disconnects, is not an error.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The client violated the protocol, or a reply could not be sent to it.
    #[error("the connection to the MCP client failed: {0}")]
    Client(String),
}

/// Serves one MCP client until it disconnects. Writes only protocol messages to `output`. Returns an error if the
/// client violates the protocol.
pub async fn serve<R, W>(state: McpContext, input: R, output: W) -> Result<(), McpError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let to_error = |why: &dyn std::fmt::Display| McpError::Client(why.to_string());
    let ended = CancellationToken::new();
    let lines = LineTransport::new(input, output, ended.clone());
    let running = match (McpHandler { state, ended }).serve(lines).await {
        Ok(running) => running,
        // A client that disconnects before its first message is not an error.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(why) => return Err(to_error(&why)),
    };
    running.waiting().await.map(drop).map_err(|why| to_error(&why))
}

/// The handler for the requests of one MCP client.
#[derive(Debug)]
struct McpHandler {
    state: McpContext,
    /// Token that cancels the running tool calls when the client's input stream ends.
    ended: CancellationToken,
}

impl ServerHandler for McpHandler {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_prompts().enable_resources().build();
        let name = Implementation::new("dropmail", env!("CARGO_PKG_VERSION")).with_title("DropMail");
        ServerConfig::new(capabilities)
            .with_server_info(name)
            .with_instructions(prompts::instructions(self.state.smtp.as_deref()))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tool_schemas::all()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tool_schemas::all().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let cancelled = context.ct.clone();
        // A cancelled call is stopped by dropping its future, so that no wait continues for a client that has
        // disconnected.
        tokio::select! {
            () = cancelled.cancelled() => Err(ErrorData::internal_error("the call was cancelled", None)),
            result = handlers::call(&self.state, request, &context, &self.ended) => Ok(CallToolResponse::Complete(result)),
        }
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::prompts()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::prompt(&request).map(GetPromptResponse::Complete)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        prompts::resources(&self.state).await.map(ListResourcesResult::with_all_items)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(prompts::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        prompts::resource(&self.state, &request.uri).await.map(ReadResourceResponse::Complete)
    }
}
