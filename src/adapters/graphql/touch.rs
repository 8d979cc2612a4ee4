//! Touches a session and lists what came since, also when that is more than one answer holds.

use super::client::Client;
use super::{errors, operations as ops};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session_sync::{Listing, PageEnd};
use crate::ports::dropmail_api::{ApiError, Delivery, TouchReply};

/// Pages that are read to close a gap: a hundred thousand mails.
const MAX_PAGES: usize = 1_000;

pub(super) async fn touch(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<TouchReply, ApiError> {
    let answer = client.ask_in_part(ops::touch(session, after), |data: ops::Touch| data.session).await?;
    // A list that failed may have held mail; one that is merely null holds none.
    let heads = match (answer.wanted.mails_after_id, answer.failed) {
        (None, Some(error)) => return Err(client.record_error(error)),
        (heads, _) => heads.unwrap_or_default(),
    };
    let mut told = answer.wanted.session;
    if told.id.inner().is_empty() {
        // Whose answer it is was asked.
        told.id = session.as_str().into();
    }
    let full = heads.len() >= usize::try_from(ops::PAGE).unwrap_or(usize::MAX);
    let (mails, reaches_back) = if full {
        // One answer holds the newest hundred: older ones may have come since as well.
        pages(client, session, after).await?
    } else {
        // The service lists the newest first.
        (heads.into_iter().rev().flatten().map(|head| client.delivery(head, session)).collect(), true)
    };
    let session =
        client.session(told).ok_or_else(|| errors::unexpected("the service left the session out"))?;
    Ok(TouchReply { session, mails, reaches_back })
}

/// The mails that came after `after`, oldest first, and whether these are all of them.
async fn pages(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<(Vec<Delivery>, bool), ApiError> {
    let mut listing = Listing::new(after.cloned());
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = client
            .ask(ops::page(session, cursor.take()), |data: ops::PageQuery| data.session?.mails_connection)
            .await?;
        let mails = page.edges.into_iter().flatten().flatten().map(|edge| {
            let mail = client.delivery(edge.node, session);
            (mail.envelope.id.clone(), mail)
        });
        if listing.push(mails, page.page_info.has_next_page) == PageEnd::Reached {
            return Ok((listing.into_oldest_first(), true));
        }
        cursor = page.page_info.end_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok((listing.into_oldest_first(), false))
}
