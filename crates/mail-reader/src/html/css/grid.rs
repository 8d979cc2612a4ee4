//! Parses the number of columns in a grid (CSS Grid Layout Level 2).

use super::scan;

/// Maximum number of columns in a grid; a grid with more columns is not shown in columns.
const MAX_COLUMNS: u16 = 16;

/// Returns the number of columns that a value of `grid-template-columns` declares. Returns `None` if the value declares
/// no columns or more than [`MAX_COLUMNS`], or if the number depends on the width of the page.
pub(super) fn columns(value: &str) -> Option<u16> {
    let mut columns = 0_u16;
    for track in scan::components(value) {
        if track.starts_with('[') {
            // The name of a line between two columns.
            continue;
        }
        let count = match track.strip_prefix("repeat(") {
            Some(inner) => {
                let (count, tracks) = inner.trim_end_matches(')').split_once(',')?;
                let tracks = scan::components(tracks).filter(|track| !track.starts_with('[')).count();
                count.trim().parse::<u16>().ok()?.checked_mul(u16::try_from(tracks).ok()?)?
            }
            None if matches!(track, "none" | "subgrid" | "inherit" | "initial" | "unset") => return None,
            None => 1,
        };
        columns = columns.checked_add(count).filter(|columns| *columns <= MAX_COLUMNS)?;
    }
    (columns > 0).then_some(columns)
}

/// Returns the number of columns in a value of `grid-template` or `grid`, in which the list of columns follows a slash.
/// Returns `None` if there is no slash, or if the number of columns is unknown.
pub(super) fn shorthand_columns(value: &str) -> Option<u16> {
    columns(value.rsplit_once('/')?.1)
}

/// Returns the number of columns that an element with this value of `grid-column` spans; `u16::MAX` for all columns.
/// `None` if the value declares no number.
pub(super) fn column_span(value: &str) -> Option<u16> {
    let (start, end) = value.split_once('/').map_or((value, None), |(start, end)| (start, Some(end)));
    let span =
        |side: &str| side.trim().strip_prefix("span").and_then(|count| count.trim().parse::<u16>().ok());
    if let Some(count) = end.and_then(span).or_else(|| span(start)) {
        return Some(count);
    }
    let (start, end) = (start.trim().parse::<i16>().ok()?, end?.trim().parse::<i16>().ok()?);
    match end {
        -1 if start == 1 => Some(u16::MAX),
        _ => u16::try_from(end.checked_sub(start)?).ok().filter(|count| *count > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::{column_span, columns, shorthand_columns};

    #[test]
    fn columns_are_counted() {
        for (value, count) in [
            ("1fr auto", Some(2)),
            ("repeat(3, minmax(0, 1fr))", Some(3)),
            ("[label] 2fr repeat(2, 1fr [x] 40px) [end]", Some(5)),
            ("repeat(auto-fit, minmax(200px, 1fr))", None),
            ("none", None),
            ("repeat(400, 1fr)", None),
            ("", None),
        ] {
            assert_eq!(columns(value), count, "{value}");
        }
        assert_eq!((shorthand_columns("auto / 1fr 80px"), shorthand_columns("none")), (Some(2), None));
        for (value, count) in [
            ("span 2", Some(2)),
            ("1 / span 3", Some(3)),
            ("1 / -1", Some(u16::MAX)),
            ("2 / 4", Some(2)),
            ("2", None),
        ] {
            assert_eq!(column_span(value), count, "{value}");
        }
    }
}
