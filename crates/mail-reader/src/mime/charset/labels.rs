//! Finds the charset for a label, accepting the spellings that occur in mails: IANA names and aliases, code page
//! numbers, and names that only some programs use.

use super::iso_2022::Variant;
use super::jisx0213::Jisx0213Encoding;
use super::utf16_utf32::{ByteOrder, Utf16Or32};
use super::{Charset, single_byte};
use encoding_rs::Encoding;

/// Maximum length in bytes of a charset label; a longer label counts as unknown.
const MAX_LABEL_BYTES: usize = 60;

/// Returns the charset for a label. Returns `None` if the label is unknown, or if the label means that the sender does
/// not know the charset.
pub(super) fn find(label: &str) -> Option<Charset> {
    let label = label.trim().trim_matches(['"', '\'', '<', '>', ';', ' ']);
    if label.is_empty() || label.len() > MAX_LABEL_BYTES {
        return None;
    }
    let compact: String =
        label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let compact = compact.strip_prefix("charset").unwrap_or(&compact);
    let short = compact.strip_prefix("cs").or_else(|| compact.strip_prefix('x')).unwrap_or(compact);
    named(compact)
        .or_else(|| named(short))
        .or_else(|| of_code_page(code_page(short)?))
        .or_else(|| standard(label))
        .or_else(|| standard(short))
        .or_else(|| standard(&renamed(label, short)?))
}

/// Returns the charset for a label of the WHATWG Encoding Standard; `None` if the standard does not contain
/// the label.
fn standard(label: &str) -> Option<Charset> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    // Programs declare `x-user-defined` when they do not know the charset.
    (encoding != encoding_rs::X_USER_DEFINED).then_some(Charset::Standard(encoding))
}

/// Returns the charset for a label that the WHATWG Encoding Standard does not contain or defines differently; `None`
/// for other labels. `compact` is the label in lowercase without punctuation.
fn named(compact: &str) -> Option<Charset> {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS};
    let charset = match compact {
        "ascii" | "usascii" | "us" | "ansix341968" | "ansix341986" | "iso646us" | "iso646irv1991"
        | "isoir6" | "646" => Charset::Ascii,
        "utf8mb4" | "utf8n" | "utf8sig" | "utf8bom" | "unicode11utf8" | "unicode20utf8" => Charset::UTF_8,
        "utf7" | "u7" | "unicode11utf7" | "unicode20utf7" => Charset::Utf7,
        "utf16" | "ucs2" | "unicode" | "iso10646ucs2" | "utf16auto" => {
            Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Unknown))
        }
        "utf16be" | "unicodefffe" | "ucs2be" | "unicodebig" => {
            Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Big))
        }
        "utf16le" | "ucs2le" | "unicodelittle" => Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Little)),
        "utf32" | "ucs4" | "iso10646ucs4" => Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Unknown)),
        "utf32be" | "ucs4be" => Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Big)),
        "utf32le" | "ucs4le" => Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Little)),
        "iso2022jp" | "iso2022jp1" | "iso2022jp2" | "iso2022jp3" | "iso2022jp2004" | "iso2022jpext"
        | "iso2022jpms" | "iso2022jpmobile" | "jis" | "jis7" | "jis8" | "csiso2022jp" | "csiso2022jp2"
        | "junet" | "jisencoding" => Charset::Iso2022(Variant::Japanese),
        "iso2022kr" | "ksc5601iso2022" => Charset::Iso2022(Variant::Korean),
        "iso2022cn" | "iso2022cnext" => Charset::Iso2022(Variant::Chinese),
        "hz" | "hzgb" | "hzgb2312" => Charset::Hz,
        "johab" | "kscjohab" | "ksc56011992" => Charset::Johab,
        "euctw" | "cns11643" => Charset::EucTw,
        "shiftjis2004" | "shiftjisx0213" | "sjis2004" | "sjisx0213" | "shiftjis2000" => {
            Charset::JisX0213(Jisx0213Encoding::ShiftJis)
        }
        "eucjis2004" | "jisx0213" | "eucjisx0213" | "eucjp2004" | "eucjis2000" => {
            Charset::JisX0213(Jisx0213Encoding::Euc)
        }
        "tscii" | "tscii0" | "tscii17" => Charset::Tscii,
        "eucjpms" | "eucjpwin" | "eucjpopen" | "eucjp" | "ujis" | "u90" => Charset::Standard(EUC_JP),
        "sjis" | "shiftjis" | "sjiswin" | "sjisopen" | "mskanji" | "sjismobile" | "windows31j"
        | "macjapanese" => Charset::Standard(SHIFT_JIS),
        "uhc" | "euckr" | "korean" | "ksc5601" | "ks5601" | "ksc56011987" | "ksc56011989" | "ksx1001"
        | "mackorean" | "unifiedhangul" | "extwansung" => Charset::Standard(EUC_KR),
        "euccn" | "gb2312" | "gb231280" | "gb23121980" | "macsimpchinese" | "gb1980" | "cngb"
        | "iso58gb231280" | "isoir58" | "gbk" | "macchinesesimp" | "chinese" | "eucgb2312cn" | "zhcn" => {
            Charset::Standard(GBK)
        }
        "gb180302000" | "gb180302005" | "gb180302022" => Charset::Standard(GB18030),
        "big5hkscs" | "hkscs" | "mactradchinese" | "big5hkscs2004" | "big5eten" | "cnbig5" | "big5tw"
        | "big5uao" | "bigfive" | "zhtw" | "macchinesetrad" => Charset::Standard(BIG5),
        _ => Charset::SingleByte(single_byte::find(single_byte_name(compact)?)?),
    };
    Some(charset)
}

