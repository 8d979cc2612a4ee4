//! Splits a mail into the lines that a reader sees. The lines are normalised: digits and dashes of all
//! scripts are converted to ASCII.

// This file exceeds 300 lines because it converts blocks, table cells and emphasis of a mail to lines of the
// same type.

use super::candidate::{self, Candidate};
use super::measure::Distances;
use super::words::{self, KeywordMatch, Languages, LinkWords, Word};
use mail_reader::html::flow::{Block, Cell, Flow, Kind, Run};
use mail_reader::mail::Mail;
use mail_reader::sanitize::is_invisible;
use memchr::memchr2;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// Maximum number of lines searched for codes per text part or HTML part; later lines are ignored.
const MAX_LINES: usize = 4_000;
/// Maximum length of a line in characters; a longer line is truncated.
const MAX_LINE: usize = 2_000;
/// Minimum font size in CSS pixels at which text counts as emphasised.
const LARGE: u16 = 20;

/// The part of a mail that a line belongs to: the subject, the HTML part or the text part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Subject,
    Html,
    Text,
}

/// One line of a mail as a reader sees it, normalised for the search for codes and links.
#[derive(Debug)]
pub(super) struct TextLine {
    pub(super) part: Part,
    /// The text of the line, with ASCII digits and dashes.
    pub(super) text: String,
    /// The code candidates in the line, computed on first use.
    candidates: OnceCell<Vec<Candidate>>,
    /// The positions of words and sentence ends in the line, computed on first use.
    distances: OnceCell<Distances>,
    /// The keywords about codes in the line, such as "verification code".
    pub(super) words: Vec<KeywordMatch<Word>>,
    /// The groups of the keywords about links in the line.
    pub(super) link_words: LinkWords,
    /// Index of the line's block in the HTML part; 0 for lines outside the HTML part.
    pub(super) block: usize,
    /// Whether the whole line is emphasised, for example bold or large.
    pub(super) marked: bool,
    /// Whether each character or digit group of the line is in its own table cell or box. Many mails display
    /// a code in this way.
    pub(super) boxed: bool,
    pub(super) quoted: bool,
    pub(super) cell: Option<Cell>,
    /// The emphasised runs of text in the line, normalised.
    pub(super) strong: Vec<String>,
    /// The struck-out runs of text in the line, normalised. The field `text` does not contain them.
    pub(super) struck: Vec<String>,
}

impl TextLine {
    /// Returns all code candidates in the line, in order.
    pub(super) fn candidates(&self) -> &[Candidate] {
        self.candidates.get_or_init(|| candidate::find(&self.text))
    }

    /// Returns the positions of words and sentence ends, which are used to compute distances within the line.
    pub(super) fn distances(&self) -> &Distances {
        self.distances.get_or_init(|| Distances::of(&self.text))
    }
}

/// Returns all lines of a mail: the subject, then the HTML part, then the text part. `flow` is the parsed
/// HTML part; `None` if the mail has no HTML part.
pub(super) fn rows(mail: &Mail, flow: Option<&Flow>) -> Vec<TextLine> {
    let mut rows = vec![plain(Part::Subject, &mail.subject, false)];
    if let Some(flow) = flow {
        from_flow(&mut rows, flow);
    }
    let mut older = false;
    for line in mail.text.as_deref().unwrap_or_default().lines().take(MAX_LINES) {
        older |= starts_quoted_mail(line);
        let quoted = older || line.starts_with('>');
        if !line.trim().is_empty() {
            rows.push(plain(Part::Text, line, quoted));
        }
    }
    drop_foreign(&mut rows);
    rows
}

/// Removes short keywords that are used only in languages other than those of the mail.
fn drop_foreign(rows: &mut [TextLine]) {
    let mut languages = Languages::default();
    for row in rows.iter() {
        languages.count(&row.words);
    }
    let possible = languages.possible();
    for row in rows {
        row.words.retain(|word| words::may_be_of(word, possible));
    }
}

/// Finds the keywords about codes in a lowercase line. Words inside URLs and e-mail addresses are ignored, because they
/// do not describe a code.
fn code_words(lower: &str) -> Vec<KeywordMatch<Word>> {
    let mut found = words::about_codes(lower);
    if !found.is_empty() {
        let addresses = candidate::addresses(lower);
        // In a bare host name only the last word is ignored: the name can be two sentences without a space
        // between them.
        let is_inside = |address: &Range<usize>, word: &Range<usize>| {
            let text = lower.get(address.clone()).unwrap_or_default();
            let is_whole = text.contains("://") || text.contains('@') || text.starts_with("www.");
            address.start <= word.start && word.end <= address.end && (is_whole || word.end == address.end)
        };
        found.retain(|word| !addresses.iter().any(|address| is_inside(address, &word.range)));
    }
    found
}

