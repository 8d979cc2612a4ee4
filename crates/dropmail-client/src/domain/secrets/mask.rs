//! Masks strings that look like secrets before text is shown or logged.

/// The text that replaces a masked secret.
const MASK: &str = "***";

/// Minimum length in bytes of a run of letters and digits that is masked as a key.
const MIN_KEY_BYTES: usize = 16;

/// Minimum length in bytes of a string starting with `af_` that is masked as a token.
const MIN_TOKEN_BYTES: usize = 8;

/// Masks tokens and long runs of letters and digits, such as ids and keys. Does not mask host names or e-mail
/// addresses.
pub fn mask_secrets(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_key_character(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if run.is_empty() {
            masked.push(first);
            before = Some(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let mut next = behind.chars();
        let joined = is_separator(next.next()) && next.next().is_some_and(char::is_alphanumeric);
        let named = joined || is_separator(before);
        masked.push_str(if is_secret(run, named) { MASK } else { run });
        before = run.chars().last();
        rest = behind;
    }
    masked
}

fn is_key_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+=~%".contains(c)
}

/// Returns whether a character separates two parts of a host name or an e-mail address, that is, whether it is `.` or
/// `@`. `c` is `None` at the start or end of the text.
fn is_separator(c: Option<char>) -> bool {
    matches!(c, Some('.' | '@'))
}

fn is_secret(run: &str, named: bool) -> bool {
    let token = run.find("af_").is_some_and(|at| run.len() - at >= MIN_TOKEN_BYTES);
    let has = |test: fn(&u8) -> bool| run.as_bytes().iter().any(test);
    let key = run.len() >= MIN_KEY_BYTES && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    token || (key && !named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_keys_are_masked_and_other_words_are_not() {
        for (text, expected) in [
            ("bad url /api/graphql/af_verysecret99 here", "bad url /api/graphql/*** here"),
            ("token af_verysecret99.", "token ***."),
            ("key AAKt0K4aXyZ123456789 is used", "key *** is used"),
            ("/download/mail/0193ab54-cc01-7d2e-8f00-1234567890ab/7", "/download/mail/***/7"),
            ("k=a1b2c3d4e5f6a7b8c9", "***"),
            ("é a1b2c3d4e5f6a7b8c9 é", "é *** é"),
        ] {
            assert_eq!(mask_secrets(text), expected);
        }
        for text in [
            "mx_records_missing: a1b2c3d4e5f6g7h8.test MX 10 mx.dropmail.me, *.a1b2c3d4e5f6g7h8.test MX 10 m.me",
            "the address a1b2c3d4e5f6g7h8i9@dropmail.me lives elsewhere",
            "Cannot query field \"downloadSanitizedHtmlUrl\" on type Mail",
            "token_expired",
            "mail_not_found",
            "2026-11-24T03:00:00",
            "",
        ] {
            assert_eq!(mask_secrets(text), text);
        }
    }
}
