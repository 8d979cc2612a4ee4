//! Evaluates the colour functions `color()` and `color-mix()` (CSS Color Levels 4 and 5).

use super::{CssColor, MAX_FUNCTION_DEPTH, Rgba, scan};

/// Evaluates `color-mix()` or `color()`. `depth` is the number of colour functions around the function. Returns `None`
/// for any other function and for invalid arguments.
pub(super) fn parse(name: &str, arguments: &str, depth: usize) -> Option<CssColor> {
    match name {
        _ if depth > MAX_FUNCTION_DEPTH => Some(CssColor::Unknown),
        "color-mix" => mixed(arguments, depth),
        "color" => of_channels(arguments).map(CssColor::Known),
        _ => None,
    }
}

/// Evaluates `color-mix()`; `None` if its arguments are invalid. All colour spaces are treated like sRGB, because the
/// colour space hardly affects whether text is visible.
fn mixed(arguments: &str, depth: usize) -> Option<CssColor> {
    let mut parts = scan::split(arguments, b',').map(str::trim);
    let is_space = parts.next()?.starts_with("in ");
    let (first, second) = (share(parts.next()?)?, share(parts.next()?)?);
    if !is_space || parts.next().is_some() {
        return None;
    }
    let colors = (CssColor::parse_at(first.0, depth + 1)?, CssColor::parse_at(second.0, depth + 1)?);
    let (CssColor::Known(one), CssColor::Known(other)) = colors else { return Some(CssColor::Unknown) };
    let (a, b) = match (first.1, second.1) {
        (None, None) => (0.5, 0.5),
        (Some(a), None) => (a, 1.0 - a),
        (None, Some(b)) => (1.0 - b, b),
        (Some(a), Some(b)) => (a, b),
    };
    let sum = a + b;
    if !(a >= 0.0 && b >= 0.0 && sum > 0.0) {
        return None;
    }
    // Shares that add up to less than the whole make the colour transparent.
    let visible = sum.min(1.0);
    Some(CssColor::Known(mix(one, other, a / sum, visible)))
}

/// Splits an argument of `color-mix()`, such as `red 30%` or `30% red`, into the colour and its share from 0 to 1.
/// The share is `None` if the argument contains no percentage. Returns `None` if the argument is invalid.
fn share(part: &str) -> Option<(&str, Option<f32>)> {
    let percent = |word: &str| word.strip_suffix('%').and_then(|number| number.parse::<f32>().ok());
    let mut words = scan::components(part);
    match (words.next()?, words.next(), words.next()) {
        (color, None, _) => Some((color, None)),
        (color, Some(number), None) if percent(number).is_some() => {
            Some((color, Some(percent(number)? / 100.0)))
        }
        (number, Some(color), None) => Some((color, Some(percent(number)? / 100.0))),
        _ => None,
    }
}

/// Mixes two colours, weighted by opacity. `share` is the share of the colour `one`, from 0 to 1. The opacity of the
/// result is multiplied by `visible`.
fn mix(one: Rgba, other: Rgba, share: f32, visible: f32) -> Rgba {
    let (Rgba([.., alpha_one]), Rgba([.., alpha_other])) = (one, other);
    let weight_one = share * f32::from(alpha_one);
    let weight_other = (1.0 - share) * f32::from(alpha_other);
    let alpha = weight_one + weight_other;
    let mut channels = [0; 4];
    for ((channel, one), other) in channels.iter_mut().zip(one.0).zip(other.0).take(3) {
        let sum = f32::from(one) * weight_one + f32::from(other) * weight_other;
        *channel = if alpha > 0.0 { byte(sum / alpha) } else { 0 };
    }
    let [r, g, b, _] = channels;
    Rgba([r, g, b, byte(alpha * visible)])
}

/// Parses the arguments of `color()`: the name of an RGB space, three numbers, and an opacity after `/`. Returns
/// `None` if the colour space is not RGB or an argument is invalid.
fn of_channels(arguments: &str) -> Option<Rgba> {
    let (channels, alpha) = arguments.split_once('/').unwrap_or((arguments, "1"));
    let mut words = channels.split_ascii_whitespace();
    let is_rgb = matches!(
        words.next()?,
        "srgb" | "display-p3" | "a98-rgb" | "prophoto-rgb" | "rec2020" | "srgb-linear"
    );
    let (r, g, b) = (number(words.next()?)?, number(words.next()?)?, number(words.next()?)?);
    let value = |share: f32| byte(share * 255.0);
    (is_rgb && words.next().is_none()).then_some(Rgba([
        value(r),
        value(g),
        value(b),
        value(number(alpha.trim())?),
    ]))
}

/// Parses a number, a percentage or the keyword `none`, which counts as 0. A percentage is returned as a fraction.
/// Returns `None` for anything else.
fn number(word: &str) -> Option<f32> {
    match word.strip_suffix('%') {
        _ if word == "none" => Some(0.0),
        Some(percent) => percent.parse::<f32>().ok().map(|percent| percent / 100.0),
        None => word.parse().ok(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped before the cast"
)]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