/// Replaces each terminal escape sequence (ECMA-48, section 5.4) with a space, because its printable part
/// would be read as part of a code.
fn without_escapes(text: &str) -> Cow<'_, str> {
    // Most texts contain neither byte, which this quick search shows.
    if memchr2(ESCAPE_BYTES[0], ESCAPE_BYTES[1], text.as_bytes()).is_none() || !text.contains(ESCAPES) {
        return text.into();
    }
    let mut pieces = text.split(ESCAPES);
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let after = piece.strip_prefix('[').and_then(|sequence| {
            let parameters = sequence.trim_start_matches(|c: char| c.is_ascii_digit() || ";:?".contains(c));
            parameters.strip_prefix(|c: char| c.is_ascii_alphabetic())
        });
        plain.push(' ');
        plain.push_str(after.unwrap_or(piece));
    }
    plain.into()
}

/// The escape character (U+001B), and the symbol (U+241B) with which the sanitiser replaces it.
const ESCAPES: [char; 2] = ['\u{1b}', '\u{241b}'];
/// The first UTF-8 byte of each character in [`ESCAPES`], for a fast search.
const ESCAPE_BYTES: [u8; 2] = [0x1b, 0xe2];

fn plain(part: Part, text: &str, quoted: bool) -> TextLine {
    let text = without_escapes(text);
    let (text, struck) = without_struck(&text);
    let text = fold(&text);
    let lower = lower(&text);
    TextLine {
        part,
        text,
        words: code_words(&lower),
        link_words: link_words(&lower),
        block: 0,
        candidates: OnceCell::new(),
        distances: OnceCell::new(),
        marked: false,
        boxed: false,
        quoted,
        cell: None,
        strong: Vec::new(),
        struck,
    }
}

fn link_words(lower: &str) -> LinkWords {
    words::about_links(lower).into_iter().map(|found| found.topic.link_word()).collect()
}

/// Removes Markdown strikethrough such as `~~1234~~`. Returns the remaining text and the struck-out texts.
fn without_struck(text: &str) -> (Cow<'_, str>, Vec<String>) {
    let mut rest = text;
    let (mut plain, mut struck) = (String::new(), Vec::new());
    while let Some((before, inside)) = rest.split_once("~~") {
        let Some((words, after)) = inside.split_once("~~") else { break };
        if words.is_empty() || words.starts_with(' ') || words.ends_with([' ', '~']) {
            break;
        }
        plain.push_str(before);
        plain.push(' ');
        struck.push(fold(words));
        rest = after;
    }
    if struck.is_empty() {
        return (text.into(), struck);
    }
    plain.push_str(rest);
    (plain.into(), struck)
}

/// Returns the text of a block without struck-out text, and without superscript or subscript marks that are
/// attached to a word, such as footnote numbers.
fn visible_text(block: &Block) -> Cow<'_, str> {
    if !block.runs.iter().any(|run| run.look.struck || run.look.raised) {
        return block.words();
    }
    let mut words = String::new();
    for (index, run) in block.runs.iter().enumerate() {
        let next = block.runs.get(index + 1);
        if run.look.struck || (run.look.raised && is_mark(&words, &run.text, next)) {
            words.push(' ');
        } else {
            words.push_str(&run.text);
        }
    }
    words.into()
}

/// Returns whether the superscript or subscript run `text` is a mark, such as a footnote number. A mark
/// directly follows a word; a short mark may also directly precede one. `before` is the text before the run.
fn is_mark(before: &str, text: &str, next: Option<&Run>) -> bool {
    let glued = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    if !glued(text.chars().next()) || text.chars().nth(MAX_MARK).is_some() {
        return false;
    }
    glued(before.chars().next_back())
        || (text.chars().nth(MAX_SHORT_MARK).is_none()
            && glued(next.and_then(|next| next.text.chars().next())))
}

/// Maximum length in characters of a superscript or subscript mark after a word. Longer text is treated as
/// part of the line.
const MAX_MARK: usize = 16;
/// Maximum length in characters of a superscript or subscript mark before a word. Longer text is treated as
/// part of the line.
const MAX_SHORT_MARK: usize = 3;

