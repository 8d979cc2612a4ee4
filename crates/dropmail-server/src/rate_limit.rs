//! Limits how many calls each identity can make within a sliding time window. Creating addresses and reading mail have
//! separate limits.

use std::collections::{HashMap, VecDeque};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::tokens::{Bearer, UserIdentity};

/// Maximum number of identities with call records. Before the server adds another identity, it drops the records of
/// identities without recent calls. If there are no such identities, it drops the record whose last call was the
/// earliest. It drops identities that have unused additional calls from captchas only after all others.
const MAX_IDENTITIES: usize = 4096;
/// Maximum number of calls per window in a rate limit. A higher configured number is reduced to this value, because the
/// server stores the time of each call.
const MAX_CALLS: usize = 1_000_000;

/// A rate limit: a maximum number of calls within any time window of a given length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    calls: usize,
    window: Duration,
}

/// The error for a string that is not a valid rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate must be CALLS/TIME, such as 300/1m or 5/10s")]
pub struct RateError;

impl Rate {
    /// Creates a rate limit of at most `calls` calls within any time window of length `window`.
    pub fn new(calls: usize, window: Duration) -> Self {
        Self { calls: calls.min(MAX_CALLS), window }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (calls, time) = text.split_once('/').ok_or(RateError)?;
        let unit = time.trim_start_matches(|c: char| c.is_ascii_digit());
        let count = time.strip_suffix(unit).unwrap_or_default();
        let count: u64 = if count.is_empty() { 1 } else { count.parse().map_err(|_range| RateError)? };
        let window = match unit {
            "ms" => Duration::from_millis(count),
            "s" => Duration::from_secs(count),
            "m" => Duration::from_secs(count.checked_mul(60).ok_or(RateError)?),
            "h" => Duration::from_secs(count.checked_mul(3600).ok_or(RateError)?),
            _ => return Err(RateError),
        };
        let calls = calls.trim().parse().map_err(|_no_number| RateError)?;
        if window.is_zero() { Err(RateError) } else { Ok(Self::new(calls, window)) }
    }
}

/// The rate limits of the server. By default, there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Rate limit for creating and restoring addresses; `None` for no limit.
    pub addresses: Option<Rate>,
    /// Rate limit for reading mail; `None` for no limit. Each list of mails, each mail requested by id and each
    /// pushed mail counts as one call.
    pub mail: Option<Rate>,
    /// Divisor that lowers the rate limits for legacy tokens: each ordinary limit is divided by this number.
    pub legacy_divisor: usize,
    /// Number of calls beyond the rate limit that each solved captcha grants.
    pub credits: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { addresses: None, mail: None, legacy_divisor: 10, credits: 100 }
    }
}

/// The kind of a GraphQL call, which determines its rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    Addresses,
    Mail,
}

#[derive(Debug, Default)]
struct Usage {
    addresses: VecDeque<Instant>,
    mail: VecDeque<Instant>,
    credits: usize,
}

impl Usage {
    fn is_stale(&self, limits: &RateLimits, now: Instant) -> bool {
        let old = |calls: &VecDeque<Instant>, rate: Option<Rate>| {
            calls.back().is_none_or(|last| rate.is_none_or(|rate| now.duration_since(*last) >= rate.window))
        };
        self.credits == 0 && old(&self.addresses, limits.addresses) && old(&self.mail, limits.mail)
    }

    /// Returns the sort key that determines which record is dropped first: the record with the smallest key.
    fn drop_order(&self) -> (bool, Option<Instant>) {
        (self.credits > 0, self.addresses.back().copied().max(self.mail.back().copied()))
    }
}

/// Counts the calls of each identity and enforces the rate limits.
#[derive(Debug)]
pub(super) struct Rates {
    limits: RateLimits,
    usage: Mutex<HashMap<UserIdentity, Usage>>,
}

impl Rates {
    pub(super) fn new(limits: RateLimits) -> Self {
        Self { limits, usage: Mutex::default() }
    }

    /// Counts a call towards the rate limit of the bearer's identity. Returns `false` if the limit is exceeded and the
    /// identity has used up the additional calls that it earned by solving captchas.
    pub(super) fn allow(&self, bearer: Bearer, what: CallKind) -> bool {
        self.allow_at(bearer, what, Instant::now())
    }

