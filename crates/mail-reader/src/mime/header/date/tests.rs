use super::parse;

fn utc(value: &str) -> String {
    parse(value.as_bytes()).map_or_else(|| "none".to_owned(), |at| at.to_string())
}

#[test]
fn dates_of_the_standard_are_parsed() {
    let at_nine = "2026-11-03T09:12:44Z";
    for value in [
        "Tue, 03 Nov 2026 09:12:44 +0000",
        "3 Nov 2026 09:12:44 -0000",
        "Tue, 3 Nov 26 09:12:44 GMT",
        "Tue ,3 Nov 2026 09:12:44 UT",
        " Tue,\r\n 3 Nov 2026\r\n\t09:12:44 Z",
        "Tue, 3 (three) Nov 2026 (a year) 09:12:44 (in \\) the morning) +0000 (UTC)",
        "TUE, 3 NOV 2026 09:12:44 utc",
        "Tue, 3 Nov 2026 04:12:44 EST",
        "Tue, 3 Nov 2026 02:12:44 PDT",
        "Tue, 3 Nov 2026 10:12:44 +0100",
        "Tue, 3 Nov 2026 05:42:44 -0330",
        "Tue, 3 Nov 2026 09:12:44 A",
        "Tue, 3 Nov 2026 09:12:44 XYZ",
    ] {
        assert_eq!(utc(value), at_nine, "{value}");
    }
    assert_eq!(utc("3 Nov 2026 09:12 +0100"), "2026-11-03T08:12:00Z");
    assert_eq!(utc("3 Nov 49 09:12 GMT"), "2049-11-03T09:12:00Z");
    assert_eq!(utc("3 Nov 50 09:12 GMT"), "1950-11-03T09:12:00Z");
    assert_eq!(utc("3 Nov 126 09:12 GMT"), "2026-11-03T09:12:00Z");
    assert_eq!(utc("3 Nov 2026 23:59:60 +0000"), "2026-11-03T23:59:59Z");
}

#[test]
fn dates_of_other_programs_are_parsed() {
    let at_nine = "2026-11-03T09:12:44Z";
    for value in [
        "3 Nov 2026 09:12:44",
        "Tue 3 Nov 2026 9:12:44 +0000",
        "Tuesday, 3 November 2026 09:12:44 +0000",
        "mar., 3 nov. 2026 10:12:44 +0100",
        "Tue Nov  3 09:12:44 2026",
        "Tue Nov  3 10:12:44 CET 2026",
        "Tue Nov  3 10:12:44 2026 +0100",
        "Nov 3, 2026 09:12:44 +0000",
        "November 3, 2026 9:12:44 AM",
        "3-Nov-2026 09:12:44 +0000",
        "Tuesday, 03-Nov-26 09:12:44 GMT",
        "2026-11-03 09:12:44 +0000",
        "2026-11-03T09:12:44Z",
        "2026-11-03T10:12:44+01:00",
        "2026-11-03T09:12:44.123Z",
        "2026/11/03 09:12:44",
        "3 Nov 2026 09.12.44 +0000",
        "3 Nov 2026 at 09:12:44",
        "Tue, 3 Nov 2026 10:12:44 (CET)",
        "Tue, 3 Nov 2026 11:12:44 GMT+2",
        "Tue, 3 Nov 2026 11:12:44 UTC+02:00",
        "Tue, 3 Nov 2026 11:12:44 +2",
        "Tue, 3 Nov 2026 11:12:44 +200",
        "Tue, 3 Nov 2026 11:12:44 +02:00",
        "Tue, 3 Nov 2026 18:12:44 JST",
        "\"Tue, 3 Nov 2026 09:12:44 +0000\"",
        "=?utf-8?q?Tue,_3_Nov_2026_09:12:44_+0000?=",
        "Tue, 3 Nov 2026 09:12:44 +0000 (UTC), Tue",
        "Tue, 3 Nov 2026 09:12:44 +9999",
        "Tue, 3 Nov 2026 09:12:44 \"GMT\"",
    ] {
        assert_eq!(utc(value), at_nine, "{value}");
    }
    assert_eq!(utc("November 3, 2026 9:12 PM"), "2026-11-03T21:12:00Z");
    assert_eq!(utc("3 Nov 2026 12:00:00 am"), "2026-11-03T00:00:00Z");
    assert_eq!(utc("3 Sept 2026 9:12pm"), "2026-09-03T21:12:00Z");
    assert_eq!(utc("3 Nov 2026 24:00:00 +0000"), "2026-11-04T00:00:00Z");
    assert_eq!(utc("3 Nov 2026"), "2026-11-03T00:00:00Z");
}

#[test]
fn an_invalid_date_is_none() {
    for value in [
        "",
        "nonsense",
        "1793696400",
        "31 Feb 2026 09:12:44 +0000",
        "0 Nov 2026 09:12:44",
        "3 Nov 0026 09:12:44",
        "3 Nov 2026 25:12:44 +0000",
        "3 Nov 2026 09:61:44 +0000",
        "3 No 2026 09:12:44",
        "11/03/2026 09:12:44",
        "(3 Nov 2026 09:12:44 +0000)",
    ] {
        assert_eq!(utc(value), "none", "{value}");
    }
    let long = format!("3 Nov 2026 {} 09:12:44", "x ".repeat(1_000_000));
    assert_eq!(utc(&long), "2026-11-03T00:00:00Z", "text far after the date is not parsed");
}

proptest::proptest! {
    #[test]
    fn any_bytes_parse_to_a_date_or_none(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
        let _moment = parse(&raw);
    }
}