/// Returns the name under which `single_byte.txt` lists the charset for a label; `None` if the file does not list the
/// charset. `compact` is the label in lowercase without punctuation.
fn single_byte_name(compact: &str) -> Option<&'static str> {
    Some(match compact {
        "kz1048" | "rk1048" | "strk10482002" => "kz-1048",
        "ptcp154" | "pt154" | "cp154" | "cyrillicasian" => "ptcp154",
        "koi8t" => "koi8-t",
        "koi8ru" => "koi8-ru",
        "isoir111" | "ecmacyrillic" | "koi8e" | "iso111ecmacyrillic" => "iso-ir-111",
        "hproman8" | "roman8" | "r8" | "cp1051" | "ibm1051" => "hp-roman8",
        "armscii8" | "armscii" => "armscii-8",
        "georgianacademy" => "georgian-academy",
        "georgianps" => "georgian-ps",
        "decmcs" | "dec" | "multinational" => "dec-mcs",
        "viscii" | "viscii111" | "viscii1" | "vscii1" => "viscii",
        "tcvn" | "tcvn5712" | "tcvn57121" | "tcvn571211993" | "vscii" => "tcvn",
        "macce" | "maccentraleurope" | "maccentraleurroman" | "maclatin2" | "maccenteuro" => "mac-latin2",
        "macgreek" => "mac-greek",
        "macturkish" => "mac-turkish",
        "maciceland" | "macicelandic" => "mac-iceland",
        "maccroatian" => "mac-croatian",
        "macromania" | "macromanian" => "mac-romanian",
        "macukrainian" | "macukraine" | "macuk" => "mac-ukrainian",
        "macarabic" => "mac-arabic",
        "macfarsi" => "mac-farsi",
        "macsami" => "mac-sami",
        "pc8codepage437" => "cp437",
        "ebcdiccpus" | "ebcdiccpca" | "ebcdiccpwt" | "ebcdiccpnl" | "ibm039" | "cp039" => "cp037",
        "ebcdiccpbe" | "ebcdiccpch" | "ebcdicint1" => "cp500",
        "ebcdiccphe" => "cp424",
        "ruscii" | "cp866u" | "ibm866u" => "cp1125",
        "cpis" => "cp861",
        "cpgr" => "cp869",

        "pc775baltic" => "cp775",
        "pc850multilingual" => "cp850",
        "pcp852" => "cp852",
        "pc862latinhebrew" => "cp862",
        "pc858multilingual" | "cp00858" | "ccsid00858" | "pcmultilingual850euro" => "cp858",
        _ => return None,
    })
}

