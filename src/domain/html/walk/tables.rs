//! Tables: which rows and cells there are, and whether they hold data.

use super::context::{Context, inherit, is_hidden};
use super::{End, Walker};
use crate::domain::html::flow::Cell;
use crate::domain::html::table;
use crate::domain::html::tree::{Element, Node};
use html5ever::local_name;

impl Walker<'_> {
    pub(super) fn table(&mut self, id: usize, element: &Element, context: Context) {
        let table = self.tables;
        self.tables += 1;
        let data = table::holds_data(self.tree, id) && !context.cell.is_some_and(|cell| cell.data);
        let mut row = 0;
        self.rows(element, context, Cell { table, row: 0, column: 0, data, head: false }, &mut row);
    }

    fn rows(&mut self, element: &Element, context: Context, cell: Cell, row: &mut u32) {
        for &child in &element.children {
            match self.tree.node(child) {
                Some(Node::Element(inner)) => {
                    let declared = self.sheet.of(
                        &inner.tag,
                        inner.get(&local_name!("class")),
                        inner.get(&local_name!("id")),
                        inner.get(&local_name!("style")),
                    );
                    if is_hidden(inner, &declared) {
                        continue;
                    }
                    let context = inherit(context, &inner.tag, &declared);
                    match &*inner.tag {
                        "tr" => {
                            self.flush(End::Apart);
                            self.row(inner, context, Cell { row: *row, ..cell });
                            self.flush(End::Apart);
                            *row += 1;
                        }
                        "tbody" | "thead" | "tfoot" => self.rows(inner, context, cell, row),
                        "colgroup" | "col" => {}
                        _ => self.element(child, inner, context),
                    }
                }
                Some(Node::Text(text)) => self.text(text, &context),
                None => {}
            }
        }
    }

    fn row(&mut self, element: &Element, context: Context, cell: Cell) {
        let mut column = 0;
        for &child in &element.children {
            match self.tree.node(child) {
                Some(Node::Element(inner)) if matches!(&*inner.tag, "td" | "th") => {
                    let head = &*inner.tag == "th";
                    let inside = Context { cell: Some(Cell { column, head, ..cell }), ..context };
                    self.element(child, inner, inside);
                    self.flush(End::Apart);
                    column += 1;
                }
                Some(Node::Element(inner)) => self.element(child, inner, context),
                Some(Node::Text(text)) => self.text(text, &context),
                None => {}
            }
        }
    }
}
