//! Captchas of the local server: images of letters and digits. A correct answer grants an access token or more GraphQL
//! calls.
//!
//! A challenge contains its purpose and a signature. Its answer is derived from its nonce and the server's key. For
//! each challenge, the server therefore stores only the number of wrong answers, and whether the challenge is still
//! valid.

// This file exceeds 300 lines because a challenge, its signature and its answer belong together.

mod glyphs;
mod picture;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use serde_json::{Value, json};
use uuid::Uuid;

use super::tokens::{UserIdentity, equal};
use super::{clock, random};

const VERSION: &str = "3";
const LETTERS: usize = 5;
/// Number of wrong answers after which a captcha challenge becomes invalid.
const MAX_TRIES: u8 = 5;
/// Time in seconds after which a captcha challenge expires.
const LIFETIME: i64 = 600;
/// Maximum number of answered challenges, and of tokens that visitors have earned but not used yet, that the server
/// remembers. If there are more of either, the oldest entry is dropped.
const MAX_REMEMBERED_ENTRIES: usize = 10_000;

/// The policy that determines for which access tokens the server requires a captcha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptchaPolicy {
    /// The server issues all tokens without a captcha.
    #[default]
    Nothing,
    /// The server requires a captcha only for tokens with a lifetime of 90 days.
    LongLived,
    /// The server requires a captcha for every token.
    EveryToken,
}

/// Captcha settings: which tokens require a captcha, and how captchas are generated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaptchaSettings {
    /// Determines for which access tokens the server requires a captcha.
    pub ask: CaptchaPolicy,
    /// The seed of the captcha generator; `None` for random captchas. With a seed, challenges, answers and images are
    /// the same in every run, and `GET /admin/captcha?nonce=NONCE` returns the answer. Set a seed only when testing
    /// clients, because such captchas offer no protection.
    pub seed: Option<u64>,
}

/// The purpose of a captcha. Solving it grants a visitor an access token, or grants an API user additional calls beyond
/// the rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaptchaPurpose {
    /// Solving the captcha grants one access token to the visitor whose cookie contains this UUID.
    Token(Uuid),
    /// Solving the captcha grants the API user with this identity additional calls beyond the rate limit.
    Calls(UserIdentity),
}

/// A captcha challenge. The server sends it to the client, and the client returns it together with the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) nonce: String,
    pub(super) key: String,
    pub(super) sig: String,
}

impl Challenge {
    pub(super) fn json(&self) -> Value {
        json!({"v": VERSION, "nonce": self.nonce, "key": self.key, "_sig": self.sig})
    }
}

/// The result of checking the answer to a captcha. `Display` formats the result as its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CaptchaCheck {
    #[error("correct")]
    Correct(CaptchaPurpose),
    #[error("incorrect")]
    Incorrect,
    /// The challenge is no longer valid: it is too old, has already been solved, or has been answered incorrectly too
    /// often.
    #[error("expired")]
    Expired,
    /// The signature of the challenge is wrong, so this server did not issue the challenge.
    #[error("invalid")]
    Forged,
}

#[derive(Debug, Default)]
struct Memory {
    /// The number of wrong answers to each challenge, keyed by nonce; [`MAX_TRIES`] if the challenge is no longer
    /// valid.
    tries: HashMap<String, u8>,
    order: VecDeque<String>,
    /// The visitors who have earned tokens by solving captchas, oldest first: one entry for each unused token.
    tokens: VecDeque<Uuid>,
}

/// Issues captcha challenges and checks the answers to them.
pub(super) struct Captchas {
    settings: CaptchaSettings,
    key: hmac::Key,
    issued: AtomicU64,
    memory: Mutex<Memory>,
}