/// Returns the code page number in a label such as `cp850`, `ibm-850`, `windows-1252`, `ms949` or `850`; `None` for
/// other labels.
fn code_page(compact: &str) -> Option<u32> {
    let prefixes = ["windows", "codepage", "win", "dos", "ibm", "cpibm", "ccsid", "ms", "cp", ""];
    prefixes.iter().find_map(|prefix| {
        let digits = compact.strip_prefix(prefix)?;
        (digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    })
}

/// Returns the charset of an IBM or Microsoft code page; `None` if the code page is unknown.
fn of_code_page(number: u32) -> Option<Charset> {
    use encoding_rs as rs;
    let standard = match number {
        866 => rs::IBM866,
        874 | 1162 | 20874 => rs::WINDOWS_874,
        932 | 943 | 10001 => rs::SHIFT_JIS,
        936 | 1386 | 20936 | 51936 | 10008 => rs::GBK,
        949 | 20949 | 51949 | 1363 | 970 | 10003 => rs::EUC_KR,
        950 | 951 | 10002 | 1370 => rs::BIG5,
        954 | 20932 | 51932 => rs::EUC_JP,
        819 | 28591 | 1252 => rs::WINDOWS_1252,
        912 | 28592 => rs::ISO_8859_2,
        913 | 28593 => rs::ISO_8859_3,
        914 | 28594 => rs::ISO_8859_4,
        915 | 28595 => rs::ISO_8859_5,
        1089 | 28596 => rs::ISO_8859_6,
        813 | 28597 => rs::ISO_8859_7,
        916 | 28598 => rs::ISO_8859_8,
        38598 => rs::ISO_8859_8_I,
        920 | 28599 | 1254 => rs::WINDOWS_1254,
        921 | 28603 => rs::ISO_8859_13,
        923 | 28605 => rs::ISO_8859_15,
        1250 => rs::WINDOWS_1250,
        1251 => rs::WINDOWS_1251,
        1253 => rs::WINDOWS_1253,
        1255 => rs::WINDOWS_1255,
        1256 => rs::WINDOWS_1256,
        1257 => rs::WINDOWS_1257,
        1258 => rs::WINDOWS_1258,
        10000 => rs::MACINTOSH,
        10007 | 10017 => rs::X_MAC_CYRILLIC,
        20866 | 878 => rs::KOI8_R,
        21866 | 1168 => rs::KOI8_U,
        54936 | 1392 => rs::GB18030,
        65001 | 1208 => rs::UTF_8,
        _ => return of_other_code_page(number),
    };
    Some(Charset::Standard(standard))
}

fn of_other_code_page(number: u32) -> Option<Charset> {
    Some(match number {
        367 | 20127 => Charset::Ascii,
        1361 => Charset::Johab,
        964 | 51950 => Charset::EucTw,
        1200 => Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Little)),
        1201 => Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Big)),
        12000 => Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Little)),
        12001 => Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Big)),
        50220..=50222 => Charset::Iso2022(Variant::Japanese),
        50225 => Charset::Iso2022(Variant::Korean),
        50227 | 50229 => Charset::Iso2022(Variant::Chinese),
        52936 => Charset::Hz,
        65000 => Charset::Utf7,
        10004 => Charset::SingleByte(single_byte::find("mac-arabic")?),
        10006 => Charset::SingleByte(single_byte::find("mac-greek")?),
        10010 => Charset::SingleByte(single_byte::find("mac-romanian")?),
        10029 => Charset::SingleByte(single_byte::find("mac-latin2")?),
        10079 => Charset::SingleByte(single_byte::find("mac-iceland")?),
        10081 => Charset::SingleByte(single_byte::find("mac-turkish")?),
        10082 => Charset::SingleByte(single_byte::find("mac-croatian")?),
        20424 => Charset::SingleByte(single_byte::find("cp424")?),
        20273 => Charset::SingleByte(single_byte::find("cp273")?),
        _ => Charset::SingleByte(single_byte::find(&format!("cp{number:03}"))?),
    })
}

/// Converts a label for a KOI8, Mac or ISO 8859 charset to the spelling in the WHATWG Encoding Standard; `None` for
/// other labels.
fn renamed(label: &str, compact: &str) -> Option<String> {
    if let Some(letter) = compact.strip_prefix("koi8") {
        return Some(format!("koi8-{letter}"));
    }
    if let Some(name) = compact.strip_prefix("mac") {
        return Some(format!("x-mac-{name}"));
    }
    part_of_iso_8859(label, compact).map(|part| format!("iso-8859-{part}"))
}

/// Returns the ISO 8859 part number for a label such as `ISO8859-2`, `8859_2`, `ISO_8859-2:1987`, `latin2` or
/// `iso-ir-101`; `None` for other labels.
fn part_of_iso_8859(label: &str, compact: &str) -> Option<u8> {
    if let Some(number) = compact.strip_prefix("isoir") {
        return part_of_registration(number.parse().ok()?);
    }
    if compact.contains("8859") {
        // The year of the edition may follow the part number.
        let mut numbers = label.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        let first = numbers.find_map(|number| number.strip_prefix("8859"))?;
        let part = if first.is_empty() { numbers.next()? } else { first };
        return part.parse().ok();
    }
    // From Latin 5 on, the number of a Latin alphabet differs from its part number in ISO 8859.
    match compact.strip_prefix("latin").or_else(|| compact.strip_prefix('l'))? {
        "1" => Some(1),
        "2" => Some(2),
        "3" => Some(3),
        "4" => Some(4),
        "5" => Some(9),
        "6" => Some(10),
        "7" => Some(13),
        "8" => Some(14),
        "9" | "0" => Some(15),
        "10" => Some(16),
        _ => None,
    }
}

/// Returns the ISO 8859 part number for a registration number in the International Register of Coded Character Sets
/// (`iso-ir`); `None` for other numbers.
fn part_of_registration(number: u16) -> Option<u8> {
    Some(match number {
        100 => 1,
        101 => 2,
        109 => 3,
        110 => 4,
        144 => 5,
        127 => 6,
        126 => 7,
        138 => 8,
        148 => 9,
        157 => 10,
        166 => 11,
        179 => 13,
        199 => 14,
        203 => 15,
        226 => 16,
        _ => return None,
    })
}
