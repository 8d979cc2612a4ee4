//! The GraphQL schema: what each field gives and what each call does. It holds no state and
//! speaks no transport; a caller comes with its identity and a way to be reached.

mod address;
mod connection;
mod deprecation;
mod domain;
mod mail;
mod mutation;
mod node;
mod query;
mod scalars;
mod session;
mod subscription;
mod supervision;
mod work;

use std::sync::Arc;

use async_graphql::{Context, Data, Result, SDLExportOptions};
use uuid::Uuid;

use super::Shared;
use super::captcha::Purpose;
use super::error::Refusal;
use super::faults::Fault;
use super::rates::Use;
use super::store::SessionView;
use super::tokens::{Bearer, Identity};
use mutation::MutationRoot;
use query::QueryRoot;
use subscription::SubscriptionRoot;

pub(super) use work::{AnswerError, AnswerRoom, MAX_TIME, Work, json};

/// Nesting of fields.
const MAX_DEPTH: usize = 24;
/// Fields of one request.
const MAX_COMPLEXITY: usize = 2_000;

/// The executable schema.
pub(super) type Schema = async_graphql::Schema<QueryRoot, MutationRoot, SubscriptionRoot>;

/// How a subscription reaches its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Push {
    /// One answer: the first mail there is.
    Once,
    /// Every mail from now on.
    Stream,
}

/// Who calls, and how.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) identity: Identity,
    pub(super) bearer: Bearer,
    /// `http://host:port` as the caller reaches this server.
    pub(super) base: Arc<str>,
    pub(super) push: Push,
}

impl Caller {
    /// Wraps the caller for a request or a connection.
    pub(super) fn data(self) -> Data {
        let mut data = Data::default();
        data.insert(self);
        data
    }
}

/// The schema over the state of a server.
pub(super) fn build(shared: Arc<Shared>) -> Schema {
    Schema::build(QueryRoot, MutationRoot, SubscriptionRoot)
        .data(shared)
        .extension(deprecation::Deprecation)
        .extension(supervision::Supervision)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_COMPLEXITY)
        .finish()
}

/// The schema in GraphQL's own language, as the server serves it.
pub fn sdl() -> String {
    let schema = Schema::build(QueryRoot, MutationRoot, SubscriptionRoot).finish();
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// A nullable field whose refusal leaves null behind and its siblings alone. (A `Result` around
/// the `Option` would take the whole object along.)
type Nullable<T> = Option<Result<T>>;

#[expect(clippy::unnecessary_wraps, reason = "the shape that a nullable field has to have")]
fn nullable<T>(result: std::result::Result<T, Refusal>) -> Nullable<T> {
    Some(result.map_err(Refusal::graphql))
}

/// The server and the caller of a request.
struct Desk<'c> {
    shared: &'c Arc<Shared>,
    caller: &'c Caller,
}

impl<'c> Desk<'c> {
    fn of(ctx: &'c Context<'_>) -> std::result::Result<Self, Refusal> {
        match (ctx.data::<Arc<Shared>>(), ctx.data::<Caller>()) {
            (Ok(shared), Ok(caller)) => Ok(Self { shared, caller }),
            _ => Err(Refusal::Internal),
        }
    }

    /// Counts a call against the limits of the caller.
    fn count(&self, what: Use) -> std::result::Result<(), Refusal> {
        count(self.shared, self.caller.bearer, what)
    }

    /// Looks at a session of the caller's and prolongs its life.
    fn touch(&self, session: Uuid) -> std::result::Result<SessionView, Refusal> {
        if self.shared.faults.strikes(Fault::SessionExpiry) {
            self.shared.store.expire(session, self.caller.identity)?;
        }
        self.shared.store.touch(session, self.caller.identity)
    }
}

/// Counts a call; one too many is refused with a captcha that grants more.
fn count(shared: &Shared, bearer: Bearer, what: Use) -> std::result::Result<(), Refusal> {
    if shared.rates.allow(bearer, what) && !shared.faults.strikes(Fault::RateLimit) {
        return Ok(());
    }
    let challenge = shared.captchas.challenge(Purpose::Calls(bearer.identity));
    Err(Refusal::RateLimited(Box::new(challenge)))
}
