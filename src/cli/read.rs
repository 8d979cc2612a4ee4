//! The `read` command: prints a mail.

use super::args::ReadArgs;
use super::mail_source::MailSource;
use super::{CliError, async_runtime, charset, json, output};
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::service;
use mail_codes::MailWithFindings;
use mail_reader::html::sanitize;
use mail_reader::mail::{Attachment, format_size};
use mail_reader::richtext::{Line, Role, Span, View, render};
use mail_reader::sanitize::SafeText;
use std::borrow::Cow;
use std::io::IsTerminal;

/// Width in columns at which a mail is laid out if the width of the terminal is unknown.
const WIDTH: u16 = 80;

pub(super) fn read(source: MailSource, args: &ReadArgs, as_json: bool) -> Result<u8, CliError> {
    let to_terminal = std::io::stdout().is_terminal();
    let view = if as_json {
        // JSON is for programs, so its lines are not wrapped: a line break could split a URL.
        Printed::Json { width: args.width.unwrap_or(u16::MAX) }
    } else if args.raw && !to_terminal {
        output::write_bytes(&source.raw)
            .map_err(|why| CliError::failed(format!("standard output: {why}")))?;
        return Ok(0);
    } else {
        let width = args.width.unwrap_or_else(terminal_width);
        match args {
            ReadArgs { raw: true, .. } => Printed::Lines { view: View::Raw, width },
            ReadArgs { html: true, .. } => Printed::Html,
            ReadArgs { headers: true, .. } => Printed::Headers,
            ReadArgs { parts: true, .. } => Printed::Parts,
            _ => Printed::Shown { width },
        }
    };
    if matches!(view, Printed::Html) && source.mail.html.is_none() {
        return Err(CliError { code: super::NOT_FOUND, words: "this mail has no HTML part".to_owned() });
    }
    // There is a timeout, because the layout of a malicious mail could take very long.
    let lines = async_runtime::block_on(service::run_bounded(move || printed_lines(&source, &view)))?;
    output::print_all(lines.map_err(|why| CliError::failed(format!("{why}; --raw prints it unchanged")))?)?;
    Ok(0)
}

/// The kind of output that the `read` command prints, such as JSON, a view of the mail, or the list of the mail's
/// attachments.
enum Printed {
    Json { width: u16 },
    Lines { view: View, width: u16 },
    Html,
    Headers,
    Parts,
    Shown { width: u16 },
}

fn printed_lines(source: &MailSource, what: &Printed) -> Vec<String> {
    let MailSource { raw, mail, stored } = source;
    match *what {
        Printed::Json { width } => {
            let mut value = json::whole_mail(mail, &view_lines(mail, raw, View::Text, width).join("\n"));
            if let Some(stored) = stored {
                json::add_field(&mut value, "envelope", json::summary(stored));
            }
            vec![value.to_string()]
        }
        Printed::Lines { view, width } => view_lines(mail, raw, view, width),
        Printed::Html => {
            let page = sanitize(mail.html.as_deref().unwrap_or_default());
            page.notes().for_each(output::eprint_line);
            // The lines are joined into a single string, because a page may have millions of lines.
            let mut text = String::with_capacity(page.html.len());
            for line in SafeText::lines(&page.html) {
                text.push_str(line.as_str());
                text.push('\n');
            }
            text.pop();
            vec![text]
        }
        Printed::Headers => {
            mail.headers.iter().map(|header| format!("{}: {}", header.name, header.value)).collect()
        }
        Printed::Parts => {
            let row =
                |part: &Attachment| format!("{}\t{}\t{}\t{}", part.part, part.mime, part.size, part.name);
            mail.attachments.iter().map(row).collect()
        }
        Printed::Shown { width } => render_mail(mail, raw, stored.as_ref(), width),
    }
}

