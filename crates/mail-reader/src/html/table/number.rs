//! Recognises numbers in table cells, including amounts with a currency, measurements and percentages.

/// Maximum length of a number in characters; a longer string does not count as a number.
pub(crate) const MAX_NUMBER_CHARS: usize = 24;
/// Maximum number of letters in the unit after a number. A string with a longer unit does not count as a number.
const MAX_UNIT_CHARS: usize = 3;

/// Informal abbreviations of currencies that are neither ISO 4217 codes nor Unicode currency signs.
const CURRENCIES: [&str; 31] = [
    "a$", "b/.", "c$", "ca$", "chf", "din", "fr", "ft", "gs", "hk$", "kn", "kr", "kč", "lei", "mx$", "nt$",
    "r", "r$", "rm", "rp", "rs", "s/", "sfr", "tl", "us$", "zł", "грн", "лв", "руб", "р", "ден",
];

/// Returns whether a string is a number, that is, digits with separators and signs. A currency may precede or follow
/// the digits, and a short unit may follow them.
pub(crate) fn is_number(text: &str) -> bool {
    let text = text.trim();
    if text.len() > 4 * MAX_NUMBER_CHARS || text.chars().count() > MAX_NUMBER_CHARS {
        return false;
    }
    let Some(first) = text.find(is_digit) else { return false };
    let end = text.char_indices().rev().find(|(_, c)| is_digit(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let (Some(before), Some(digits), Some(behind)) =
        (text.get(..first), text.get(first..end), text.get(end..))
    else {
        return false;
    };
    let before = before.trim_matches(is_sign);
    let behind = behind.trim_matches(is_sign);
    digits.chars().all(|c| is_digit(c) || is_separator(c))
        && (is_currency(before) || before.eq_ignore_ascii_case("x"))
        && (is_currency(behind) || is_unit(behind))
}

/// Returns whether a string represents a missing number, such as a dash. Returns `true` for an empty string.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_sign(c) || matches!(c, '–' | '—' | '/' | '.' | '·'))
}

/// Returns whether a character is a decimal digit in a script that is common in mail.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}' | '\u{9e6}'..='\u{9ef}'
            | '\u{e50}'..='\u{e59}' | '\u{ff10}'..='\u{ff19}')
}

/// Returns whether a character may occur between the digits of a number.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | '\''
            | '’'
            | ' '
            | '\u{a0}'
            | '\u{202f}'
            | '\u{2009}'
            | '\u{66b}'
            | '\u{66c}'
            | ':'
            | '/'
            | '-'
            | '–'
            | '×'
            | 'x'
            | '%'
            | '+'
    )
}

/// Returns whether a character is a sign that may precede or follow a number.
fn is_sign(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '+' | '-' | '−' | '–' | '±' | '~' | '≈' | '(' | ')' | '%' | '‰' | '*' | '#' | '×' | '°'
        )
}

fn is_currency(text: &str) -> bool {
    let text = text.replace('.', "");
    let text = text.as_str();
    let code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let sign = |c: char| {
        matches!(
            c,
            '$' | '¢'
                | '£'
                | '¤'
                | '¥'
                | '\u{58f}'
                | '\u{60b}'
                | '\u{9f2}'
                | '\u{9f3}'
                | '\u{af1}'
                | '\u{e3f}'
                | '\u{17db}'
                | '\u{20a0}'..='\u{20c0}' | '\u{fdfc}' | '￥' | '￦' | '円' | '元' | '원' | '万'
        )
    };
    text.is_empty() || code || text.chars().all(sign) || CURRENCIES.contains(&text.to_lowercase().as_str())
}

fn is_unit(text: &str) -> bool {
    let letters = || text.chars().filter(|c| *c != '.');
    letters().all(char::is_alphabetic) && letters().count() <= MAX_UNIT_CHARS
}

#[cfg(test)]
mod tests {
    use super::{is_blank, is_number};

    #[test]
    fn amounts_and_measures_count_as_numbers() {
        for text in [
            "12.50",
            "1 234,00",
            "-3",
            "−5 %",
            "(12.00)",
            "€ 9",
            "9,99 €",
            "EUR 20.00",
            "20 USD",
            "-$4.20",
            "$-4.20",
            "US$12",
            "149 kr",
            "12,00 zł",
            "1'250.00 CHF",
            "¥1200",
            "1200円",
            "٣٤٫٥",
            "3x",
            "x 2",
            "12 kg",
            "+7",
            "10:30",
            "R$ 5,00",
            "Rs. 450",
            "+ 1.00 %",
            "2 × 4.00",
            "₹1,20,000",
            "٣٥٫٠٠ ر.س",
        ] {
            assert!(is_number(text), "{text:?}");
        }
    }

    #[test]
    fn words_do_not_count_as_numbers() {
        for text in
            ["", "-", "Total", "Pen", "3 blue pens", "Order 12", "May 5", "A-17", "v2", "12 Main Street", "$"]
        {
            assert!(!is_number(text), "{text:?}");
        }
        assert!(
            is_blank("—")
                && is_blank("")
                && is_blank("n/a".trim_matches(char::is_alphabetic))
                && !is_blank("x")
        );
    }
}
