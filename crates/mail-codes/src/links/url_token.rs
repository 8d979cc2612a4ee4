//! Finds the parts of a URL that are unique to one mail, such as a token.

/// Facts about the parts of a URL that are unique to one mail, such as a token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UrlToken {
    /// Length in bytes of the longest part of the URL that looks unique or is the value of a query parameter with a
    /// common token name; 0 if there is no such part.
    pub(super) length: usize,
    /// The kind of characters in the longest unique part: 1 for digits, 2 for hexadecimal digits, 3 for a UUID, 4 for
    /// digits and letters of one case, 5 for letters of both cases, 6 for a long string with two dots, such as a JSON
    /// Web Token; 0 if there is no unique part.
    pub(super) kind: i16,
    /// Whether the URL has a query parameter with a common token name, such as `token`, and a value.
    pub(super) named: bool,
    /// Length in bytes of the longest part of the URL that mixes digits and letters but is too short for a token; 0 if
    /// there is no such part.
    pub(super) short: usize,
    /// Number of path segments and query values that consist of digits only.
    pub(super) numbers: usize,
}

/// Minimum length in bytes of a part of a URL that can count as unique to one mail.
const MIN_PIECE_BYTES: usize = 8;

/// Searches the path, query and fragment of a URL for a token.
pub(super) fn find_token(after_host: &str) -> UrlToken {
    let mut token = UrlToken::default();
    let is_piece = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%' | '.');
    for piece in after_host.split(|c| !is_piece(c)).map(|piece| piece.trim_matches('.')) {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        token.numbers += usize::from(digits == piece.len() && digits > 0);
        if piece.len() < MIN_PIECE_BYTES && is_mixed(piece, digits) {
            token.short = token.short.max(piece.len());
        }
        if piece.len() >= MIN_PIECE_BYTES && piece.len() > token.length && is_unique(piece, digits) {
            (token.length, token.kind) = (piece.len(), kind_of_piece(piece, digits));
        }
    }
    let query = after_host.split_once('?').map(|(_, query)| query).unwrap_or_default();
    for pair in query.split(['&', ';', '#']).take(MAX_FIELDS) {
        let Some((name, value)) = pair.split_once('=') else { continue };
        if value.len() >= MIN_TOKEN_BYTES && names_token(name) {
            token.named = true;
            token.length = token.length.max(value.len());
        }
    }
    token
}

/// Maximum number of query parameters that are examined; later parameters are ignored.
const MAX_FIELDS: usize = 40;
/// Minimum length in bytes of a query value that can count as a token.
const MIN_TOKEN_BYTES: usize = 5;

/// Returns whether a part of a URL does not look like a word and is therefore probably unique to one mail. `digits` is
/// the number of digits in that part.
fn is_unique(piece: &str, digits: usize) -> bool {
    let has = |is_match: fn(&u8) -> bool| piece.bytes().any(|byte| is_match(&byte));
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

/// Minimum length in bytes of a part of a URL that can count as a short token. Shorter parts are, for example, version
/// or page numbers such as `v2` or `p1`.
const MIN_SHORT_BYTES: usize = 3;

/// Returns whether a part of a URL mixes digits and letters and is long enough for a short token. A part with only one
/// digit must contain letters of both cases.
fn is_mixed(piece: &str, digits: usize) -> bool {
    let has = |is_match: fn(&u8) -> bool| piece.bytes().any(|byte| is_match(&byte));
    let (upper, lower) = (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    piece.len() >= MIN_SHORT_BYTES && digits > 0 && (upper && lower || digits > 1 && (upper || lower))
}

/// Returns the number of times that an uppercase letter directly follows a lowercase letter or a digit.
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

/// Returns whether a query parameter has a common token name, such as `token` or `key`.
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
    const ENDINGS: [&str; 4] = ["token", "_hash", "key", "code"];
    let ends_with = |end: &str| {
        let tail = name.len().checked_sub(end.len()).and_then(|from| name.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) || ENDINGS.into_iter().any(ends_with)
}
