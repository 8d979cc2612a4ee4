//! `read` and `save`: one mail, to standard output or to files.

use super::args::{ReadArgs, SaveArgs};
use super::source::Source;
use super::{Failure, json, output};
use crate::adapters::files::DownloadFolder;
use crate::config::Config;
use crate::domain::html::clean::clean;
use crate::domain::mail::{Attachment, Mail, size_words};
use crate::domain::mime;
use crate::domain::richtext::{View, render};
use crate::domain::sanitize::{SafeName, SafeText};
use crate::ports::files::Files;
use serde_json::json;
use std::io::IsTerminal;

/// Columns where there is no terminal to ask.
const WIDTH: u16 = 80;

pub(super) fn read(source: &Source, args: &ReadArgs, as_json: bool) -> Result<u8, Failure> {
    let Source { raw, mail, kept } = source;
    if as_json {
        // For a program nothing is broken into lines, least of all an address.
        let width = args.width.unwrap_or(u16::MAX);
        let mut value = json::whole(mail, &lines(mail, raw, View::Text, width).join("\n"));
        let id = kept.as_ref().map(json::summary);
        if let Some(summary) = id {
            json::add(&mut value, "envelope", summary);
        }
        output::print(&value.to_string())?;
        return Ok(0);
    }
    let width = args.width.unwrap_or_else(width);
    let to_terminal = std::io::stdout().is_terminal();
    if args.raw && !to_terminal {
        output::bytes(raw).map_err(|why| Failure::failed(format!("standard output: {why}")))?;
    } else if args.raw {
        output::print_all(lines(mail, raw, View::Raw, width))?;
    } else if args.html {
        let Some(html) = &mail.html else {
            return Err(Failure { code: super::NOT_FOUND, words: "this mail has no HTML part".to_owned() });
        };
        output::print_all(SafeText::multiline(&clean(html)))?;
    } else if args.headers {
        output::print_all(mail.headers.iter().map(|header| format!("{}: {}", header.name, header.value)))?;
    } else if args.parts {
        let row = |part: &Attachment| format!("{}\t{}\t{}\t{}", part.part, part.mime, part.size, part.name);
        output::print_all(mail.attachments.iter().map(row))?;
    } else {
        output::print_all(shown(mail, raw, width))?;
    }
    Ok(0)
}

pub(super) fn save(source: &Source, args: &SaveArgs, config: &Config, as_json: bool) -> Result<u8, Failure> {
    let folder = DownloadFolder::new(args.dir.clone().unwrap_or_else(|| config.download_dir.value.clone()));
    let mut files = Vec::new();
    if args.attachments {
        for part in &source.mail.attachments {
            let Some(content) = mime::attachment_bytes(&source.raw, part.part) else {
                return Err(Failure::failed(format!("the attachment {} cannot be decoded", part.name)));
            };
            files.push((part.name.clone(), content));
        }
        if files.is_empty() {
            output::tell("this mail has no attachments");
        }
    } else {
        let subject = &source.mail.subject;
        let stem: String = subject.chars().take(80).collect();
        let stem = if subject.is_empty() { "mail" } else { stem.trim() };
        files.push((SafeName::of_title(&format!("{stem}.eml")), source.raw.to_vec()));
    }
    let mut saved = Vec::new();
    for (name, content) in files {
        let path = folder
            .save(&name, &content)
            .map_err(|why| Failure::failed(format!("not saved: {why}; --dir names another folder")))?;
        saved.push(path.display().to_string());
    }
    if as_json {
        output::print(&json!({"saved": saved}).to_string())?;
    } else {
        output::print_all(saved)?;
    }
    Ok(0)
}

/// As the reader shows it: who, what, and the text.
fn shown(mail: &Mail, raw: &[u8], width: u16) -> Vec<String> {
    let parties = |all: &[crate::domain::mail::Mailbox]| {
        all.iter().map(party).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let mut head = vec![
        ("From", party(&mail.from)),
        ("To", parties(&mail.to)),
        ("Cc", parties(&mail.cc)),
        ("Subject", mail.subject.to_string()),
        ("Date", mail.date.map(|date| date.to_string()).unwrap_or_default()),
    ];
    head.retain(|(_, value)| !value.is_empty());
    let mut lines: Vec<String> = head.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.extend(found(mail));
    lines.push(String::new());
    lines.extend(self::lines(mail, raw, View::Text, width));
    lines.extend(addresses(mail));
    lines
}

/// What the head of a message tells beside who and what: code, link, what is wrong with links, files.
fn found(mail: &Mail) -> Vec<String> {
    let mut lines = Vec::new();
    let claimed = mail.codes.iter().filter(|code| code.confidence.is_claim());
    let rivals = mail.codes.first().is_some_and(|code| code.rival);
    lines.extend(claimed.take(if rivals { 3 } else { 1 }).map(|code| format!("Code: {}", code.value)));
    if let Some(link) = mail.links.first().filter(|link| link.confidence.is_claim()) {
        lines.push(format!("Link: {} ({})", link.url, link.kind.word()));
        lines.extend(link.leads_to.as_ref().map(|inner| format!("Leads-To: {inner}")));
    }
    let mut warnings: Vec<&SafeText> = mail.links.iter().flat_map(|link| &link.warnings).collect();
    warnings.dedup();
    lines.extend(warnings.into_iter().map(|warning| format!("Careful: a link: {warning}")));
    let file =
        |part: &Attachment| format!("File: {} ({}, {})", part.name, size_words(part.size), part.kind_words());
    lines.extend(mail.attachments.iter().map(file));
    lines
}

/// Where the links lead whose numbers stand in the text, whole: no width breaks them.
fn addresses(mail: &Mail) -> Vec<String> {
    let numbered = mail.links.iter().enumerate().map(|(at, link)| format!("[{}] {}", at + 1, link.url));
    let mut lines: Vec<String> = numbered.collect();
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn party(party: &crate::domain::mail::Mailbox) -> String {
    match (party.name.as_str(), party.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

fn lines(mail: &Mail, raw: &[u8], view: View, width: u16) -> Vec<String> {
    let text = |line: &crate::domain::richtext::Line| {
        let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        text.trim_end().to_owned()
    };
    render(mail, raw, view, width).iter().map(text).collect()
}

fn width() -> u16 {
    if !std::io::stdout().is_terminal() {
        return WIDTH;
    }
    crossterm::terminal::size().map_or(WIDTH, |(columns, _)| columns.max(1))
}
