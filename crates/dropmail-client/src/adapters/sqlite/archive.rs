//! Implements the [`Archive`] port with SQLite.

// This file exceeds 300 lines because a trait has one implementation block, and `Archive` has a method for each query.

use super::index::{self, Indexed, Merge};
use super::mails::{self, NewMailRow};
use super::{
    MAX_TEXTS_PER_STEP, SqliteArchive, addresses, has_free_space, history, purge, quarantine, rows, search,
    sessions, tokens, undo,
};
use crate::domain::history::HistoryEntry;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::search::{SearchQuery, ngrams};
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, DeletedAddress, Session};
use crate::domain::stored_mail::{ArrivalOrder, MailCounts, SearchBatch, SearchCursor, Stored, StoredMail};
use crate::domain::undo_step::{UndoEdit, UndoStep};
use crate::ports::archive::{Archive, ArchiveError, ArchivedToken, ParsedMail, PurgeScope};
use bytes::Bytes;
use mail_codes::{Findings, MailWithFindings};
use mail_reader::sanitize::SafeText;
use std::path::PathBuf;

impl Archive for SqliteArchive {
    fn is_writable(&self) -> bool {
        self.opened_for_writing && self.file.as_deref().is_none_or(has_free_space)
    }

    fn token(&self, base: &str) -> Result<Option<ArchivedToken>, ArchiveError> {
        let Some(text) = self.with_connection(|db| tokens::token(db, base))? else { return Ok(None) };
        // If the stored text is not a valid token, the archive returns no token.
        Ok(tokens::read_token(&self.decrypt(&text)?))
    }

    fn put_token(&self, base: &str, token: &ArchivedToken) -> Result<(), ArchiveError> {
        self.vault.wait_to_encrypt();
        let is_stored = self.with_connection(|db| tokens::put_token(db, &self.vault, base, token))?;
        if is_stored { Ok(()) } else { Err(self.encryption_error()) }
    }

    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError> {
        self.with_connection(|db| sessions::all(db, &self.vault, base))
    }

    fn session(&self, base: &str, id: &SessionId) -> Result<Option<Session>, ArchiveError> {
        self.with_connection(|db| sessions::find(db, &self.vault, base, id))
    }

    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError> {
        self.vault.wait_to_encrypt();
        self.with_connection(|db| sessions::put(db, &self.vault, base, session))
    }

    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError> {
        self.vault.wait_to_encrypt();
        self.with_connection(|db| addresses::put_address(db, &self.vault, base, session, address))
    }

    fn labels(&self, base: &str) -> Result<Vec<(SessionId, SafeText)>, ArchiveError> {
        self.with_connection(|db| sessions::labels(db, base))
    }

    fn set_label(&self, base: &str, session: &SessionId, label: &SafeText) -> Result<(), ArchiveError> {
        self.with_connection(|db| sessions::set_label(db, base, session, label))
    }

    fn removed_sessions(&self, base: &str) -> Result<Vec<SessionId>, ArchiveError> {
        self.with_connection(|db| sessions::removed(db, base))
    }

    fn set_session_removed(
        &self,
        base: &str,
        session: &SessionId,
        removed: bool,
    ) -> Result<(), ArchiveError> {
        self.with_connection(|db| sessions::set_removed(db, base, session, removed))
    }

    fn known_addresses(&self, base: &str) -> Result<Vec<SafeText>, ArchiveError> {
        self.with_connection(|db| addresses::known_addresses(db, base))
    }

    fn current_address(&self, base: &str) -> Result<Option<SafeText>, ArchiveError> {
        self.with_connection(|db| addresses::current_address(db, base))
    }

    fn set_current_address(&self, base: &str, address: Option<&SafeText>) -> Result<(), ArchiveError> {
        self.with_connection(|db| addresses::set_current_address(db, base, address))
    }

    fn undo_steps(&self, base: &str) -> Result<Vec<UndoStep>, ArchiveError> {
        self.with_connection(|db| undo::steps(db, base))
    }

    fn edit_undo_steps(&self, base: &str, edits: &[UndoEdit]) -> Result<(), ArchiveError> {
        self.with_connection(|db| undo::edit_steps(db, base, edits))
    }

    fn add_history(&self, base: &str, entry: &HistoryEntry) -> Result<(), ArchiveError> {
        self.with_connection(|db| history::add(db, base, entry))
    }

