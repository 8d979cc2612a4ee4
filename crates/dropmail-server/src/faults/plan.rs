//! Parses a fault injection plan, which is a line of text such as `drop=5%,delay=10%:300ms,smtp-4xx@rcpt=0.2,seed=7`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::kind::{Fault, SmtpStage};
use crate::seeded_rng::{splitmix64, unit_f64};

const DELAY: Duration = Duration::from_millis(250);
/// Default delay from the acknowledgement of a subscription until the subscription starts listening for mail
/// ([`Fault::LateListening`]). This is the delay that was observed on the service.
const LATE_LISTENING: Duration = Duration::from_millis(1_500);
const MAX_DELAY: Duration = Duration::from_mins(10);

/// A fault injection plan: the probability of each fault, and the seed of the random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultPlan {
    /// Probability of each kind of fault, in the order of [`Fault::all`].
    chances: Vec<f64>,
    delay: Duration,
    late_listening: Duration,
    seed: u64,
}

/// Reason why a string is not a valid fault injection plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultPlanError {
    /// An entry of the fault injection plan does not have the form `NAME=CHANCE`.
    #[error("`{0}` is not of the form NAME=CHANCE, such as drop=5%")]
    Form(String),
    /// An entry of the fault injection plan contains an unknown name.
    #[error("there is no fault `{0}`; there are {names}", names = names())]
    Name(String),
    /// The probability in an entry of the fault injection plan is invalid.
    #[error("`{0}` is not a valid chance; write 5% or 0.05, at most 100%")]
    Chance(String),
    /// The delay in an entry of the fault injection plan is invalid or too long.
    #[error("`{0}` is not a valid delay; write 300ms or 2s, at most 10 minutes")]
    Delay(String),
    /// The seed in the fault injection plan is not a number.
    #[error("`{0}` is not a valid seed; write a whole number")]
    Seed(String),
}

fn names() -> String {
    let plain = Fault::PLAIN.map(|fault| fault.to_string()).join(", ");
    let stages = SmtpStage::ALL.map(SmtpStage::name).join(", ");
    format!(
        "{plain}, {}, {}, smtp-4xx, smtp-5xx (both also with @STAGE: {stages}), all, and seed",
        Fault::LateListening,
        Fault::LostPush
    )
}

impl FaultPlan {
    /// Returns a fault injection plan without faults.
    pub fn off() -> Self {
        Self {
            chances: Fault::all().map(|_| 0.0).collect(),
            delay: DELAY,
            late_listening: LATE_LISTENING,
            seed: 0,
        }
    }

    /// Returns whether the fault injection plan injects no faults.
    pub(crate) fn is_off(&self) -> bool {
        self.chances.iter().all(|chance| *chance <= 0.0)
    }

    /// Returns the time by which [`Fault::Delay`] delays the server's reply.
    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    /// Returns the delay from the acknowledgement of a subscription until the subscription starts listening for mail
    /// ([`Fault::LateListening`]).
    pub(super) fn late_listening(&self) -> Duration {
        self.late_listening
    }

    /// Returns whether to inject `fault` at opportunity number `decision`; opportunities are counted separately for
    /// each kind of fault. The result depends only on the kind and the probability of the fault, the seed and
    /// `decision`.
    pub(super) fn fires(&self, fault: Fault, decision: u64) -> bool {
        let place = fault.place();
        let chance = self.chances.get(place).copied().unwrap_or_default();
        let salt = u64::try_from(place).unwrap_or_default() << 48;
        unit_f64(splitmix64(self.seed ^ salt) ^ decision) < chance
    }

    fn set(&mut self, meant: impl Fn(Fault) -> bool, chance: f64) -> bool {
        let mut known = false;
        for (fault, current) in Fault::all().zip(&mut self.chances) {
            if meant(fault) {
                *current = chance;
                known = true;
            }
        }
        known
    }

