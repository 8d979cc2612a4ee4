//! Runs GraphQL requests so that none of them blocks the others. Parsing, validation and the first step of each request
//! run in a limited number of blocking threads. The first step ends at the first point at which the request has to
//! wait. A request waits only for requests of the same load class.

// This file exceeds 300 lines because the steps of a request share its limits.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Request, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServerState;
use super::document::{self, Document, DocumentError};
use super::schema::{Caller, RequestWork, ResponseError, Schema, json};

/// Maximum number of tokens in a small GraphQL document, such as a client's usual mail query. A document with more
/// tokens belongs to the medium or the heavy load class.
const SMALL_TOKENS: usize = 200;
const SMALL_SELECTIONS: usize = 60;
/// Maximum number of tokens in a medium GraphQL document. A document with more tokens belongs to the heavy load class.
const MEDIUM_TOKENS: usize = 600;
const MEDIUM_SELECTIONS: usize = 300;
/// Minimum size in bytes of a response that is serialised in a blocking thread. A smaller response is serialised in the
/// thread of its request.
const MIN_BLOCKING_BYTES: usize = 64 << 10;

/// Load class of a GraphQL document: small, medium or heavy, depending on how much work the document causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LoadClass {
    Small,
    Medium,
    Heavy,
}

impl LoadClass {
    fn classify(tokens: usize, selections: usize) -> Self {
        if tokens <= SMALL_TOKENS && selections <= SMALL_SELECTIONS {
            Self::Small
        } else if tokens <= MEDIUM_TOKENS && selections <= MEDIUM_SELECTIONS {
            Self::Medium
        } else {
            Self::Heavy
        }
    }
}

/// Semaphores that limit how many requests run and how many subscriptions are open. Each load class has its own
/// semaphore, so that many requests of one class do not delay those of another class.
#[derive(Debug)]
pub(super) struct RequestPermits {
    small: Arc<Semaphore>,
    medium: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    subscriptions: Arc<Semaphore>,
}

impl RequestPermits {
    pub(super) fn new(subscriptions: usize) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            small: Arc::new(Semaphore::new(cores.max(2))),
            medium: Arc::new(Semaphore::new((cores / 2).max(1))),
            heavy: Arc::new(Semaphore::new(1)),
            subscriptions: Arc::new(Semaphore::new(subscriptions)),
        }
    }

    fn semaphore(&self, load: LoadClass) -> Arc<Semaphore> {
        Arc::clone(match load {
            LoadClass::Small => &self.small,
            LoadClass::Medium => &self.medium,
            LoadClass::Heavy => &self.heavy,
        })
    }
}

/// A GraphQL request, and the caller that sent it.
pub(super) struct GraphqlCall {
    pub(super) request: Request,
    pub(super) caller: Caller,
    /// Whether mutations are allowed. They are refused in a `GET` request, which must not change any data.
    pub(super) mutations: bool,
}

/// Reason why a GraphQL request was not executed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CallError {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error("a mutation needs POST")]
    MutationByGet,
    #[error("too many subscriptions are open on this server")]
    TooManySubscriptions,
    #[error("internal_error")]
    Internal,
    #[error(transparent)]
    Answer(#[from] ResponseError),
}

impl CallError {
    /// Returns the error as a GraphQL response, serialised to JSON.
    pub(super) fn json(&self) -> Bytes {
        let error = match self {
            Self::Document(why) => why.clone().graphql(),
            Self::Answer(why) => why.graphql(),
            Self::MutationByGet | Self::TooManySubscriptions | Self::Internal => {
                async_graphql::ServerError::new(self.to_string(), None)
            }
        };
        json(&Response::from_errors(vec![error]), 0)
    }
}

/// A GraphQL request that is being executed. Dropping this value stops the work on the request.
pub(super) struct RunningCall {
    /// The type of the GraphQL operation; `None` if the document has several operations and the request does not name
    /// one.
    pub(super) kind: Option<OperationType>,
    first: FirstResult,
    events: BoxStream<'static, Response>,
    work: Arc<RequestWork>,
    _subscription: Option<OwnedSemaphorePermit>,
}

