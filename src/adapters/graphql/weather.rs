//! How the service stands to us: what its replies say beside their answers, taken in here.

use super::captcha::Captcha;
use super::client::Client;
use super::errors::Asides;
use crate::ports::BoxStream;
use crate::ports::transport::{TransportError, Weather};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::sync::PoisonError;

impl Client {
    /// Takes in what a failure means for the calls to come, and passes it on.
    pub(super) fn heed(&self, error: TransportError) -> TransportError {
        if let TransportError::RateLimited { retry_after } = &error {
            let until = self.pace.refused(*retry_after, self.now());
            self.weather.send_if_modified(|weather| {
                let changed = weather.slowed_until != Some(until);
                weather.slowed_until = Some(until);
                changed
            });
        }
        error
    }

    /// A call went through.
    pub(super) fn accepted(&self) {
        if self.pace.accepted() {
            self.weather.send_modify(|weather| weather.slowed_until = None);
        }
    }

    /// Takes in what stands beside an answer.
    pub(super) fn note(&self, asides: Asides) {
        let brought = asides.captcha.is_some();
        if let Some(captcha) = asides.captcha {
            *self.captcha.lock().unwrap_or_else(PoisonError::into_inner) = Some(captcha);
        }
        self.weather.send_if_modified(|weather| {
            let before = (weather.captcha, weather.legacy_token);
            weather.captcha |= brought;
            weather.legacy_token |= asides.legacy_token;
            before != (weather.captcha, weather.legacy_token)
        });
    }

    /// The captcha that came last.
    pub(super) fn captcha(&self) -> Option<Captcha> {
        self.captcha.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It was answered: there is more credit, so nothing needs to wait.
    pub(super) fn captcha_solved(&self) {
        self.captcha_gone();
        self.hasten();
    }

    /// It takes no answer any more.
    pub(super) fn captcha_gone(&self) {
        *self.captcha.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.weather.send_modify(|weather| weather.captcha = false);
    }

    /// Ends the wait.
    pub(super) fn hasten(&self) {
        self.pace.hasten();
        self.weather.send_if_modified(|weather| weather.slowed_until.take().is_some());
    }

    /// How it stands, now and whenever that changes.
    pub(super) fn weather(&self) -> BoxStream<'static, Weather> {
        let mut told = self.weather.subscribe();
        told.mark_changed();
        let next = |mut told: tokio::sync::watch::Receiver<Weather>| async move {
            told.changed().await.ok()?;
            let weather = told.borrow_and_update().clone();
            Some((weather, told))
        };
        unfold(told, next).boxed()
    }
}
