use super::*;
use crate::ports::secrets::SecretError;

#[derive(Debug, Default)]
struct MemoryKeyring(Mutex<Option<SecretString>>);

impl SecretStore for MemoryKeyring {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn is_locked(&self, _: &str) -> Result<bool, SecretError> {
        Ok(false)
    }

    fn set(&self, _: &str, secret: &SecretString) -> Result<(), SecretError> {
        *self.0.lock().unwrap() = Some(secret.clone());
        Ok(())
    }
}

/// A fake keyring. The user first dismisses its unlock prompt, and later unlocks the keyring in another program.
#[derive(Debug, Default)]
struct Locked {
    memory_keyring: MemoryKeyring,
    is_open: Mutex<bool>,
    prompts: Mutex<u32>,
}

impl SecretStore for Locked {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        if *self.is_open.lock().unwrap() {
            return self.memory_keyring.get(name);
        }
        *self.prompts.lock().unwrap() += 1;
        Err(SecretError::Locked)
    }

    fn is_locked(&self, _: &str) -> Result<bool, SecretError> {
        Ok(!*self.is_open.lock().unwrap())
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.memory_keyring.set(name, secret)
    }
}

#[test]
fn a_keyring_unlocked_after_a_dismissed_prompt_is_detected() {
    let keyring = Arc::new(Locked { is_open: Mutex::new(true), ..Locked::default() });
    let vault = Vault::connect(Arc::clone(&keyring) as _);
    assert!(vault.wait_unlocked());
    let encrypted = vault.encrypt("af_secret").unwrap();
    *keyring.is_open.lock().unwrap() = false;
    let vault = Vault::connect(Arc::clone(&keyring) as _);
    for _ in 0..3 {
        assert_eq!(vault.decrypt_blocking(&encrypted), None);
    }
    assert_eq!(*keyring.prompts.lock().unwrap(), 1, "automatic attempts show no further prompt");
    vault.prompt_again();
    assert_eq!(vault.decrypt_blocking(&encrypted), None);
    assert_eq!(*keyring.prompts.lock().unwrap(), 2, "a request of the user shows the prompt again");
    *keyring.is_open.lock().unwrap() = true;
    assert_eq!(vault.decrypt_blocking(&encrypted).as_deref(), Some("af_secret"));
}

#[derive(Debug)]
struct Absent;

impl SecretStore for Absent {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        Err(SecretError::Absent)
    }

    fn is_locked(&self, _: &str) -> Result<bool, SecretError> {
        Err(SecretError::Absent)
    }

    fn set(&self, name: &str, _: &SecretString) -> Result<(), SecretError> {
        self.get(name).map(drop)
    }
}

#[test]
fn encrypted_secrets_open_only_with_the_key_of_the_keyring() {
    let memory_keyring = Arc::new(MemoryKeyring::default());
    let vault = Vault::connect(Arc::clone(&memory_keyring) as _);
    assert!(vault.wait_unlocked());
    let encrypted = vault.encrypt("af_secret").unwrap();
    assert!(!encrypted.contains("secret") && !Vault::is_plain(&encrypted));
    assert_ne!(
        Some(&encrypted),
        vault.encrypt("af_secret").as_ref(),
        "each encryption gives a different text"
    );
    let later = Vault::connect(memory_keyring);
    assert_eq!(later.decrypt_blocking(&encrypted).as_deref(), Some("af_secret"));
    assert_eq!(Vault::default().decrypt(&encrypted), None);
    let other = Vault::connect(Arc::new(MemoryKeyring::default()));
    assert_eq!(other.decrypt_blocking(&encrypted), None);
}

#[test]
fn looking_up_the_secret_storage_stores_nothing_in_the_keyring() {
    let memory_keyring = Arc::new(MemoryKeyring::default());
    let place = secrets_storage(Arc::clone(&memory_keyring) as _);
    assert_eq!(place, "in the archive's file, sealed with a key in the system's keyring");
    assert!(memory_keyring.0.lock().unwrap().is_none());
    drop(Vault::connect(Arc::clone(&memory_keyring) as _).wait_state());
    assert!(memory_keyring.0.lock().unwrap().is_some());
    assert_eq!(secrets_storage(memory_keyring), place);
    let plain = secrets_storage(Arc::new(Absent));
    assert_eq!(plain, "in the archive's file, for your eyes alone (there is no keyring here)");
}

#[test]
fn without_a_keyring_secrets_are_stored_unencrypted() {
    let vault = Vault::connect(Arc::new(Absent));
    assert!(!vault.wait_unlocked());
    assert_eq!(vault.encrypt("key").as_deref(), Some("key"));
    assert_eq!(vault.decrypt("key").as_deref(), Some("key"));
    assert!(
        vault.storage_description().contains("there is no keyring here"),
        "{}",
        vault.storage_description()
    );
}

/// A fake keyring that does not reply to any query until the sender of its channel is dropped.
#[derive(Debug)]
struct Hanging {
    is_locked: Result<bool, SecretError>,
    gate: Mutex<std::sync::mpsc::Receiver<()>>,
}

impl SecretStore for Hanging {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        let _dropped = self.gate.lock().unwrap().recv();
        Err(SecretError::Locked)
    }

    fn is_locked(&self, _: &str) -> Result<bool, SecretError> {
        self.is_locked
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), SecretError> {
        Err(SecretError::Locked)
    }
}

#[test]
fn an_open_prompt_means_locked_and_no_reply_means_unresponsive() {
    for (is_locked, problem) in
        [(Ok(true), KeyringProblem::Locked), (Err(SecretError::Failed), KeyringProblem::Silent)]
    {
        let (answer, gate) = std::sync::mpsc::channel();
        let vault = Vault::connect(Arc::new(Hanging { is_locked, gate: Mutex::new(gate) }));
        assert!(!vault.wait_unlocked());
        assert_eq!(vault.problem(), problem);
        drop(answer);
    }
}

#[test]
fn a_locked_keyring_stores_no_secret_and_reports_it() {
    let keyring = Arc::new(Locked::default());
    let place = secrets_storage(Arc::clone(&keyring) as _);
    assert!(place.contains("it is locked, so none is read or stored"), "{place}");
    assert_eq!(*keyring.prompts.lock().unwrap(), 0, "looking up the storage shows no prompt");
    let vault = Vault::connect(Arc::clone(&keyring) as _);
    assert!(!vault.can_store());
    assert_eq!(vault.encrypt("af_secret"), None);
    assert_eq!(vault.reencrypt("af_secret", ""), None);
    assert_eq!(vault.reencrypt("af_secret", "sealed:1:abc"), None);
    assert_eq!(
        vault.reencrypt("af_new", "af_before").as_deref(),
        Some("af_new"),
        "a secret stored in plain text may be replaced in plain text"
    );
    *keyring.is_open.lock().unwrap() = true;
    assert!(vault.can_store());
    assert!(vault.encrypt("af_secret").is_some_and(|encrypted| !Vault::is_plain(&encrypted)));
}
