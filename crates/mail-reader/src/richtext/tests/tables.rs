//! Tests the layout of tables, cards, buttons and icons in an HTML part.

// This file exceeds 300 lines because it contains a test for each form of a table.

use super::{html, render_lines, texts};
use crate::mime;
use crate::richtext::{View, render};
use crate::text_width::display_width;
use proptest::prelude::*;
use std::collections::HashMap;
use unicode_width::UnicodeWidthStr;

const ORDER: &str = "<table border=1><tr><th>Item<th>Qty<th>Price<tr><td rowspan=2>Lamp<td>1<td>12.50<tr><td>3<td>11.00\
    <tr><td>Chair with arms<td>2<td>80.00<tr><td colspan=2>Total<td>205.50</table>";

#[test]
fn cells_are_aligned_with_their_columns_despite_spans() {
    assert_eq!(
        render_lines(&html(ORDER), View::Html, 80),
        [
            "Item             Qty   Price",
            "───────────────  ───  ──────",
            "Lamp               1   12.50",
            "                   3   11.00",
            "Chair with arms    2   80.00",
            "Total                 205.50",
        ]
    );
    let raw = html(
        "<table><thead><tr><th rowspan=2>Region<th colspan=2>Spring<tr><th>Orders<th>Sum</thead>\
         <tfoot><tr><td>All<td>12<td>€ 1,234.00</tfoot><tr><td>North<td>5<td>-€ 9.00<tr><td>South<td>7<td>€ 3.10</table>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 80),
        [
            "Region        Spring",
            "        Orders         Sum",
            "──────  ──────  ──────────",
            "North        5     -€ 9.00",
            "South        7      € 3.10",
            "All         12  € 1,234.00",
        ]
    );
}

#[test]
fn invalid_spans_are_limited() {
    for span in ["0", "-3", "x", "99999999999999999999", "2;3", ""] {
        let raw = html(&format!(
            "<table><tr><td rowspan='{span}' colspan='{span}'>One<td>1<tr><td rowspan='{span}'>Two<td>2<tr><td>Three<td>3</table>"
        ));
        let lines = render_lines(&raw, View::Html, 60).join(" ");
        for word in ["One", "Two", "Three", "1", "2", "3"] {
            assert!(lines.contains(word), "{span:?}: {lines}");
        }
    }
}

#[test]
fn a_narrow_page_shows_each_row_as_a_record() {
    assert_eq!(
        render_lines(&html(ORDER), View::Html, 26),
        [
            "Item: Lamp",
            "Qty: 1",
            "Price: 12.50",
            "────────────────────────",
            "Item: Lamp",
            "Qty: 3",
            "Price: 11.00",
            "────────────────────────",
            "Item: Chair with arms",
            "Qty: 2",
            "Price: 80.00",
            "────────────────────────",
            "Total: 205.50",
        ]
    );
}

#[test]
fn totals_of_a_record_stay_together_and_labels_have_a_colon() {
    let raw = html(
        "<table><tr><th>Item<th>Qty<th>Price<tr><td>A chair with two arms<td>2<td>80.00<tr><td colspan=2>Tax<td>3.00<tr><td colspan=2>Total<td>83.00</table>",
    );
    let lines = render_lines(&raw, View::Html, 24);
    assert_eq!(lines[4..], ["────────────────────────", "Tax: 3.00", "Total: 83.00"], "{lines:?}");
    let raw = html(
        "<table><tr><td>Booked by<td>Ada Byron of the harbour<tr><td>Phone:<td>555 0207<tr><td>Begin<td>10:30</table>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 14),
        ["Booked by: Ada", "Byron of the", "harbour", "Phone: 555", "0207", "Begin: 10:30"]
    );
}

#[test]
fn column_names_are_detected_below_a_title_and_without_th() {
    let raw = html(
        "<table><tr><td colspan=3>Order 118<tr><td>Description<td>Qty<td>Amount<tr><td>Enamel mug, blue, with a lid<td>2<td>CHF 29.00\
         <tr><td>Blanket<td>1<td>CHF 119.00<tr><td colspan=2>Voucher<td>– CHF 10.00<tr><td colspan=2>Shipping<td>free</table>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 80),
        [
            "Order 118",
            "Description                   Qty       Amount",
            "────────────────────────────  ───  ───────────",
            "Enamel mug, blue, with a lid    2    CHF 29.00",
            "Blanket                         1   CHF 119.00",
            "Voucher                            – CHF 10.00",
            "Shipping                                  free",
        ]
    );
    let narrow = render_lines(&raw, View::Html, 40);
    assert_eq!(narrow[..4], ["Order 118", "Description: Enamel mug, blue, with a", "lid", "Qty: 2"]);
    assert_eq!(narrow[narrow.len() - 2..], ["Voucher: – CHF 10.00", "Shipping: free"]);
}

