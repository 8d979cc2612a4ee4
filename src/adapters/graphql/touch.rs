//! Touches a session and lists what came since, also when that is more than one answer holds.

use super::client::Client;
use super::{errors, operations as ops};
use crate::domain::ids::{MailId, SessionId};
use crate::ports::transport::{Delivery, Touched, TransportError};
use std::collections::HashSet;

/// Pages that are read to close a gap: a hundred thousand mails.
const MAX_PAGES: usize = 1_000;

pub(super) async fn touch(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<Touched, TransportError> {
    let answer = client.ask_in_part(ops::touch(session, after), |data: ops::Touch| data.session).await?;
    // A list that failed may have held mail; one that is merely null holds none.
    let heads = match (answer.wanted.mails_after_id, answer.failed) {
        (None, Some(error)) => return Err(client.heed(error)),
        (heads, _) => heads.unwrap_or_default(),
    };
    let mut told = answer.wanted.session;
    if told.id.inner().is_empty() {
        // Whose answer it is was asked.
        told.id = session.as_str().into();
    }
    let heads: Vec<_> = heads.into_iter().flatten().collect();
    let full = heads.len() >= usize::try_from(ops::PAGE).unwrap_or(usize::MAX);
    let (mut mails, reaches_back) = if full {
        // One answer holds the newest hundred: older ones may have come since as well.
        pages(client, session, after).await?
    } else {
        (heads.into_iter().map(|head| client.delivery(head, session)).collect(), true)
    };
    // The service lists the newest first.
    mails.reverse();
    let session = client.session(told).ok_or_else(|| errors::odd("the service left the session out"))?;
    Ok(Touched { session, mails, reaches_back })
}

/// The mails that came after `after`, newest first, and whether these are all of them.
async fn pages(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<(Vec<Delivery>, bool), TransportError> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = client
            .ask(ops::page(session, cursor.take()), |data: ops::PageQuery| data.session?.mails_connection)
            .await?;
        for edge in page.edges.into_iter().flatten().flatten() {
            let mail = client.delivery(edge.node, session);
            if Some(&mail.envelope.id) == after {
                return Ok((found, true));
            }
            if seen.insert(mail.envelope.id.clone()) {
                found.push(mail);
            }
        }
        cursor = page.page_info.end_cursor;
        if !page.page_info.has_next_page || cursor.is_none() {
            return Ok((found, true));
        }
    }
    Ok((found, false))
}
