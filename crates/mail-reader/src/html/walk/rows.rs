//! Shows rows of grids and flex boxes like table rows: the cells of a row are placed side by side, and the columns of
//! consecutive rows are aligned.

use super::context::ElementContext;
use super::{BlockEnd, Walker};
use crate::html::css::{Declared, Display};
use crate::html::flow::Cell;
use crate::html::image_url::content_id;
use crate::html::tree::{Element, HtmlNode};
use html5ever::local_name;

/// Maximum number of characters in a cell of a grid or a flex box. If any cell is longer, all cells of the grid or flex
/// box are stacked vertically.
const MAX_CELL_CHARS: usize = 60;
/// Maximum number of nodes in a cell of a grid or a flex box. If any cell has more nodes, all cells of the grid or flex
/// box are stacked vertically.
const MAX_CELL_NODES: usize = 16;
/// Maximum number of cells in a grid. The cells of a larger grid are stacked vertically.
const MAX_CELLS: usize = 400;
/// Maximum number of cells in a row of a flex box. If a flex box has more cells, they are stacked vertically.
const MAX_FLEX_CELLS: usize = 4;

/// The table that contains the most recently converted row of grid or flex boxes. If a row with the same number of
/// columns follows directly, it is added to this table.
pub(super) struct BoxTable {
    table: u32,
    columns: u16,
    /// The index that the next row of the table will have.
    row: u32,
    /// Number of blocks in the document directly after the last row was added. If further blocks have been added since,
    /// the next row starts a new table.
    blocks: usize,
}

impl<'a> Walker<'a> {
    /// Converts a grid or a flex box to rows of cells, and returns `true`. Converts nothing and returns `false` if the
    /// children do not fit side by side, or if the box is inside a link or a cell of a data table.
    pub(super) fn rows_of_boxes(
        &mut self,
        element: Element<'a>,
        declared: &Declared,
        context: ElementContext,
    ) -> bool {
        // The blocks of boxes inside a data cell belong to that cell.
        let is_in_cell = context.cell.is_some_and(|cell| cell.data) || context.anchor.is_some();
        let Some(columns) = columns(element, declared).filter(|_| !is_in_cell) else { return false };
        self.flush(BlockEnd::Edge);
        let last = self.boxes.take().filter(|last| last.blocks == self.flow.blocks.len());
        let (table, mut row) = match last {
            Some(last) if last.columns == columns => (last.table, last.row),
            last => {
                // An empty line separates two tables.
                self.gap |= last.is_some();
                self.tables += 1;
                (self.tables - 1, 0)
            }
        };
        let mut column = 0;
        for inner in element.elements() {
            self.path.push(inner);
            let declared = self.sheet.declared(&self.path);
            let mut context = context;
            if self.shows(inner, &declared, &mut context) {
                let span = declared.column_span.unwrap_or(1).clamp(1, columns);
                if column + span > columns {
                    (row, column) = (row + 1, 0);
                }
                let column_index = u32::from(column);
                let cell = Cell {
                    table,
                    row,
                    column: column_index,
                    columns: span,
                    rows: 1,
                    data: true,
                    head: false,
                };
                self.shown(inner, &declared, ElementContext { cell: Some(cell), ..context });
                self.flush(BlockEnd::Edge);
                column += span;
            }
            self.path.pop();
        }
        self.boxes = Some(BoxTable { table, columns, row: row + 1, blocks: self.flow.blocks.len() });
        true
    }
}

/// Returns the number of columns in which a grid or a flex box places its children side by side. Returns `None` if the
/// element does not place its children side by side, or if they do not fit.
fn columns(element: Element<'_>, declared: &Declared) -> Option<u16> {
    let (columns, max_cells) = match declared.display {
        Some(Display::Grid) => (declared.columns.filter(|columns| *columns > 1)?, MAX_CELLS),
        Some(Display::Flex) if declared.spreads == Some(true) && declared.stacks != Some(true) => {
            (u16::try_from(element.elements().take(MAX_FLEX_CELLS + 1).count()).ok()?, MAX_FLEX_CELLS)
        }
        _ => return None,
    };
    let (mut cells, mut words) = (0, 0);
    for child in element.children() {
        match child {
            HtmlNode::Text(text) if text.trim().is_empty() => {}
            HtmlNode::Text(_) => return None,
            HtmlNode::Element(inner) => {
                let mut limits = CellLimits { chars: MAX_CELL_CHARS, nodes: MAX_CELL_NODES };
                if cells == max_cells || !limits.holds(inner) {
                    return None;
                }
                cells += 1;
                words += usize::from(MAX_CELL_CHARS - limits.chars > 2);
            }
        }
    }
    // Boxes of one character each may be the characters of a code.
    (cells > 1 && words > 0).then_some(columns)
}

/// The numbers of characters and nodes that a cell may still contain.
struct CellLimits {
    chars: usize,
    nodes: usize,
}

impl CellLimits {
    /// Subtracts the characters and nodes of an element from the remaining numbers. Returns whether the element fits
    /// and contains only text.
    fn holds(&mut self, element: Element<'_>) -> bool {
        if *element.tag == local_name!("img") {
            return self.holds_picture(element);
        }
        if !is_text_box(element) {
            return false;
        }
        element.children().all(|child| {
            let Some(nodes) = self.nodes.checked_sub(1) else { return false };
            self.nodes = nodes;
            match child {
                HtmlNode::Text(text) => self.holds_text(text),
                HtmlNode::Element(inner) => self.holds(inner),
            }
        })
    }

    fn holds_text(&mut self, text: &str) -> bool {
        let length: usize = text.split_whitespace().map(|word| word.chars().count() + 1).sum();
        let fits = length <= self.chars;
        self.chars = self.chars.saturating_sub(length);
        fits
    }

    /// Subtracts the alternative text of an image from the remaining characters, and returns whether that text fits.
    /// Returns `false` for an inline image, because it is shown on lines of its own.
    fn holds_picture(&mut self, picture: Element<'_>) -> bool {
        let is_in_mail = picture.get(&local_name!("src")).and_then(content_id).is_some();
        !is_in_mail && self.holds_text(picture.get(&local_name!("alt")).unwrap_or_default())
    }
}

/// Returns whether an element is a plain box around text, such as `p`, `span` or `b`, as opposed to a heading, a list,
/// a table, a link or a form field.
fn is_text_box(element: Element<'_>) -> bool {
    matches!(
        *element.tag,
        local_name!("div")
            | local_name!("p")
            | local_name!("span")
            | local_name!("b")
            | local_name!("strong")
            | local_name!("i")
            | local_name!("em")
            | local_name!("small")
            | local_name!("u")
            | local_name!("s")
            | local_name!("del")
            | local_name!("ins")
            | local_name!("sup")
            | local_name!("sub")
            | local_name!("font")
            | local_name!("code")
            | local_name!("time")
            | local_name!("label")
            | local_name!("dt")
            | local_name!("dd")
            | local_name!("br")
    )
}
