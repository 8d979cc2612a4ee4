//! Finds the token of a URL: the part that is unique to its mail.

/// The parts of a URL that are unique to its mail, such as a token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token {
    /// Length in bytes of the longest part of the URL that looks unique; 0 if no part does.
    pub(super) length: usize,
    /// The characters of the longest part that looks unique: 1 for digits, 2 for hexadecimal digits, 3 for a
    /// UUID, 4 for letters of one case and digits, 5 for letters of both cases, 6 for a signed token with
    /// dots.
    pub(super) kind: i16,
    /// Whether a query field with a typical name of a token, such as `token`, has a value.
    pub(super) named: bool,
    /// Number of parts of the URL that consist of digits.
    pub(super) numbers: usize,
}

/// Minimum length in bytes of a part of a URL that looks unique.
const MIN_PIECE: usize = 8;

/// Searches the part of a URL after the host for a token.
pub(super) fn token(after_host: &str) -> Token {
    let mut token = Token::default();
    let is_piece = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%' | '.');
    for piece in after_host.split(|c| !is_piece(c)).map(|piece| piece.trim_matches('.')) {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        token.numbers += usize::from(digits == piece.len() && digits > 0);
        if piece.len() >= MIN_PIECE && piece.len() > token.length && is_unique(piece, digits) {
            (token.length, token.kind) = (piece.len(), kind_of_piece(piece, digits));
        }
    }
    let query = after_host.split_once('?').map(|(_, query)| query).unwrap_or_default();
    for pair in query.split(['&', ';', '#']).take(MAX_FIELDS) {
        let Some((name, value)) = pair.split_once('=') else { continue };
        if value.len() >= MIN_TOKEN && names_token(name) {
            token.named = true;
            token.length = token.length.max(value.len());
        }
    }
    token
}

/// Maximum number of query fields of a URL that are examined.
const MAX_FIELDS: usize = 40;
/// Minimum length in bytes of a query value that may be a token.
const MIN_TOKEN: usize = 5;

/// Returns whether a part of a URL is too irregular to be a word.
fn is_unique(piece: &str, digits: usize) -> bool {
    let has = |wanted: fn(&u8) -> bool| piece.bytes().any(|byte| wanted(&byte));
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let letters = piece.len() - digits;
    match piece.len() {
        0..12 => {
            digits >= 2 && (mixed || letters >= 3) && !piece.contains(['-', '_', '.']) || rises(piece) >= 2
        }
        12..16 => digits >= 3 || rises(piece) >= 2,
        16..20 => digits >= 3 || mixed,
        _ => digits > 0 || mixed,
    }
}

/// Returns the number of places where a capital follows a small letter or a digit.
fn rises(piece: &str) -> usize {
    let pairs = piece.as_bytes().windows(2);
    pairs
        .filter(|pair| matches!(pair, [a, b] if !a.is_ascii_uppercase() && a.is_ascii_alphanumeric() && b.is_ascii_uppercase()))
        .count()
}

fn kind_of_piece(piece: &str, digits: usize) -> i16 {
    let bare = piece.replace('-', "");
    let is_hex = bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mixed = piece.bytes().any(|byte| byte.is_ascii_uppercase())
        && piece.bytes().any(|byte| byte.is_ascii_lowercase());
    match () {
        () if digits == piece.len() => 1,
        () if is_hex && piece.len() == 36 && bare.len() == 32 => 3,
        () if is_hex => 2,
        () if piece.matches('.').count() == 2 && piece.len() >= 60 => 6,
        () if mixed => 5,
        () => 4,
    }
}

/// Returns whether the name of a query field is typical of tokens.
fn names_token(name: &str) -> bool {
    const NAMES: [&str; 22] = [
        "token",
        "t",
        "code",
        "key",
        "k",
        "hash",
        "h",
        "sig",
        "signature",
        "secret",
        "otp",
        "c",
        "activation",
        "ticket",
        "jwt",
        "auth",
        "confirm",
        "hs",
        "confirmation",
        "uuid",
        "nonce",
        "validation",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
        || ["token", "_key", "_code", "_hash", "key", "code"]
            .iter()
            .any(|end| name.to_ascii_lowercase().ends_with(end))
}
