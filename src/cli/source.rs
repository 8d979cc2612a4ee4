//! Where a mail is read from: an id of the archive or the service, a file, standard input.

use super::args::Args;
use super::{Failure, desk, extract};
use crate::config::Environment;
use crate::domain::ids::MailId;
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use crate::ports::archive::Kept;
use crate::service;
use bytes::Bytes;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A mail that is here, and what the archive says of it, where it came from there.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) raw: Bytes,
    pub(super) mail: Arc<Mail>,
    pub(super) kept: Option<Kept>,
}

/// Fetches the mail that is named. Files need no network, no token and no data folder.
pub(super) fn fetch(args: &Args, environment: &Environment, name: &str) -> Result<Source, Failure> {
    if is_file(name) {
        let raw = Bytes::from(extract::read(Path::new(name)).map_err(|why| unread(name, &why))?);
        let mail = super::boot::block_on(service::parse(raw.clone()))?;
        return Ok(Source { raw, mail: Arc::new(mail), kept: None });
    }
    let slot = Arc::new(Mutex::new(None));
    let found = Arc::clone(&slot);
    let id = MailId::new(name);
    let code = desk::run(args, environment, desk::OnSignal::Stop, |desk| async move {
        let loaded = desk.mailbox.load_or_fetch(&id).await?;
        let kept = desk.mailbox.mails().await?.into_iter().find(|kept| kept.summary.envelope.id == id);
        let source = Source { raw: loaded.raw, mail: loaded.mail, kept };
        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
        Ok(0)
    })?;
    let source = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Nothing is there when a signal came first.
    source.ok_or_else(|| Failure { code, words: "interrupted".to_owned() })
}

/// Ids can hold a `/` as well: one that names no file is taken for an id.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    let eml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("eml"));
    let looks = name == "-" || eml || name.starts_with(['/', '.', '~']);
    looks || (name.contains('/') && (path.exists() || path.parent().is_some_and(Path::is_dir)))
}

fn unread(name: &str, why: &std::io::Error) -> Failure {
    let code = if why.kind() == std::io::ErrorKind::NotFound { super::NOT_FOUND } else { super::FAILED };
    Failure { code, words: format!("{}: {why}", SafeText::new(name)) }
}
