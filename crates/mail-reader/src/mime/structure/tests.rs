use super::*;
use proptest::prelude::*;

/// Returns the depth, media type and body of each MIME part.
fn parts(raw: &str) -> Vec<(usize, String, String)> {
    let structure = Structure::scan(raw.as_bytes());
    let body = |part: &RawPart| String::from_utf8_lossy(structure.body(part)).into_owned();
    structure.parts.iter().map(|part| (part.depth, part.media_type.clone(), body(part))).collect()
}

/// Returns the bodies of the MIME parts that contain no other parts.
pub(super) fn bodies(raw: &str) -> Vec<String> {
    let structure = Structure::scan(raw.as_bytes());
    let leaves = structure.parts.iter().filter(|part| part.kind != PartKind::Multipart);
    leaves.map(|part| String::from_utf8_lossy(structure.body(part)).into_owned()).collect()
}

pub(super) fn multipart(boundary: &str, rest: &str) -> String {
    format!("Subject: x\nContent-Type: multipart/mixed; boundary={boundary}\n\n{rest}")
}

#[test]
fn parts_are_ranges_between_boundaries() {
    for end in ["\n", "\r\n", "\r"] {
        let raw = multipart(
            "b",
            "before\n--b\n\none\n\n--b  \t\nContent-Type: text/html\n\n<p>\n--b--  \nbehind\n",
        );
        let found = parts(&raw.replace('\n', end));
        let shown: Vec<_> =
            found.iter().map(|(depth, kind, body)| (*depth, kind.as_str(), body.as_str())).collect();
        assert_eq!(
            shown[1..],
            [(1, "text/plain", &*format!("one{end}")), (1, "text/html", "<p>")],
            "{end:?}"
        );
    }
}

#[test]
fn only_whole_delimiter_lines_of_open_multiparts_end_a_part() {
    let raw =
        multipart("sep", "--sep\n\n--sepia\nmid --sep\n --sep\n-- \n--------\n--other\n--se\n\n--sep--");
    assert_eq!(bodies(&raw), ["--sepia\nmid --sep\n --sep\n-- \n--------\n--other\n--se\n"]);
}

#[test]
fn a_boundary_may_begin_with_that_of_the_outer_multipart() {
    let raw = multipart(
        "n",
        "--n\nContent-Type: multipart/alternative; boundary=n_a\n\n--n_a\n\none\n--n_a\n\ntwo\n--n_a--\n\
         --n\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=n_f\n\n--n_f\n\nin\n--n_f--\n--n\n\nlast\n--n--\n",
    );
    let nested = "Content-Type: multipart/mixed; boundary=n_f\n\n--n_f\n\nin\n--n_f--";
    assert_eq!(bodies(&raw), ["one", "two", nested, "last"]);
}

#[test]
fn an_unclosed_multipart_ends_with_its_parent() {
    let inner = "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n";
    assert_eq!(bodies(&multipart("o", &format!("{inner}--o\n\ntwo\n"))), ["one", "two\n"]);
    assert_eq!(bodies(&multipart("o", inner)), ["one\n"]);
    // A delimiter line interrupts the header of a part.
    assert_eq!(bodies(&multipart("o", "--o\nContent-Type: text/html\n--o\n\ntwo\n--o--")), ["", "two"]);
}

#[test]
fn shared_and_repeated_boundaries_are_resolved() {
    let inner = "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n";
    assert_eq!(bodies(&multipart("b", &format!("{inner}--b\n\ntwo\n--b--\n"))), ["one", "two"]);
    assert_eq!(bodies(&multipart("b", "--b\n--b\n\none\n--b\n--b\n--b--\n")), ["one"]);
}

#[test]
fn text_after_the_final_boundary_is_not_a_part() {
    assert_eq!(bodies(&multipart("b", "--b\n\none\n--b--\nfooter\n--b\n\nmore\n")), ["one"]);
}

#[test]
fn a_wrong_or_missing_boundary_is_guessed_from_the_lines() {
    let rest = "--real\nContent-Type: text/plain\n\none\n--real\nContent-Type: text/html\n\ntwo\n--real--\n";
    assert_eq!(bodies(&multipart("stated", rest)), ["one", "two"]);
    assert_eq!(bodies(&format!("Content-Type: multipart/mixed\n\n{rest}")), ["one", "two"]);
    assert_eq!(bodies(&format!("Content-Type: multipart/mixed; boundary=\"\"\n\n{rest}")), ["one", "two"]);
    let dashes = "--\n\none\n--\nContent-Type: text/html\n\ntwo\n----\n";
    assert_eq!(bodies(&multipart("\"\"", dashes)), ["one", "two"]);
    // The delimiter line with the declared boundary closes a multipart, even if its parts start with another
    // boundary.
    let closed = multipart("stated", "--st*ated\nContent-Type: text/html\n\none\n\n--stated--\nfooter\n");
    assert_eq!(bodies(&closed), ["one\n"]);
    // Without lines that look like delimiter lines, the body is a single text part.
    let alone = Structure::scan(b"Content-Type: multipart/mixed\n\nwords\n");
    assert_eq!((alone.parts.len(), alone.parts[0].kind), (1, PartKind::Unsplit));
}

