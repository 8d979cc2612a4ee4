//! Captchas. A call that is refused for one waits here, where somebody is there to solve it, and
//! goes on when it is solved; where nobody is, the refusal is the answer.

use super::{Doing, Mailbox, ServiceError};
use crate::ports::transport::{TransportError, Verdict};
use crate::ports::{BoxFuture, BoxStream};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::sync::watch;

/// Captchas that one call may ask for before it is given up.
const MAX_ROUNDS: usize = 3;

/// Where captchas are asked for and answered.
#[derive(Debug, Default)]
pub(super) struct Desk(watch::Sender<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Whether somebody is there.
    attended: bool,
    /// How many captchas were asked for.
    asked: u64,
    /// How many of them are settled, and whether the last one was solved.
    settled: u64,
    solved: bool,
}

impl State {
    fn open(self) -> bool {
        self.asked > self.settled
    }
}

/// The end of a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    /// It was solved: the call can be made again.
    Solved,
    /// The user left it.
    Left,
    /// No user is there to solve it.
    Unattended,
}

impl Desk {
    /// Asks whoever is there.
    async fn ask(&self) -> Outcome {
        let mut told = self.0.subscribe();
        let mut mine = None;
        self.0.send_if_modified(|state| {
            if state.attended {
                // Calls that are refused together wait for one and the same captcha.
                let new = !state.open();
                state.asked += u64::from(new);
                mine = Some(state.asked);
                return new;
            }
            false
        });
        let Some(mine) = mine else { return Outcome::Unattended };
        match told.wait_for(|state| state.settled >= mine || !state.attended).await {
            Ok(state) if state.solved => Outcome::Solved,
            Ok(_) | Err(_) => Outcome::Left,
        }
    }

    fn settle(&self, solved: bool) {
        self.0.send_modify(|state| {
            state.settled = state.asked;
            state.solved = solved;
        });
    }
}

/// A question to the service that can be put again.
pub(super) type Asking<'a, 'b, T> = dyn Fn() -> BoxFuture<'a, Result<T, TransportError>> + Send + Sync + 'b;

impl Mailbox {
    /// From here on somebody is there to solve captchas: tells whenever a call waits for one.
    pub fn attend_captchas(&self) -> BoxStream<'static, ()> {
        self.desk.0.send_modify(|state| state.attended = true);
        let told = (self.desk.0.subscribe(), 0);
        unfold(told, |(mut told, seen)| async move {
            let asked = told.wait_for(|state| state.open() && state.asked > seen).await.ok()?.asked;
            Some(((), (told, asked)))
        })
        .boxed()
    }

    /// The picture of the captcha that is to be solved; another number is another drawing.
    pub async fn captcha_picture(&self, drawing: u32) -> Result<Bytes, ServiceError> {
        self.transport
            .captcha_picture(drawing)
            .await
            .map_err(|source| ServiceError::service(Doing::SolveCaptcha, source))
    }

    /// Answers it. If the answer is right the calls that waited go on; if the captcha is void they
    /// are made again too, to be given another.
    pub async fn solve_captcha(&self, answer: &str) -> Result<Verdict, ServiceError> {
        let verdict = self
            .transport
            .solve_captcha(answer)
            .await
            .map_err(|source| ServiceError::service(Doing::SolveCaptcha, source))?;
        if verdict != Verdict::Wrong {
            self.desk.settle(true);
        }
        Ok(verdict)
    }

    /// Leaves it unsolved: the calls that waited are refused.
    pub fn give_up_captcha(&self) {
        self.desk.settle(false);
    }

    /// Makes a call; one that is refused for a captcha is made again when that is solved.
    pub(super) async fn past_captchas<T: Send>(&self, ask: &Asking<'_, '_, T>) -> Result<T, TransportError> {
        for _ in 0..MAX_ROUNDS {
            match ask().await {
                Err(TransportError::CaptchaRequired) => {}
                other => return other,
            }
            match self.desk.ask().await {
                Outcome::Solved => {}
                Outcome::Left => break,
                Outcome::Unattended => return Err(TransportError::CaptchaRequired),
            }
        }
        Err(TransportError::CaptchaLeft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_there_is_a_refusal_and_one_solution_serves_all_that_wait() {
        let desk = Desk::default();
        assert_eq!(desk.ask().await, Outcome::Unattended);
        desk.0.send_modify(|state| state.attended = true);
        let answer = async {
            drop(desk.0.subscribe().wait_for(|state| state.open()).await);
            desk.settle(true);
        };
        let (one, other, ()) = tokio::join!(desk.ask(), desk.ask(), answer);
        assert_eq!((one, other), (Outcome::Solved, Outcome::Solved));
        assert_eq!(desk.0.borrow().asked, 1);
        let answer = async {
            drop(desk.0.subscribe().wait_for(|state| state.open()).await);
            desk.settle(false);
        };
        let (outcome, ()) = tokio::join!(desk.ask(), answer);
        assert_eq!(outcome, Outcome::Left);
    }
}