/// Lays out a mail as text: its header fields, oddities of its delivery, codes and links, and the text of the mail.
fn render_mail(mail: &MailWithFindings, raw: &[u8], stored: Option<&StoredMail>, width: u16) -> Vec<String> {
    let parties = |all: &[mail_reader::mail::EmailAddress]| {
        all.iter().map(format_address).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let mut head = vec![
        ("From", format_address(&mail.from)),
        ("To", parties(&mail.to)),
        ("Cc", parties(&mail.cc)),
        ("Subject", mail.subject.to_string()),
        ("Date", mail.date.map(|date| date.to_string()).unwrap_or_default()),
    ];
    head.retain(|(_, value)| !value.is_empty());
    let mut lines: Vec<String> = head.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let oddities = stored.into_iter().flat_map(|stored| &stored.summary.envelope.oddities);
    lines.extend(oddities.map(|oddity| format!("Delivery: {}", oddity.text())));
    lines.extend(finding_lines(mail));
    lines.push(String::new());
    let attributes = std::io::stdout().is_terminal() && charset::supports_attributes();
    lines.extend(view_lines_with(mail, raw, View::Text, width, |span| {
        if attributes && span.role == Role::Struck {
            return Cow::Owned(format!("\x1b[9m{}\x1b[29m", span.text));
        }
        Cow::Borrowed(span.text.as_str())
    }));
    lines.extend(link_urls(mail));
    lines
}

/// Returns the lines that follow the mail's header fields: its codes and best link, warnings about links, and its
/// attachments.
fn finding_lines(mail: &MailWithFindings) -> Vec<String> {
    let mut lines = Vec::new();
    let claimed = mail.findings.codes.iter().filter(|code| code.confidence.is_confident());
    let rivals = mail.findings.codes.first().is_some_and(|code| code.ambiguous);
    lines.extend(claimed.take(if rivals { 3 } else { 1 }).map(|code| format!("Code: {}", code.value)));
    if let Some(link) = mail.findings.confident_link() {
        lines.push(format!("Link: {} ({})", link.url, link.kind.as_str()));
        lines.extend(link.leads_to.as_ref().map(|inner| format!("Leads-To: {inner}")));
    }
    let mut warnings: Vec<&SafeText> = mail.findings.links.iter().flat_map(|link| &link.warnings).collect();
    warnings.dedup();
    lines.extend(warnings.into_iter().map(|warning| format!("Careful: a link: {warning}")));
    let file = |part: &Attachment| {
        format!("File: {} ({}, {})", part.name, format_size(part.size), part.type_label())
    };
    lines.extend(mail.attachments.iter().map(file));
    lines
}

/// Returns one line for each link, with the number of the link in the text and its URL, after an empty line. A URL is
/// never wrapped.
fn link_urls(mail: &MailWithFindings) -> Vec<String> {
    let numbered =
        mail.findings.links.iter().enumerate().map(|(at, link)| format!("[{}] {}", at + 1, link.url));
    let mut lines: Vec<String> = numbered.collect();
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn format_address(party: &mail_reader::mail::EmailAddress) -> String {
    match (party.name.as_str(), party.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

fn view_lines(mail: &MailWithFindings, raw: &[u8], view: View, width: u16) -> Vec<String> {
    view_lines_with(mail, raw, view, width, |span| Cow::Borrowed(span.text.as_str()))
}

/// Lays out a view of a mail and returns its lines as text. The function `written` converts each span of a line to
/// text.
fn view_lines_with(
    mail: &MailWithFindings,
    raw: &[u8],
    view: View,
    width: u16,
    written: impl Fn(&Span) -> Cow<'_, str>,
) -> Vec<String> {
    let text = |line: &Line| line.spans.iter().map(&written).collect::<String>().trim_end().to_owned();
    render(mail, raw, view, width).iter().map(text).collect()
}

fn terminal_width() -> u16 {
    if !std::io::stdout().is_terminal() {
        return WIDTH;
    }
    // A terminal of unknown size, such as that of a script, reports a width of 0 columns.
    let columns = crossterm::terminal::size().map_or(0, |(columns, _)| columns);
    if columns == 0 { WIDTH } else { columns }
}
