//! Extracts the files that are embedded in the text of a mail in uuencode or yEnc format.

use super::uuencode::{self, EmbeddedFile, EncodedFile};
use super::yenc;
use memchr::memmem;
use std::borrow::Cow;

/// Maximum number of embedded files extracted from the text of one MIME part; further files remain in the text.
const MAX_EMBEDDED_FILES: usize = 200;

/// Text from which embedded files were extracted, and the extracted files.
#[derive(Debug)]
pub(super) struct Embedded<'a> {
    /// The text without the embedded files.
    pub(super) text: Cow<'a, [u8]>,
    /// The extracted files, in the order in which they occur in the text.
    pub(super) files: Vec<EmbeddedFile>,
    /// The reason why some embedded files remain in the text; `None` if all files were extracted.
    pub(super) left: Option<NotExtracted>,
}

/// The reason why an embedded file was not extracted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotExtracted {
    /// The embedded file is truncated or has invalid lines.
    Damaged,
    /// The text contains more than [`MAX_EMBEDDED_FILES`] embedded files; only the first ones were extracted.
    TooMany,
}

/// Extracts the files that are embedded in `text` in uuencode or yEnc format.
pub(super) fn take(text: &[u8]) -> Embedded<'_> {
    let mut files: Vec<EmbeddedFile> = Vec::new();
    let mut left = None;
    let mut done = 0;
    for at in memmem::find_iter(text, b"begin") {
        let start = match text.get(..at) {
            Some(before) if before.ends_with(b"=y") => at - 2,
            _ => at,
        };
        let line_starts = start == 0 || text.get(start - 1) == Some(&b'\n');
        if start < done || !line_starts {
            continue;
        }
        if files.len() >= MAX_EMBEDDED_FILES {
            left = Some(NotExtracted::TooMany);
            break;
        }
        match if start < at { yenc::read(text, start) } else { uuencode::read(text, start) } {
            EncodedFile::Whole(file) => {
                done = file.place.end;
                files.push(file);
            }
            EncodedFile::Damaged => left = left.or(Some(NotExtracted::Damaged)),
            EncodedFile::None => {}
        }
    }
    let text = if files.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(without(text, &files)) };
    Embedded { text, files, left }
}

fn without(text: &[u8], files: &[EmbeddedFile]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for file in files {
        out.extend_from_slice(text.get(done..file.place.start).unwrap_or_default());
        done = file.place.end;
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{MAX_EMBEDDED_FILES, NotExtracted, take};

    #[test]
    fn files_are_extracted_and_the_text_is_joined() {
        let text = b"One\nbegin 644 a\n#8V%T\n`\nend\nTwo, we begin 644 b\nbegin 600 c\n#8V%T\n`\nend\n";
        let found = take(text);
        assert_eq!(found.text.as_ref(), b"One\nTwo, we begin 644 b\n");
        let files: Vec<_> =
            found.files.iter().map(|file| (file.name.as_slice(), file.content.as_slice())).collect();
        assert_eq!(files, [(&b"a"[..], &b"cat"[..]), (b"c", b"cat")]);
        assert_eq!(found.left, None);
    }

    #[test]
    fn a_damaged_file_stays_in_the_text() {
        let text = b"One\nbegin 644 a\n#8V%T\nand then words\n";
        let found = take(text);
        assert!(found.left == Some(NotExtracted::Damaged) && found.files.is_empty());
        assert_eq!(found.text.as_ref(), text);
    }
    #[test]
    fn files_beyond_the_limit_stay_in_the_text() {
        let text = "begin 644 a\n#8V%T\n`\nend\n".repeat(MAX_EMBEDDED_FILES + 1);
        let found = take(text.as_bytes());
        assert_eq!((found.files.len(), found.left), (MAX_EMBEDDED_FILES, Some(NotExtracted::TooMany)));
        assert!(found.text.starts_with(b"begin 644 a"));
    }
}