    fn allow_at(&self, bearer: Bearer, what: CallKind, now: Instant) -> bool {
        let rate = match what {
            CallKind::Addresses => self.limits.addresses,
            CallKind::Mail => self.limits.mail,
        };
        let Some(rate) = rate else { return true };
        let most = if bearer.legacy { rate.calls / self.limits.legacy_divisor.max(1) } else { rate.calls };
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = self.record(&mut usage, bearer.identity, now);
        let calls = match what {
            CallKind::Addresses => &mut usage.addresses,
            CallKind::Mail => &mut usage.mail,
        };
        while calls.front().is_some_and(|first| now.duration_since(*first) >= rate.window) {
            calls.pop_front();
        }
        if calls.len() < most {
            calls.push_back(now);
            true
        } else if usage.credits > 0 {
            usage.credits -= 1;
            true
        } else {
            false
        }
    }

    /// Grants the API user with this identity the additional calls that the user has earned by solving a captcha.
    pub(super) fn credit(&self, identity: UserIdentity) {
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = self.record(&mut usage, identity, Instant::now());
        usage.credits = usage.credits.saturating_add(self.limits.credits);
    }

    /// Returns the call record of an identity. If there is none, adds one, after dropping other records if there are
    /// already [`MAX_IDENTITIES`].
    fn record<'u>(
        &self,
        usage: &'u mut HashMap<UserIdentity, Usage>,
        identity: UserIdentity,
        now: Instant,
    ) -> &'u mut Usage {
        if usage.len() >= MAX_IDENTITIES && !usage.contains_key(&identity) {
            usage.retain(|_, usage| !usage.is_stale(&self.limits, now));
            if usage.len() >= MAX_IDENTITIES {
                let first = usage.iter().min_by_key(|(_, usage)| usage.drop_order()).map(|(first, _)| *first);
                first.map(|first| usage.remove(&first));
            }
        }
        usage.entry(identity).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_parsed() {
        assert_eq!("300/1m".parse(), Ok(Rate::new(300, Duration::from_mins(1))));
        assert_eq!("5/10s".parse(), Ok(Rate::new(5, Duration::from_secs(10))));
        assert_eq!("0/h".parse(), Ok(Rate::new(0, Duration::from_hours(1))));
        for bad in ["", "5", "5/", "x/1m", "5/1d", "5/0s", "-1/1s", "5/99999999999999999999h"] {
            assert_eq!(bad.parse::<Rate>(), Err(RateError), "{bad}");
        }
    }

    #[test]
    fn the_rate_window_slides_and_credits_extend_the_limit() {
        let limits = RateLimits {
            mail: Some(Rate::new(2, Duration::from_secs(10))),
            credits: 1,
            legacy_divisor: 2,
            ..RateLimits::default()
        };
        let rates = Rates::new(limits);
        let start = Instant::now();
        let bearer = Bearer { identity: UserIdentity::random(), legacy: false };
        let allowed = |seconds| rates.allow_at(bearer, CallKind::Mail, start + Duration::from_secs(seconds));
        assert!(allowed(0) && allowed(6));
        assert!(!allowed(6));
        assert!(allowed(10), "the first call has left the window");
        assert!(!allowed(10), "the second call is still in the window");
        rates.credit(bearer.identity);
        assert!(allowed(10) && !allowed(10));
        assert!(rates.allow_at(bearer, CallKind::Addresses, start), "this kind of call has no limit");
        let legacy = Bearer { identity: UserIdentity::random(), legacy: true };
        assert!(
            rates.allow_at(legacy, CallKind::Mail, start) && !rates.allow_at(legacy, CallKind::Mail, start)
        );
    }

    #[test]
    fn the_number_of_call_records_is_limited() {
        let rate = Rate::new(1, Duration::from_hours(1));
        let rates = Rates::new(RateLimits { mail: Some(rate), credits: 1, ..RateLimits::default() });
        let start = Instant::now();
        let bearers: Vec<Bearer> = (0..MAX_IDENTITIES + 10)
            .map(|_| Bearer { identity: UserIdentity::random(), legacy: false })
            .collect();
        let calls = |bearer: &Bearer, millis| {
            rates.allow_at(*bearer, CallKind::Mail, start + Duration::from_millis(millis))
        };
        rates.credit(bearers[0].identity);
        for (bearer, millis) in bearers.iter().zip(0..) {
            assert!(calls(bearer, millis));
        }
        assert_eq!(rates.usage.lock().unwrap().len(), MAX_IDENTITIES);
        let known = |index: usize| rates.usage.lock().unwrap().contains_key(&bearers[index].identity);
        assert!(known(0), "an identity with additional calls is kept");
        assert!((1..=10).all(|index| !known(index)) && (11..bearers.len()).all(known));
        rates.credit(bearers[1].identity);
        assert_eq!(rates.usage.lock().unwrap().len(), MAX_IDENTITIES);
        assert!(calls(&Bearer { identity: UserIdentity::random(), legacy: false }, 100_000_000));
        assert_eq!(rates.usage.lock().unwrap().len(), 3, "the two with additional calls and the new one");
    }
}
