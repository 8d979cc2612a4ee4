//! Tests the layout of the rows in CSS grids and flex boxes.

use super::{html, render_lines};
use crate::richtext::View;

fn lines(body: &str, width: u16) -> Vec<String> {
    render_lines(&html(body), View::Html, width)
}

#[test]
fn cells_of_a_grid_are_side_by_side() {
    let rows = "<div>Wool scarf, grey</div><div>49.00</div><div>Shipping</div><div>4.90</div>";
    let grid = format!("<div style='display:grid;grid-template-columns:1fr auto'>{rows}</div>");
    assert_eq!(lines(&grid, 80), ["Wool scarf, grey  49.00", "Shipping           4.90"]);
    let total =
        "<b style='grid-column:1 / -1'>Thank you</b><div hidden>0.00</div><div>Total</div><div>53.90</div>";
    let grid = grid.replace("</div></div>", &format!("</div>{total}</div>"));
    assert_eq!(
        lines(&grid, 80),
        ["Wool scarf, grey  49.00", "Shipping           4.90", "Thank you", "Total             53.90"]
    );
}

#[test]
fn rows_that_follow_each_other_have_the_same_columns() {
    for style in
        ["display:flex;justify-content:space-between", "display:grid;grid-template-columns:repeat(2,1fr)"]
    {
        let row = |label: &str, price: &str| {
            format!("<div style='{style}'><div>{label}</div><div><b>{price}</b></div></div>")
        };
        let body = row("Wool scarf", "49.00 EUR") + &row("Shipping to Belgium", "4.90 EUR");
        assert_eq!(
            lines(&body, 80),
            ["Wool scarf           49.00 EUR", "Shipping to Belgium   4.90 EUR"],
            "{style}"
        );
        let apart = row("A", "1.00") + "<p>Between</p>" + &row("Longer", "2.00");
        assert_eq!(lines(&apart, 80), ["A  1.00", "", "Between", "", "Longer  2.00"], "{style}");
        let three =
            "<div style='display:grid;grid-template-columns:1fr 1fr 1fr'><i>A</i><i>two</i><i>3</i></div>";
        assert_eq!(lines(&(row("B", "1.00") + three), 80), ["B  1.00", "", "A  two  3"], "{style}");
    }
}

#[test]
fn boxes_that_do_not_fit_are_one_below_another() {
    let long = "A text that needs a line of its own, because it is longer than a cell of a receipt";
    for body in [
        format!(
            "<div style='display:grid;grid-template-columns:1fr 1fr'><div>One</div><div>{long}</div></div>"
        ),
        format!("<div style='display:grid;grid-template-columns:1fr 1fr'><h2>One</h2><p>{long}</p></div>"),
        format!(
            "<div style='display:grid;grid-template-columns:repeat(auto-fit,90px)'><p>One</p><p>{long}</p></div>"
        ),
    ] {
        let shown = lines(&body, 100);
        assert_eq!(
            (shown.first().map(String::as_str), shown.last().map(String::as_str)),
            (Some("One"), Some(long))
        );
    }
}
