//! Encrypts tokens and restore keys in the archive with a key from the operating system's keyring, if there is one. The
//! encrypted secrets are in the archive file itself, so a secret is stored as soon as its transaction is committed.
//! Without the keyring, a copy of the archive file does not give access to any session.
//!
//! A separate thread requests the key from the keyring. The first call that stores or reads a secret waits briefly for
//! the key. If there is no keyring, secrets are stored in plain text. A locked keyring may show an unlock prompt; no
//! secret is stored until the user unlocks the keyring.

// This file exceeds 300 lines because the states of the key and the waits for them are read together.

use crate::domain::keyring::KeyringProblem;
use crate::ports::secrets::{SecretError, SecretStore};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Text that tells the user where secrets are stored if a keyring is used.
const ENCRYPTED_STORAGE: &str = "in the archive's file, sealed with a key in the system's keyring";
/// Name of the keyring entry that contains the archive's encryption key.
const KEYRING_ENTRY: &str = "archive-key";
/// Prefix of an encrypted secret in the archive. Tokens and restore keys from the service never begin with it.
const ENCRYPTED_PREFIX: &str = "sealed:1:";
/// Timeout for the keyring's reply when an encrypted secret is read, measured from the start of the query to the
/// keyring. If it expires, the secret cannot be read.
const READ_TIMEOUT: Duration = Duration::from_secs(3);
/// Timeout for the keyring's reply when a secret is stored, measured from the start of the query to the keyring. If it
/// expires, the secret is not stored.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

#[derive(Default)]
enum State {
    /// There is no keyring, so secrets are stored in plain text.
    #[default]
    Plain,
    /// The keyring has not yet replied to the request for the key.
    Pending {
        /// The time at which the key was requested from the keyring.
        since: Instant,
        /// `true` if the keyring has reported that it is locked and is waiting for the user to answer its unlock
        /// prompt.
        is_locked: bool,
    },
    /// The keyring returned the encryption key, so secrets can be encrypted and decrypted.
    Unlocked(Box<LessSafeKey>),
    /// The keyring returned no encryption key; the value is the reason.
    Unavailable(KeyringProblem),
}

impl State {
    /// Returns whether secrets can be stored, either encrypted or, if there is no usable keyring, in plain text.
    fn can_store(&self) -> bool {
        !matches!(self, Self::Pending { .. } | Self::Unavailable(KeyringProblem::Locked))
    }
}

/// Encrypts and decrypts secrets with the key from the keyring. All clones of this value share one key.
#[derive(Clone, Default)]
pub(super) struct Vault(Arc<SharedVault>);

#[derive(Default)]
struct SharedVault {
    state: Mutex<State>,
    changed: Condvar,
    /// The keyring that contains the encryption key; `None` if there is no keyring. If the user has dismissed the
    /// unlock prompt, the key can be requested again.
    keyring: Option<Arc<dyn SecretStore>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(***)")
    }
}

impl Vault {
    /// Creates a vault, and requests the encryption key from the keyring in a separate thread. If the keyring contains
    /// no key, creates one.
    pub(super) fn connect(keyring: Arc<dyn SecretStore>) -> Self {
        let vault = Self(Arc::new(SharedVault { keyring: Some(keyring), ..SharedVault::default() }));
        vault.set_state(State::Unavailable(KeyringProblem::Locked));
        vault.prompt_again();
        vault
    }

    /// Creates a vault that does not request the key until a secret must be encrypted or decrypted, and that shows no
    /// unlock prompt.
    pub(super) fn connect_on_demand(keyring: Arc<dyn SecretStore>) -> Self {
        let vault = Self(Arc::new(SharedVault { keyring: Some(keyring), ..SharedVault::default() }));
        vault.set_state(State::Unavailable(KeyringProblem::Locked));
        vault
    }

    /// Requests the key from a locked keyring again, which may show its unlock prompt again.
    pub(super) fn prompt_again(&self) {
        self.query(|vault, keyring| {
            if keyring.is_locked(KEYRING_ENTRY) == Ok(true) {
                vault.set_locked();
            }
            get_or_create_key(keyring)
        });
    }

    /// Checks whether the user has unlocked a locked keyring, without showing an unlock prompt. Calls that wait for the
    /// key also wait for this check to finish.
    fn recheck(&self) {
        self.query(|_, keyring| {
            if keyring.is_locked(KEYRING_ENTRY).unwrap_or(true) {
                Err(KeyringProblem::Locked)
            } else {
                get_or_create_key(keyring)
            }
        });
    }