fn from_flow(rows: &mut Vec<TextLine>, flow: &Flow) {
    let mut boxes: Vec<String> = Vec::new();
    let mut older = false;
    let blocks = flow.blocks.iter().enumerate().filter(|(_, block)| block.kind != Kind::Rule);
    for (index, block) in blocks.take(MAX_LINES) {
        let text = fold(&visible_text(block));
        let struck: Vec<String> =
            block.runs.iter().filter(|run| run.look.struck).map(|run| fold(&run.text)).collect();
        if text.chars().nth(1).is_none() && !text.is_empty() && text.chars().all(char::is_alphanumeric) {
            boxes.push(text);
            continue;
        }
        push_boxes(rows, &mut boxes);
        older |= starts_quoted_mail(&text);
        let holds = |run: &&Run| !run.look.struck && !run.look.raised;
        let looks =
            || block.runs.iter().filter(holds).filter(|run| !run.text.trim().is_empty()).map(|run| run.look);
        let marked = |look: mail_reader::html::flow::TextStyle| {
            look.strong || look.mono || look.spaced || look.size >= LARGE
        };
        let strong = block
            .runs
            .iter()
            .filter(holds)
            .filter(|run| marked(run.look))
            .map(|run| fold(&run.text))
            .collect();
        let lower = lower(&text);
        rows.push(TextLine {
            words: code_words(&lower),
            link_words: link_words(&lower),
            block: index,
            text,
            candidates: OnceCell::new(),
            distances: OnceCell::new(),
            part: Part::Html,
            marked: looks().all(marked) && looks().next().is_some(),
            boxed: false,
            quoted: older || block.quote > 0,
            cell: block.cell,
            strong,
            struck,
        });
    }
    push_boxes(rows, &mut boxes);
    join_split(rows);
}

/// Joins table cells that contain the digit groups of one number. A row of a layout table becomes one line if
/// all its cells contain such groups.
fn join_split(rows: &mut Vec<TextLine>) {
    let is_split = |cells: &[TextLine]| {
        let is_group =
            |text: &str| (2..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = cells.iter().map(|line| line.text.as_str()).filter(|text| *text != "-");
        let count = groups.clone().count();
        let digits: usize = groups.clone().map(str::len).sum();
        let is_layout = cells.iter().all(|line| line.cell.is_some_and(|cell| !cell.data));
        is_layout && (2..=4).contains(&count) && digits >= MIN_SPLIT_DIGITS && groups.all(is_group)
    };
    let row_of = |line: &TextLine| line.cell.map(|cell| (cell.table, cell.row));
    let is_row = |a: &TextLine, b: &TextLine| row_of(a).is_some() && row_of(a) == row_of(b);
    if !rows.chunk_by(is_row).any(is_split) {
        return;
    }
    let mut lines = Vec::with_capacity(rows.len());
    let counts: Vec<(usize, bool)> =
        rows.chunk_by(is_row).map(|cells| (cells.len(), is_split(cells))).collect();
    let mut rest = std::mem::take(rows).into_iter();
    for (count, split) in counts {
        let cells = rest.by_ref().take(count);
        if !split {
            lines.extend(cells);
            continue;
        }
        let cells: Vec<TextLine> = cells.collect();
        let block = cells.first().map_or(0, |line| line.block);
        let groups: Vec<&str> =
            cells.iter().map(|line| line.text.as_str()).filter(|text| *text != "-").collect();
        let line = plain(Part::Html, &groups.join(" "), false);
        lines.push(TextLine { boxed: true, marked: true, block, ..line });
    }
    *rows = lines;
}

/// A number that is split over several table cells is joined only if it has at least this many digits.
const MIN_SPLIT_DIGITS: usize = 6;

fn push_boxes(rows: &mut Vec<TextLine>, boxes: &mut Vec<String>) {
    if boxes.len() >= 4 {
        let block = rows.last().map_or(0, |row| row.block);
        let line = plain(Part::Html, &boxes.concat(), false);
        rows.push(TextLine { boxed: true, marked: true, block, ..line });
    }
    boxes.clear();
}

/// Returns whether a line, such as `-----Original Message-----`, starts a quoted mail.
fn starts_quoted_mail(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("-----Original") || (line.starts_with("On ") && line.ends_with("wrote:"))
}

/// Normalises a string for comparison. Digits of all scripts become ASCII digits, dashes become `-`, and
/// compatibility characters become plain ones. Invisible characters are removed, and a string longer than
/// [`MAX_LINE`] is truncated.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let start = text.get(..MAX_LINE).unwrap_or(text);
        let mut folded = start.trim().to_owned();
        if folded.bytes().any(|byte| byte < b' ') {
            folded = folded.replace(|c: char| c.is_ascii_whitespace(), " ");
        }
        return folded;
    }
    if text.len() <= MAX_LINE && text.chars().all(is_folded) {
        return text.trim().to_owned();
    }
    normalized(text)
}

/// Returns `true` for the most frequent characters that Unicode normalisation leaves unchanged in every context. For
/// all other characters, a slow lookup in the Unicode tables is necessary.
fn is_folded(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '£' | '¥' | '©' | '«' | '®' | '°' | '»' | '¿'
            | 'À'..='\u{12f}'
            | '\u{134}'..='\u{13e}'
            | '\u{141}'..='\u{148}'
            | '\u{14a}'..='\u{17e}'
            | 'Α'..='Ρ' | 'Σ'..='Ω' | 'α'..='ω'
            | '\u{400}'..='\u{481}'
            | '‘'..='‟'
            | '•'
            | '€'
            | '₽'
            | '、'..='】'
            | 'ぁ'..='ゖ'
            | 'ァ'..='ヺ'
            | '\u{4e00}'..='\u{9fff}'
            | '가'..='힣'
    )
}

