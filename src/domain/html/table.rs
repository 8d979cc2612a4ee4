//! Tells tables that hold data from tables that only lay out, which nearly all tables of mail
//! are.

use super::tree::{Element, Node};
use html5ever::local_name;

/// The longest text of a cell that still is a datum and no paragraph, in characters.
const MAX_DATUM: usize = 120;
/// How many columns a table of data may have.
const COLUMNS: std::ops::RangeInclusive<usize> = 2..=12;

/// Whether the table holds data: several rows of several short cells without blocks or tables inside.
pub(crate) fn holds_data(table: Element<'_>) -> bool {
    let mut rows = Vec::new();
    collect_rows(table, &mut rows);
    if rows.len() < 2 {
        return false;
    }
    let (mut full, mut filled, mut headed) = (0, 0, false);
    for row in rows {
        let mut columns = 0;
        for cell in row.elements() {
            let head = *cell.tag == local_name!("th");
            if !head && *cell.tag != local_name!("td") {
                continue;
            }
            headed |= head;
            let Some(length) = datum(cell, 0) else { return false };
            columns += usize::from(length > 0);
        }
        if columns > *COLUMNS.end() {
            return false;
        }
        filled += usize::from(columns > 0);
        full += usize::from(COLUMNS.contains(&columns));
    }
    full >= 2 && (headed || full * 3 >= filled * 2)
}

fn collect_rows<'a>(element: Element<'a>, rows: &mut Vec<Element<'a>>) {
    for child in element.elements() {
        match *child.tag {
            local_name!("tr") => rows.push(child),
            local_name!("tbody") | local_name!("thead") | local_name!("tfoot") => collect_rows(child, rows),
            _ => {}
        }
    }
}

/// The length of a cell's text behind what is `before`; `None` when it is too long for a datum, or holds a
/// table or a list.
fn datum(element: Element<'_>, before: usize) -> Option<usize> {
    let mut length = before;
    for child in element.children() {
        match child {
            Node::Text(text) => {
                length += text.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>();
            }
            Node::Element(inner)
                if matches!(
                    *inner.tag,
                    local_name!("table")
                        | local_name!("ul")
                        | local_name!("ol")
                        | local_name!("hr")
                        | local_name!("form")
                ) =>
            {
                return None;
            }
            Node::Element(inner) => length = datum(inner, length)?,
        }
        if length > MAX_DATUM {
            return None;
        }
    }
    Some(length)
}