    fn entry(&mut self, name: &str, value: &str) -> Result<(), FaultPlanError> {
        if name == "seed" {
            self.seed = value.parse().map_err(|_no_number| FaultPlanError::Seed(value.to_owned()))?;
            return Ok(());
        }
        let (value, delay) = match value.split_once(':') {
            Some((value, delay)) if matches!(name, "delay" | "late-listening") => (value, Some(delay)),
            _ => (value, None),
        };
        if let Some(delay) = delay {
            let pause = pause(delay).ok_or_else(|| FaultPlanError::Delay(delay.to_owned()))?;
            let meant = if name == "delay" { &mut self.delay } else { &mut self.late_listening };
            *meant = pause;
        }
        let chance = chance(value).ok_or_else(|| FaultPlanError::Chance(value.to_owned()))?;
        let known = match name {
            "all" => self.set(|_| true, chance),
            "smtp-4xx" => self.set(|fault| matches!(fault, Fault::SmtpTransient(_)), chance),
            "smtp-5xx" => self.set(|fault| matches!(fault, Fault::SmtpPermanent(_)), chance),
            _ => self.set(|fault| fault.to_string() == name, chance),
        };
        if known { Ok(()) } else { Err(FaultPlanError::Name(name.to_owned())) }
    }
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self::off()
    }
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    /// Parses the entries of a fault injection plan from left to right; a later entry overrides an earlier one. An
    /// empty string or `off` is a plan without faults.
    fn from_str(text: &str) -> Result<Self, FaultPlanError> {
        let mut plan = Self::off();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty() && *entry != "off") {
            let (name, value) =
                entry.split_once('=').ok_or_else(|| FaultPlanError::Form(entry.to_owned()))?;
            plan.entry(name.trim(), value.trim())?;
        }
        Ok(plan)
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_off() {
            return f.write_str("off");
        }
        for (fault, chance) in Fault::all().zip(&self.chances).filter(|(_, chance)| **chance > 0.0) {
            write!(f, "{fault}={chance}")?;
            match fault {
                Fault::Delay => write!(f, ":{}ms", self.delay.as_millis())?,
                Fault::LateListening => write!(f, ":{}ms", self.late_listening.as_millis())?,
                Fault::Drop
                | Fault::Duplicate
                | Fault::Http403
                | Fault::Http429
                | Fault::Http500
                | Fault::Http502
                | Fault::RateLimit
                | Fault::SessionExpiry
                | Fault::Truncate
                | Fault::LostPush
                | Fault::SmtpTransient(_)
                | Fault::SmtpPermanent(_) => {}
            }
            f.write_str(",")?;
        }
        write!(f, "seed={}", self.seed)
    }
}

fn chance(text: &str) -> Option<f64> {
    let (number, whole) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let chance = number.trim().parse::<f64>().ok()? / whole;
    (0.0..=1.0).contains(&chance).then_some(chance)
}

fn pause(text: &str) -> Option<Duration> {
    let pause = match text.strip_suffix("ms") {
        Some(number) => Duration::from_millis(number.parse().ok()?),
        None => Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()?,
    };
    (pause <= MAX_DELAY).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_a_round_trip_through_text() {
        let text = "drop=5%, delay=10%:300ms,smtp-4xx@rcpt=0.2,seed=7";
        let plan: FaultPlan = text.parse().unwrap();
        assert_eq!(plan.to_string(), "drop=0.05,delay=0.1:300ms,smtp-4xx@rcpt=0.2,seed=7");
        assert_eq!(plan.to_string().parse(), Ok(plan));
        let late: FaultPlan = "late-listening=100%:3s".parse().unwrap();
        assert_eq!(late.to_string(), "late-listening=1:3000ms,seed=0");
        let plan: FaultPlan = "all=5%,session-expiry=0,smtp-5xx=0".parse().unwrap();
        assert_eq!(plan.chances.iter().filter(|chance| **chance > 0.0).count(), 17);
        assert!("".parse::<FaultPlan>().unwrap().is_off());
        assert_eq!("off".parse::<FaultPlan>().unwrap().to_string(), "off");
    }

    #[test]
    fn an_invalid_plan_is_reported_with_a_reason() {
        for (text, words) in [
            ("drop", "NAME=CHANCE"),
            ("dorp=1%", "there are drop, delay"),
            ("drop=101%", "at most 100%"),
            ("drop=NaN", "not a valid chance"),
            ("drop=5%:1s", "not a valid chance"),
            ("delay=5%:1h", "not a valid delay"),
            ("seed=x", "not a valid seed"),
            ("smtp-4xx@quit=1%", "there is no fault `smtp-4xx@quit`"),
        ] {
            let error = text.parse::<FaultPlan>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn faults_occur_with_their_probability_and_seed() {
        let plan: FaultPlan = "all=5%,seed=1".parse().unwrap();
        let other: FaultPlan = "all=5%,seed=2".parse().unwrap();
        let draws =
            |plan: &FaultPlan, fault| (0..10_000).filter(|n| plan.fires(fault, *n)).collect::<Vec<_>>();
        for fault in Fault::all() {
            let injected = draws(&plan, fault);
            assert!((400..600).contains(&injected.len()), "{fault}: {}", injected.len());
            assert_eq!(injected, draws(&plan, fault));
            assert_ne!(injected, draws(&other, fault));
        }
        let always: FaultPlan = "drop=1".parse().unwrap();
        assert_eq!(draws(&always, Fault::Drop).len(), 10_000);
        assert_eq!(draws(&always, Fault::Delay).len(), 0);
    }
}