/// The result of the first step of a GraphQL request. The first step ends at the first point at which the request has
/// to wait.
enum FirstResult {
    /// The request has no result yet, or its first result has already been returned.
    Nothing,
    /// The request has a result: a response, or the first event of a subscription.
    Event(Bytes),
    /// The stream of events of the subscription has ended.
    End,
}

/// A guard for a request whose client is waiting for the result. Dropping the guard stops the work on the request.
struct LeaveGuard(Option<Arc<RequestWork>>);

impl Drop for LeaveGuard {
    fn drop(&mut self) {
        if let Some(work) = &self.0 {
            work.leave();
        }
    }
}

/// Parses a GraphQL request and runs its first step, which ends at the first point at which the request has to wait.
pub(super) async fn start(
    schema: &Schema,
    shared: &Arc<ServerState>,
    call: GraphqlCall,
) -> Result<RunningCall, CallError> {
    let outline = document::outline(&call.request.query)?;
    let load = LoadClass::classify(outline.tokens, outline.spreads);
    let mut permit = request_permit(shared, load).await?;
    let text = call.request.query.clone();
    let document = blocking(move || document::read(&text)).await??;
    // With its fragments expanded, a document may belong to a heavier class than its number of tokens suggests.
    let load_expanded = LoadClass::classify(outline.tokens, document.weight.selections);
    if load_expanded > load {
        drop(permit);
        permit = request_permit(shared, load_expanded).await?;
    }
    let (work, running) = begin(schema, shared, call, document)?;
    let mut attended = LeaveGuard(Some(work));
    let running = blocking(move || {
        let running = running();
        drop(permit);
        running
    });
    let running = running.await?;
    attended.0 = None;
    Ok(running)
}

/// Waits for a permit to run a request of this load class. The wait has the same timeout as the request itself.
async fn request_permit(shared: &ServerState, load: LoadClass) -> Result<OwnedSemaphorePermit, CallError> {
    let permit =
        tokio::time::timeout(super::schema::MAX_TIME, shared.permits.semaphore(load).acquire_owned());
    match permit.await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(_closed)) => Err(CallError::Internal),
        Err(_late) => Err(ResponseError::TimedOut.into()),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CallError> {
    tokio::task::spawn_blocking(work).await.map_err(|_panicked| CallError::Internal)
}

/// The shared state of the work on a GraphQL request, and a function that runs the first step of the request (see
/// [`FirstResult`]). Call the function in a blocking thread.
type Beginning = (Arc<RequestWork>, Box<dyn FnOnce() -> RunningCall + Send>);

fn begin(
    schema: &Schema,
    shared: &Arc<ServerState>,
    call: GraphqlCall,
    document: Document,
) -> Result<Beginning, CallError> {
    let GraphqlCall { mut request, caller, mutations } = call;
    let kind = kind(&document.parsed, request.operation_name.as_deref());
    if kind == Some(OperationType::Mutation) && !mutations {
        return Err(CallError::MutationByGet);
    }
    let (stop, pool) = (shared.stop.clone(), Arc::clone(&shared.response_memory));
    let is_subscription = kind == Some(OperationType::Subscription);
    let (work, subscription) = if is_subscription {
        let permit = Arc::clone(&shared.permits.subscriptions).try_acquire_owned();
        let permit = permit.map_err(|_full| CallError::TooManySubscriptions)?;
        (RequestWork::of_subscription(stop, pool, channel(shared, &caller, &request)), Some(permit))
    } else {
        (RequestWork::new(stop, pool), None)
    };
    let work = Arc::new(work);
    request.data.insert(Arc::clone(&work));
    request.set_parsed_query(document.parsed);
    let schema = schema.clone();
    let begun = Arc::clone(&work);
    let beginning = move || {
        let mut events = schema.execute_stream_with_session_data(request, Arc::new(caller.data()));
        let first = events.next().now_or_never();
        let first = match first {
            None => FirstResult::Nothing,
            Some(None) => FirstResult::End,
            Some(Some(event)) => FirstResult::Event(work.render(&event)),
        };
        RunningCall { kind, first, events, work, _subscription: subscription }
    };
    Ok((begun, Box::new(beginning)))
}

