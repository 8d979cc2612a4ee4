//! Converts tables to blocks: determines the positions of rows and cells, and whether the table contains data.

use super::context::{ElementContext, inherit};
use super::{BlockEnd, Walker};
use crate::html::flow::Cell;
use crate::html::table::{self, TablePurpose};
use crate::html::tree::{Element, HtmlNode};
use html5ever::{LocalName, local_name};

/// Maximum number of columns that a cell can span (HTML standard, section 4.9.11); larger values are clamped.
const MAX_COLSPAN: u16 = 1000;
/// Maximum number of rows that a cell can span (HTML standard, section 4.9.11); larger values are clamped.
const MAX_ROWSPAN: u16 = 65_534;
/// Maximum number of columns for which `rowspan` is evaluated. In further columns, `rowspan` has no effect.
const MAX_ROWSPAN_COLUMNS: usize = 256;

/// The grid of a table, which records the positions that cells occupy (HTML standard, section 4.9.12).
struct TableGrid {
    /// The cell of an outer table to which all content of this table is assigned; `None` if the content is assigned to
    /// this table's own cells.
    within: Option<Cell>,
    table: u32,
    data: bool,
    row: u32,
    /// Whether the current row is inside a `thead`. If so, its cells are headers.
    heading: bool,
    /// For each column, the index of the first row that is not covered by a cell of an earlier row.
    free_from: Vec<u32>,
}

impl TableGrid {
    /// Returns the first column at or after `column` that no cell of an earlier row covers in the current row.
    fn next_free(&self, column: u32) -> u32 {
        let taken = self.free_from.iter().skip(column as usize).take_while(|row| **row > self.row);
        column.saturating_add(u32::try_from(taken.count()).unwrap_or(0))
    }

    /// Places a cell in the first free column at or after `column`, and returns its position.
    fn place(&mut self, element: Element<'_>, column: u32) -> Cell {
        let column = self.next_free(column);
        let columns = span(element, &local_name!("colspan")).unwrap_or(1).clamp(1, MAX_COLSPAN);
        let rows = match span(element, &local_name!("rowspan")) {
            Some(0) => MAX_ROWSPAN,
            rows => rows.unwrap_or(1).clamp(1, MAX_ROWSPAN),
        };
        if rows > 1 {
            let last = (column as usize).saturating_add(usize::from(columns)).min(MAX_ROWSPAN_COLUMNS);
            if self.free_from.len() < last {
                self.free_from.resize(last, 0);
            }
            let until = self.row.saturating_add(u32::from(rows));
            for free_from in self.free_from.iter_mut().take(last).skip(column as usize) {
                *free_from = until.max(*free_from);
            }
        }
        let head = self.heading || *element.tag == local_name!("th");
        Cell { table: self.table, row: self.row, column, columns, rows, data: self.data, head }
    }
}

/// Returns the value of the `colspan` or `rowspan` attribute, limited to `u16::MAX`; `None` if the attribute is missing
/// or invalid.
fn span(element: Element<'_>, name: &LocalName) -> Option<u16> {
    let value = element.get(name)?.trim();
    let digits = value.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(u16::MAX)) }
}

fn is_cell(element: &Element<'_>) -> bool {
    matches!(*element.tag, local_name!("td") | local_name!("th"))
}

/// Returns whether an element with this tag is a row group: `thead`, `tbody` or `tfoot`.
fn is_group(tag: &LocalName) -> bool {
    matches!(*tag, local_name!("tbody") | local_name!("thead") | local_name!("tfoot"))
}

/// A visible row of a table in which each column is a card: the image, title and text of one item, stacked vertically.
/// All rows are collected before their cells are converted to text blocks.
struct VisibleRow<'a> {
    /// The elements between the table and the row, followed by the row itself; the outermost element comes first.
    path: Vec<Element<'a>>,
    /// The state that the cells of the row inherit.
    context: ElementContext,
}

