//! Parses mailbox lists, such as the recipients of a mail (RFC 5322, sections 3.4 and 4.4; RFC 6532).
//!
//! The list is first split into entries, and then each entry into a name and an address. Because quotation marks and
//! brackets are often missing in mails, a comma separates two entries only if a complete address precedes it. Without
//! this rule, a name that contains a comma would become two entries, one of them without an address.

mod list_entry;
mod next;
mod split;

use super::encoded_word;
use crate::mail::EmailAddress;
use crate::mime::charset::Charset;
use crate::sanitize::SafeText;

/// Maximum length of an e-mail address in bytes; longer addresses are truncated.
const MAX_ADDRESS_BYTES: usize = 2_000;

/// Entries without an address are appended to the preceding name until that name has at least this many bytes. Further
/// entries without an address are dropped and only counted.
const MAX_NAME_BYTES: usize = 10_000;

/// The mailboxes of a header field, up to a maximum number, and the number of further mailboxes.
#[derive(Default)]
pub(super) struct MailboxList {
    /// The mailboxes up to the maximum number, in the order in which they occur in the header field.
    pub(super) mailboxes: Vec<EmailAddress>,
    /// Number of mailboxes that were dropped because they exceed the maximum number.
    pub(super) more: usize,
}

/// Parses up to `limit` mailboxes in a header field value, and counts the remaining ones. `raw_charset` is the charset
/// of raw 8-bit text in the value.
///
/// A group (RFC 5322, section 3.4) is replaced with its members; an empty group is represented by its name.
pub(super) fn parse_list(raw: &[u8], raw_charset: Charset, limit: usize) -> MailboxList {
    let value = encoded_word::to_utf8(raw, raw_charset);
    let mut found = MailboxList::default();
    // Whether an entry without an address is the name of the last mailbox, as in `<ana@x.example> Rivera,
    // Ana`.
    let mut may_go_on = false;
    for entry in split::entries(&value) {
        if found.mailboxes.len() >= limit {
            found.more += usize::from(entry.has_content());
            continue;
        }
        let (name, address) = entry.resolve(raw_charset);
        let name = SafeText::new(name.trim());
        let address = SafeText::new(bounded(&address));
        if name.is_empty() && address.is_empty() {
            continue;
        }
        if !entry.has_address()
            && let Some(last) = found.mailboxes.last_mut().filter(|_| may_go_on)
        {
            // A long list may consist of names without any address.
            if last.name.len() >= MAX_NAME_BYTES {
                found.more += 1;
                continue;
            }
            let name = if name.is_empty() { address } else { name };
            let both =
                if last.name.is_empty() { name } else { SafeText::new(&format!("{}, {name}", last.name)) };
            last.name = both;
            continue;
        }
        may_go_on = entry.begins_with_bracket();
        found.mailboxes.push(EmailAddress { name, address });
    }
    found
}

fn bounded(address: &str) -> &str {
    address.get(..address.floor_char_boundary(MAX_ADDRESS_BYTES)).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_spaces_in_a_domain_are_removed() {
        for (field, address) in [
            ("jdoe@test   . example", "jdoe@test.example"),
            ("John <jdoe@machine(comment).  example>", "jdoe@machine.example"),
            ("jdoe@machine(comment).  example (John)", "jdoe@machine.example"),
            ("jdoe@test.example John", "jdoe@test.example"),
            ("jdoe@test.example .", "jdoe@test.example"),
            ("John [jdoe@test.example]", "jdoe@test.example"),
            ("John <jdoe@[192.0.2.1]>", "jdoe@[192.0.2.1]"),
            ("jdoe@test.example (j@machine.example)", "jdoe@test.example"),
            ("ann@a.example via Forum <forum@list.example>", "forum@list.example"),
            ("ann@a.example Ann <ann@a.example>", "ann@a.example"),
        ] {
            let found = parse_list(field.as_bytes(), Charset::UTF_8, 10);
            assert_eq!(found.mailboxes.len(), 1, "{field}");
            assert_eq!(found.mailboxes[0].address.as_str(), address, "{field}");
        }
    }

    #[test]
    fn mailboxes_are_separated_without_a_comma() {
        let (ann, bob, cy) = ("Ann <ann@a.example>", "Bob <bob@b.example>", "<cy@c.example>");
        for (field, all) in [
            ("Ann <ann@a.example> Bob <bob@b.example>", [ann, bob].as_slice()),
            ("Ann <ann@a.example>\r\n\tBob <bob@b.example>\r\n <cy@c.example>", &[ann, bob, cy]),
            ("Ann <ann@a.example> (work) Bob <bob@b.example>", &[ann, bob]),
            ("\"Ann\" <ann@a.example> \"Bob\" <bob@b.example>, cy@c.example", &[ann, bob, cy]),
            ("Ann <ann@a.example> =?utf-8?Q?Bob?= <bob@b.example>", &[ann, bob]),
            ("Ann <ann@a.example> cy@c.example Bob <bob@b.example>", &[ann, cy, bob]),
            ("Team: Ann <ann@a.example> Bob <bob@b.example>; cy@c.example", &[ann, bob, cy]),
            ("Ann <ann@a.example>; Bob <bob@b.example>; cy@c.example;", &[ann, bob, cy]),
            ("Ann ann@a.example Bob bob@b.example", &[ann, bob]),
            ("ann@a.example Ann bob@b.example Bob", &[ann, bob]),
            ("ann@a.example (Ann) bob@b.example (Bob)", &[ann, bob]),
            ("cy@c.example Ann <ann@a.example>, bob@b.example (Bob)", &[cy, ann, bob]),
        ] {
            let found = parse_list(field.as_bytes(), Charset::UTF_8, 10).mailboxes;
            let found: Vec<_> =
                found.iter().map(|one| format!("{} <{}>", one.name, one.address).trim().to_owned()).collect();
            assert_eq!(found, all, "{field}");
        }
    }

    #[test]
    fn names_after_an_address_are_joined_up_to_a_limit() {
        let names = format!("<ana@x.example> Rivera, Ana{}, Bo", ", Ana".repeat(50_000));
        let found = parse_list(names.as_bytes(), Charset::UTF_8, 10);
        assert_eq!(found.mailboxes.len(), 1);
        assert!(found.more > 40_000, "{}", found.more);
        let name = found.mailboxes[0].name.as_str();
        assert!(name.starts_with("Rivera, Ana, Ana") && name.len() < MAX_NAME_BYTES + 10, "{}", name.len());
    }
}