fn normalized(text: &str) -> String {
    let folded: String = text
        .chars()
        .take(MAX_LINE)
        .filter(|&c| {
            !is_invisible(c) && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200d}')
                // A keycap such as `4️⃣` consists of the digit `4`, a variation selector and an enclosing
                // mark.
                && !matches!(c, '\u{20e3}' | '\u{fe00}'..='\u{fe0f}')
        })
        .map(|c| match c {
            // A full-width comma must not become an ASCII one, because that could be a decimal separator.
            '\u{ff0c}' => '\u{3001}',
            '\u{ff0e}' => '\u{3002}',
            // Superscript and subscript characters are marks next to a number, not part of it.
            '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{209c}' | '\u{1d2c}'..='\u{1d6a}' => ' ',
            c => c,
        })
        .nfkc()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => '-',
            'İ' => 'I',
            c if c.is_whitespace() => ' ',
            c => digit(c).unwrap_or(c),
        })
        .collect();
    folded.trim().to_owned()
}

/// Returns the ASCII digit for a decimal digit of another script; `None` if the character is not such a
/// digit.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 28] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
        0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x1a80, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa9d0,
        0x1_e950,
    ];
    let zero = ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&u32::from(c)))?;
    char::from_digit(u32::from(c) - zero, 10)
}

/// Converts a string to lowercase without changing its length in bytes, so that byte offsets remain valid.
pub(super) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    lowered.extend(text.chars().map(|c| {
        if c.is_ascii() {
            return c.to_ascii_lowercase();
        }
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
            _ => c,
        }
    }));
    lowered
}

#[cfg(test)]
mod tests {
    use super::{is_folded, normalized};

    #[test]
    fn keycap_digits_are_digits() {
        assert_eq!(normalized("Code: 4\u{fe0f}\u{20e3}8\u{20e3} \u{2764}\u{fe0f}"), "Code: 48 \u{2764}");
    }

    #[test]
    fn digits_of_all_scripts_are_digits() {
        for digits in ["၇၇၁၉၀၃", "໗໗໑໙໐໓", "༧༧༡༩༠༣", "᠗᠗᠑᠙᠐᠓", "꧗꧗꧑꧙꧐꧓", "७७१९०३"]
        {
            assert_eq!(normalized(digits), "771903");
        }
    }

    fn lines(html: &str) -> Vec<String> {
        let raw = format!("Subject: x\nContent-Type: text/html; charset=utf-8\n\n{html}\n");
        let mail = mail_reader::mime::parse_without_attached(raw.as_bytes());
        super::rows(&mail, mail.flow()).into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn the_cells_of_one_number_are_one_line() {
        let row = |cells: &str| format!("<p>Code</p><table><tr>{cells}</tr></table>");
        assert_eq!(
            lines(&row("<td>381</td><td>-</td><td>5507</td><td>-</td><td>294</td>")),
            ["x", "Code", "381 5507 294"]
        );
        assert_eq!(lines(&row("<td>381</td><td>pens</td>")), ["x", "Code", "381", "pens"]);
    }

    #[test]
    fn words_inside_a_url_are_not_keywords() {
        let words = |line: &str| super::code_words(line).len();
        assert_eq!(words("https://code.example/verify?code=1 and ada.code@nord.example"), 0);
        assert_eq!(words("see velory.example"), 0);
        assert!(words("your code") > 0);
    }

    #[test]
    fn a_short_word_of_another_language_is_not_a_keyword() {
        let raw = "Subject: Mwaliko\nContent-Type: text/plain; charset=utf-8\n\nTafadhali weka msimbo wa uthibitisho: 744892\n";
        let mail = mail_reader::mime::parse_without_attached(raw.as_bytes());
        let rows = super::rows(&mail, mail.flow());
        let phone =
            rows.iter().flat_map(|row| &row.words).find(|word| word.topic == crate::words::Topic::Phone);
        assert!(phone.is_none(), "{phone:?}");
    }

    #[test]
    fn the_check_for_folded_text_is_correct() {
        let mut told = 0;
        for c in ('\0'..=char::MAX).filter(|&c| is_folded(c)) {
            let text = c.to_string();
            let alone = unicode_normalization::is_nfkc_quick(text.chars());
            assert_eq!(alone, unicode_normalization::IsNormalized::Yes, "{c:?}");
            assert_eq!(normalized(&format!("a{c}b")), format!("a{c}b"), "{c:?}");
            told += 1;
        }
        assert!(told > 30_000);
    }
}