#[test]
fn tables_of_many_columns_become_columns_or_records_without_loss() {
    let row = |tag: &str, text: &str| -> String {
        let cells: Vec<String> = (1..=16).map(|n| format!("<{tag}>{text}{n}")).collect();
        format!("<tr>{}", cells.concat())
    };
    let raw = html(&format!("<table>{}{}{}</table>", row("th", "Head "), row("td", "a"), row("td", "b")));
    let wide = render_lines(&raw, View::Html, 180);
    assert!(wide.len() == 4 && wide[2].starts_with("a1      a2 "), "{wide:?}");
    let narrow = render_lines(&raw, View::Html, 80);
    assert_eq!(narrow.len(), 33, "{narrow:?}");
    assert_eq!((narrow[15].as_str(), narrow[17].as_str()), ("Head 16: a16", "Head 1: b1"));
}

#[test]
fn receipts_in_presentation_tables_are_data_tables() {
    let raw = html(
        "<table role=presentation><tr><td><img src=x></td><td><table role=presentation><tr><td><b>Walnut lamp</b><tr><td>Black</table></td>\
         <td>x2<td>25,00 kr<tr><td><img src=x></td><td><table role=presentation><tr><td><b>Chair</b></table></td><td>x1<td>1 225,00 kr\
         <tr><td colspan=3>Discount<td>−20,00 kr<tr><td colspan=3><b>Total</b><td><b>1 230,00 kr</b></table>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 80),
        [
            "Walnut lamp  x2     25,00 kr",
            "Black",
            "Chair        x1  1 225,00 kr",
            "Discount           −20,00 kr",
            "Total            1 230,00 kr",
        ]
    );
}

#[test]
fn cells_are_aligned_by_display_width() {
    let raw = html("<table><tr><th>商品<th>数量<tr><td>ランプ<td>1<tr><td>مصباح<td>٣٤</table>");
    assert_eq!(
        render_lines(&raw, View::Html, 40),
        ["商品    数量", "──────  ────", "ランプ     1", "مصباح     ٣٤"]
    );
}

#[test]
fn a_table_of_many_rows_has_one_layout() {
    let rows = (0..1_000).map(|n| format!("<tr><td>Thing {n}<td>{n}.50")).collect::<Vec<_>>().concat();
    let lines = render_lines(&html(&format!("<table><tr><th>Item<th>Price{rows}</table>")), View::Html, 80);
    assert_eq!(lines.len(), 1_002);
    assert_eq!(lines[1_001], "Thing 999  999.50");
}

#[test]
fn receipt_lines_in_separate_tables_are_shown_in_columns() {
    let line = |cells: &[&str]| -> String {
        let cell = |text: &&str| format!("<td><table><tr><td>{text}</td><td></td></tr></table></td>");
        format!("<table><tr>{}</tr></table>", cells.iter().map(cell).collect::<Vec<_>>().concat())
    };
    let raw = html(&format!(
        "<table><tr><td>{}{}<hr>{}<hr>{}</td></tr></table>",
        line(&["Item", "Qty", "Total"]),
        line(&["Blue pen", "2", "$2.00"]),
        line(&["Ink<br>Black, 50 ml", "1", "$13.00"]),
        line(&["Total", "$15.00"]),
    ));
    assert_eq!(
        render_lines(&raw, View::Html, 80),
        [
            "Item          Qty   Total",
            "────────────  ───  ──────",
            "Blue pen        2   $2.00",
            "─────────────────────────",
            "Ink             1  $13.00",
            "Black, 50 ml",
            "─────────────────────────",
            "Total              $15.00",
        ]
    );
    assert!(render_lines(&raw, View::Html, 20).contains(&"Qty: 2".to_owned()));
}

