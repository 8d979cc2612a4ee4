//! Stores the mail domains: public domains, which every server has, and personal domains, which callers add.

use std::sync::Arc;

use uuid::Uuid;

use super::Store;
use super::state::StoreState;
use crate::error::RequestError;
use crate::tokens::{UserIdentity, equal};
use crate::{clock, random};
use jiff::{SignedDuration, Timestamp};

/// Domain number of the first personal domain; public domains have lower numbers.
const FIRST_PERSONAL_DOMAIN: u32 = 1001;
/// Temporary domains must have a longer remaining lifetime than this in order to be chosen at random.
const MIN_REMAINING_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
const MIN_PASSWORD_BYTES: usize = 8;
const MAX_PASSWORD_BYTES: usize = 256;
/// Maximum length in bytes of a domain name without the trailing dot; a longer name is refused. RFC 1035, section 2.3.4
/// allows 255 octets in wire format, which is 253 bytes as text.
const MAX_NAME_BYTES: usize = 253;

/// A mail domain on which addresses can be created.
#[derive(Debug)]
pub(crate) struct DomainRecord {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) introduced_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) kind: DomainKind,
}

/// The kind of a mail domain, which determines who can create addresses on it.
pub(crate) enum DomainKind {
    /// Every caller of the API can use the domain. If `chat` is `true`, the chat bots offer it too.
    Public { chat: bool },
    /// Only the owner can use the domain. Deleting the domain requires the password.
    Personal { owner: UserIdentity, password: String },
    /// The catch-all created the domain. No user can choose it for an address.
    Caught,
}

impl std::fmt::Debug for DomainKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public { chat } => f.debug_struct("Public").field("chat", chat).finish(),
            Self::Personal { .. } => f.write_str("Personal(***)"),
            Self::Caught => f.write_str("Caught"),
        }
    }
}

/// How the domain for a new address is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DomainChoice {
    Number(u32),
    Any,
    AnyPermanent,
}

impl DomainRecord {
    pub(super) fn is_open_to(&self, owner: UserIdentity, now: Timestamp) -> bool {
        let mine = match &self.kind {
            DomainKind::Public { .. } => true,
            DomainKind::Personal { owner: domain_owner, .. } => *domain_owner == owner,
            DomainKind::Caught => false,
        };
        mine && self.is_live(now)
    }

    fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

/// The public and the personal domains of the server, sorted by their numbers.
#[derive(Debug)]
pub(super) struct Domains {
    all: Vec<Arc<DomainRecord>>,
    next_personal: u32,
}

impl Domains {
    /// Creates the public domains of a new server. Four are permanent, and one expires within two years. Another one
    /// expires so soon that it is never chosen at random.
    pub(super) fn public(now: Timestamp) -> Self {
        let start = Timestamp::from_second(1_577_836_800).unwrap_or(Timestamp::UNIX_EPOCH);
        let days = |days: i64| now.saturating_add(SignedDuration::from_hours(24 * days)).ok();
        let table = [
            ("dropmail.me", true, start, None),
            ("10mail.org", true, start, None),
            ("mailbox.test", true, start, None),
            ("throwaway.test", false, start, None),
            ("rotating.test", false, now, days(700)),
            ("leaving.test", true, now, days(20)),
        ];
        let record = |(number, (name, chat, introduced_at, expires_at))| {
            let kind = DomainKind::Public { chat };
            Arc::new(DomainRecord { number, name: String::from(name), introduced_at, expires_at, kind })
        };
        Self { all: (1..).zip(table).map(record).collect(), next_personal: FIRST_PERSONAL_DOMAIN }
    }

    pub(super) fn by_name(&self, name: &str, now: Timestamp) -> Option<&Arc<DomainRecord>> {
        self.all.iter().find(|domain| domain.name == name && domain.is_live(now))
    }

