//! Handles requests for which the service requires a captcha. Such a request waits until the user has solved the
//! captcha, and is then retried. If there is no user interface that can show the captcha, the request fails.

use super::{Mailbox, ServiceError, ServiceOperation};
use crate::domain::service_status::CaptchaResult;
use crate::ports::dropmail_api::ApiError;
use crate::ports::{BoxFuture, BoxStream};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::sync::watch;

/// Maximum number of captchas that the user must solve for one request. If the service requires another captcha after
/// that, the request fails.
const MAX_ROUNDS: usize = 3;

/// The state shared by the user interface, which shows the captcha, and the requests that are waiting for the solution.
#[derive(Debug, Default)]
pub(super) struct CaptchaGate(watch::Sender<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// `true` if there is a user interface in which the user can solve captchas. If there is none, requests that need
    /// a captcha fail instead of waiting.
    has_user_interface: bool,
    /// Number of captchas that the user was asked to solve since the program started.
    asked: u64,
    /// Number of captchas that the user has solved or dismissed since the program started.
    settled: u64,
    solved: bool,
}

impl State {
    fn is_open(self) -> bool {
        self.asked > self.settled
    }
}

/// The result of waiting for a captcha, which determines whether the waiting requests are retried or fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CaptchaOutcome {
    /// The user solved the captcha, so the waiting requests can be retried.
    Solved,
    /// The user dismissed the captcha, so the waiting requests fail.
    Dismissed,
    /// There is no user interface that can show the captcha, so the waiting requests fail.
    NoUserInterface,
}

impl CaptchaGate {
    /// Asks the user to solve a captcha, waits until the captcha is solved or dismissed, and returns the outcome.
    async fn await_solution(&self) -> CaptchaOutcome {
        let mut receiver = self.0.subscribe();
        let mut number = None;
        self.0.send_if_modified(|state| {
            if state.has_user_interface {
                // All requests for which the service requires a captcha at the same time wait for the same captcha.
                let new = !state.is_open();
                state.asked += u64::from(new);
                number = Some(state.asked);
                return new;
            }
            false
        });
        let Some(number) = number else { return CaptchaOutcome::NoUserInterface };
        match receiver.wait_for(|state| state.settled >= number || !state.has_user_interface).await {
            Ok(state) if state.solved => CaptchaOutcome::Solved,
            Ok(_) | Err(_) => CaptchaOutcome::Dismissed,
        }
    }

    fn finish(&self, solved: bool) {
        self.0.send_modify(|state| {
            state.settled = state.asked;
            state.solved = solved;
        });
    }
}

/// A function that sends a request to the service. Each call sends the request again.
pub(super) type RetryableCall<'a, 'b, T> = dyn Fn() -> BoxFuture<'a, Result<T, ApiError>> + Send + Sync + 'b;

impl Mailbox {
    /// Registers a user interface in which the user can solve captchas. The returned stream yields `()` each time the
    /// user must solve a captcha. Requests that need a captcha at the same time wait for the same one.
    pub fn captcha_requests(&self) -> BoxStream<'static, ()> {
        self.gate.0.send_modify(|state| state.has_user_interface = true);
        let receiver = (self.gate.0.subscribe(), 0);
        unfold(receiver, |(mut receiver, seen)| async move {
            let asked = receiver.wait_for(|state| state.is_open() && state.asked > seen).await.ok()?.asked;
            Some(((), (receiver, asked)))
        })
        .boxed()
    }

    /// Fetches the image of the captcha that the user must solve. For each value of `variant`, the service draws a
    /// different image of the same captcha.
    pub async fn captcha_image(&self, variant: u32) -> Result<Bytes, ServiceError> {
        self.api
            .captcha_image(variant)
            .await
            .map_err(|source| ServiceError::from_api_error(ServiceOperation::SolveCaptcha, source))
    }

    /// Sends the user's answer to the captcha. Returns whether the answer is correct, wrong or too late. Unless the
    /// answer is wrong, the waiting requests are retried. If the answer was too late, the service then requires a new
    /// captcha.
    pub async fn solve_captcha(&self, answer: &str) -> Result<CaptchaResult, ServiceError> {
        let verdict = self
            .api
            .solve_captcha(answer)
            .await
            .map_err(|source| ServiceError::from_api_error(ServiceOperation::SolveCaptcha, source))?;
        if verdict != CaptchaResult::Rejected {
            self.gate.finish(true);
        }
        Ok(verdict)
    }

    /// Dismisses the captcha without an answer, so that the requests that are waiting for it fail.
    pub fn dismiss_captcha(&self) {
        self.gate.finish(false);
    }

    /// Sends a request. If the service requires a captcha, waits until the user has solved it and then retries the
    /// request.
    pub(super) async fn with_captcha_retry<T: Send>(
        &self,
        call: &RetryableCall<'_, '_, T>,
    ) -> Result<T, ApiError> {
        for _ in 0..MAX_ROUNDS {
            match call().await {
                Err(ApiError::CaptchaRequired) => {}
                other => return other,
            }
            match self.gate.await_solution().await {
                CaptchaOutcome::Solved => {}
                CaptchaOutcome::Dismissed => break,
                CaptchaOutcome::NoUserInterface => return Err(ApiError::CaptchaRequired),
            }
        }
        Err(ApiError::CaptchaDismissed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_solver_a_request_fails_and_one_solution_serves_all_waiting_requests() {
        let gate = CaptchaGate::default();
        assert_eq!(gate.await_solution().await, CaptchaOutcome::NoUserInterface);
        gate.0.send_modify(|state| state.has_user_interface = true);
        let answer = async {
            drop(gate.0.subscribe().wait_for(|state| state.is_open()).await);
            gate.finish(true);
        };
        let (one, other, ()) = tokio::join!(gate.await_solution(), gate.await_solution(), answer);
        assert_eq!((one, other), (CaptchaOutcome::Solved, CaptchaOutcome::Solved));
        assert_eq!(gate.0.borrow().asked, 1);
        let answer = async {
            drop(gate.0.subscribe().wait_for(|state| state.is_open()).await);
            gate.finish(false);
        };
        let (outcome, ()) = tokio::join!(gate.await_solution(), answer);
        assert_eq!(outcome, CaptchaOutcome::Dismissed);
    }
}