#[test]
fn receipts_written_column_by_column_are_shown_line_by_line() {
    let stack = |lines: &[&str]| {
        let rows = lines.iter().map(|line| format!("<tr><td>{line}</td></tr>")).collect::<Vec<_>>().concat();
        format!("<td><table>{rows}</table></td>")
    };
    let columns =
        [stack(&["Plan", "Monthly"]), stack(&["Period", "August"]), stack(&["Amount", "$50.00"])].concat();
    assert_eq!(
        render_lines(&html(&format!("<table><tr>{columns}</tr></table>")), View::Html, 80),
        ["Plan     Period  Amount", "───────  ──────  ──────", "Monthly  August  $50.00"]
    );
    let raw = html(
        "<table><tr><td>Item<td>Qty<td>Total<tr><td><table><tr><td><img src=x></td><td>Ring<br>Hot city looks</table><td>1<td>$3.50\
         <tr><td><table><tr><td><img src=x></td><td>Shoes<br>Newest</table><td>1<td>$10.50\
         <tr><td></td><td>Subtotal<br>Tax<br>Total<td>$14.00<br>$0.75<br>$14.75</table>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 80),
        [
            "Item                 Qty   Total",
            "──────────────  ────────  ──────",
            "Ring                   1   $3.50",
            "Hot city looks",
            "",
            "Shoes                  1  $10.50",
            "Newest",
            "",
            "                Subtotal  $14.00",
            "                     Tax   $0.75",
            "                   Total  $14.75",
        ]
    );
    assert!(render_lines(&raw, View::Html, 24).contains(&"Tax: $0.75".to_owned()));
}

#[test]
fn cards_follow_one_another_with_a_rule_between() {
    let card = |name: &str| {
        format!(
            "<img src=x alt='Photo {name}'><h3>{name}</h3><p>All about {name}.</p><a href='https://a.example/{name}' class=button>Read {name}</a>"
        )
    };
    let expected = |name: &str| {
        [
            format!("[Photo {name}]"),
            String::new(),
            name.to_owned(),
            String::new(),
            format!("All about {name}."),
            String::new(),
        ]
    };
    let row = |cells: &str| format!("<table role=presentation><tr>{cells}</tr></table>");
    let parts = |part: fn(&str) -> String| {
        format!(
            "<tr>{}</tr>",
            ["Sun", "Moon", "Rain"].map(|name| format!("<td>{}</td>", part(name))).concat()
        )
    };
    let grid = format!(
        "<table>{}{}{}{}</table>",
        parts(|name| format!("<img src=x alt='Photo {name}'>")),
        parts(|name| format!("<b>{name}</b>")),
        parts(|name| format!("All about {name}, of which there is much to be told.")),
        parts(|name| format!("<a href='https://a.example/{name}' class=button>Read {name}</a>")),
    );
    let lines = render_lines(&html(&grid), View::Html, 80);
    let at = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    let order = [
        "[Photo Sun]",
        "All about Sun",
        "[ Read Sun",
        "[Photo Moon]",
        "All about Moon",
        "[ Read Moon",
        "[Photo Rain]",
    ];
    assert!(order.map(at).is_sorted(), "{lines:?}");
    let beside = row(&["Sun", "Moon", "Rain"]
        .map(|name| format!("<td><table><tr><td>{}</td></tr></table></td>", card(name)))
        .concat());
    let below: String = ["Sun", "Moon", "Rain"].map(|name| row(&format!("<td>{}</td>", card(name)))).concat();
    for body in [beside, below] {
        let lines = render_lines(&html(&body), View::Html, 80);
        let mut all: Vec<String> = Vec::new();
        for (number, name) in (1..).zip(["Sun", "Moon", "Rain"]) {
            if number > 1 {
                all.extend([String::new(), "─".repeat(24), String::new()]);
            }
            all.extend(expected(name));
            all.push(format!("[ Read {name} ][{number}]"));
        }
        let alike =
            |lines: &[String]| lines.iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>();
        assert_eq!(alike(&lines), alike(&all), "{lines:?}");
    }
}

#[test]
fn buttons_have_their_own_lines_and_icons_share_one() {
    let raw = html(
        "<p>Are you coming? <a class=btn href='https://a.example/y'>Yes</a> <a class=btn href='https://a.example/n'>No</a></p>\
         <p>In a sentence the <a class=btn href='https://a.example/w'>link</a> is a word.</p>\
         <table><tr><td><a class=btn href='https://a.example/1'>One</a></td><td><a class=btn href='https://a.example/2'>Two</a></td></tr></table>",
    );
    let lines = render_lines(&raw, View::Html, 80);
    let begins = |line: &str| lines.iter().any(|shown| shown.starts_with(line));
    assert!(begins("Are you coming?") && begins("In a sentence the link["), "{lines:?}");
    let buttons =
        lines.iter().filter(|line| line.starts_with("[ ") && line.matches("[ ").count() == 1).count();
    assert_eq!(buttons, 4, "{lines:?}");
    let icon = |name: &str| {
        format!(
            "<table style='display:inline-table'><tr><td><table><tr><td><a href='https://a.example/{name}'><img src=x alt={name}></a></td></tr></table></td></tr></table>"
        )
    };
    let raw = html(&["Facebook", "Mastodon", "YouTube"].map(icon).concat());
    let lines = render_lines(&raw, View::Html, 80);
    assert!(
        lines.len() == 1 && lines[0].starts_with("[Facebook][") && lines[0].contains("]  [YouTube]["),
        "{lines:?}"
    );
}

