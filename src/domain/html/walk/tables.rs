//! Tables: which rows and cells there are, and whether they hold data.

use super::context::{Context, inherit, is_hidden};
use super::{End, Walker};
use crate::domain::html::flow::Cell;
use crate::domain::html::table;
use crate::domain::html::tree::{Element, Node};
use html5ever::local_name;

impl<'a> Walker<'a> {
    pub(super) fn table(&mut self, element: Element<'a>, context: Context) {
        let table = self.tables;
        self.tables += 1;
        let data = !context.cell.is_some_and(|cell| cell.data) && table::holds_data(element);
        let mut row = 0;
        self.rows(element, context, Cell { table, row: 0, column: 0, data, head: false }, &mut row);
    }

    fn rows(&mut self, element: Element<'a>, context: Context, cell: Cell, row: &mut u32) {
        for child in element.children() {
            match child {
                Node::Element(inner) => {
                    let declared = self.declared(inner);
                    if is_hidden(inner, &declared) {
                        continue;
                    }
                    let context = inherit(context, inner.tag, &declared);
                    match *inner.tag {
                        local_name!("tr") => {
                            self.flush(End::Apart);
                            self.row(inner, context, Cell { row: *row, ..cell });
                            self.flush(End::Apart);
                            *row += 1;
                        }
                        local_name!("tbody") | local_name!("thead") | local_name!("tfoot") => {
                            self.rows(inner, context, cell, row);
                        }
                        local_name!("colgroup") | local_name!("col") => {}
                        _ => self.element(inner, context),
                    }
                }
                Node::Text(text) => self.text(text, &context),
            }
        }
    }

    fn row(&mut self, element: Element<'a>, context: Context, cell: Cell) {
        let mut column = 0;
        for child in element.children() {
            match child {
                Node::Element(inner) if matches!(*inner.tag, local_name!("td") | local_name!("th")) => {
                    let head = *inner.tag == local_name!("th");
                    let inside = Context { cell: Some(Cell { column, head, ..cell }), ..context };
                    self.element(inner, inside);
                    self.flush(End::Apart);
                    column += 1;
                }
                Node::Element(inner) => self.element(inner, context),
                Node::Text(text) => self.text(text, &context),
            }
        }
    }
}
