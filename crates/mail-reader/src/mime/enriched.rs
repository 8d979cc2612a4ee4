//! Converts enriched text (RFC 1896) and its predecessor, MIME richtext (RFC 1341, section 7.1.3), to plain
//! text.

/// Maximum length in bytes of a formatting command, including its angle brackets (RFC 1896 allows 60 characters plus
/// the brackets). A longer command is treated as text.
const MAX_COMMAND_BYTES: usize = 64;

/// Converts enriched text to plain text. Removes formatting commands such as `<bold>` and `<param>`. A single line
/// break becomes a space, and one of several consecutive line breaks is removed.
pub(super) fn enriched_to_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut unfilled, mut in_param) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("<<") {
            push(&mut out, in_param, "<");
            rest = after;
            continue;
        }
        if let Some((command, after)) = command(rest) {
            match command.to_ascii_lowercase().as_str() {
                "nofill" => unfilled += 1,
                "/nofill" => unfilled = unfilled.saturating_sub(1),
                "param" => in_param += 1,
                "/param" => in_param = in_param.saturating_sub(1),
                _ => {}
            }
            rest = after;
            continue;
        }
        if unfilled == 0 && matches!(c, '\r' | '\n') {
            let end = rest.find(|c| !matches!(c, '\r' | '\n')).unwrap_or(rest.len());
            let (ends, after) = rest.split_at(end);
            let count = ends.matches('\n').count();
            push(&mut out, in_param, if count < 2 { " " } else { "" });
            (1..count).for_each(|_| push(&mut out, in_param, "\n"));
            rest = after;
            continue;
        }
        let (one, after) = rest.split_at(c.len_utf8());
        push(&mut out, in_param, one);
        rest = after;
    }
    out
}

/// Converts MIME richtext to plain text. `<nl>` becomes a line break, and `<lt>` becomes `<`. `<comment>` is removed
/// together with its content, and other formatting commands are removed.
pub(super) fn richtext_to_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((command, after)) = command(rest) {
            match command.to_ascii_lowercase().as_str() {
                "nl" => push(&mut out, hidden, "\n"),
                "np" | "paragraph" | "/paragraph" => push(&mut out, hidden, "\n\n"),
                "lt" => push(&mut out, hidden, "<"),
                "comment" => hidden += 1,
                "/comment" => hidden = hidden.saturating_sub(1),
                _ => {}
            }
            rest = after;
            continue;
        }
        let (one, after) = rest.split_at(c.len_utf8());
        push(
            &mut out,
            hidden,
            match one {
                "\r" => "",
                "\n" => " ",
                other => other,
            },
        );
        rest = after;
    }
    out
}

fn push(out: &mut String, hidden: usize, text: &str) {
    if hidden == 0 {
        out.push_str(text);
    }
}

/// Splits `text` into the formatting command at its start and the text after the command; `None` if `text` does not
/// start with a command.
fn command(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('<')?;
    let near = inner.get(..inner.floor_char_boundary(MAX_COMMAND_BYTES)).unwrap_or(inner);
    let end = near.find('>')?;
    let name = inner.get(..end)?;
    let letters = name.strip_prefix('/').unwrap_or(name);
    let is_name = !letters.is_empty() && letters.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then_some((name, inner.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_enriched_becomes_plain_text() {
        let text = "<bold>Now</bold> is the <color><param>red</param>time</color>\r\nfor <<all>.\r\n\r\nNext\r\n\r\n\r\nLast\r\n\
                    <nofill>a\r\nb\r\n</nofill>1 < 2";
        assert_eq!(enriched_to_text(text), "Now is the time for <all>.\nNext\n\nLast a\r\nb\r\n1 < 2");
    }

    #[test]
    fn text_richtext_becomes_plain_text() {
        let text = "<bold>Now</bold> is the<nl>\r\n<comment>not this</comment>time <lt>here>";
        assert_eq!(richtext_to_text(text), "Now is the\n time <here>");
    }
}
