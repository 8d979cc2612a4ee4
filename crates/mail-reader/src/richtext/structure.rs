//! Lays out the MIME parts of a mail as a tree.

use super::Role;
use super::page::LineBuilder;
use super::wrap::StyledText;
use crate::mail::{Mail, Part, format_size};
use crate::sanitize::SafeText;
use std::collections::BTreeSet;

/// Maximum depth that is shown by indentation in the displayed tree of MIME parts; deeper parts are not indented
/// further.
const MAX_DEPTH: usize = 12;

pub(super) fn lay_out(page: &mut LineBuilder, mail: &Mail) {
    for (part, going_on) in mail.parts.iter().zip(going_on(&mail.parts)) {
        let first = SafeText::new(&branch(part, &going_on, true));
        let next = SafeText::new(&branch(part, &going_on, false));
        let piece = |text, role| StyledText { text, role, link: None };
        let mut pieces = vec![piece(part.mime.clone(), Role::Strong)];
        if !part.name.is_empty() {
            pieces.push(piece(SafeText::new(&format!("  {}", part.name)), Role::Plain));
        }
        if !part.holds {
            pieces.push(piece(SafeText::new(&format!("  {}", format_size(part.size))), Role::Note));
        }
        let listed = mail.attachments.iter().find(|attachment| attachment.part == part.id);
        if let Some(detected_type) = listed
            .filter(|attachment| attachment.has_type_mismatch())
            .and_then(|attachment| attachment.detected_type)
        {
            pieces.push(piece(SafeText::new(&format!("  really {detected_type}")), Role::Strong));
        }
        if listed.is_some() {
            pieces.push(piece(SafeText::new("  attached"), Role::Note));
        }
        page.push_hanging(Some(&piece(first, Role::Rule)), Some(&piece(next, Role::Rule)), &pieces);
        if page.is_full() {
            return;
        }
    }
    if mail.parts.is_empty() {
        page.note("This mail has no parts: it is only text.");
    }
}

/// For each MIME part, returns the depths at which a vertical line of the tree continues below the part, because
/// another part of that depth follows in the same multipart.
fn going_on(parts: &[Part]) -> Vec<BTreeSet<u8>> {
    let mut open = BTreeSet::new();
    let mut all: Vec<BTreeSet<u8>> = parts
        .iter()
        .rev()
        .map(|part| {
            // Deeper parts have another parent.
            let _under_others = open.split_off(&part.depth.saturating_add(1));
            let here = open.clone();
            open.insert(part.depth);
            here
        })
        .collect();
    all.reverse();
    all
}

/// Returns the tree branches that are drawn before a line about a MIME part, such as `│ ├─`. `first` is `true` for the
/// first line about the part; the branch to the part itself is drawn only there.
fn branch(part: &Part, going_on: &BTreeSet<u8>, first: bool) -> String {
    let mut out = String::new();
    let from = part.depth.saturating_sub(u8::try_from(MAX_DEPTH).unwrap_or(u8::MAX)).max(1);
    for depth in from..=part.depth {
        let more = going_on.contains(&depth);
        out.push_str(match (depth == part.depth, first, more) {
            (true, true, true) => "├─ ",
            (true, true, false) => "└─ ",
            (_, _, true) => "│  ",
            (_, _, false) => "   ",
        });
    }
    out
}
