//! Recognises amounts of money in a line, such as a number next to the name of a currency.

use memchr::memchr;

/// Currency signs; a line with such a sign and a digit counts as containing an amount of money.
const SIGNS: [char; 16] = ['€', '£', '¥', '₽', '₹', '₩', '₺', '₴', '₫', '₪', '฿', '₱', '₦', '円', '元', '원'];
/// Names and abbreviations of currencies that are written next to a number, in lowercase (ISO 4217 and common short
/// forms).
const CURRENCIES: [&str; 53] = [
    "aed",
    "ars",
    "aud",
    "baht",
    "bgn",
    "brl",
    "cad",
    "chf",
    "clp",
    "cny",
    "czk",
    "dkk",
    "egp",
    "eur",
    "euro",
    "ft",
    "gbp",
    "huf",
    "idr",
    "ils",
    "inr",
    "jpy",
    "kr",
    "krw",
    "kč",
    "lei",
    "mxn",
    "myr",
    "nok",
    "pln",
    "rm",
    "ron",
    "rp",
    "rsd",
    "rub",
    "sar",
    "sek",
    "sgd",
    "thb",
    "tl",
    "uah",
    "usd",
    "vnd",
    "zar",
    "zł",
    "грн",
    "ден",
    "лв",
    "руб",
    "تومان",
    "درهم",
    "ريال",
    "บาท",
];
/// Maximum number of letters in a currency name; a longer word is not looked up.
const MAX_LETTERS: usize = 5;

/// Returns whether a line contains an amount of money: a digit and a currency sign, or a number directly before or
/// after the name of a currency.
pub(super) fn has_amount(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    if memchr(b'$', bytes).is_some() || !text.is_ascii() && text.contains(SIGNS) {
        return true;
    }
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..bytes.len()).filter(|&at| is_digit(at) && (at == 0 || !is_digit(at - 1)));
    let ends = (1..=bytes.len()).filter(|&at| is_digit(at - 1) && !is_digit(at));
    starts.filter_map(|at| text.get(..at)).any(|before| is_currency(before.chars().rev(), true))
        || ends.filter_map(|at| text.get(at..)).any(|after| is_currency(after.chars(), false))
}

/// Returns whether `chars` starts with the name of a currency, after at most one space. If `is_reversed` is `true`,
/// `chars` contains the characters before a number in reverse order.
fn is_currency(chars: impl Iterator<Item = char>, is_reversed: bool) -> bool {
    let mut chars = chars.peekable();
    chars.next_if(|c| c.is_whitespace());
    let letters: Vec<char> = chars.take_while(|c| c.is_alphabetic()).take(MAX_LETTERS + 1).collect();
    if letters.len() < 2 || letters.len() > MAX_LETTERS {
        return false;
    }
    let lower = |c: &char| c.to_lowercase();
    let word: String = if is_reversed {
        letters.iter().rev().flat_map(lower).collect()
    } else {
        letters.iter().flat_map(lower).collect()
    };
    CURRENCIES.binary_search(&word.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{CURRENCIES, has_amount};

    #[test]
    fn a_number_beside_a_currency_is_an_amount() {
        for text in [
            "$5",
            "5 €",
            "Total EUR 18,20",
            "18,20 EUR",
            "1 820 Kč",
            "64,00 zł",
            "1820 руб.",
            "Rp182.000",
            "kr 451",
            "451,00 TL",
            "18.20USD",
            "182.00 ريال",
            "4,810円",
        ] {
            assert!(has_amount(text), "{text}");
        }
        for text in ["EUR", "code 182031", "try again in 5 minutes", "Port 80 is open", "12 eurobonds", "€"]
        {
            assert!(!has_amount(text), "{text}");
        }
    }

    #[test]
    fn the_currencies_are_sorted() {
        assert!(CURRENCIES.is_sorted());
    }
}