    fn history(
        &self,
        base: &str,
        address: Option<&str>,
        count: usize,
    ) -> Result<Vec<HistoryEntry>, ArchiveError> {
        self.with_connection(|db| history::list(db, base, address, count))
    }

    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError> {
        let text = self.with_connection(|db| addresses::restore_key(db, base, address))?;
        // A restore key that arrived while the keyring was locked is not stored.
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| self.decrypt(&text).map(RestoreKey::new)).transpose()
    }

    fn previous_restore_keys(
        &self,
        base: &str,
        address: &str,
        count: usize,
    ) -> Result<Vec<RestoreKey>, ArchiveError> {
        let texts = self.with_connection(|db| addresses::previous_restore_keys(db, base, address, count))?;
        texts.iter().map(|text| self.decrypt(text).map(RestoreKey::new)).collect()
    }

    fn put_mail_in_order(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &MailWithFindings,
        order: ArrivalOrder,
    ) -> Result<Stored, ArchiveError> {
        let indexed = Indexed::new(&summary.envelope, mail);
        let stored = self.put(base, &[NewMailRow { summary, raw, indexed: &indexed, order }])?;
        Ok(stored.first().copied().unwrap_or(Stored::AlreadyPresent))
    }

    fn put_mails(&self, base: &str, mails: &[ParsedMail]) -> Result<Vec<Stored>, ArchiveError> {
        let indexed: Vec<Indexed> =
            mails.iter().map(|mail| Indexed::new(&mail.summary.envelope, &mail.mail)).collect();
        let rows: Vec<NewMailRow<'_>> = mails
            .iter()
            .zip(&indexed)
            .map(|(mail, indexed)| NewMailRow {
                summary: &mail.summary,
                raw: &mail.raw,
                indexed,
                order: mail.order,
            })
            .collect();
        self.put(base, &rows)
    }

    fn mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError> {
        self.with_connection(|db| mails::all(db, base, false))
    }

    fn stored_mail(&self, id: &MailId) -> Result<Option<StoredMail>, ArchiveError> {
        self.with_read_connection(|db| mails::find_mail(db, id))
    }

    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError> {
        self.with_read_connection(|db| mails::find_with_bytes(db, id))
    }

    fn complete_to(&self, base: &str, session: &SessionId) -> Result<Option<MailId>, ArchiveError> {
        self.with_connection(|db| sessions::complete_to(db, base, session))
    }

    fn move_complete_to(
        &self,
        base: &str,
        session: &SessionId,
        from: Option<&MailId>,
        to: &MailId,
    ) -> Result<bool, ArchiveError> {
        self.with_connection(|db| sessions::move_complete_to(db, base, session, from, to))
    }

    fn newest_mail_id(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError> {
        self.with_connection(|db| mails::newest_id(db, session))
    }

    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError> {
        self.with_connection(|db| mails::set_read(db, id, read))
    }

    fn set_starred(&self, id: &MailId, starred: bool) -> Result<(), ArchiveError> {
        self.with_connection(|db| mails::set_starred(db, id, starred))
    }

    fn set_hidden(&self, id: &MailId, hidden: bool) -> Result<(), ArchiveError> {
        self.with_connection(|db| mails::set_hidden(db, id, hidden))
    }

    fn hidden_mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError> {
        self.with_connection(|db| mails::all(db, base, true))
    }

    fn is_hidden(&self, id: &MailId) -> Result<bool, ArchiveError> {
        self.with_connection(|db| mails::is_hidden(db, id))
    }

    fn page(
        &self,
        base: &str,
        below: Option<&MailId>,
        count: usize,
    ) -> Result<Vec<StoredMail>, ArchiveError> {
        self.with_connection(|db| mails::page(db, base, below, count))
    }

    fn count_mails(&self, base: &str) -> Result<MailCounts, ArchiveError> {
        self.with_connection(|db| mails::count_mails(db, base))
    }

    fn search(&self, base: &str, query: &SearchQuery, count: usize) -> Result<Vec<StoredMail>, ArchiveError> {
        self.with_connection(|db| search::find(db, base, query, count))
    }

    fn search_step(
        &self,
        base: &str,
        query: &SearchQuery,
        from: Option<SearchCursor>,
        count: usize,
    ) -> Result<SearchBatch, ArchiveError> {
        self.with_connection(|db| search::step(db, base, query, from, count))
    }

    fn findings(&self, id: &MailId) -> Result<Option<Findings>, ArchiveError> {
        self.with_read_connection(|db| index::findings(db, id))
    }

    fn outdated(&self, count: usize) -> Result<Vec<(Envelope, Bytes)>, ArchiveError> {
        // A read-only archive is not changed.
        if self.with_connection(|db| db.is_readonly("main"))? {
            return Ok(Vec::new());
        }
        self.with_read_connection(|db| index::outdated(db, count))
    }

    fn update(&self, mails: &[(Envelope, MailWithFindings)]) -> Result<Vec<StoredMail>, ArchiveError> {
        let read: Vec<_> = mails
            .iter()
            .map(|(envelope, mail)| (Summary::new(envelope.clone(), mail), Indexed::new(envelope, mail)))
            .collect();
        self.with_connection(|db| index::update(db, &read))
    }

    fn index_words(&self, count: usize) -> Result<usize, ArchiveError> {
        // A read-only archive is not changed. A search finds texts that are not indexed too, because it scans them.
        if self.with_connection(|db| db.is_readonly("main"))? {
            return Ok(0);
        }
        let waiting = self.with_connection(|db| index::unindexed(db, count))?;
        // The n-grams are computed while the database is not locked.
        let runs: Vec<_> = waiting.iter().map(|(n, text)| (*n, ngrams(text))).collect();
        if !runs.is_empty() {
            self.with_connection(|db| index::index_runs(db, &runs))?;
        }
        Ok(runs.len())
    }

    fn mark_deleted(&self, base: &str, id: &AddressId) -> Result<(), ArchiveError> {
        self.with_connection(|db| addresses::mark_deleted(db, base, id))
    }

    fn deleted_addresses(&self, base: &str) -> Result<Vec<DeletedAddress>, ArchiveError> {
        self.with_connection(|db| addresses::deleted(db, &self.vault, base))
    }

    fn purge(&self, scope: PurgeScope) -> Result<usize, ArchiveError> {
        let before = match scope {
            PurgeScope::Before(moment) => rows::to_micros(moment),
            PurgeScope::Everything => {
                self.with_connection(purge::clear_index)?;
                i64::MAX
            }
        };
        let mut gone = 0;
        loop {
            match self.with_connection(|db| purge::delete_batch(db, before))? {
                0 => break,
                count => gone += count,
            }
        }
        self.with_connection(|db| purge::delete_history(db, before))?;
        if scope == PurgeScope::Everything {
            self.with_connection(purge::delete_account)?;
            for path in self.quarantined_archives()? {
                quarantine::remove(&path).map_err(|why| self.archive_error(&why))?;
            }
        }
        self.remove_deleted_texts()?;
        if gone > 0 || scope == PurgeScope::Everything {
            self.with_connection(|db| purge::checkpoint_truncate(db))?;
        }
        Ok(gone)
    }

    fn count_purge(&self, scope: PurgeScope) -> Result<usize, ArchiveError> {
        let before = match scope {
            PurgeScope::Before(moment) => rows::to_micros(moment),
            PurgeScope::Everything => i64::MAX,
        };
        self.with_connection(|db| purge::count(db, before))
    }

    fn optimize(&self) -> Result<bool, ArchiveError> {
        if self.remove_deleted_texts()? {
            self.with_connection(|db| purge::checkpoint_truncate(db))?;
        }
        if self.index_words(MAX_TEXTS_PER_STEP)? > 0
            || self.with_connection(|db| index::merge(db, Merge::Many))?
        {
            return Ok(true);
        }
        // The write-ahead log is written back now, so that no new mail has to wait for that later.
        self.with_connection(|db| purge::checkpoint(db))?;
        Ok(false)
    }

    fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        self.file.as_deref().map_or(Ok(Vec::new()), quarantine::list).map_err(|why| self.archive_error(&why))
    }

    fn check_keyring(&self) -> Result<(), ArchiveError> {
        if self.vault.can_store() { Ok(()) } else { Err(self.encryption_error()) }
    }

    fn prompt_keyring_again(&self) {
        self.vault.prompt_again();
    }

    fn encrypt_secrets(&self) -> Result<(), ArchiveError> {
        if self.vault.wait_unlocked() {
            self.with_connection(|db| sessions::encrypt_all(db, &self.vault))
        } else {
            Ok(())
        }
    }

    fn foreign_changes(&self) -> Result<i64, ArchiveError> {
        self.with_connection(|db| db.pragma_query_value(None, "data_version", |row| row.get(0)))
    }
}
