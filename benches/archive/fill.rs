//! Fills the archive of a benchmark with many generated mails in a single batch.

use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::search::{ngrams, normalise};
use dropmail_client::domain::time::Timestamp;
use std::fmt::Write;
use std::path::Path;

/// Number of different words in the text of the generated mails.
const WORDS: u64 = 6000;

/// A pseudo-random number generator that starts from a given seed, so that each run creates the same mails.
pub(crate) struct SeededRng(pub(crate) u64);

impl SeededRng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Creates a word of two to four syllables. The same number always yields the same word.
fn word(number: u64) -> String {
    let mut chance = SeededRng(number);
    let syllables = 2 + chance.below(3);
    let mut word = String::new();
    for _ in 0..syllables {
        word.push(char::from(b"bdfghklmnprstvwy"[chance.below(16) as usize]));
        word.push(char::from(b"aeiou"[chance.below(5) as usize]));
    }
    word
}

/// Creates a text of about two kilobytes: words, some of which are frequent, and a random token like those in URLs. The
/// text also contains Japanese if `n` is a multiple of 50.
pub(crate) fn text(n: u64) -> String {
    let mut chance = SeededRng(n << 20);
    let mut text = format!("Shop {n}: your verification code. rare{n}x\r\n");
    for _ in 0..280 {
        // Words with a low number are more frequent, as in a natural language.
        let share = chance.below(1000) * chance.below(1000);
        text.push_str(&word(share * WORDS / 1_000_000));
        text.push(' ');
    }
    for _ in 0..3 {
        write!(text, "{:016x}", chance.next()).unwrap();
    }
    if n.is_multiple_of(50) {
        text.push_str("\r\n確認コードを検索する言葉 ");
        text.extend((0..60).filter_map(|_| char::from_u32(0x4E00 + chance.below(2000) as u32)));
    }
    text
}

/// Fills an archive with mails. The mails are dated in the far future, so that the program under measurement does not
/// delete them because of their age.
pub(crate) fn fill(folder: &Path, base: &str, mails: u64) {
    drop(SqliteArchive::open(folder, Timestamp::UNIX_EPOCH).unwrap());
    let mut db = rusqlite::Connection::open(folder.join("archive.sqlite3")).unwrap();
    db.pragma_update(None, "synchronous", "OFF").unwrap();
    let change = db.transaction().unwrap();
    for n in 1..=mails {
        let text = text(n);
        let n = n.cast_signed();
        let folded = normalise(&text);
        let run = |sql: &str, given: &[&dyn rusqlite::ToSql]| {
            change.prepare_cached(sql).unwrap().execute(given).unwrap();
        };
        run(
            "INSERT INTO mail (n, id, base, session, received_at, mail_from, rcpt, rcpt_orig, size, sender,
                 subject, attachments)
             VALUES (?1, ?2, ?3, ?4, ?5, 'shop@shop.example', 'me@dropmail.me', 'me@dropmail.me', ?6, ?7, ?8, 0)",
            &[
                &n,
                &format!("m{n}"),
                &base,
                &format!("s{}", n % 40),
                &(3_000_000_000_000_000 + n * 1_000_000),
                &text.len().cast_signed(),
                &format!("Shop {n}"),
                &format!("Your code {n}"),
            ],
        );
        run("INSERT INTO raw VALUES (?1, ?2)", &[&n, &text.as_bytes()]);
        run("INSERT INTO parsed VALUES (?1, '{}')", &[&n]);
        run("INSERT INTO words VALUES (?1, ?2, 1)", &[&n, &folded]);
        run("INSERT INTO runs (rowid, letters) VALUES (?1, ?2)", &[&n, &ngrams(&folded)]);
    }
    change.commit().unwrap();
}
