//! Exports stored mails for other programs: as `.eml` files, as an mbox file or as a Maildir.
//!
//! The exported files contain the raw bytes of the mails. Each file is written completely or not at all. An export
//! never overwrites an existing file and never follows symbolic links. Exporting to the same Maildir again adds only
//! the mails that it does not contain yet.

use crate::adapters::files::DownloadFolder;
use dropmail_client::domain::mail::Summary;
use dropmail_client::ports::files::{FileError, Files};
use mail_reader::mbox;
use mail_reader::sanitize::SafeName;
use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Name of the mbox file that an export creates in its target directory.
const MBOX: &str = "dropmail.mbox";

/// The file format in which mails are exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// The export writes one `.eml` file per mail, with the raw bytes of the mail.
    Eml,
    /// The export writes all mails to one mbox file ([`mbox`]). The file does not show which mails have been read,
    /// because that would require an additional header field in each mail.
    Mbox,
    /// The export writes a Maildir: a directory with one file per mail. Most mail programs can read this format.
    Maildir,
}

/// An export in progress. It writes mails to its target directory until [`Self::finish`] is called.
#[derive(Debug)]
pub struct Export {
    folder: PathBuf,
    state: State,
}

#[derive(Debug)]
enum State {
    Eml(DownloadFolder),
    Mbox(BufWriter<tempfile::NamedTempFile>),
    Maildir,
}

fn file_error(path: &Path) -> impl Fn(Error) -> FileError + '_ {
    |source| FileError { path: path.to_owned(), source }
}

impl Export {
    /// Starts an export to a directory, and creates the directory if it is missing. Returns an error if the directory
    /// or the mbox file cannot be created.
    pub fn start(folder: &Path, format: Format) -> Result<Self, FileError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(file_error(folder))?;
        let state = match format {
            Format::Eml => State::Eml(DownloadFolder::new(folder)),
            Format::Mbox => {
                let file = tempfile::Builder::new().prefix(".dropmail-").suffix(".part").tempfile_in(folder);
                State::Mbox(BufWriter::new(file.map_err(file_error(folder))?))
            }
            Format::Maildir => {
                for part in ["tmp", "new", "cur"] {
                    let part = folder.join(part);
                    builder.create(&part).map_err(file_error(&part))?;
                }
                State::Maildir
            }
        };
        Ok(Self { folder: folder.to_owned(), state })
    }

    /// Adds a mail to the export. In a Maildir, marks the mail as read (flag `S`) if `read` is `true`.
    pub fn add(&mut self, summary: &Summary, read: bool, raw: &[u8]) -> Result<(), FileError> {
        match &mut self.state {
            State::Eml(files) => files.save(&eml_name(summary), raw).map(drop),
            State::Mbox(out) => mbox_entry(out, summary, raw).map_err(file_error(&self.folder)),
            State::Maildir => maildir_entry(&self.folder, summary, read, raw),
        }
    }

    /// Finishes the export. Returns the path of the mbox file or, for the other formats, of the directory that contains
    /// the mails.
    pub fn finish(self) -> Result<PathBuf, FileError> {
        let Self { folder, state } = self;
        let State::Mbox(out) = state else { return Ok(folder) };
        let mut file = out.into_inner().map_err(|why| file_error(&folder)(why.into_error()))?;
        file.as_file().sync_all().map_err(file_error(&folder))?;
        for number in 1..=u32::MAX {
            let name = if number == 1 { MBOX.to_owned() } else { format!("dropmail ({number}).mbox") };
            match file.persist_noclobber(folder.join(&name)) {
                Ok(_) => return Ok(folder.join(name)),
                Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => file = taken.file,
                Err(refused) => return Err(file_error(&folder)(refused.error)),
            }
        }
        Ok(folder)
    }
}

fn eml_name(summary: &Summary) -> SafeName {
    let subject = if summary.subject.is_empty() { "mail" } else { summary.subject.as_str() };
    let subject: String = subject.chars().take(80).collect();
    let time = summary.envelope.received_at.strftime("%Y%m%dT%H%M%SZ");
    SafeName::from_title(&format!("{time} {}.eml", subject.trim()))
}

fn mbox_entry(out: &mut impl Write, summary: &Summary, raw: &[u8]) -> Result<(), Error> {
    let from = summary.envelope.from.as_str();
    let time = summary.envelope.received_at.strftime("%a %b %e %H:%M:%S %Y").to_string();
    let mut entry = Vec::new();
    mbox::append(&mut entry, from, &time, raw);
    out.write_all(&entry)
}

fn maildir_entry(folder: &Path, summary: &Summary, read: bool, raw: &[u8]) -> Result<(), FileError> {
    let envelope = &summary.envelope;
    // The file name is derived from the mail's id, so that a mail has the same file name in every export.
    let halves = envelope.id.as_str().bytes().take(80).flat_map(|byte| [byte >> 4, byte & 15]);
    let id: String = halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect();
    let name = format!("{}.{id}.dropmail", envelope.received_at.as_second());
    let seen = folder.join("cur").join(format!("{name}:2,S"));
    let unseen = folder.join("new").join(&name);
    let moved = folder.join("cur").join(format!("{name}:2,"));
    if [&seen, &unseen, &moved].iter().any(|path| path.symlink_metadata().is_ok()) {
        return Ok(());
    }
    let tmp = folder.join("tmp");
    let mut file = tempfile::Builder::new().prefix(&name).tempfile_in(&tmp).map_err(file_error(&tmp))?;
    file.write_all(raw).and_then(|()| file.as_file().sync_all()).map_err(file_error(&tmp))?;
    let target = if read { seen } else { unseen };
    match file.persist_noclobber(&target) {
        Ok(_) => {
            if let Some(Ok(folder)) = target.parent().map(File::open) {
                // Some file systems cannot sync a directory. The mail is then still exported.
                let _synced = folder.sync_all();
            }
            Ok(())
        }
        Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(refused) => Err(file_error(&target)(refused.error)),
    }
}