/// Returns the event channel that a subscription shares with equal subscriptions. Returns `None` if reading mail is
/// rate-limited, because events are then counted separately for each subscription. Also returns `None` for a legacy
/// token, because each event then contains a warning.
fn channel(
    shared: &ServerState,
    caller: &Caller,
    request: &Request,
) -> Option<Arc<super::events::EventChannel>> {
    if shared.config.rates.mail.is_some() || caller.bearer.legacy {
        return None;
    }
    let variables = serde_json::to_string(&request.variables).ok()?;
    let identity = caller.identity.uuid().to_string();
    let name = request.operation_name.as_deref().unwrap_or_default();
    Some(shared.events.channel(&[&identity, &caller.base, &request.query, name, &variables]))
}

/// Returns the type of the operation to run. Returns `None` if the document has several operations and `name` selects
/// none of them.
fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation.node.ty),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get(name).map(|operation| operation.node.ty)
        }
        // The parser calls a document with one named operation "multiple".
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next().map(|operation| operation.node.ty)
        }
        (DocumentOperations::Multiple(_), None) => None,
    }
}

impl RunningCall {
    /// Returns the response to the request, or the next event of the subscription, as JSON; `None` at the end
    /// of the stream.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        match std::mem::replace(&mut self.first, FirstResult::Nothing) {
            FirstResult::Nothing => {}
            FirstResult::Event(event) => return Some(event),
            FirstResult::End => return None,
        }
        let next = self.events.next();
        let event = match self.work.deadline() {
            None => next.await?,
            Some(deadline) => match tokio::time::timeout_at(deadline, next).await {
                Ok(event) => event?,
                Err(_late) => return Some(CallError::from(ResponseError::TimedOut).json()),
            },
        };
        if self.work.bytes() < MIN_BLOCKING_BYTES {
            return Some(self.work.render(&event));
        }
        let work = Arc::clone(&self.work);
        let rendered = blocking(move || work.render(&event)).await;
        Some(rendered.unwrap_or_else(|why| why.json()))
    }

    /// Returns the response to the request, or all events of the subscription, as a stream of JSON documents.
    pub(super) fn into_stream(self) -> BoxStream<'static, Bytes> {
        let step = async |mut running: Self| running.next().await.map(|text| (text, running));
        stream::unfold(self, step).boxed()
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.work.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_of_a_document_is_its_larger_measure() {
        assert_eq!(LoadClass::classify(SMALL_TOKENS, SMALL_SELECTIONS), LoadClass::Small);
        assert_eq!(LoadClass::classify(SMALL_TOKENS + 1, 0), LoadClass::Medium);
        assert_eq!(LoadClass::classify(0, SMALL_SELECTIONS + 1), LoadClass::Medium);
        assert_eq!(LoadClass::classify(MEDIUM_TOKENS + 1, 0), LoadClass::Heavy);
        assert_eq!(LoadClass::classify(0, MEDIUM_SELECTIONS + 1), LoadClass::Heavy);
    }

    #[test]
    fn the_operation_is_selected_by_name() {
        for (query, name, expected) in [
            ("subscription S{a}", None, Some(OperationType::Subscription)),
            ("{a}", Some("unused"), Some(OperationType::Query)),
            ("query A{a} mutation B{b}", Some("B"), Some(OperationType::Mutation)),
            ("query A{a} mutation B{b}", None, None),
        ] {
            let document = document::read(query).unwrap();
            assert_eq!(kind(&document.parsed, name), expected, "{query}");
        }
    }
}