    /// Queries the keyring by calling `work` in a separate thread. Does nothing while another query is running, or if
    /// the keyring has already returned the key or failed.
    #[expect(clippy::disallowed_methods, reason = "the wait for the keyring uses real time")]
    fn query(&self, work: fn(&Self, &dyn SecretStore) -> Result<Box<LessSafeKey>, KeyringProblem>) {
        let Some(keyring) = self.0.keyring.clone() else { return };
        {
            let mut state = self.state();
            if !matches!(*state, State::Unavailable(KeyringProblem::Locked)) {
                return;
            }
            *state = State::Pending { since: Instant::now(), is_locked: false };
        }
        let shared = self.clone();
        let asking = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            shared
                .set_state(work(&shared, keyring.as_ref()).map_or_else(State::Unavailable, State::Unlocked));
        });
        if asking.is_err() {
            self.set_state(State::Unavailable(KeyringProblem::Failed));
        }
    }

    /// Creates a vault that only checks whether a keyring can store an encryption key. It creates no key and shows no
    /// unlock prompt.
    fn probe(keyring: Arc<dyn SecretStore>) -> Self {
        let vault = Self(Arc::new(SharedVault { keyring: Some(keyring), ..SharedVault::default() }));
        vault.set_state(State::Unavailable(KeyringProblem::Locked));
        vault.query(|_, keyring| {
            match keyring.is_locked(KEYRING_ENTRY) {
                Ok(true) => return Err(KeyringProblem::Locked),
                Err(SecretError::Absent) => return Err(KeyringProblem::Absent),
                // A keyring that does not report whether it is locked may still return the key.
                Ok(false) | Err(SecretError::Locked | SecretError::Failed) => {}
            }
            match stored_key(keyring)? {
                Some(key) => Ok(key),
                // The real key is created when the first secret is stored.
                None => random_key().and_then(|bytes| key_from_bytes(&bytes)),
            }
        });
        vault
    }

    /// Records that the keyring is locked, while the current query to the keyring continues.
    fn set_locked(&self) {
        if let State::Pending { is_locked, .. } = &mut *self.state() {
            *is_locked = true;
        }
    }

    fn set_state(&self, state: State) {
        *self.state() = state;
        self.0.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_state(&self) -> MutexGuard<'_, State> {
        self.wait_state_for(READ_TIMEOUT)
    }

    /// Waits for the keyring's reply, and returns the state of the vault. Stops waiting once `wait` has passed since
    /// the start of the query to the keyring.
    fn wait_state_for(&self, wait: Duration) -> MutexGuard<'_, State> {
        let state = self.state();
        let State::Pending { since, .. } = &*state else { return state };
        let left = wait.saturating_sub(since.elapsed());
        let waiting =
            self.0.changed.wait_timeout_while(state, left, |it| matches!(it, State::Pending { .. }));
        waiting.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits up to `WRITE_TIMEOUT` for the encryption key, so that even the first secret is stored encrypted. The
    /// caller must not hold the lock on the database connection.
    pub(super) fn wait_to_encrypt(&self) {
        // The user may have unlocked the keyring in another program in the meantime.
        self.recheck();
        drop(self.wait_state_for(WRITE_TIMEOUT));
    }

    /// Waits up to `READ_TIMEOUT` for the keyring; returns whether secrets can be stored. They cannot be stored while
    /// the keyring is locked.
    pub(super) fn can_store(&self) -> bool {
        self.recheck();
        self.wait_state().can_store()
    }

    /// Returns the keyring problem because of which a secret could not be encrypted or decrypted. The caller must call
    /// this function only after such a failure.
    pub(super) fn problem(&self) -> KeyringProblem {
        match &*self.state() {
            State::Pending { is_locked: true, .. } => KeyringProblem::Locked,
            State::Pending { is_locked: false, .. } => KeyringProblem::Silent,
            State::Unavailable(why) => *why,
            State::Plain => KeyringProblem::Absent,
            State::Unlocked(_) => KeyringProblem::OtherKey,
        }
    }

    /// Waits up to `READ_TIMEOUT` for the keyring to supply the encryption key. Returns `true` if the key arrived in
    /// time.
    pub(super) fn wait_unlocked(&self) -> bool {
        matches!(*self.wait_state(), State::Unlocked(_))
    }

    /// Returns text that tells the user where secrets are stored. May wait up to `READ_TIMEOUT` for the keyring.
    pub(super) fn storage_description(&self) -> String {
        let in_file = "in the archive's file, for your eyes alone";
        match &*self.wait_state() {
            State::Unlocked(_) => ENCRYPTED_STORAGE.to_owned(),
            State::Plain => in_file.to_owned(),
            State::Pending { .. } => {
                format!("{ENCRYPTED_STORAGE}; it does not answer, so none is read or stored")
            }
            State::Unavailable(KeyringProblem::Locked) => {
                format!("{ENCRYPTED_STORAGE}; it is locked, so none is read or stored until you unlock it")
            }
            State::Unavailable(why) => format!("{in_file} ({why})"),
        }
    }

    /// Encrypts a secret for storage. Returns the secret in plain text if there is no usable keyring, and `None` if the
    /// keyring is locked or has not replied.
    pub(super) fn encrypt(&self, secret: &str) -> Option<String> {
        let state = self.state();
        match &*state {
            State::Unlocked(key) => encrypt_with(key, secret),
            State::Plain | State::Pending { .. } | State::Unavailable(_) => {
                state.can_store().then(|| secret.to_owned())
            }
        }
    }

    /// Encrypts a secret that replaces the stored secret `before`. If the keyring is locked but `before` is in plain
    /// text, the new secret is returned in plain text and encrypted later. Returns `None` if the new secret cannot be
    /// stored.
    pub(super) fn reencrypt(&self, secret: &str, before: &str) -> Option<String> {
        let was_plain = !before.is_empty() && Self::is_plain(before);
        self.encrypt(secret).or_else(|| was_plain.then(|| secret.to_owned()))
    }

    /// Decrypts a stored secret without waiting. Returns `None` if the key is not available or is the wrong one.
    /// Returns a secret in plain text unchanged.
    pub(super) fn decrypt(&self, text: &str) -> Option<String> {
        decrypt_with(&self.state(), text)
    }

    /// Decrypts a stored secret after waiting up to `READ_TIMEOUT` for the keyring. Returns `None` if the secret cannot
    /// be decrypted.
    pub(super) fn decrypt_blocking(&self, text: &str) -> Option<String> {
        if Self::is_plain(text) {
            return Some(text.to_owned());
        }
        // The user may have unlocked the keyring in another program in the meantime.
        self.recheck();
        decrypt_with(&self.wait_state(), text)
    }

    /// Returns whether a stored secret is in plain text.
    pub(super) fn is_plain(text: &str) -> bool {
        !text.starts_with(ENCRYPTED_PREFIX)
    }
}

