//! The pages of a session's mails in the GraphQL schema, as Relay connections. A cursor is the sequence number of a
//! mail in order of arrival.

use async_graphql::{Enum, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::mail::Mail;
use crate::error::RequestError;
use crate::store;
use crate::store::PageRequest;

/// Order of a list of mails, by time of arrival.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The oldest mail is the first in the list.
    Asc,
    /// The newest mail is the first in the list.
    Desc,
}

/// Converts the paging arguments of the API to a page request. Returns an error if a cursor or a page size is
/// invalid.
pub(super) fn page(
    first: Option<i32>,
    last: Option<i32>,
    before: Option<&str>,
    after: Option<&str>,
    sort: Option<Order>,
) -> Result<PageRequest, RequestError> {
    let size = |size: Option<i32>| size.map(usize::try_from).transpose();
    let order = match sort {
        Some(Order::Asc) => store::SortOrder::OldestFirst,
        Some(Order::Desc) | None => store::SortOrder::NewestFirst,
    };
    Ok(PageRequest {
        order,
        after: after.map(place_of).transpose()?,
        before: before.map(place_of).transpose()?,
        first: size(first).map_err(|_negative| RequestError::InvalidPageSize)?,
        last: size(last).map_err(|_negative| RequestError::InvalidPageSize)?,
    })
}

fn cursor(place: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("cursor:{place}"))
}

fn place_of(cursor: &str) -> Result<u64, RequestError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_bad_base64| RequestError::InvalidCursor)?;
    let text = std::str::from_utf8(&bytes).map_err(|_bad_utf8| RequestError::InvalidCursor)?;
    let place = text.strip_prefix("cursor:").ok_or(RequestError::InvalidCursor)?;
    place.parse().map_err(|_no_number| RequestError::InvalidCursor)
}

pub(super) struct SessionMailsConnection(pub(super) store::Page);

#[Object]
impl SessionMailsConnection {
    async fn edges(&self) -> Option<Vec<Option<SessionMailEdge>>> {
        Some(self.0.mails.iter().map(|mail| Some(SessionMailEdge(Mail(mail.clone())))).collect())
    }

    async fn page_info(&self) -> PageInfo {
        let place = |mail: Option<&std::sync::Arc<store::MailRecord>>| mail.map(|mail| mail.reference.seq);
        PageInfo {
            has_next: self.0.has_next,
            has_previous: self.0.has_previous,
            start: place(self.0.mails.first()),
            end: place(self.0.mails.last()),
        }
    }

    async fn total_count(&self) -> i32 {
        i32::try_from(self.0.total).unwrap_or(i32::MAX)
    }
}

pub(super) struct SessionMailEdge(Mail);

#[Object]
impl SessionMailEdge {
    async fn node(&self) -> Mail {
        self.0.clone()
    }

    async fn cursor(&self) -> String {
        cursor(self.0.0.reference.seq)
    }
}

pub(super) struct PageInfo {
    has_next: bool,
    has_previous: bool,
    start: Option<u64>,
    end: Option<u64>,
}

#[Object]
impl PageInfo {
    async fn has_next_page(&self) -> bool {
        self.has_next
    }

    async fn has_previous_page(&self) -> bool {
        self.has_previous
    }

    async fn start_cursor(&self) -> Option<String> {
        self.start.map(cursor)
    }

    async fn end_cursor(&self) -> Option<String> {
        self.end.map(cursor)
    }
}
