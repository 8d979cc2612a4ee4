//! Touches a session and lists what came since, also when that is more than one answer holds.

use super::client::Client;
use super::{operations as ops, wire};
use crate::domain::ids::{MailId, SessionId};
use crate::ports::transport::{Delivery, Touched, TransportError};
use std::collections::HashSet;

/// Pages that are read to close a gap: ten thousand mails.
const MAX_PAGES: usize = 100;

pub(super) async fn touch(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
) -> Result<Touched, TransportError> {
    let answer = client
        .ask(ops::touch(session, after), |data: ops::Touch| {
            let session = data.session?;
            Some((session.session, session.mails_after_id?))
        })
        .await?;
    let (told, heads) = answer;
    let now = client.now();
    let heads: Vec<_> = heads.into_iter().flatten().collect();
    let full = heads.len() >= usize::try_from(ops::PAGE).unwrap_or(usize::MAX);
    let mut mails: Vec<_> = heads.into_iter().map(|head| wire::delivery(head, session, now)).collect();
    if full {
        // One answer holds the newest hundred: older ones may have come since as well.
        mails.extend(older(client, session, after, &mails).await?);
    }
    // The service lists the newest first.
    mails.reverse();
    Ok(Touched { session: client.session(told), mails })
}

/// The mails that came after `after` and before those that are `known`, newest first.
async fn older(
    client: &Client,
    session: &SessionId,
    after: Option<&MailId>,
    known: &[Delivery],
) -> Result<Vec<Delivery>, TransportError> {
    let mut seen: HashSet<MailId> = known.iter().map(|mail| mail.envelope.id.clone()).collect();
    let mut found = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = client
            .ask(ops::page(session, cursor.take()), |data: ops::PageQuery| data.session?.mails_connection)
            .await?;
        for edge in page.edges.into_iter().flatten().flatten() {
            let mail = wire::delivery(edge.node, session, client.now());
            if Some(&mail.envelope.id) == after {
                return Ok(found);
            }
            if seen.insert(mail.envelope.id.clone()) {
                found.push(mail);
            }
        }
        cursor = page.page_info.end_cursor;
        if !page.page_info.has_next_page || cursor.is_none() {
            break;
        }
    }
    Ok(found)
}
