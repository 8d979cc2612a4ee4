//! The GraphQL operations, as types that the compiler checks against `schema.graphql`.
//!
//! An operation selects only fields that the program uses. The program thus still works if the service adds fields or
//! enum values, or if a mirror of the service lacks fields that the program does not use. None of these types
//! implements `Debug`, because the output would contain restore keys and download URLs.

mod domains;
mod mutations;
mod shapes;

pub(super) use mutations::{
    AddAddress, DeleteAddress, OpenSession, RestoreAddress, add_address, delete_address, open_session,
    restore_address,
};

pub(super) use domains::{AddDomain, DeleteDomain, add_domain, delete_domain};

use super::scalars::{WireTimestamp, WireUrl, known_to_service};
use crate::domain::ids::{MailId, SessionId};
use cynic::{Id, Operation, QueryBuilder, StreamingOperation, SubscriptionBuilder};

#[expect(unreachable_pub, reason = "a macro generates the types of the schema")]
#[cynic::schema("dropmail")]
mod schema {}

cynic::impl_scalar!(WireTimestamp, schema::Timestamp);
cynic::impl_scalar!(WireUrl, schema::Url);

/// Number of mails that the client requests per page of a list, which is the maximum that the service returns.
pub(super) const MAILS_PER_PAGE: i32 = 100;

#[derive(cynic::QueryFragment)]
#[expect(clippy::struct_field_names, reason = "the schema defines this name")]
pub(super) struct Address {
    pub(super) id: Id,
    pub(super) address: String,
    pub(super) restore_key: String,
}

/// An interface through which the service offers a domain to users, such as its website or a messenger bot. An unknown
/// interface becomes `Other`.
#[derive(cynic::Enum)]
#[cynic(graphql_type = "AccessInterface")]
pub(super) enum AccessInterface {
    Web,
    Telegram,
    Viber,
    Api,
    App,
    #[cynic(fallback)]
    Other(String),
}

#[derive(cynic::QueryFragment)]
pub(super) struct Domain {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) expires_at: Option<WireTimestamp>,
    pub(super) introduced_at: WireTimestamp,
    pub(super) available_via: Option<Vec<Option<AccessInterface>>>,
}

#[derive(cynic::QueryFragment)]
pub(super) struct Session {
    pub(super) id: Id,
    pub(super) expires_at: WireTimestamp,
    pub(super) addresses: Option<Vec<Option<Address>>>,
}

/// The metadata of a mail from an API response that does not contain the raw mail.
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mail")]
pub(super) struct MailMetadata {
    pub(super) id: Id,
    pub(super) received_at: WireTimestamp,
    pub(super) from_addr: String,
    pub(super) to_addr: String,
    pub(super) to_addr_orig: String,
    pub(super) raw_size: i32,
    pub(super) download_url: WireUrl,
}

/// A mail from an API response that contains the raw mail as a string.
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mail")]
pub(super) struct FullMail {
    #[cynic(spread)]
    pub(super) head: MailMetadata,
    pub(super) raw: String,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "QueryRoot")]
pub(super) struct SessionsQuery {
    pub(super) sessions: Vec<Session>,
}

pub(super) fn sessions() -> Operation<SessionsQuery, ()> {
    SessionsQuery::build(())
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "QueryRoot")]
pub(super) struct DomainsQuery {
    pub(super) domains: Vec<Domain>,
}

pub(super) fn domains() -> Operation<DomainsQuery, ()> {
    DomainsQuery::build(())
}

#[derive(cynic::QueryVariables)]
pub(super) struct TouchVariables {
    id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    after: Option<Id>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Session", variables = "TouchVariables")]
pub(super) struct TouchedSession {
    #[cynic(spread)]
    pub(super) session: Session,
    #[arguments(mailId: $after)]
    pub(super) mails_after_id: Option<Vec<Option<MailMetadata>>>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "QueryRoot", variables = "TouchVariables")]
pub(super) struct Touch {
    #[arguments(id: $id)]
    pub(super) session: Option<TouchedSession>,
}

pub(super) fn touch(session: &SessionId, after: Option<&MailId>) -> Operation<Touch, TouchVariables> {
    Touch::build(TouchVariables {
        id: Id::new(session.as_str()),
        after: known_to_service(after).map(|after| Id::new(after.as_str())),
    })
}

#[derive(cynic::QueryVariables)]
pub(super) struct PageVariables {
    id: Id,
    first: i32,
    #[cynic(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "QueryRoot", variables = "PageVariables")]
pub(super) struct PageQuery {
    #[arguments(id: $id)]
    pub(super) session: Option<PagedSession>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Session", variables = "PageVariables")]
pub(super) struct PagedSession {
    #[arguments(first: $first, after: $cursor)]
    pub(super) mails_connection: Option<SessionMailsConnection>,
}

#[derive(cynic::QueryFragment)]
pub(super) struct SessionMailsConnection {
    pub(super) edges: Option<Vec<Option<SessionMailEdge>>>,
    pub(super) page_info: PageInfo,
}

#[derive(cynic::QueryFragment)]
pub(super) struct SessionMailEdge {
    pub(super) node: MailMetadata,
}

#[derive(cynic::QueryFragment)]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

/// Builds the query for one page of a session's mails, newest mail first. `cursor` marks the end of the previous page;
/// `None` requests the first page.
pub(super) fn page(session: &SessionId, cursor: Option<String>) -> Operation<PageQuery, PageVariables> {
    PageQuery::build(PageVariables { id: Id::new(session.as_str()), first: MAILS_PER_PAGE, cursor })
}

#[derive(cynic::QueryVariables)]
pub(super) struct NodeVariables {
    id: Id,
}

/// The object that the API returns for an id. The query requests fields only from a mail, not from any other kind of
/// object.
#[derive(cynic::InlineFragments)]
#[cynic(graphql_type = "Node")]
pub(super) enum AnyNode {
    Mail(FullMail),
    #[cynic(fallback)]
    Other,
}

impl AnyNode {
    pub(super) fn mail(self) -> Option<FullMail> {
        match self {
            Self::Mail(mail) => Some(mail),
            Self::Other => None,
        }
    }
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "QueryRoot", variables = "NodeVariables")]
pub(super) struct NodeQuery {
    #[arguments(id: $id)]
    pub(super) node: Option<AnyNode>,
}

pub(super) fn mail(id: &MailId) -> Operation<NodeQuery, NodeVariables> {
    NodeQuery::build(NodeVariables { id: Id::new(id.as_str()) })
}

#[derive(cynic::QueryVariables)]
pub(super) struct WatchVariables {
    id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    after: Option<Id>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "SubscriptionRoot", variables = "WatchVariables")]
pub(super) struct Watch {
    #[arguments(id: $id, mailsAfterId: $after)]
    pub(super) session_mail_received: Option<FullMail>,
}

pub(super) fn watch(
    session: &SessionId,
    after: Option<&MailId>,
) -> StreamingOperation<Watch, WatchVariables> {
    Watch::build(WatchVariables {
        id: Id::new(session.as_str()),
        after: known_to_service(after).map(|after| Id::new(after.as_str())),
    })
}
