use super::{MboxEntry, Splitter, append};

const SEPARATOR: &str = "From a@b.example Tue Nov  3 09:00:00 2026";

fn mails(file: &[u8]) -> Vec<String> {
    let mut splitter = Splitter::default();
    let mut entries: Vec<MboxEntry> =
        file.split_inclusive(|byte| *byte == b'\n').filter_map(|line| splitter.push(line)).collect();
    entries.extend(splitter.finish());
    let text = |entry| match entry {
        MboxEntry::Mail(raw) => String::from_utf8_lossy(&raw).into_owned(),
        MboxEntry::TooLarge => "too large".to_owned(),
    };
    entries.into_iter().map(text).collect()
}

#[test]
fn written_mails_are_read_back_byte_for_byte() {
    let written = [
        "",
        "\n",
        "\r\n",
        "\r",
        "Subject: x",
        "Subject: x\n",
        "Subject: x\r\n\r\nFrom here\r\n>From there\r\n>>From \r\n",
        "Subject: x\r\n\r\nno line end",
        "Subject: x\r\n\r\na carriage return alone\r",
        "Subject: x\n\nblank lines\n\n\n",
        "Subject: x\r\n\r\nblank lines\r\n\r\n\r\n",
        "Subject: x\r\n\r\nmixed\n\r\n",
        "Subject: x\r\n\r\nmixed\r\n\n",
        "From a@b.example Tue Nov  3 09:00:00 2026\nSubject: x\n\nof another file\n",
        "Subject: x\n\nFrom a@b.example Tue Nov  3 09:00:00 2026\nSubject: forwarded\n",
        "Subject: x\n\n\nFrom a@b.example Tue Nov  3 09:00:00 2026",
    ];
    let mut file = Vec::new();
    for raw in written {
        append(&mut file, "a@b.example", "Tue Nov  3 09:00:00 2026", raw.as_bytes());
    }
    assert_eq!(mails(&file), written);
}

#[test]
fn every_sender_and_year_gives_a_valid_separator() {
    let long = "a".repeat(2_000);
    let mut file = Vec::new();
    for from in ["", "a b", "a\tb", "\u{2028}", &long, "<>", "a@b.example"] {
        for time in ["Tue Nov  3 09:00:00 2026", "Thu Dec 30 21:59:59 9999", "Sun Jan  1 00:00:00 0001"] {
            append(&mut file, from, time, b"Subject: x\r\n\r\nx\r\n");
        }
    }
    assert_eq!(mails(&file), ["Subject: x\r\n\r\nx\r\n"; 21]);
}

#[test]
fn mails_of_other_programs_are_split_at_a_separator_after_an_empty_line() {
    let file = format!(
        "{SEPARATOR}\nSubject: 1\n\nfirst\n>From here\n>>From there\nFrom him\n\nFrom here on\n\n\
         {SEPARATOR}\nSubject: 2\nContent-Length: 99\n\nsecond\n\n\n{SEPARATOR}\nSubject: 3\n\nthird"
    );
    let found = mails(file.as_bytes());
    assert_eq!(
        found,
        [
            "Subject: 1\n\nfirst\nFrom here\n>From there\nFrom him\n\nFrom here on\n",
            "Subject: 2\nContent-Length: 99\n\nsecond\n\n",
            "Subject: 3\n\nthird"
        ]
    );
    let with_returns = mails(file.replace('\n', "\r\n").as_bytes());
    assert_eq!(with_returns, found.iter().map(|mail| mail.replace('\n', "\r\n")).collect::<Vec<_>>());
}

#[test]
fn without_an_empty_line_a_separator_has_to_precede_a_header_field() {
    let file = format!(
        "{SEPARATOR}\nSubject: 1\n\nquoted:\n{SEPARATOR}\nwords, not a field\n{SEPARATOR}\nSubject: 2\n\nsecond\n"
    );
    assert_eq!(
        mails(file.as_bytes()),
        [
            format!("Subject: 1\n\nquoted:\n{SEPARATOR}\nwords, not a field\n"),
            "Subject: 2\n\nsecond\n".to_owned()
        ]
    );
    assert_eq!(mails(format!("{SEPARATOR}\n{SEPARATOR}\n").as_bytes()), ["", ""]);
}

#[test]
fn a_line_in_several_chunks_is_one_line() {
    let mut splitter = Splitter::default();
    for piece in [format!("{SEPARATOR}\n").as_str(), "Subject: 1\n", "\n", "long", ">From here", "From x\n"] {
        assert_eq!(splitter.push(piece.as_bytes()), None);
    }
    assert_eq!(splitter.finish(), Some(MboxEntry::Mail(b"Subject: 1\n\nlong>From hereFrom x\n".to_vec())));
}

#[test]
fn ten_thousand_mails_are_split_correctly() {
    let one = format!("{SEPARATOR}\nSubject: x\n\nFrom here\n\n");
    let found = mails(one.repeat(10_000).as_bytes());
    assert_eq!(found.len(), 10_000);
    assert!(found.iter().all(|mail| mail == "Subject: x\n\nFrom here\n"));
}
