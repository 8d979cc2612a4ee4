//! Unguessable random bytes and pronounceable logins from the operating system's random number generator.

use std::cell::RefCell;

use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

/// Number of random bytes that a thread requests from the operating system at a time, for the salts of mail ids.
const STOCK_BYTES: usize = 4 << 10;

thread_local! {
    static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

const CONSONANTS: [char; 16] =
    ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'];
const VOWELS: [char; 4] = ['a', 'e', 'i', 'o'];
/// Number of syllables in a random login. A syllable is one of 16 consonants followed by one of 4 vowels, so five
/// syllables contain 30 random bits.
const SYLLABLES: u32 = 5;

/// Returns a number with 122 random bits.
pub(super) fn bits() -> u128 {
    Uuid::new_v4().as_u128()
}

/// Returns a number with 128 random bits for the salt of a mail id. The bits are taken from a per-thread buffer and are
/// then overwritten there.
pub(super) fn pooled_bits() -> u128 {
    LEFT.with_borrow_mut(|left| {
        if left.len() < size_of::<u128>() {
            left.resize(STOCK_BYTES, 0);
            if SystemRandom::new().fill(left).is_err() {
                left.clear();
            }
        }
        let rest = left.len().saturating_sub(size_of::<u128>());
        let Some(taken) = left.get_mut(rest..).filter(|taken| taken.len() == size_of::<u128>()) else {
            return bits();
        };
        let bits = taken.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte));
        taken.fill(0);
        left.truncate(rest);
        bits
    })
}

/// Returns 32 random bytes for a cryptographic key.
pub(super) fn key() -> [u8; 32] {
    let mut key = [0; 32];
    if SystemRandom::new().fill(&mut key).is_err() {
        // The UUIDs come from another interface of the operating system, but contain only 244 random bits.
        let (head, tail) = key.split_at_mut(16);
        head.copy_from_slice(Uuid::new_v4().as_bytes());
        tail.copy_from_slice(Uuid::new_v4().as_bytes());
    }
    key
}

/// Returns 32 hexadecimal digits that contain 122 random bits.
pub(super) fn hex() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Returns a random pronounceable login, such as `nofipavezo`. The caller must check that the login is unused.
pub(super) fn login() -> String {
    // The low half of a version-4 UUID contains 62 random bits below the two variant bits.
    let mut bits = bits() & u128::from(u64::MAX >> 2);
    let mut login = String::new();
    for _ in 0..SYLLABLES {
        for letters in [CONSONANTS.as_slice(), VOWELS.as_slice()] {
            let count = letters.len() as u128;
            let at = usize::try_from(bits % count).unwrap_or_default();
            login.extend(letters.get(at));
            bits /= count;
        }
    }
    login
}

/// Returns a random number from 0 (inclusive) to `bound` (exclusive). Returns 0 if `bound` is 0.
pub(super) fn below(bound: usize) -> usize {
    let low = bits() & u128::from(u64::MAX >> 2);
    low.checked_rem(bound as u128).and_then(|n| usize::try_from(n).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_ten_letters_and_differs_from_the_next() {
        let login = login();
        assert_eq!(login.len(), 10);
        assert!(login.bytes().all(|b| b.is_ascii_lowercase()));
        assert_ne!(login, super::login());
    }

    #[test]
    fn buffered_random_bits_are_used_once() {
        let all: std::collections::HashSet<u128> = (0..2 * STOCK_BYTES).map(|_| pooled_bits()).collect();
        assert_eq!(all.len(), 2 * STOCK_BYTES);
        assert_eq!(all.iter().fold(0, |seen, bits| seen | bits), u128::MAX, "every bit is used");
    }

    #[test]
    fn every_bit_of_a_key_is_random() {
        let keys: Vec<[u8; 32]> = (0..200).map(|_| key()).collect();
        for at in 0..32 {
            let (set, clear) =
                keys.iter().fold((0, 0), |(set, clear), key| (set | key[at], clear | !key[at]));
            assert_eq!((set, clear), (u8::MAX, u8::MAX), "byte {at}");
        }
    }

    #[test]
    fn a_random_number_is_below_its_bound() {
        assert_eq!(below(0), 0);
        assert!((0..100).all(|_| below(3) < 3));
    }
}