    fn open_to(&self, owner: UserIdentity, now: Timestamp) -> impl Iterator<Item = &Arc<DomainRecord>> {
        self.all.iter().filter(move |domain| domain.is_open_to(owner, now))
    }
}

impl StoreState {
    pub(super) fn choose_domain(
        &self,
        owner: UserIdentity,
        choice: DomainChoice,
    ) -> Result<Arc<DomainRecord>, RequestError> {
        let now = clock::now();
        let far = |end: Timestamp| end.duration_since(now) > MIN_REMAINING_LIFETIME;
        let mut fit = self.domains.open_to(owner, now).filter(|domain| match choice {
            DomainChoice::Number(number) => domain.number == number,
            DomainChoice::Any => domain.expires_at.is_none_or(far),
            DomainChoice::AnyPermanent => domain.expires_at.is_none(),
        });
        let chosen = match choice {
            DomainChoice::Number(_) => fit.next(),
            DomainChoice::Any | DomainChoice::AnyPermanent => {
                let fit: Vec<_> = fit.collect();
                fit.get(random::below(fit.len())).copied()
            }
        };
        chosen.cloned().ok_or(RequestError::DomainNotFound)
    }
}

impl Store {
    /// Returns the domains that an identity can use. If `permanent_only` is `true`, leaves out those with an expiry
    /// date.
    pub(crate) fn domains(&self, owner: UserIdentity, permanent_only: bool) -> Vec<Arc<DomainRecord>> {
        let state = self.lock();
        let open = state.domains.open_to(owner, clock::now());
        open.filter(|domain| !permanent_only || domain.expires_at.is_none()).cloned().collect()
    }

    /// Checks the name and the password of a new personal domain, but not its DNS records. Returns the name in
    /// canonical form.
    pub(crate) fn check_new_domain(&self, name: &str, password: &str) -> Result<String, RequestError> {
        let name = canonical_domain(name)
            .filter(|name| name.contains('.'))
            .ok_or(RequestError::InvalidDomainName)?;
        if password.chars().count() < MIN_PASSWORD_BYTES {
            return Err(RequestError::PasswordTooShort);
        }
        if password.len() > MAX_PASSWORD_BYTES || password.chars().any(char::is_control) {
            return Err(RequestError::MalformedPassword);
        }
        if self.lock().domains.by_name(&name, clock::now()).is_some() {
            return Err(RequestError::AlreadyInUse);
        }
        Ok(name)
    }

    /// Adds a personal domain whose name has been checked, and returns it.
    pub(crate) fn add_domain(
        &self,
        owner: UserIdentity,
        name: String,
        password: &str,
    ) -> Result<Arc<DomainRecord>, RequestError> {
        let now = clock::now();
        let mut state = self.lock();
        if state.domains.by_name(&name, now).is_some() {
            return Err(RequestError::AlreadyInUse);
        }
        let personal =
            state.domains.all.iter().filter(|domain| domain.number >= FIRST_PERSONAL_DOMAIN).count();
        if personal >= self.limits.personal_domains {
            return Err(RequestError::TooManyDomains);
        }
        let number = state.domains.next_personal;
        state.domains.next_personal += 1;
        let kind = DomainKind::Personal { owner, password: password.to_owned() };
        let domain = Arc::new(DomainRecord { number, name, introduced_at: now, expires_at: None, kind });
        state.domains.all.push(Arc::clone(&domain));
        Ok(domain)
    }

    /// Deletes a personal domain and the addresses on it. Mail that these addresses have received is kept.
    pub(crate) fn delete_domain(
        &self,
        owner: UserIdentity,
        number: u32,
        password: &str,
    ) -> Result<(), RequestError> {
        let mut state = self.lock();
        let at = state.domains.all.iter().position(|domain| domain.number == number);
        let domain = at.and_then(|at| state.domains.all.get(at)).map(|domain| &domain.kind);
        match (at, domain) {
            (Some(at), Some(DomainKind::Personal { owner: domain_owner, password: stored }))
                if *domain_owner == owner =>
            {
                if !equal(stored.as_bytes(), password.as_bytes()) {
                    return Err(RequestError::WrongPassword);
                }
                state.domains.all.remove(at);
            }
            _ => return Err(RequestError::DomainNotFound),
        }
        let stopped: Vec<Uuid> = state.sessions.keys().copied().collect();
        for id in stopped {
            state.remove_addresses(id, |address| address.domain.number == number, 0);
        }
        Ok(())
    }
}

/// Returns a domain name in lowercase ASCII (RFC 5890); `None` if the name is not valid for a mail domain.
pub(super) fn canonical_domain(name: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(name.trim_end_matches('.')).ok()?;
    (!ascii.is_empty() && ascii.len() <= MAX_NAME_BYTES).then_some(ascii)
}
