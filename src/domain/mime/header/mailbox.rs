//! Lists of mailboxes (RFC 5322, 3.4 and 4.4; RFC 6532).
//!
//! The list is split into entries first, and each entry into a name and an address then. Mails forget
//! quotes and brackets, so a comma only divides where an address is complete on its left: no entry is
//! without an address while the entry beside it has one.

mod entry;
mod split;

use super::encoded_word;
use crate::domain::mail::Mailbox;
use crate::domain::mime::charset::Charset;
use crate::domain::sanitize::SafeText;

/// Maximum number of bytes of one address.
const MAX_ADDRESS_BYTES: usize = 2_000;

/// Maximum number of bytes of a name that further entries are added to.
const MAX_NAME_BYTES: usize = 10_000;

/// Reads up to `limit` mailboxes of a field, in its order. `raw_charset` is that of raw 8-bit text.
pub(super) fn parse_list(raw: &[u8], raw_charset: Charset, limit: usize) -> Vec<Mailbox> {
    let value = encoded_word::to_utf8(raw, raw_charset);
    let mut found: Vec<Mailbox> = Vec::new();
    for entry in split::entries(&value) {
        let (name, address) = entry.resolve(raw_charset);
        let name = SafeText::new(name.trim());
        let address = SafeText::new(bounded(&address));
        if name.is_empty() && address.is_empty() {
            continue;
        }
        // The rest of a name whose address stands in front of it: `<ana@x.example> Rivera, Ana`.
        if address.is_empty()
            && let Some(last) = found.last_mut().filter(|last| !last.address.is_empty())
        {
            // A list may be nothing but names.
            if last.name.len() >= MAX_NAME_BYTES {
                continue;
            }
            let both =
                if last.name.is_empty() { name } else { SafeText::new(&format!("{}, {name}", last.name)) };
            last.name = both;
            continue;
        }
        if found.len() >= limit {
            break;
        }
        found.push(Mailbox { name, address });
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
    fn names_behind_an_address_are_added_up_to_a_bound() {
        let names = format!("<ana@x.example> Rivera, Ana{}, Bo", ", Ana".repeat(50_000));
        let found = parse_list(names.as_bytes(), Charset::UTF_8, 10);
        assert_eq!(found.len(), 1);
        let name = found[0].name.as_str();
        assert!(name.starts_with("Rivera, Ana, Ana") && name.len() < MAX_NAME_BYTES + 10, "{}", name.len());
    }
}