#[test]
fn malformed_headers_end_where_the_text_begins() {
    for (head, body) in [
        ("Content-Type: text/plain\n\n", "text"),
        ("Content-Type: text/plain\n \n", "text"),
        ("Content-Type: text/plain\n", "This is text, and no field"),
        ("", "Text without any header\nNote: this is text\n"),
        ("Content-Type: text/plain\nodd line\nContent-Language: en\n\n", "text"),
        ("\n", "Content-Type: text/html is text here"),
    ] {
        assert_eq!(bodies(&multipart("b", &format!("--b\n{head}{body}\n--b--\n"))), [body], "{head:?}");
    }
}

#[test]
fn each_attached_mail_is_one_part() {
    let nested = "Subject: in\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--";
    let raw = multipart(
        "b",
        &format!(
            "--b\nContent-Type: message/rfc822\n\n{nested}\n--b\nContent-Type: multipart/digest; boundary=d\n\n\
             --d\n\nSubject: one\n\nfirst\n--d\nSubject: two\n\nsecond\n--d\nContent-Type: text/plain\n\nthird\n--d--\n--b--\n"
        ),
    );
    let structure = Structure::scan(raw.as_bytes());
    let mails: Vec<_> = structure.parts.iter().filter(|part| part.kind == PartKind::Mail).collect();
    let bodies: Vec<_> =
        mails.iter().map(|part| std::str::from_utf8(structure.body(part)).unwrap()).collect();
    assert_eq!(bodies, [nested, "Subject: one\n\nfirst", "Subject: two\n\nsecond"]);
}

#[test]
fn limits_do_not_change_content() {
    let many = multipart("b", &"--b\n\nx\n".repeat(MAX_PARTS + 10));
    let structure = Structure::scan(many.as_bytes());
    assert_eq!((structure.parts.len(), structure.limits.as_slice()), (MAX_PARTS, &[ScanLimit::Parts][..]));
    let last = structure.parts.last().unwrap();
    assert_eq!(last.body.end, many.len());
    assert!(structure.body(last).starts_with(b"x\n--b\n"));

    let deep: Vec<String> = (0..MAX_DEPTH + 10)
        .map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1))
        .collect();
    let deep = multipart("b0", &deep.concat());
    let structure = Structure::scan(deep.as_bytes());
    assert_eq!(
        (structure.parts.len(), structure.limits.as_slice()),
        (MAX_DEPTH + 1, &[ScanLimit::Depth][..])
    );
}

#[test]
fn every_multipart_contains_a_header_that_a_delimiter_line_interrupts() {
    let raw = multipart(
        "b",
        "--b\nContent-Type: multipart/mixed; boundary=b\n\n--ab\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\
         Content-Type: message/rfc822\n--b--\n",
    );
    let structure = Structure::scan(raw.as_bytes());
    assert!(structure.parts.len() > 3);
    for part in &structure.parts {
        let outer = part.parent.and_then(|parent| structure.parts.get(parent));
        assert!(
            outer.is_none_or(|outer| part.header.end <= outer.body.end && part.body.end <= outer.body.end)
        );
    }
}

proptest! {
    /// Tests that the byte ranges of all MIME parts are in order, do not overlap, and lie inside the mail and the
    /// ranges of their parents.
    #[test]
    fn part_ranges_are_nested_and_ordered(lines in prop::collection::vec(
        "(--a|--b|--ab|--a--|--b--|--|a|Content-Type: multipart/(mixed|digest|alternative); boundary=(a|b|ab|\"\")|Content-Type: message/rfc822|content-id: <x>| |\t|)",
        0..60,
    ), end in "(\n|\r\n|\r)") {
        let raw = lines.join(&end);
        let structure = Structure::scan(raw.as_bytes());
        prop_assert!(!structure.parts.is_empty());
        let mut ended: Vec<usize> = Vec::new();
        for (index, part) in structure.parts.iter().enumerate() {
            prop_assert!(part.header.start <= part.header.end && part.header.end <= part.body.start);
            prop_assert!(part.body.start <= part.body.end && part.body.end <= raw.len());
            if let Some(parent) = part.parent {
                prop_assert!(parent < index);
                let parent = &structure.parts[parent];
                prop_assert_eq!(parent.depth + 1, part.depth);
                prop_assert!(parent.body.start <= part.header.start && part.body.end <= parent.body.end);
            }
            // Each earlier part either contains this part, or ends before it starts.
            for &other in &ended {
                let other = &structure.parts[other];
                let holds = other.body.start <= part.header.start && part.body.end <= other.body.end;
                prop_assert!(holds || other.body.end <= part.header.start);
            }
            ended.push(index);
        }
    }
}

#[test]
fn a_blank_folded_line_does_not_end_the_header() {
    let raw = format!("Subject: fold\r\n{} end\r\nTo: a@b.example\r\n\r\nbody\r\n", " \r\n".repeat(3_000));
    let mail = crate::mime::parse(raw.as_bytes());
    assert_eq!(mail.text.as_deref().map(str::trim), Some("body"));
    assert_eq!(mail.subject.as_str(), "fold end");
    // A gateway added a space to each empty line.
    let mail = crate::mime::parse(b"Subject: x\r\n \r\n \r\nNote: it is late\r\nmore\r\n".as_slice());
    assert_eq!(mail.text.as_deref().map(str::trim), Some("Note: it is late\r\nmore"));
}
