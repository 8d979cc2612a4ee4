//! The markers of list items: bullets, and numbers in several styles.

/// The marker before the text of a block in a list item, such as a bullet or a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Marker {
    /// The block has no marker and is not indented.
    #[default]
    Bare,
    /// A bullet, the marker of an unordered list.
    Bullet,
    /// The number of the item in an ordered list, and the style of the number.
    Number(i32, Numbering),
    /// The block continues a list item, so it has no marker of its own. The value is its indentation in columns, which
    /// equals the width of the item's marker.
    Continued(u8),
}

impl Marker {
    /// Returns the text that precedes the block: the marker and a space. The text consists of spaces for
    /// [`Self::Continued`], and is empty for [`Self::Bare`].
    pub fn words(self) -> String {
        match self {
            Self::Bare => String::new(),
            Self::Bullet => "• ".to_owned(),
            Self::Number(number, numbering) => format!("{}. ", numbering.words(number)),
            Self::Continued(columns) => " ".repeat(usize::from(columns)),
        }
    }

    /// Returns the marker for the second and later blocks of a list item whose first block has this marker.
    pub(crate) fn continued(self) -> Self {
        match self {
            Self::Bare => Self::Bare,
            mark @ (Self::Bullet | Self::Number(..) | Self::Continued(_)) => {
                Self::Continued(u8::try_from(mark.words().chars().count()).unwrap_or(u8::MAX))
            }
        }
    }
}

/// The style of the numbers in an ordered list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Numbering {
    /// Decimal numbers: 1, 2, 3
    #[default]
    Decimal,
    /// Lowercase letters: a, b, c
    LowerAlpha,
    /// Uppercase letters: A, B, C
    UpperAlpha,
    /// Lowercase Roman numerals: i, ii, iii
    LowerRoman,
    /// Uppercase Roman numerals: I, II, III
    UpperRoman,
}

/// Largest list item number that is written in Roman numerals; larger numbers are written in digits.
const MAX_ROMAN_NUMBER: i32 = 3999;

impl Numbering {
    fn words(self, number: i32) -> String {
        let lower = match self {
            Self::LowerAlpha | Self::UpperAlpha if number > 0 => alphabetic(number),
            Self::LowerRoman | Self::UpperRoman if (1..=MAX_ROMAN_NUMBER).contains(&number) => roman(number),
            // Like browsers, the layout uses digits for a number that the numbering style cannot represent.
            Self::Decimal | Self::LowerAlpha | Self::UpperAlpha | Self::LowerRoman | Self::UpperRoman => {
                number.to_string()
            }
        };
        match self {
            Self::UpperAlpha | Self::UpperRoman => lower.to_uppercase(),
            Self::Decimal | Self::LowerAlpha | Self::LowerRoman => lower,
        }
    }
}

/// Formats a number as letters: `a` to `z`, then `aa`, `ab` and so on.
fn alphabetic(number: i32) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::try_from(number).unwrap_or(1);
    while rest > 0 {
        rest -= 1;
        letters.extend(char::from_digit(rest % 26 + 10, 36));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn roman(number: i32) -> String {
    const NUMERALS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut words = String::new();
    let mut rest = number;
    for (value, numeral) in NUMERALS {
        while rest >= value {
            words.push_str(numeral);
            rest -= value;
        }
    }
    words
}
