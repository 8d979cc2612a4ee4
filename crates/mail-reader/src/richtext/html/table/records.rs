//! Lays out the rows of a table as records: each cell is on a line of its own, preceded by the name of its column.

use super::grid::{CellRow, TableColumns, number_columns};
use super::{by_row, rule};
use crate::html::flow::Block;
use crate::richtext::wrap::{StyledText, wrap};
use crate::richtext::{Line, Role};
use crate::sanitize::SafeText;

/// Maximum width in terminal columns of the horizontal rule between two records. A record is a table row laid out with
/// each cell on a line of its own.
const MAX_RULE_COLUMNS: usize = 24;
/// Maximum number of `rowspan` cells of earlier rows that are repeated in one record. A repeated cell appears in the
/// record of each row that it spans; any further cell appears only in the record of its first row. A record is a table
/// row laid out with each cell on a line of its own.
const MAX_REPEATED_CELLS: usize = 4;
/// Maximum width in terminal columns of a `rowspan` cell that is repeated in the record of each row that it spans. A
/// wider cell appears only in the record of its first row.
const MAX_REPEATED_COLUMNS: usize = 60;

/// The layout of a table whose rows are records: each cell is on a line of its own, preceded by the name of its column.
pub(super) struct RecordLayout {
    /// For each column, its name, taken from the header rows; `None` for a column without a name.
    names: Vec<Option<SafeText>>,
    /// The column names that do not occur in any record. They are displayed once, below the title of the table.
    unused: Vec<StyledText>,
    /// For each column, whether most of its cells are numbers.
    numbers: Vec<bool>,
    /// Number of header rows in the table.
    heads: usize,
    /// Whether the previous record consists of a single line. No rule is drawn between consecutive one-line records,
    /// such as totals.
    after_line: bool,
    /// The cells of earlier rows that extend into the current row because of their `rowspan`.
    reaching: Vec<Reaching>,
}

struct Reaching {
    column: usize,
    /// Index of the first row below the rows that the cell spans.
    end: u32,
    line: Vec<StyledText>,
}

impl RecordLayout {
    /// Creates the layout of a table with `heads` header rows. For each column, `used` indicates whether any record
    /// displays the column name.
    pub(super) fn new(sample: &[CellRow], heads: usize, used: &[bool]) -> Self {
        let mut names: Vec<String> = vec![String::new(); used.len()];
        let heads_of = sample.iter().take(heads).filter(|row| row.alone().is_none());
        for cell in heads_of.flat_map(|row| &row.cells) {
            let text = cell.text();
            for name in names.iter_mut().skip(cell.column).take(cell.columns) {
                if !name.is_empty() {
                    name.push(' ');
                }
                name.push_str(text.trim().trim_end_matches(':'));
            }
        }
        let piece = |text: &str| StyledText { text: SafeText::new(text), role: Role::Strong, link: None };
        let unused: Vec<&str> = names
            .iter()
            .zip(used)
            .filter(|(name, used)| !**used && !name.is_empty())
            .map(|(name, _)| name.as_str())
            .collect();
        let unused = if unused.is_empty() { Vec::new() } else { vec![piece(&unused.join("  "))] };
        let names = names.iter().map(|name| (!name.is_empty()).then(|| SafeText::new(name))).collect();
        let numbers = number_columns(sample, used.len(), heads);
        Self { names, unused, numbers, heads, after_line: false, reaching: Vec::new() }
    }

    /// Lays out the row with the index `index` as a record, and returns its lines. `max_width` is the available
    /// width in terminal columns.
    pub(super) fn lines(&mut self, index: usize, row: &CellRow, max_width: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        if index < self.heads {
            // A header row with a single cell is the title of the table.
            let title = row.alone().map(|cell| cell.lines.as_slice()).unwrap_or_default();
            lines.extend(title.iter().flat_map(|line| wrap(line, max_width)));
            if index + 1 == self.heads && !self.unused.is_empty() {
                lines.extend(wrap(&self.unused, max_width));
            }
            return lines;
        }
        let record = self.record(row);
        // Consecutive single lines, such as totals, are displayed as one record.
        let line = record.len() == 1 && row.cells.len() <= 2;
        let after_line = std::mem::replace(&mut self.after_line, line);
        if index > self.heads && !(line && (after_line || self.heads == 0)) {
            lines.push(rule(std::iter::once(max_width.min(MAX_RULE_COLUMNS)), 0));
        }
        for pieces in record {
            lines.extend(wrap(&pieces, max_width));
        }
        self.reach(row);
        lines
    }

