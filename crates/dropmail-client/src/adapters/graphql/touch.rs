//! Touches a session to extend its lifetime, and lists all its new mails. If one response cannot contain all of them,
//! sends further requests.

use super::client::Client;
use super::{errors, operations as ops};
use crate::domain::delivery::{Delivery, ListingGap, TouchReply};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session_sync::{Listing, PageEnd};
use crate::ports::dropmail_api::ApiError;

/// Maximum number of pages (of 100 mails each) that are read to list a session's new mails. If there are more pages,
/// the list contains only the newest mails ([`NEWEST`] of them).
const MAX_PAGES: usize = 1_000;
/// Number of mails that are returned for a session with more than [`MAX_PAGES`] pages of new mails.
const NEWEST: usize = 1_000;

pub(super) async fn touch(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<TouchReply, ApiError> {
    let answer =
        client.run_partial_operation(ops::touch(session, after), |data: ops::Touch| data.session).await?;
    // If reading the list failed, there may be new mails; if the list is null, there are none.
    let heads = match (answer.selected.mails_after_id, answer.failed) {
        (None, Some(error)) => return Err(client.record_error(error)),
        (heads, _) => heads.unwrap_or_default(),
    };
    let mut session_reply = answer.selected.session;
    if session_reply.id.inner().is_empty() {
        // The service left out the session's id, but the request specified the session.
        session_reply.id = session.as_str().into();
    }
    let full = heads.len() >= usize::try_from(ops::MAILS_PER_PAGE).unwrap_or(usize::MAX);
    let (mails, gap) = if full {
        // One response contains only the newest hundred mails; older mails may be new too.
        pages(client, session, after).await?
    } else {
        // The service lists the newest mail first.
        (heads.into_iter().rev().flatten().map(|head| client.delivery(head, session)).collect(), None)
    };
    let session = client
        .session(session_reply)
        .ok_or_else(|| errors::unexpected_error("the service left the session out"))?;
    Ok(TouchReply { session, mails, gap })
}

/// Lists the mails of a session page by page. Returns the mails newer than `after` (all mails if it is `None`), oldest
/// first. The second value is `None` if this list is complete; otherwise, it is the reason why the oldest of these
/// mails are missing.
async fn pages(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<(Vec<Delivery>, Option<ListingGap>), ApiError> {
    let mut listing = Listing::new(after.cloned());
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = client
            .run_operation(ops::page(session, cursor.take()), |data: ops::PageQuery| {
                data.session?.mails_connection
            })
            .await?;
        let mails = page.edges.into_iter().flatten().flatten().map(|edge| {
            let mail = client.delivery(edge.node, session);
            (mail.envelope.id.clone(), mail)
        });
        cursor = page.page_info.end_cursor;
        match listing.push(mails, page.page_info.has_next_page) {
            PageEnd::Reached => return Ok((listing.into_oldest_first(), None)),
            PageEnd::More if cursor.is_some() => {}
            PageEnd::More | PageEnd::Stuck => {
                return Ok((listing.into_oldest_first(), Some(ListingGap::OlderMailsWithheld)));
            }
        }
    }
    let mut mails = listing.into_oldest_first();
    mails.drain(..mails.len().saturating_sub(NEWEST));
    Ok((mails, Some(ListingGap::TooMany)))
}
