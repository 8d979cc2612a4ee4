//! Formats the result of the `assert` command as `JUnit` XML, which CI services display.

use std::fmt::Write as _;
use std::time::Duration;

/// Returns the XML for a test suite with one test case. `failure` contains the message and the details of a failed
/// check; it is `None` if the check succeeded.
pub(super) fn report(name: &str, took: Duration, failure: Option<(&str, &str)>) -> String {
    let failures = u8::from(failure.is_some());
    let (name, seconds) = (escape_xml(name), took.as_secs_f64());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"1\" failures=\"{failures}\" time=\"{seconds:.3}\">\n\
         \x20 <testsuite name=\"dropmail-tui assert\" tests=\"1\" failures=\"{failures}\" time=\"{seconds:.3}\">\n\
         \x20   <testcase classname=\"mail\" name=\"{name}\" time=\"{seconds:.3}\""
    );
    let end = match failure {
        None => "/>\n".to_owned(),
        Some((message, details)) => format!(
            ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
            escape_xml(message),
            escape_xml(details)
        ),
    };
    let _infallible = write!(xml, "{end}  </testsuite>\n</testsuites>\n");
    xml
}

/// Escapes text for XML 1.0. Replaces characters that XML does not allow (section 2.2) with U+FFFD.
fn escape_xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_escaped_and_a_success_has_none() {
        let passed = report("--subject \"<a&b>\"", Duration::from_millis(1500), None);
        assert!(passed.contains("failures=\"0\"") && passed.contains("time=\"1.500\""), "{passed}");
        assert!(passed.contains("name=\"--subject &quot;&lt;a&amp;b&gt;&quot;\""), "{passed}");
        let failed = report("x", Duration::ZERO, Some(("one", "two\u{1b}\n]]>")));
        assert!(failed.contains("<failure message=\"one\">two\u{fffd}&#10;]]&gt;</failure>"), "{failed}");
    }
}