    fn record(&self, row: &CellRow) -> Vec<Vec<StyledText>> {
        if let Some(cell) = row.alone() {
            return cell.lines.clone();
        }
        let text = |text: &str, role| StyledText { text: SafeText::new(text), role, link: None };
        // A label that spans several columns or is in a column of numbers, such as that of a total, is the
        // name of the value after it.
        if let [label, value] = row.cells.as_slice()
            && let ([name], [said]) = (label.lines.as_slice(), value.lines.as_slice())
            && (label.columns > 1 || self.heads == 0 || self.numbers.get(label.column) == Some(&true))
            && !label.is_number()
        {
            let ends = label.text().trim_end().ends_with(|c: char| !c.is_alphanumeric());
            let picture = name.iter().any(|piece| piece.role == Role::Image);
            let between = match () {
                () if picture => "  ",
                () if ends => " ",
                () => ": ",
            };
            let mut pieces = name.clone();
            pieces.push(text(between, Role::Plain));
            pieces.extend(said.iter().cloned());
            return vec![pieces];
        }
        // If both cells have the same number of lines, each label is displayed with the value on the same
        // line.
        if let [labels, values] = row.cells.as_slice()
            && labels.lines.len() == values.lines.len()
            && !labels.is_number()
            && values.is_number()
        {
            let pairs = labels.lines.iter().zip(&values.lines);
            let pair = |(label, value): (&Vec<StyledText>, &Vec<StyledText>)| {
                let mut pieces = label.clone();
                let ends = label.last().is_some_and(|piece| piece.text.trim_end().ends_with(':'));
                pieces.push(text(if ends { " " } else { ": " }, Role::Plain));
                pieces.extend(value.iter().cloned());
                pieces
            };
            return pairs.map(pair).collect();
        }
        let mut parts: Vec<(usize, Vec<Vec<StyledText>>)> = row
            .cells
            .iter()
            .map(|cell| (cell.column, self.named(cell.column, cell.columns, &cell.lines)))
            .collect();
        for cell in self.reaching.iter().filter(|cell| row.number < cell.end) {
            parts.push((cell.column, self.named(cell.column, 1, std::slice::from_ref(&cell.line))));
        }
        parts.sort_by_key(|(column, _)| *column);
        parts.into_iter().flat_map(|(_, lines)| lines).collect()
    }

    /// Returns the lines of a cell. The first line starts with the name of the cell's column, unless the cell spans
    /// several columns. `columns` is the number of columns that the cell spans.
    fn named(&self, column: usize, columns: usize, lines: &[Vec<StyledText>]) -> Vec<Vec<StyledText>> {
        let name = self.names.get(column).and_then(Option::as_ref).filter(|_| columns == 1);
        let mut lines = lines.to_vec();
        if let (Some(name), Some(first)) = (name, lines.first_mut()) {
            let label = [
                StyledText { text: name.clone(), role: Role::Strong, link: None },
                StyledText { text: SafeText::from(": "), role: Role::Strong, link: None },
            ];
            first.splice(0..0, label);
        }
        lines
    }

    fn reach(&mut self, row: &CellRow) {
        self.reaching.retain(|cell| row.number + 1 < cell.end);
        for cell in row
            .cells
            .iter()
            .filter(|cell| cell.rows > 1 && cell.columns == 1 && cell.width() <= MAX_REPEATED_COLUMNS)
        {
            if let [line] = cell.lines.as_slice() {
                if self.reaching.len() >= MAX_REPEATED_CELLS {
                    return;
                }
                let end = row.number.saturating_add(u32::from(cell.rows));
                self.reaching.push(Reaching { column: cell.column, end, line: line.clone() });
            }
        }
    }
}

/// For each column, returns whether at least one record displays the column name before a cell. `heads` is the number
/// of header rows.
pub(super) fn used_names(blocks: &[Block], heads: usize, columns: &TableColumns) -> Vec<bool> {
    let mut used = vec![heads == 0; columns.count()];
    for row in by_row(blocks).skip(heads).filter(|row| !is_alone(row)) {
        // In a row of two cells, the first cell is often the name of the second one, so the column names are
        // not displayed.
        let cells = row.chunk_by(|one, next| one.cell == next.cell);
        if used.len() > 2 && cells.clone().count() == 2 {
            continue;
        }
        for cell in cells.filter_map(|blocks| blocks.first()?.cell).filter(|cell| cell.columns == 1) {
            if let Some(used) = used.get_mut(columns.place(cell.column)) {
                *used = true;
            }
        }
    }
    used
}

/// Returns whether a row contains only one cell.
fn is_alone(row: &[Block]) -> bool {
    row.first().map(|block| block.cell) == row.last().map(|block| block.cell)
}
