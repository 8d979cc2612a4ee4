//! Evaluates media queries (Media Queries Level 4) for a desktop screen with a light colour scheme.

use super::length::{self, SCREEN_PX};

/// Returns whether styles with this comma-separated list of media queries apply. At least one of the queries must be
/// true, or the list must be empty.
pub(crate) fn applies(media: &str) -> bool {
    let media = media.trim().to_ascii_lowercase();
    media.is_empty() || media.split(',').any(query)
}

fn query(query: &str) -> bool {
    let query = query.trim();
    let (query, expected) = match query.strip_prefix("not ") {
        Some(rest) => (rest, false),
        None => (query.strip_prefix("only ").unwrap_or(query), true),
    };
    let all = query.split(" and ").all(|condition| {
        let condition = condition.trim();
        match condition.strip_prefix('(') {
            Some(inside) => feature(inside.trim_end_matches(')')),
            None => matches!(condition, "all" | "screen"),
        }
    });
    all == expected
}

/// Returns whether the assumed desktop screen has a media feature. An unknown feature counts as absent, as in browsers.
fn feature(feature: &str) -> bool {
    let Some((name, value)) = feature.split_once(':') else { return range(feature) };
    let (name, value) = (name.trim(), value.trim());
    let pixels = || length::pixels(value);
    match name {
        "max-width" | "max-device-width" | "max-height" | "max-device-height" => {
            pixels().is_some_and(|most| most >= SCREEN_PX)
        }
        "min-width" | "min-device-width" | "min-height" | "min-device-height" => {
            pixels().is_some_and(|least| least <= SCREEN_PX)
        }
        "orientation" => value == "landscape",
        "prefers-color-scheme" => value == "light",
        "hover" | "any-hover" => value == "hover",
        "pointer" | "any-pointer" => value == "fine",
        "-webkit-min-device-pixel-ratio" | "min-resolution" => {
            length::number(value).is_some_and(|(least, _)| least <= 1.0)
        }
        _ => false,
    }
}

/// Returns whether a media range such as `width <= 600px` or `400px < width` is true. A media feature without a value
/// is true if the assumed desktop screen has it.
fn range(feature: &str) -> bool {
    let Some(at) = feature.find(['<', '>']) else {
        return matches!(feature.trim(), "color" | "width" | "height" | "hover" | "pointer");
    };
    let (left, right) = feature.split_at(at);
    let less = right.starts_with('<');
    let right = right.trim_start_matches(['<', '>', '=']);
    // A range such as `400px <= width <= 600px` has a second comparison after the name of the feature.
    let (middle, last) = right.find(['<', '>']).map_or((right, None), |at| {
        let (middle, last) = right.split_at(at);
        (middle, Some(last.trim_start_matches(['<', '>', '='])))
    });
    let side = |text: &str| match text.trim() {
        "width" | "height" | "device-width" => Some(SCREEN_PX),
        other => length::pixels(other),
    };
    let holds = |one: &str, other: &str| {
        side(one).zip(side(other)).is_some_and(|(one, other)| if less { one <= other } else { one >= other })
    };
    holds(left, middle) && last.is_none_or(|last| holds(middle, last))
}

#[cfg(test)]
mod tests {
    use super::applies;

    #[test]
    fn media_queries_match_a_desktop_screen_in_light_mode() {
        for media in [
            "",
            "all",
            "screen",
            "only screen and (min-width: 480px)",
            "not print",
            "print, screen",
            "(max-width: 1200px)",
            "screen and (prefers-color-scheme: light)",
            "(width >= 600px)",
            "(400px <= width <= 900px)",
        ] {
            assert!(applies(media), "{media}");
        }
        for media in [
            "print",
            "screen and (max-width: 600px)",
            "(max-width:480px)",
            "(prefers-color-scheme: dark)",
            "not screen",
            "(width < 600px)",
            "screen yahoo",
            "(min-width: 0\\0)",
            "speech",
            "(-ms-high-contrast: none)",
        ] {
            assert!(!applies(media), "{media}");
        }
    }
}
