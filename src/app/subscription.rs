//! The streams that the state lives on. The runtime starts what is new in this list and ends
//! what is gone from it.

use super::link::Watch;
use super::model::{Account, Model};
use crate::domain::ids::SessionId;
use crate::domain::sanitize::SafeText;

/// A stream of messages. Equal values are the same stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// The time, each second.
    Clock,
    /// New mail of a session, told as `Pushed` and `WatchEnded`.
    Watch {
        /// Which session.
        session: SessionId,
        /// Which stream of it.
        watch: Watch,
    },
    /// The mailbox that another program has: told as `ArchiveChanged`, and as `TookOver` when that
    /// one has gone.
    Ownership,
    /// Captchas that calls wait for, told as `CaptchaAsked`.
    Captchas,
    /// How the service stands to us, told as `WeatherTold`.
    Weather,
    /// Sample mails sent by SMTP to an address; told as `SamplesSent`.
    Samples {
        /// Where to.
        address: SafeText,
    },
}

/// What the state lives on at the moment.
pub fn subscriptions(model: &Model) -> Vec<Subscription> {
    let mut list = vec![Subscription::Clock];
    if model.account == Account::Elsewhere {
        list.push(Subscription::Ownership);
    }
    if model.place.is_some() {
        list.extend([Subscription::Weather, Subscription::Captchas]);
    }
    for row in &model.sessions.rows {
        if let Some(watch) = row.link.watch() {
            list.push(Subscription::Watch { session: row.session.id.clone(), watch: watch.clone() });
        }
    }
    let samples = model.place.as_ref().is_some_and(|place| place.samples);
    if samples && model.account == Account::Open {
        // The first address of all: later ones must not start the samples again.
        let first = model.sessions.rows.last().and_then(|row| row.session.addresses.last());
        list.extend(first.map(|first| Subscription::Samples { address: first.address.clone() }));
    }
    list
}