impl<'a> Walker<'a> {
    /// Returns whether the current element is the only content of a table cell in a row with at least three cells. A
    /// horizontal rule in such a cell only separates the neighbouring cells, so it is not shown.
    pub(super) fn is_between_cells(&self) -> bool {
        let [.., row, cell, rule] = self.path.as_slice() else { return false };
        let is_blank = |child: HtmlNode<'_>| match child {
            HtmlNode::Text(text) => text.trim().is_empty(),
            HtmlNode::Element(inner) => inner.tag == rule.tag,
        };
        is_cell(cell)
            && cell.children().take(4).filter(|child| is_blank(*child)).count()
                == cell.children().take(4).count()
            && row.elements().take(8).filter(is_cell).count() >= 3
    }

    pub(super) fn table(&mut self, element: Element<'a>, context: ElementContext) {
        let table = self.tables;
        self.tables += 1;
        // The blocks of a table inside a data cell belong to that cell.
        let within = context.cell.filter(|cell| cell.data);
        let purpose = if within.is_none() { table::purpose(element) } else { TablePurpose::Layout };
        if let TablePurpose::Cards(columns) = purpose {
            self.cards(element, context, table, &columns);
            return;
        }
        let data = purpose == TablePurpose::Data;
        // A table with one column only stacks or pads its content, so its blocks belong to the cell of the
        // outer table.
        let within = within.or_else(|| context.cell.filter(|_| purpose == TablePurpose::Stack));
        let mut grid = TableGrid { within, table, data, row: 0, heading: false, free_from: Vec::new() };
        self.rows(element, context, &mut grid, false);
        let foot = |inner: Element<'_>| *inner.tag == local_name!("tfoot");
        if element.elements().any(foot) {
            // The footer is the last part of a table, wherever it is in the source (HTML standard, section
            // 4.9.12).
            self.rows(element, context, &mut grid, true);
        }
    }

    /// Converts a table in which each column is a card (see [`TablePurpose::Cards`]) to text blocks, column by column:
    /// all rows of the first column, then all rows of the second column, and so on. `columns` contains the indices of
    /// the columns that are cards.
    fn cards(&mut self, element: Element<'a>, context: ElementContext, table: u32, columns: &[usize]) {
        let mut rows = Vec::new();
        let around = self.path.len();
        self.visible_rows(element, context, around, &mut rows);
        for (row, column) in (0..).zip(columns) {
            for VisibleRow { path, context } in &rows {
                let mut cells =
                    path.last().into_iter().flat_map(|element| element.elements().filter(is_cell));
                let Some(inner) = cells.nth(*column) else { continue };
                let cell = Cell { table, row, column: 0, columns: 1, rows: 1, data: false, head: false };
                self.path.extend(path);
                self.element(inner, ElementContext { cell: Some(cell), ..*context });
                self.path.truncate(around);
                self.flush(BlockEnd::Apart);
            }
        }
    }

    /// Collects the visible rows of a table in which each column is a card (see [`TablePurpose::Cards`]). Content
    /// outside the cells is converted to text blocks immediately. `around` is the number of elements in the current
    /// path up to and including the table, which are not stored with the rows.
    fn visible_rows(
        &mut self,
        element: Element<'a>,
        context: ElementContext,
        around: usize,
        rows: &mut Vec<VisibleRow<'a>>,
    ) {
        for child in element.children() {
            let inner = match child {
                HtmlNode::Element(inner) => inner,
                HtmlNode::Text(text) => {
                    self.text(text, &context);
                    continue;
                }
            };
            if !is_group(inner.tag) && *inner.tag != local_name!("tr") {
                if !is_cell(&inner) {
                    self.element(inner, context);
                }
                continue;
            }
            self.path.push(inner);
            let declared = self.sheet.declared(&self.path);
            let mut context = context;
            if self.shows(inner, &declared, &mut context) {
                let context = inherit(context, inner, &declared);
                if *inner.tag == local_name!("tr") {
                    let path = self.path.get(around..).unwrap_or_default().to_vec();
                    rows.push(VisibleRow { path, context });
                }
                self.visible_rows(inner, context, around, rows);
            }
            self.path.pop();
        }
        self.flush(BlockEnd::Apart);
    }

    /// Converts the rows of a table: all rows except the footer, or only the footer if `foot` is `true`.
    fn rows(&mut self, element: Element<'a>, context: ElementContext, grid: &mut TableGrid, foot: bool) {
        for child in element.children() {
            match child {
                HtmlNode::Element(inner) => {
                    let is_foot = *inner.tag == local_name!("tfoot");
                    let waits = is_foot && !is_group(element.tag);
                    let is_column = matches!(*inner.tag, local_name!("colgroup") | local_name!("col"));
                    if (foot && !is_foot) || (!foot && waits) || is_column {
                        continue;
                    }
                    if *inner.tag == local_name!("tr") || is_group(inner.tag) {
                        self.part(inner, context, grid);
                    } else {
                        self.element(inner, context);
                    }
                }
                HtmlNode::Text(text) if !foot => self.text(text, &context),
                HtmlNode::Text(_) => {}
            }
        }
    }

    /// Converts a row or a row group of a table.
    fn part(&mut self, element: Element<'a>, context: ElementContext, grid: &mut TableGrid) {
        self.path.push(element);
        let declared = self.sheet.declared(&self.path);
        let mut context = context;
        if self.shows(element, &declared, &mut context) {
            let context = inherit(context, element, &declared);
            if *element.tag == local_name!("tr") {
                self.flush(BlockEnd::Apart);
                self.row(element, context, grid);
                self.flush(BlockEnd::Apart);
                grid.row += 1;
            } else {
                let outer = std::mem::replace(&mut grid.heading, *element.tag == local_name!("thead"));
                self.rows(element, context, grid, false);
                grid.heading = outer;
                // A cell never extends beyond its row group.
                grid.free_from.clear();
            }
        }
        self.path.pop();
    }

    fn row(&mut self, element: Element<'a>, context: ElementContext, grid: &mut TableGrid) {
        let mut column = 0;
        for child in element.children() {
            match child {
                HtmlNode::Element(inner) if is_cell(&inner) => {
                    let cell = grid.place(inner, column);
                    column = cell.column.saturating_add(u32::from(cell.columns));
                    let inside = ElementContext { cell: Some(grid.within.unwrap_or(cell)), ..context };
                    self.element(inner, inside);
                    self.flush(BlockEnd::Apart);
                }
                HtmlNode::Element(inner) => self.element(inner, context),
                HtmlNode::Text(text) => self.text(text, &context),
            }
        }
    }
}