impl std::fmt::Debug for Captchas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Captchas").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Captchas {
    pub(super) fn new(settings: CaptchaSettings) -> Self {
        let key = match settings.seed {
            Some(seed) => digest::digest(&digest::SHA256, &seed.to_be_bytes()).as_ref().to_vec(),
            None => random::key().to_vec(),
        };
        Self {
            settings,
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            issued: AtomicU64::new(0),
            memory: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> CaptchaSettings {
        self.settings
    }

    /// Issues a new captcha challenge.
    pub(super) fn challenge(&self, purpose: CaptchaPurpose) -> Challenge {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let nonce = match self.settings.seed {
            Some(_) => URL_SAFE_NO_PAD.encode(self.mac(&["nonce", &number.to_string()]).as_ref()),
            None => random::hex(),
        };
        let nonce: String = nonce.chars().take(16).collect();
        let (kind, whom) = match purpose {
            CaptchaPurpose::Token(visitor) => (b't', visitor),
            CaptchaPurpose::Calls(identity) => (b'c', identity.uuid()),
        };
        let end = clock::now().as_second().saturating_add(LIFETIME);
        let mut key = vec![kind];
        key.extend_from_slice(whom.as_bytes());
        key.extend_from_slice(&end.to_be_bytes());
        let key = URL_SAFE_NO_PAD.encode(key);
        let sig = self.signature(&nonce, &key);
        Challenge { nonce, key, sig }
    }

    /// Returns whether the signature of a challenge proves that this server issued the challenge.
    pub(super) fn knows(&self, challenge: &Challenge) -> bool {
        let expected = self.signature(&challenge.nonce, &challenge.key);
        equal(expected.as_bytes(), challenge.sig.as_bytes())
    }

    /// Returns the captcha image of a challenge as a PNG; `None` if the encoder fails. The value of `round` affects
    /// only how the letters are distorted.
    pub(super) fn picture(&self, nonce: &str, round: &str) -> Option<Vec<u8>> {
        let mac = self.mac(&["picture", nonce, round]);
        let seed = mac.as_ref().iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte));
        picture::draw(&self.answer(nonce), seed)
    }

    /// Returns the letters that are the correct answer to the challenge with this nonce.
    pub(super) fn answer(&self, nonce: &str) -> String {
        let mac = self.mac(&["answer", nonce]);
        mac.as_ref().iter().take(LETTERS).map(|byte| glyphs::letter(*byte)).collect()
    }

    /// Checks the answer to a challenge, ignoring case and white space in the answer.
    pub(super) fn solve(&self, challenge: &Challenge, answer: &str) -> CaptchaCheck {
        if !self.knows(challenge) {
            return CaptchaCheck::Forged;
        }
        let Some((purpose, end)) = decode_key(&challenge.key) else { return CaptchaCheck::Forged };
        let answer: String =
            answer.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let right = equal(answer.as_bytes(), self.answer(&challenge.nonce).as_bytes());
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if end <= clock::now().as_second() || !memory.record_answer(&challenge.nonce, right) {
            return CaptchaCheck::Expired;
        }
        if !right {
            return CaptchaCheck::Incorrect;
        }
        if let CaptchaPurpose::Token(visitor) = purpose {
            memory.grant(visitor);
        }
        CaptchaCheck::Correct(purpose)
    }

    /// Consumes one of the tokens that a visitor has earned by solving captchas. Returns `false` if the visitor has no
    /// token left.
    pub(super) fn spend(&self, visitor: Uuid) -> bool {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).spend(visitor)
    }

    fn signature(&self, nonce: &str, key: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(&["challenge", VERSION, nonce, key]).as_ref())
    }

    fn mac(&self, parts: &[&str]) -> hmac::Tag {
        hmac::sign(&self.key, parts.join("\n").as_bytes())
    }
}

impl Memory {
    /// Records whether an answer to the challenge with this nonce was correct. Returns `false` if the challenge is no
    /// longer valid.
    fn record_answer(&mut self, nonce: &str, right: bool) -> bool {
        let tries = self.tries.get(nonce).copied().unwrap_or_default();
        if tries >= MAX_TRIES {
            return false;
        }
        if self.tries.insert(nonce.to_owned(), if right { MAX_TRIES } else { tries + 1 }).is_none() {
            self.order.push_back(nonce.to_owned());
        }
        if self.order.len() > MAX_REMEMBERED_ENTRIES
            && let Some(oldest) = self.order.pop_front()
        {
            self.tries.remove(&oldest);
        }
        true
    }