proptest! {
    #[test]
    fn every_word_is_shown_at_every_width(
        body in "(w[a-z]{1,11} ?|認証 |مرحبا |12\\.50|€ 9 |<b>|</b>|<table>|<table border=1>|</table>|<tr>|<td>|<th>|</td>|<td colspan=3>\
            |<td rowspan=2>|<thead>|<tfoot>|<p>|<h2>|<li>|<ul>|</ul>|<hr>|<blockquote type=cite>|</blockquote>\
            |<a class=btn href='https://a.example/b'>|</a>|<img src=x alt=pic>|<br>){0,60}",
        width in 20_u16..200,
    ) {
        let raw = html(&body);
        let mail = mime::parse(raw.as_bytes());
        let flow = mail.flow.clone().unwrap_or_default();
        let lines = texts(&render(&mail, raw.as_bytes(), View::Html, width));
        for line in &lines {
            prop_assert!(display_width(line) <= usize::from(width), "{line:?}");
        }
        let lines = lines.join(" ");
        let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        let shown = letters(&lines);
        // In tables the words are ordered by rows; all other words are in the order of the flow.
        let pieces: Vec<String> = lines.split_whitespace().map(letters).collect();
        let mut rest = shown.as_str();
        let mut counts: HashMap<char, isize> = HashMap::new();
        shown.chars().for_each(|c| *counts.entry(c).or_default() += 1);
        let runs = flow.blocks.iter().flat_map(|block| block.runs.iter().map(|run| (block.cell, &run.text)));
        for (cell, text) in runs {
            for word in text.split_whitespace().map(letters).filter(|word| !word.is_empty()) {
                word.chars().for_each(|c| *counts.entry(c).or_default() -= 1);
                if cell.is_some() {
                    let whole = pieces.iter().any(|piece| piece.contains(&word));
                    prop_assert!(whole || word.width() > 18, "{word:?} of a cell is missing in {lines:?}");
                } else {
                    let at = rest.find(&word);
                    prop_assert!(at.is_some(), "{word:?} is missing in {lines:?}");
                    rest = rest.get(at.unwrap_or(0) + word.len()..).unwrap_or_default();
                }
            }
        }
        prop_assert!(counts.values().all(|left| *left >= 0), "{counts:?} in {lines:?}");
    }
}

#[test]
fn cards_in_a_grid_are_shown_row_by_row() {
    let cell = |name: &str| {
        let text = format!("All about {name}, of which there is much to be told.");
        format!("<td><img src=x alt='Photo {name}'><h3>{name}</h3><p>{text}</p></td>")
    };
    let row = |names: [&str; 2]| format!("<tr>{}</tr>", names.map(cell).concat());
    let grid = format!("<table>{}{}</table>", row(["Sun", "Moon"]), row(["Rain", "Snow"]));
    let lines = render_lines(&html(&grid), View::Html, 80);
    let at = |name: &str| lines.iter().position(|line| line.contains(&format!("about {name}"))).unwrap();
    assert!(["Sun", "Moon", "Rain", "Snow"].map(at).is_sorted(), "{lines:?}");
}

#[test]
fn a_line_that_connects_cells_is_no_rule_of_the_page() {
    let steps = "<table><tr><td>●</td><td><hr></td><td>○</td></tr>\
        <tr><td>Ordered</td><td></td><td>Delivered</td></tr></table>";
    let lines = render_lines(&html(steps), View::Html, 80);
    assert_eq!(lines, ["●        ○", "Ordered  Delivered"]);
    let ruled = "<table><tr><td>Above</td></tr><tr><td><hr></td></tr><tr><td>Below</td></tr></table>";
    assert!(render_lines(&html(ruled), View::Html, 80).iter().any(|line| line.starts_with('─')));
}
