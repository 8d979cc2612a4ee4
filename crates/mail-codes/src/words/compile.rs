//! Packs the keyword lists into a compact format. Only the build script uses this file.

#[path = "blocks.rs"]
mod blocks;
#[path = "packed.rs"]
mod packed;
#[path = "unspaced.rs"]
mod unspaced;

use blocks::{elements, packed_list, packed_sets};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use unspaced::is_unspaced;

/// A keyword list: the name of its file, the prefix for the names of the generated statics, the type of its keyword
/// classes, and these classes.
type ListDeclaration = (&'static str, &'static str, &'static str, &'static [ClassRow]);

/// One class of keywords: its name in the list file, the name of its variant in the generated code, and its topic.
type ClassRow = (&'static str, &'static str, &'static str);

const LISTS: [ListDeclaration; 4] = [
    (
        "codes",
        "CODES",
        "CodeKeyword",
        &[
            ("code", "Code", "Code"),
            ("maybe", "Maybe", "SomeCode"),
            ("pass", "Pass", "Password"),
            ("type", "Type", "Type"),
            ("act", "Act", "Purpose"),
            ("life", "Life", "Validity"),
            ("secret", "Life", "Secret"),
            ("ignore", "Life", "Ignore"),
            ("used", "Other", "Used"),
            ("paid", "Other", "Paid"),
            ("example", "Not", "Example"),
            ("not", "Not", "OtherNumber"),
            ("order", "Not", "Order"),
            ("invoice", "Not", "Invoice"),
            ("booking", "Promo", "Booking"),
            ("parcel", "Not", "Parcel"),
            ("ticket", "Not", "Ticket"),
            ("customer", "Not", "Customer"),
            ("account", "Not", "Account"),
            ("card", "Not", "Card"),
            ("phone", "Not", "Phone"),
            ("amount", "Not", "Amount"),
            ("postal", "Not", "Postal"),
            ("tax", "Not", "Tax"),
            ("error", "Not", "Technical"),
            ("entry", "Other", "Entry"),
            ("promo", "Promo", "Voucher"),
            ("offer", "Offer", "Offer"),
            ("once", "Once", "Once"),
            ("figure", "Figure", "Figure"),
        ],
    ),
    (
        "links",
        "LINKS",
        "LinkKeyword",
        &[
            ("verify", "Verify", "Verify"),
            ("sign-in", "SignIn", "SignIn"),
            ("reset", "Reset", "Reset"),
            ("change", "Act", "ChangeAddress"),
            ("invite", "Invite", "Invite"),
            ("accept", "Invite", "Accept"),
            ("approve", "Verify", "Approve"),
            ("unlock", "Act", "Unlock"),
            ("renew", "Act", "Renew"),
            ("pay", "Act", "Pay"),
            ("download", "Download", "Download"),
            ("track", "Act", "Track"),
            ("consent", "Act", "Consent"),
            ("delete", "Act", "Delete"),
            ("unsubscribe", "Unsubscribe", "Unsubscribe"),
            ("decline", "Deny", "Decline"),
            ("deny", "Deny", "Secure"),
            ("secure", "Deny", "Secure"),
            ("act", "Act", "Action"),
            ("view", "Act", "View"),
            ("start", "Act", "Start"),
            ("more", "Side", "More"),
            ("shop", "Side", "Shop"),
            ("settings", "Side", "Settings"),
            ("browser", "Side", "Browser"),
            ("help", "Side", "Help"),
            ("legal", "Side", "Legal"),
            ("social", "Side", "Social"),
            ("store", "Side", "Store"),
            ("side", "Side", "Aside"),
        ],
    ),
    (
        "spans",
        "SPANS",
        "TimeUnit",
        &[
            ("second", "Second", "Time"),
            ("minute", "Minute", "Time"),
            ("hour", "Hour", "Time"),
            ("day", "Day", "Time"),
        ],
    ),
    (
        "validity",
        "VALIDITY",
        "ValidityKeyword",
        &[
            ("valid", "Valid", "Time"),
            ("within", "Within", "Time"),
            ("until", "Until", "Time"),
            ("delay", "Delay", "Time"),
            ("other", "Other", "Time"),
            ("second", "Unit(TimeUnit::Second)", "Time"),
            ("minute", "Unit(TimeUnit::Minute)", "Time"),
            ("hour", "Unit(TimeUnit::Hour)", "Time"),
            ("day", "Unit(TimeUnit::Day)", "Time"),
            ("60s", "Period(60)", "Time"),
            ("120s", "Period(120)", "Time"),
            ("15m", "Period(900)", "Time"),
            ("30m", "Period(1800)", "Time"),
            ("1h", "Period(3600)", "Time"),
            ("2h", "Period(7200)", "Time"),
            ("1d", "Period(86_400)", "Time"),
            ("1", "Number(1)", "Time"),
            ("2", "Number(2)", "Time"),
            ("3", "Number(3)", "Time"),
            ("4", "Number(4)", "Time"),
            ("5", "Number(5)", "Time"),
            ("6", "Number(6)", "Time"),
            ("7", "Number(7)", "Time"),
            ("8", "Number(8)", "Time"),
            ("10", "Number(10)", "Time"),
            ("12", "Number(12)", "Time"),
            ("15", "Number(15)", "Time"),
            ("20", "Number(20)", "Time"),
            ("24", "Number(24)", "Time"),
            ("30", "Number(30)", "Time"),
            ("45", "Number(45)", "Time"),
            ("48", "Number(48)", "Time"),
            ("60", "Number(60)", "Time"),
            ("72", "Number(72)", "Time"),
        ],
    ),
];

/// The files that the build script writes: the name and the content of each.
pub(crate) type GeneratedFiles = Vec<(String, Vec<u8>)>;

/// Packs the keyword lists, and describes them in Rust source code. `read` returns the text of the keyword list
/// with a given file name. Fails if a list cannot be read, has an invalid line, or cannot be packed.
pub(crate) fn pack(
    read: impl Fn(&str) -> Result<String, Box<dyn Error>>,
) -> Result<GeneratedFiles, Box<dyn Error>> {
    let mut texts = Vec::new();
    for list in LISTS {
        texts.push((list, read(list.0)?));
    }
    let known = languages(&texts);
    let mut sets = vec![0];
    let (mut rust, mut files) = (String::new(), GeneratedFiles::new());
    for ((file, name, kind, classes), text) in &texts {
        let keywords = sorted(text, classes, &known)?;
        let blocks = packed_list(&keywords, classes, &mut sets)?;
        writeln!(rust, "static {name}_BLOCKS: KeywordBlocks<{kind}> = KeywordBlocks {{")?;
        writeln!(rust, "keys: &[{}],\nstarts: &[{}],", elements(&blocks.keys), elements(&blocks.starts))?;
        writeln!(rust, "bytes: include_bytes!(\"{file}.bin\"),\nkinds: &[")?;
        for (_, class, topic) in *classes {
            writeln!(rust, "({kind}::{class}, Topic::{topic}),")?;
        }
        writeln!(rust, "] }};")?;
        files.push((format!("{file}.bin"), blocks.bytes));
    }
    writeln!(rust, "/// The languages of the lists, in the order of the bits of a set.")?;
    writeln!(rust, "pub(super) static LANGUAGES: &[&str] = &{known:?};")?;
    writeln!(rust, "static SETS_PACKED: &[u8] = include_bytes!(\"sets.bin\");")?;
    files.push(("sets.bin".to_owned(), packed_sets(&sets)?));
    files.push(("words.rs".to_owned(), rust.into_bytes()));
    Ok(files)
}

/// Sorts the list of ordinary words, which contains one word per line, and removes comments and duplicates.
pub(crate) fn ordinary(text: &str) -> String {
    let mut words: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    words.sort_unstable();
    words.dedup();
    words.iter().flat_map(|word| [*word, "\n"]).collect()
}

/// Returns the language codes of all lists, sorted and without duplicates.
fn languages(texts: &[(ListDeclaration, String)]) -> Vec<&str> {
    let lines = texts.iter().flat_map(|(_, text)| text.lines().filter(|line| !line.starts_with('#')));
    let mut known: Vec<&str> = lines.filter_map(|line| line.split_once('\t')).map(|(code, _)| code).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// A keyword from a list, before the build script packs it.
struct Keyword<'a> {
    word: Cow<'a, str>,
    class: &'a str,
    topic: &'a str,
    /// The languages in which the keyword is used, as a bit mask. Bit N stands for the language with index N in the
    /// sorted list of all language codes.
    languages: u128,
    open_start: bool,
    open_end: bool,
}

fn sorted<'a>(
    text: &'a str,
    classes: &[ClassRow],
    known: &[&str],
) -> Result<Vec<Keyword<'a>>, Box<dyn Error>> {
    let mut keywords: Vec<Keyword<'_>> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(language), Some(class), Some(words)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(format!("no language, class and words: {line}").into());
        };
        let Some((_, class, topic)) = classes.iter().find(|(name, ..)| *name == class) else {
            return Err(format!("no such class: {line}").into());
        };
        let bit = known.iter().position(|code| *code == language).unwrap_or_default();
        let languages = 1u128.checked_shl(u32::try_from(bit)?).ok_or("more than 128 languages")?;
        for stars in words.split(';').map(str::trim) {
            let plain = stars.trim_matches('*');
            if plain.is_empty() {
                continue;
            }
            if plain.contains('*') {
                return Err(format!("a star inside a keyword matches no text: {stars}").into());
            }
            let unspaced = plain.chars().any(is_unspaced);
            let open_start = unspaced || stars.starts_with('*');
            let open_end = unspaced || stars.ends_with('*');
            for word in spellings(plain) {
                keywords.push(Keyword { word, class, topic, languages, open_start, open_end });
            }
        }
    }
    // If a keyword belongs to two keyword classes, the class of the later line is used. Its languages are those of all
    // lines.
    keywords.reverse();
    keywords.sort_by(|a, b| a.word.cmp(&b.word));
    keywords.dedup_by(|later, first| {
        let same = later.word == first.word;
        if same {
            first.languages |= later.languages;
            first.open_start |= later.open_start;
            first.open_end |= later.open_end;
        }
        same
    });
    Ok(keywords)
}

/// Returns a keyword and its variant spellings: one for each character that is used as an apostrophe, and one without
/// the hamza on an alef (Arabic script).
fn spellings(word: &str) -> Vec<Cow<'_, str>> {
    let mut all = vec![Cow::Borrowed(word)];
    if word.contains('\'') {
        all.push(word.replace('\'', "\u{2019}").into());
        // Uzbek has the letters oʻ and gʻ, and Ukrainian its own apostrophe.
        if word.contains("o'") || word.contains("g'") {
            all.extend(["\u{2018}", "\u{2bb}"].map(|mark| word.replace('\'', mark).into()));
        }
        if word.contains(|c: char| ('\u{400}'..'\u{500}').contains(&c)) {
            all.push(word.replace('\'', "\u{2bc}").into());
        }
    }
    let hamza = ['\u{622}', '\u{623}', '\u{625}'];
    if word.contains(hamza) {
        all.push(word.replace(hamza, "\u{627}").into());
    }
    all
}
