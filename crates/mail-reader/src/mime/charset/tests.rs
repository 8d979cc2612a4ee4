use super::{Charset, decode, detect};

fn decoded(label: &str, bytes: &[u8]) -> String {
    let decoded = decode(bytes, Some(label));
    assert!(!decoded.is_guess, "the charset {label} is unknown");
    decoded.text.into_owned()
}

/// Tests the decoding of charsets that browsers do not support. The test bytes were created with `iconv` and Python's
/// codecs.
#[test]
fn charsets_that_no_browser_knows_are_decoded() {
    let rows: &[(&str, &[u8], &str)] = &[
        ("iso-2022-kr", b"\x1b$)C\x0eGQ19\x0f 12\n", "한국 12\n"),
        ("iso-2022-cn", b"\x1b$)A\x0e1(8f\x0f 12", "报告 12"),
        ("hz-gb-2312", b"~{VPND~} 12 ~~", "中文 12 ~"),
        ("johab", b"\x8b\xb1 \xd0\x65\x8a\x82 12", "김 한국 12"),
        ("euc-tw", b"\xc4\xe3\xc5\xc6 12", "中文 12"),
        // Characters of planes 3, 4, 7 and 15 of CNS 11643.
        ("euc-tw", b"\x8e\xa3\xa1\xa1\x8e\xa4\xa1\xa1\x8e\xa7\xa1\xa1\x8e\xaf\xa1\xa1", "丨𠂆𠁕𠀂"),
        ("iso-2022-cn", b"\x1b$+I\x1bO\x21\x21 12", "丨 12"),
        ("utf-7", b"+vlg- 12 +- A", "빘 12 + A"),
        ("utf-16", b"\xff\xfeA\0\xe4\0", "Aä"),
        ("utf-16be", b"\0A\x20\xac", "A€"),
        ("utf-32le", b"A\0\0\0\x00\xf6\x01\0", "A\u{1f600}"),
        ("iso-2022-jp", b"\x1b$B3NG'\x1b(B 12", "確認 12"),
        ("iso-2022-jp-2", b"\x1b$(CGQ19\x1b(B \x1b.A\x1bNd", "한국 ä"),
        ("iso-2022-jp-3", b"\x1b$(O-Q\x1b(B 12", "㎝ 12"),
        ("cp50220", b"\x1b(I6E\x1b(B 12", "ｶﾅ 12"),
        ("cp850", b"Gr\x81\xe1e", "Grüße"),
        ("IBM437", b"\x9b 12", "¢ 12"),
        ("x-mac-ce", b"\x87", "á"),
        ("mac_greek", b"\xe1", "α"),
        ("koi8-t", b"\x80", "қ"),
        ("kz-1048", b"\x8d", "Қ"),
        ("viscii", b"M\xe3 x\xe1c", "Mã xác"),
        ("tscii", b"\xa6\xb8\xa1", "கொ"),
        ("cp037", b"\xc1\xf1", "A1"),
        ("cp949", b"\xb1\xe8 \x8cc", "김 똠"),
        ("ks_c_5601-1989", b"\xb1\xe8", "김"),
        ("euc-cn", b"\xd6\xd0", "中"),
        ("big5hkscs", b"\xa4\xa4", "中"),
        ("cp874", b"\xa1", "ก"),
    ];
    for (label, bytes, text) in rows {
        assert_eq!(decoded(label, bytes), *text, "{label}");
    }
}