    fn grant(&mut self, visitor: Uuid) {
        self.tokens.push_back(visitor);
        if self.tokens.len() > MAX_REMEMBERED_ENTRIES {
            self.tokens.pop_front();
        }
    }

    fn spend(&mut self, visitor: Uuid) -> bool {
        let oldest = self.tokens.iter().position(|owner| *owner == visitor);
        oldest.and_then(|index| self.tokens.remove(index)).is_some()
    }
}

fn decode_key(key: &str) -> Option<(CaptchaPurpose, i64)> {
    let bytes = URL_SAFE_NO_PAD.decode(key).ok()?;
    let (kind, rest) = bytes.split_first()?;
    let (whom, end) = rest.split_at_checked(16)?;
    let whom = Uuid::from_slice(whom).ok()?;
    let purpose = match kind {
        b't' => CaptchaPurpose::Token(whom),
        b'c' => CaptchaPurpose::Calls(UserIdentity::of_uuid(whom)),
        _ => return None,
    };
    Some((purpose, i64::from_be_bytes(end.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_is_accepted_once_and_guesses_are_limited() {
        let captchas = Captchas::new(CaptchaSettings::default());
        let visitor = Uuid::new_v4();
        let challenge = captchas.challenge(CaptchaPurpose::Token(visitor));
        let answer = captchas.answer(&challenge.nonce);
        assert_eq!(answer.len(), LETTERS);
        assert_eq!(captchas.solve(&challenge, "?"), CaptchaCheck::Incorrect);
        assert!(!captchas.spend(visitor));
        let lowercase_answer = format!(" {} ", answer.to_lowercase());
        assert_eq!(
            captchas.solve(&challenge, &lowercase_answer),
            CaptchaCheck::Correct(CaptchaPurpose::Token(visitor))
        );
        assert_eq!(captchas.solve(&challenge, &answer), CaptchaCheck::Expired);
        assert!(captchas.spend(visitor) && !captchas.spend(visitor));
        let other = captchas.challenge(CaptchaPurpose::Token(visitor));
        for _ in 0..MAX_TRIES {
            assert_eq!(captchas.solve(&other, "?"), CaptchaCheck::Incorrect);
        }
        assert_eq!(captchas.solve(&other, &captchas.answer(&other.nonce)), CaptchaCheck::Expired);
        let forged = Challenge { key: "AAAA".to_owned(), ..other };
        assert_eq!(captchas.solve(&forged, "?"), CaptchaCheck::Forged);
    }

    #[test]
    fn only_the_oldest_unused_tokens_are_dropped() {
        let mut memory = Memory::default();
        let (busy, other, late) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        for _ in 0..=MAX_REMEMBERED_ENTRIES {
            memory.grant(busy);
            assert!(memory.spend(busy));
        }
        memory.grant(busy);
        memory.grant(other);
        assert!(memory.spend(busy) && !memory.spend(busy), "used tokens do not count");
        memory.grant(other);
        for _ in 1..MAX_REMEMBERED_ENTRIES {
            memory.grant(late);
        }
        assert!(memory.spend(other) && !memory.spend(other), "a visitor loses only the dropped token");
        assert!(memory.spend(late));
        assert_eq!(memory.tokens.len(), MAX_REMEMBERED_ENTRIES - 2);
    }

    #[test]
    fn a_seed_reproduces_the_same_text_and_image() {
        let seeded = |seed| Captchas::new(CaptchaSettings { seed: Some(seed), ..Default::default() });
        let purpose = CaptchaPurpose::Token(Uuid::nil());
        let (one, two, other) = (seeded(1), seeded(1), seeded(2));
        let nonce = one.challenge(purpose).nonce;
        assert_eq!(two.challenge(purpose).nonce, nonce);
        assert_ne!(one.challenge(purpose).nonce, nonce);
        assert_ne!(other.challenge(purpose).nonce, nonce);
        assert_eq!(one.answer(&nonce), two.answer(&nonce));
        assert_eq!(one.picture(&nonce, "0"), two.picture(&nonce, "0"));
        assert_ne!(one.picture(&nonce, "0"), one.picture(&nonce, "1"), "each request returns a new image");
        assert_ne!(one.picture(&nonce, "0"), other.picture(&nonce, "0"));
    }
}
