//! The GraphQL schema: its queries, mutations and subscriptions. The schema has no state and does not depend on the
//! transport. Each request contains the identity of its caller.

mod address;
mod connection;
mod deprecation;
mod domain;
mod mail;
mod mutation;
mod node;
mod query;
mod request_work;
mod response_json;
mod response_limits;
mod response_memory;
mod scalars;
mod session;
mod subscription;
mod supervision;

use std::sync::Arc;

use async_graphql::{Context, Data, Result, SDLExportOptions};
use uuid::Uuid;

use super::ServerState;
use super::captcha::CaptchaPurpose;
use super::error::RequestError;
use super::faults::Fault;
use super::rate_limit::CallKind;
use super::store::SessionView;
use super::tokens::{Bearer, UserIdentity};
use mutation::MutationRoot;
use query::QueryRoot;
use subscription::SubscriptionRoot;

pub(super) use request_work::RequestWork;
pub(super) use response_json::json;
pub(super) use response_limits::{MAX_TIME, ResponseError};
pub(super) use response_memory::ResponseMemory;

/// Maximum nesting of fields in a GraphQL document; async-graphql rejects deeper nesting.
const MAX_DEPTH: usize = 24;
/// Maximum complexity of a GraphQL request; async-graphql rejects a higher complexity. Each field adds one to the
/// complexity.
const MAX_COMPLEXITY: usize = 2_000;

/// The executable GraphQL schema of the server.
pub(super) type Schema = async_graphql::Schema<QueryRoot, MutationRoot, SubscriptionRoot>;

/// How a subscription delivers mail to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeliveryMode {
    /// The caller receives a single response, with the first mail of the subscription. The subscription then ends.
    Once,
    /// The caller receives every mail that arrives after the start of the subscription.
    Stream,
}

/// The caller of a GraphQL request: its identity, its base URL and its delivery mode.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) identity: UserIdentity,
    pub(super) bearer: Bearer,
    /// The base URL under which the caller reaches this server, such as `http://host:port`.
    pub(super) base: Arc<str>,
    pub(super) push: DeliveryMode,
}

impl Caller {
    /// Wraps the caller as the context data of a GraphQL request or a connection.
    pub(super) fn data(self) -> Data {
        let mut data = Data::default();
        data.insert(self);
        data
    }
}

/// Builds the GraphQL schema for a server with the state `shared`.
pub(super) fn build(shared: Arc<ServerState>) -> Schema {
    Schema::build(QueryRoot, MutationRoot, SubscriptionRoot)
        .data(shared)
        .extension(deprecation::Deprecation)
        .extension(supervision::ReplyLimits)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_COMPLEXITY)
        .finish()
}

/// Returns the GraphQL schema of the server in SDL, the schema definition language.
pub fn sdl() -> String {
    let schema = Schema::build(QueryRoot, MutationRoot, SubscriptionRoot).finish();
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// The result of a nullable GraphQL field. If the field fails, only this field becomes null. With a `Result` around an
/// `Option`, the parent object would become null as well.
type Nullable<T> = Option<Result<T>>;

#[expect(clippy::unnecessary_wraps, reason = "the shape that a nullable field has to have")]
fn nullable<T>(result: std::result::Result<T, RequestError>) -> Nullable<T> {
    Some(result.map_err(RequestError::graphql))
}

/// The context of a GraphQL resolver: the state of the server, and the caller of the request.
struct RequestContext<'c> {
    shared: &'c Arc<ServerState>,
    caller: &'c Caller,
}

impl<'c> RequestContext<'c> {
    fn new(ctx: &'c Context<'_>) -> std::result::Result<Self, RequestError> {
        match (ctx.data::<Arc<ServerState>>(), ctx.data::<Caller>()) {
            (Ok(shared), Ok(caller)) => Ok(Self { shared, caller }),
            _ => Err(RequestError::Internal),
        }
    }

    /// Counts a call towards the caller's rate limit. Returns an error if the limit is exceeded.
    fn count(&self, what: CallKind) -> std::result::Result<(), RequestError> {
        count(self.shared, self.caller.bearer, what)
    }

    /// Returns a session of the caller, and extends its lifetime.
    fn touch(&self, session: Uuid) -> std::result::Result<SessionView, RequestError> {
        if self.shared.faults.fires(Fault::SessionExpiry) {
            self.shared.store.expire(session, self.caller.identity)?;
        }
        self.shared.store.touch(session, self.caller.identity)
    }
}

/// Counts a call towards the rate limit of the bearer's identity. If the limit is exceeded, returns an error with a
/// captcha whose solution grants more calls.
fn count(shared: &ServerState, bearer: Bearer, what: CallKind) -> std::result::Result<(), RequestError> {
    if shared.rates.allow(bearer, what) && !shared.faults.fires(Fault::RateLimit) {
        return Ok(());
    }
    let challenge = shared.captchas.challenge(CaptchaPurpose::Calls(bearer.identity));
    Err(RequestError::RateLimited(Box::new(challenge)))
}
