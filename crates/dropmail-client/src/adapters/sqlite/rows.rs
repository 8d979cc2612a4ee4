//! Converts between the types of [`domain`](crate::domain) and the values in database rows.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::stored_mail::{ArrivalOrder, StoredMail};
use crate::domain::time::Timestamp;
use mail_codes::{Code, CodeKind, CodePurpose, Confidence, Findings, Link, LinkKind, MailWithFindings};
use mail_reader::mail::EmailAddress;
use mail_reader::sanitize::SafeText;
use mail_reader::smtp_oddity;
use rusqlite::{Error, Row};
use serde::{Deserialize, Serialize};

/// Converts a time to microseconds since 1970. The numbers sort in the same order as the times. No valid time
/// overflows.
pub(super) fn to_micros(moment: Timestamp) -> i64 {
    moment.as_microsecond()
}

/// Converts microseconds since 1970 to a time. An out-of-range value becomes the start of 1970.
pub(super) fn from_micros(stamp: i64) -> Timestamp {
    Timestamp::from_microsecond(stamp).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Reads a mail from a database row with the columns of `mails::ROW`.
pub(super) fn stored_mail(row: &Row<'_>) -> Result<StoredMail, Error> {
    let text = |at: usize| Ok::<_, Error>(row.get_ref(at)?.as_str()?);
    let count = |at: usize| row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or(0));
    let optional = |at: usize| Ok::<_, Error>(row.get_ref(at)?.as_str_or_null()?);
    Ok(StoredMail {
        summary: Summary {
            envelope: Envelope {
                id: MailId::new(text(0)?),
                session: SessionId::new(text(1)?),
                received_at: from_micros(row.get(2)?),
                from: text(3)?.into(),
                to: text(4)?.into(),
                to_orig: text(5)?.into(),
                size: count(6)?,
                oddities: smtp_oddity::parse(text(14)?),
            },
            sender: text(7)?.into(),
            sender_address: text(13)?.into(),
            subject: text(8)?.into(),
            code: optional(9)?.and_then(code),
            link: optional(10)?.and_then(link),
            attachments: usize::try_from(count(11)?).unwrap_or(usize::MAX),
        },
        read: row.get(12)?,
        starred: row.get(15)?,
        order: ArrivalOrder(row.get(16)?),
    })
}

#[derive(Serialize, Deserialize)]
struct CodeRow {
    value: String,
    confidence: u16,
    digits: bool,
    #[serde(default)]
    purpose: String,
    reason: String,
    #[serde(default)]
    life: Option<u32>,
    #[serde(default)]
    sent: Option<i64>,
    #[serde(default)]
    rival: bool,
}

#[derive(Serialize, Deserialize)]
struct LinkRow {
    url: String,
    kind: String,
    confidence: u16,
    reason: String,
    words: String,
    #[serde(default)]
    leads_to: Option<String>,
    warnings: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct PartRow {
    name: String,
    mime: String,
    size: u64,
}

/// The fields of a parsed mail that the archive stores as JSON (all except the mail's text).
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Fields {
    from: Vec<String>,
    to: Vec<String>,
    cc: Vec<String>,
    date: Option<i64>,
    attachments: Vec<PartRow>,
    codes: Vec<CodeRow>,
    links: Vec<LinkRow>,
}

/// Serializes the fields of a parsed mail to JSON for the archive.
pub(super) fn fields_to_json(mail: &MailWithFindings) -> String {
    let boxes =
        |list: &[EmailAddress]| list.iter().map(|it| format!("{} <{}>", it.name, it.address)).collect();
    let fields = Fields {
        from: boxes(std::slice::from_ref(&mail.from)),
        to: boxes(&mail.to),
        cc: boxes(&mail.cc),
        date: mail.date.map(to_micros),
        attachments: mail
            .attachments
            .iter()
            .map(|part| PartRow {
                name: part.name.as_str().to_owned(),
                mime: part.mime.to_string(),
                size: part.size,
            })
            .collect(),
        codes: mail.findings.codes.iter().map(code_row).collect(),
        links: mail.findings.links.iter().map(link_row).collect(),
    };
    serde_json::to_string(&fields).unwrap_or_default()
}

/// Parses the stored codes and links of a mail from JSON. Returns empty findings for invalid JSON.
pub(super) fn findings(text: &str) -> Findings {
    let fields: Fields = serde_json::from_str(text).unwrap_or_default();
    Findings {
        codes: fields.codes.into_iter().map(code_of).collect(),
        links: fields.links.into_iter().map(link_of).collect(),
    }
}

/// Serializes a code to JSON for the archive; `None` if this fails.
pub(super) fn codes_to_json(code: &Code) -> Option<String> {
    serde_json::to_string(&code_row(code)).ok()
}

fn code_row(code: &Code) -> CodeRow {
    CodeRow {
        value: code.value.as_str().to_owned(),
        confidence: code.confidence.thousandths(),
        digits: code.kind == CodeKind::Digits,
        purpose: code.purpose.as_str().to_owned(),
        reason: code.reason.as_str().to_owned(),
        life: code.life,
        sent: code.sent_at.map(to_micros),
        rival: code.ambiguous,
    }
}

/// Parses a code of a mail from stored JSON; `None` if the JSON is invalid.
fn code(text: &str) -> Option<Code> {
    serde_json::from_str(text).ok().map(code_of)
}

fn code_of(row: CodeRow) -> Code {
    Code {
        value: row.value.into(),
        confidence: Confidence::from_thousandths(row.confidence),
        kind: if row.digits { CodeKind::Digits } else { CodeKind::Alphanumeric },
        purpose: CodePurpose::from_label(&row.purpose).unwrap_or(CodePurpose::Proof),
        life: row.life,
        sent_at: row.sent.map(from_micros),
        ambiguous: row.rival,
        reason: row.reason.into(),
    }
}

/// Serializes a link to JSON for the archive; `None` if this fails.
pub(super) fn links_to_json(link: &Link) -> Option<String> {
    serde_json::to_string(&link_row(link)).ok()
}

fn link_row(link: &Link) -> LinkRow {
    LinkRow {
        url: link.url.as_str().to_owned(),
        kind: link.kind.as_str().to_owned(),
        confidence: link.confidence.thousandths(),
        reason: link.reason.as_str().to_owned(),
        words: link.words.as_str().to_owned(),
        leads_to: link.leads_to.as_ref().map(|inner| inner.as_str().to_owned()),
        warnings: link.warnings.iter().map(|warning| warning.as_str().to_owned()).collect(),
    }
}

/// Parses a link of a mail from stored JSON; `None` if the JSON is invalid.
fn link(text: &str) -> Option<Link> {
    serde_json::from_str(text).ok().map(link_of)
}

fn link_of(row: LinkRow) -> Link {
    Link {
        url: row.url.into(),
        kind: link_kind(&row.kind),
        confidence: Confidence::from_thousandths(row.confidence),
        reason: row.reason.into(),
        words: row.words.into(),
        leads_to: row.leads_to.map(SafeText::from),
        warnings: row.warnings.into_iter().map(SafeText::from).collect(),
    }
}

/// Parses the stored name of a link kind. An unknown name, such as one from a later version of the program, becomes
/// `Other`.
fn link_kind(word: &str) -> LinkKind {
    LinkKind::from_label(word).unwrap_or(LinkKind::Other)
}