fn decrypt_with(state: &State, text: &str) -> Option<String> {
    let Some(text) = text.strip_prefix(ENCRYPTED_PREFIX) else { return Some(text.to_owned()) };
    let State::Unlocked(key) = state else { return None };
    let bytes = BASE64.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let secret = key.open_in_place(nonce, Aad::from(ENCRYPTED_PREFIX), &mut sealed).ok()?;
    String::from_utf8(secret.to_vec()).ok()
}

fn encrypt_with(key: &LessSafeKey, secret: &str) -> Option<String> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).ok()?;
    let mut bytes = secret.as_bytes().to_vec();
    let unique = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(unique, Aad::from(ENCRYPTED_PREFIX), &mut bytes).ok()?;
    Some(format!("{ENCRYPTED_PREFIX}{}", BASE64.encode([&nonce[..], &bytes].concat())))
}

/// Returns text that tells the user where tokens and restore keys are stored if the given keyring is used. May wait
/// for the keyring, but stores nothing in it.
pub fn secrets_storage(keyring: Arc<dyn SecretStore>) -> String {
    Vault::probe(keyring).storage_description()
}

/// Returns the encryption key from the keyring. If there is none, creates one and reads it back, because a keyring that
/// does not keep the key must not be used for encryption.
fn get_or_create_key(keyring: &dyn SecretStore) -> Result<Box<LessSafeKey>, KeyringProblem> {
    if let Some(key) = stored_key(keyring)? {
        return Ok(key);
    }
    let secret = SecretString::from(BASE64.encode(random_key()?));
    keyring.set(KEYRING_ENTRY, &secret)?;
    stored_key(keyring)?.ok_or(KeyringProblem::Forgets)
}

fn stored_key(keyring: &dyn SecretStore) -> Result<Option<Box<LessSafeKey>>, KeyringProblem> {
    let Some(text) = keyring.get(KEYRING_ENTRY)? else { return Ok(None) };
    let bytes = BASE64.decode(text.expose_secret()).map_err(|_bad| KeyringProblem::OtherKey)?;
    key_from_bytes(&bytes).map(Some)
}

fn random_key() -> Result<[u8; 32], KeyringProblem> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_broken| KeyringProblem::NoRandomBytes)?;
    Ok(bytes)
}

fn key_from_bytes(bytes: &[u8]) -> Result<Box<LessSafeKey>, KeyringProblem> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, bytes).map_err(|_bad| KeyringProblem::OtherKey)?;
    Ok(Box::new(LessSafeKey::new(key)))
}

#[cfg(test)]
mod tests;
