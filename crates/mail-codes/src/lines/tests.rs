use super::fold::{is_folded, normalized};

#[test]
fn keycap_digits_are_digits() {
    assert_eq!(normalized("Code: 4\u{fe0f}\u{20e3}8\u{20e3} \u{2764}\u{fe0f}"), "Code: 48 \u{2764}");
}

#[test]
fn digits_of_all_scripts_are_digits() {
    for digits in ["၇၇၁၉၀၃", "໗໗໑໙໐໓", "༧༧༡༩༠༣", "᠗᠗᠑᠙᠐᠓", "꧗꧗꧑꧙꧐꧓", "७७१९०३"]
    {
        assert_eq!(normalized(digits), "771903");
    }
}

fn lines(html: &str) -> Vec<String> {
    let raw = format!("Subject: x\nContent-Type: text/html; charset=utf-8\n\n{html}\n");
    let mail = mail_reader::mime::parse_without_attached(raw.as_bytes());
    super::split(&mail, mail.flow()).into_iter().map(|line| line.text).collect()
}

#[test]
fn the_cells_of_one_number_are_one_line() {
    let row = |cells: &str| format!("<p>Code</p><table><tr>{cells}</tr></table>");
    assert_eq!(
        lines(&row("<td>381</td><td>-</td><td>5507</td><td>-</td><td>294</td>")),
        ["x", "Code", "381 5507 294"]
    );
    assert_eq!(lines(&row("<td>381</td><td>pens</td>")), ["x", "Code", "381", "pens"]);
}

#[test]
fn words_inside_a_url_are_not_keywords() {
    let words = |line: &str| super::outside_addresses(crate::words::about_codes(line), line).len();
    assert_eq!(words("https://code.example/verify?code=1 and ada.code@nord.example"), 0);
    assert_eq!(words("see velory.example"), 0);
    assert!(words("your code") > 0);
}

#[test]
fn a_short_word_of_another_language_is_not_a_keyword() {
    let raw = "Subject: Mwaliko\nContent-Type: text/plain; charset=utf-8\n\nTafadhali weka msimbo wa uthibitisho: 744892\n";
    let mail = mail_reader::mime::parse_without_attached(raw.as_bytes());
    let lines = super::split(&mail, mail.flow());
    let phone =
        lines.iter().flat_map(|line| &line.words).find(|word| word.topic == crate::words::Topic::Phone);
    assert!(phone.is_none(), "{phone:?}");
}

#[test]
fn the_check_for_folded_text_is_correct() {
    let mut checked = 0;
    for c in ('\0'..=char::MAX).filter(|&c| is_folded(c)) {
        let text = c.to_string();
        let alone = unicode_normalization::is_nfkc_quick(text.chars());
        assert_eq!(alone, unicode_normalization::IsNormalized::Yes, "{c:?}");
        assert_eq!(normalized(&format!("a{c}b")), format!("a{c}b"), "{c:?}");
        checked += 1;
    }
    assert!(checked > 30_000);
}