#[test]
fn charset_labels_are_known_in_every_spelling() {
    let groups: &[&[&str]] = &[
        &["utf-8", "UTF8", "\"utf-8\"", " Utf_8 ", "cp65001", "utf8mb4", "unicode-1-1-utf-8"],
        &["windows-1252", "cp1252", "CP-1252", "latin1", "ISO8859-1", "iso_8859-1:1987", "8859-1", "ms1252"],
        &["iso-8859-2", "latin-2", "ISO_8859-2:1987", "iso-ir-101", "28592"],
        &["iso-8859-15", "latin9", "Latin-9", "iso885915"],
        &["windows-1251", "win-1251", "windows1251", "x-cp1251"],
        &["koi8-r", "KOI8R", "cskoi8r", "20866"],
        &["cp850", "IBM850", "ibm-850", "850", "dos-850"],
        &["shift_jis", "sjis", "Shift-JIS", "cp932", "MS932", "windows-31j", "x-sjis"],
        &["euc-kr", "uhc", "cp949", "ks_c_5601-1987", "windows-949", "korean"],
        &["gbk", "gb2312", "euc-cn", "cp936", "GB_2312-80", "chinese"],
        &["us-ascii", "ASCII", "ANSI_X3.4-1968", "iso646-us", "646"],
    ];
    for group in groups {
        let first = Charset::from_label(group[0]);
        assert!(first.is_some(), "{}", group[0]);
        for label in *group {
            assert_eq!(Charset::from_label(label), first, "{label}");
        }
    }
    for label in ["", "unknown-8bit", "x-unknown", "x-user-defined", "default", "none", &"a".repeat(1_000)] {
        assert_eq!(Charset::from_label(label), None, "{label}");
    }
}

#[test]
fn a_declared_charset_that_plainly_does_not_fit_is_replaced_by_a_guess() {
    let rows: &[(&str, &[u8], &str)] = &[
        ("utf-8", b"caf\xe9 \xfcber", "café über"),
        ("us-ascii", "Grüße".as_bytes(), "Grüße"),
        ("iso-8859-1", "Grüße".as_bytes(), "Grüße"),
        ("windows-1251", "Код подтверждения".as_bytes(), "Код подтверждения"),
        // Text in windows-1251 with the label of a program that supports only Latin charsets.
        (
            "iso-8859-1",
            b"\xcf\xee\xe4\xf2\xe2\xe5\xf0\xe4\xe8\xf2\xe5 \xe2\xe0\xf8 \xe0\xe4\xf0\xe5\xf1",
            "Подтвердите ваш адрес",
        ),
        ("no-such-charset", "код".as_bytes(), "код"),
    ];
    for (label, bytes, text) in rows {
        let decoded = decode(bytes, Some(label));
        assert_eq!((&*decoded.text, decoded.is_guess), (*text, true), "{label}");
    }
}

#[test]
fn few_utf_8_sequences_prove_utf_8_only_if_the_declared_charset_is_western() {
    assert_eq!(decoded("iso-8859-2", b"P\xc3\xaaI"), "PĂŞI");
    assert_eq!(decoded("windows-1254", b"DA\xd0\x92I"), "DAĞ’I");
    for (label, text) in [("iso-8859-1", "é"), ("iso-8859-2", "žlutý kůň"), ("windows-1254", "çığır")]
    {
        let decoded = decode(text.as_bytes(), Some(label));
        assert_eq!((&*decoded.text, decoded.is_guess), (text, true), "{label}");
    }
}

#[test]
fn a_damaged_text_keeps_its_declared_charset() {
    let decoded = decode(b"\xd6\xd0\xce\xc4\xd6\xd0\xce\xc4 12 \xff", Some("gb2312"));
    assert_eq!((&*decoded.text, decoded.is_guess, decoded.has_holes), ("中文中文 12 \u{fffd}", false, true));
    let decoded = decode("naïve café".as_bytes().split_last().unwrap().1, Some("utf-8"));
    assert_eq!((&*decoded.text, decoded.is_guess), ("naïve caf\u{fffd}", false));
}

#[test]
fn seven_bit_charsets_are_detected_by_their_escape_sequences() {
    assert_eq!(decode(b"\x1b$)C\x0eGQ19\x0f", None).text, "한국");
    assert_eq!(decode(b"\x1b$B3NG'\x1b(B", None).text, "確認");
    assert_eq!(decode(b"~{VPND~}", None).text, "中文");
    for label in ["us-ascii", "gb2312"] {
        assert_eq!(decode(b"~{VPND~}", Some(label)).text, "中文", "{label}");
    }
    // The home directory of a shell and the braces of a template are not HZ.
    assert_eq!(decode(b"cd ~{user}; echo ~{a", None).text, "cd ~{user}; echo ~{a");
}

#[test]
fn utf_16_is_detected_by_its_zero_bytes() {
    let bytes: Vec<u8> = "Your code is 12".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(decode(&bytes, None).text, "Your code is 12");
}

