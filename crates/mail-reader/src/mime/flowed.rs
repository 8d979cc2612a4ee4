//! Converts `format=flowed` text (RFC 3676) to plain text.

/// Joins the lines of `format=flowed` text into paragraphs. If `delete_space` (the MIME parameter `DelSp`) is `true`,
/// removes the space before each soft line break.
pub(super) fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let body = line.trim_start_matches('>');
        let depth = line.len() - body.len();
        let body = body.strip_prefix(' ').unwrap_or(body);
        if open == Some(depth) && body != "-- " {
            if delete_space {
                out.pop();
            }
        } else {
            if !out.is_empty() || open.is_some() {
                out.push('\n');
            }
            out.push_str(line.get(..depth).unwrap_or_default());
            out.push_str(if depth > 0 { " " } else { "" });
        }
        out.push_str(body);
        open = if body.ends_with(' ') && body != "-- " { Some(depth) } else { None };
        if open.is_none() && body.is_empty() && out.is_empty() {
            out.push('\n');
        }
    }
    out
}
