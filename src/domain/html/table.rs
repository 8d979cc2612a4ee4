//! Tells tables that hold data from tables that only lay out, which nearly all tables of mail
//! are.

use super::tree::{Node, Tree};

/// The longest text of a cell that still is a datum and no paragraph, in characters.
const MAX_DATUM: usize = 120;
/// How many columns a table of data may have.
const COLUMNS: std::ops::RangeInclusive<usize> = 2..=12;

/// Whether the table with this number holds data: several rows of several short cells without
/// blocks or tables inside.
pub(crate) fn holds_data(tree: &Tree, table: usize) -> bool {
    let mut rows = Vec::new();
    collect_rows(tree, table, &mut rows);
    if rows.len() < 2 {
        return false;
    }
    let (mut full, mut filled, mut headed) = (0, 0, false);
    for &row in &rows {
        let Some(row) = tree.element(row) else { continue };
        let mut columns = 0;
        for &cell in &row.children {
            let Some(element) = tree.element(cell) else { continue };
            if !matches!(&*element.tag, "td" | "th") {
                continue;
            }
            headed |= &*element.tag == "th";
            let Some(length) = datum(tree, cell) else { return false };
            if length > MAX_DATUM {
                return false;
            }
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

fn collect_rows(tree: &Tree, id: usize, rows: &mut Vec<usize>) {
    let Some(element) = tree.element(id) else { return };
    for &child in &element.children {
        match tree.element(child).map(|element| &*element.tag) {
            Some("tr") => rows.push(child),
            Some("tbody" | "thead" | "tfoot") => collect_rows(tree, child, rows),
            _ => {}
        }
    }
}

/// The length of a cell's text; `None` when it holds a table or a picture of some size.
fn datum(tree: &Tree, id: usize) -> Option<usize> {
    let element = tree.element(id)?;
    let mut length = 0;
    for &child in &element.children {
        length += match tree.node(child)? {
            Node::Text(text) => text.split_whitespace().map(|word| word.chars().count() + 1).sum(),
            Node::Element(inner) if matches!(&*inner.tag, "table" | "ul" | "ol" | "hr" | "form") => {
                return None;
            }
            Node::Element(_) => datum(tree, child)?,
        };
    }
    Some(length)
}