/// Tests that a missing charset is detected for Cyrillic and East Asian text as short as a mail subject.
#[test]
fn a_missing_charset_is_guessed() {
    let guess = |encoding: &'static encoding_rs::Encoding, text: &str| {
        let (bytes, _, _) = encoding.encode(text);
        let (round_trip, _) = detect(&bytes).decode(&bytes);
        assert_eq!(round_trip, text, "{}", encoding.name());
    };
    guess(encoding_rs::WINDOWS_1251, "Подтвердите адрес электронной почты");
    guess(encoding_rs::KOI8_R, "Подтвердите адрес электронной почты");
    guess(encoding_rs::SHIFT_JIS, "確認コードのお知らせ");
    guess(encoding_rs::EUC_JP, "確認コードのお知らせ");
    guess(encoding_rs::GBK, "请确认您的电子邮件地址");
    guess(encoding_rs::BIG5, "請確認您的電子郵件地址");
    guess(encoding_rs::EUC_KR, "이메일 주소를 확인하십시오");
    guess(encoding_rs::WINDOWS_1252, "Bestätigen Sie Ihre Adresse für Zürich");
    guess(encoding_rs::WINDOWS_1253, "Επιβεβαιώστε τη διεύθυνση");
}

#[test]
fn bytes_of_any_kind_decode_under_every_label() {
    let labels = [
        "iso-2022-jp",
        "iso-2022-kr",
        "iso-2022-cn",
        "hz",
        "johab",
        "euc-tw",
        "utf-7",
        "utf-16",
        "utf-32",
        "euc-jis-2004",
        "shift_jis-2004",
        "tscii",
        "viscii",
        "cp037",
    ];
    let mut state = 7_u32;
    for label in labels {
        let charset = Charset::from_label(label).unwrap();
        for length in 0..200 {
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let byte = state.to_be_bytes()[0];
                if byte.is_multiple_of(7) { 0x1b } else { byte }
            })
            .take(length)
            .collect();
            let (text, _) = charset.decode(&bytes);
            assert!(text.len() <= 6 * bytes.len() + 3, "{label}: {bytes:?}");
        }
    }
}

#[test]
fn double_byte_text_disproves_latin_1() {
    for (bytes, charset, text) in [
        (
            &b"\xc0\xce\xc1\xf5\xb9\xf8\xc8\xa3\xb4\xc2 493021 \xc0\xd4\xb4\xcf\xb4\xd9. \xb0\xa8\xbb\xe7\xc7\xd5\xb4\xcf\xb4\xd9"[..],
            "EUC-KR",
            "인증번호는 493021 입니다. 감사합니다",
        ),
        (
            b"\x94\x46\x8f\xd8\x83\x52\x81\x5b\x83\x68\x82\xcd 493021 \x82\xc5\x82\xb7\x81\x42\x82\xe6\x82\xeb\x82\xb5\x82\xad\x82\xa8\x8a\xe8\x82\xa2\x82\xb5\x82\xdc\x82\xb7",
            "Shift_JIS",
            "認証コードは 493021 です。よろしくお願いします",
        ),
    ] {
        let read = decode(bytes, Some("iso-8859-1"));
        assert_eq!((read.charset.name(), read.text.as_ref()), (charset, text));
    }
    // Quotation marks, a line of ornaments and accented letters can be Latin text.
    let latin = b"\xab\xa0\xc9t\xe9\xa0\xbb \x85\x94 caf\xe9\n\xaf\xaf\xaf\xaf\xaf\xaf\n\xb7\xb7\xb7\xb7\xb7\xb7\n\x97\x97\x97\x97";
    assert!(!decode(latin, Some("iso-8859-1")).is_guess);
}

#[test]
fn escape_sequences_disprove_a_charset_without_them() {
    for label in ["us-ascii", "utf-8", "windows-1252"] {
        let text = decode(b"\x1b$B3NG'\x1b(B 12", Some(label));
        assert_eq!((text.text.as_ref(), text.is_guess), ("確認 12", true), "{label}");
        // Escape sequences for terminal colours do not switch the charset.
        let log = decode(b"\x1b[31mred\x1b(B\x1b[m", Some(label));
        assert_eq!((log.text.as_ref(), log.is_guess), ("\u{1b}[31mred\u{1b}(B\u{1b}[m", false), "{label}");
    }
}
