//! Tests the blank lines, list bullets and images in the layout of an HTML part.

use super::{html, render_lines};
use crate::richtext::View;

/// Lays out an HTML part at a width of 40 columns, and returns the lines.
fn lines(body: &str) -> Vec<String> {
    render_lines(&html(body), View::Html, 40)
}

#[test]
fn a_line_of_no_break_spaces_is_blank_and_a_cell_of_them_is_omitted() {
    for empty in [
        "<div>&nbsp;</div>",
        "<div><font size=2></font>&nbsp;</div>",
        "<div><br></div>",
        "<p>&nbsp;</p>",
        "<br>",
    ] {
        let body = format!(
            "<div>Hi People,</div>{empty}<div>I am back.<br>Again.</div>{empty}{empty}<div>Nalin</div>"
        );
        assert_eq!(lines(&body), ["Hi People,", "", "I am back.", "Again.", "", "Nalin"], "{empty}");
    }
    let row =
        "<table><tr><td><a href='https://h.example/1'>News</a><td>&nbsp;&nbsp;<td>Tips<td>&nbsp;</table>";
    assert_eq!(lines(row)[0], "News[1]  Tips");
    let hidden = "<div>One</div><div style='display:none'>&nbsp;</div><div>Two</div>";
    assert_eq!(lines(hidden), ["One", "Two"]);
}

#[test]
fn a_bullet_in_its_own_cell_precedes_the_text_beside_it() {
    let text = "Instant-On streaming. No more waiting through buffer delays.";
    for (mark, first) in [("&#149;&nbsp;&nbsp; ", "• "), ("2.", "2. "), ("(3)", "(3) "), ("<b>✓</b>", "✓ ")]
    {
        let body = format!("<table><tr><td>{mark}<td>{text}<br>More of it.</table><p>After.</p>");
        let indent = " ".repeat(first.chars().count());
        let shown = lines(&body);
        let (item, after) = shown.split_at(shown.len() - 2);
        assert!(item[0].starts_with(&format!("{first}Instant-On")), "{shown:?}");
        assert!(item[1..].iter().all(|line| line.starts_with(&indent)), "{shown:?}");
        assert_eq!(item.last().unwrap().trim_start(), "More of it.");
        assert_eq!(after, ["", "After."]);
    }
    // A cell that does not contain only a bullet or a number stays on separate lines.
    for cell in ["2026", "New", "<a href='https://h.example/1'>1</a>", "<img alt='1'>"] {
        let body = format!("<table><tr><td>{cell}<td>{text}</table>");
        assert!(lines(&body)[1].is_empty(), "{cell}");
    }
    let digits = "<table><tr><td>4<td>8<td>2<td>9</table>";
    assert_eq!(lines(digits), ["4 8 2 9"]);
}

#[test]
fn a_typed_bullet_has_a_hanging_indent() {
    let body = "<div>• <a href='https://h.example/1'>Car with young driver said to swerve near police</a></div>\
                <div>•joined</div>";
    assert_eq!(lines(body)[..3], ["• Car with young driver said to swerve", "  near police[1]", "•joined"]);
    let narrow = render_lines(&html("<div>• one two three</div>"), View::Html, 12);
    assert_eq!(narrow.join(" "), "• one two three");
}

#[test]
fn a_nested_list_follows_its_item() {
    let body = "<ul><li>Docs<ul><li>FAQ<ol><li>First</ol><li>Manual</ul><li>News</ul><p>End</p>";
    assert_eq!(lines(body), ["• Docs", "  • FAQ", "    1. First", "  • Manual", "• News", "", "End"]);
}

#[test]
fn an_unlinked_url_shows_the_number_of_its_link() {
    let body = "<p>Register at http://www.poptech.example or <b>https://h.example/a</b>.</p><p>No <s>https://h.example/a</s></p>";
    let shown = lines(body).join(" ");
    assert!(shown.contains("http://www.poptech.example ["), "{shown}");
    assert!(shown.contains("https://h.example/a [") && shown.contains("~~https://h.example/a~~"), "{shown}");
}

#[test]
fn css_margins_separate_boxes() {
    for (body, expected) in [
        ("<p>A<span style='display:block'>B</span>C</p>", &["A", "B", "C"][..]),
        ("<a href='#'><b style='display:block'>One</b><b style='display:block'>Two</b></a>", &["One", "Two"]),
        (
            "<div style='display:flex;justify-content:space-between'><span>Total</span> <span>7.50</span></div>",
            &["Total  7.50"],
        ),
        (
            "<div style='display:flex;flex-direction:column'><span>Total</span><span>7.50</span></div>",
            &["Total", "7.50"],
        ),
        (
            "<div style='display:table-row'><div style='display:table-cell'>Tea</div><div style='display:table-cell'>3.00</div></div>",
            &["Tea 3.00"],
        ),
        (
            "<ul><li style='display:inline'>Home</li> <li style='display:inline'>News</li></ul>",
            &["Home News"],
        ),
        ("<div style='display:inline'>One</div> <div style='display:inline'>line</div>", &["One line"]),
        ("<div style='display:grid'><span>One</span><span>Two</span></div>", &["One", "Two"]),
        // A table cell stays next to the other cells of its row, even if its style declares `display:block`.
        (
            "<table><tr><td style='display:block'>One</td><td style='display:block'>Two</td></tr></table>",
            &["One  Two"],
        ),
        ("<p>in <span style='display:inline'>one</span><span>word</span></p>", &["in oneword"]),
    ] {
        assert_eq!(lines(body), expected, "{body}");
    }
}

#[test]
fn a_margin_separates_boxes_but_not_the_characters_of_a_code() {
    let body = "<p style='font-size:0'><span style='font-size:14px'>Cloudreve</span> \
                <span style='font-size:14px;margin-left:8px'>Sent automatically.</span></p>";
    assert_eq!(lines(body), ["Cloudreve Sent automatically."]);
    for (body, expected) in [
        ("<span style='padding:2px 8px'>NEW</span>Winter jacket", "NEW Winter jacket"),
        ("<span style='padding:0 4px'>NEW</span>Winter jacket", "NEW Winter jacket"),
        ("<span style='padding:0 0'>N</span>ew jacket", "New jacket"),
        ("Sale<b style='padding:2px 4px'>NEW</b><i style='padding:2px 4px'>ONE</i>.", "Sale NEW ONE."),
        (
            "<a style='display:inline-block;width:50%'>Left</a><a style='display:inline-block;width:50%'>Right</a>",
            "Left Right",
        ),
        (
            "<i style='display:inline-block;width:9px'>4</i><i style='display:inline-block;width:9px'>8</i>",
            "48",
        ),
    ] {
        assert_eq!(lines(body), [expected], "{body}");
    }
    let code = ["4", "8", "2", "9"].map(|c| format!("<b style='margin-left:6px'>{c}</b>")).concat();
    assert_eq!(lines(&format!("<p>{code}</p>")), ["4829"]);
}

#[test]
fn a_coloured_cell_with_only_a_link_is_a_button() {
    let (open, close) = ("<a href='https://h.example/1'>", "</a>");
    for body in [
        format!("<table><tr><td bgcolor='#E9703E'>{open}View it{close}</td></tr></table>"),
        format!("<div style='background-color:#48be19'>{open}View it{close}</div>"),
        format!(
            "{open}<table><tr><td style='background-color:#0666eb'><table><tr><td><span>View it</span></table></table>{close}"
        ),
    ] {
        assert_eq!(lines(&body)[0], "[ View it ][1]", "{body}");
    }
    for body in [
        format!("<table><tr><td bgcolor='#E9703E'>Read: {open}View it{close}</td></tr></table>"),
        format!("<table><tr><td bgcolor='#ffffff'>{open}View it{close}</td></tr></table>"),
        format!(
            "<table><tr><td bgcolor='#0666eb'><table><tr><td>{open}View it{close}</td></tr></table></table>"
        ),
    ] {
        assert!(lines(&body)[0].ends_with("View it[1]"), "{body}");
    }
}

#[test]
fn adjacent_rules_are_merged() {
    let rule = "─".repeat(40);
    assert_eq!(lines("<p>One</p><hr><div> </div><hr><p>Two</p>"), ["One", "", &rule, "", "Two"]);
}

#[test]
fn image_descriptions_have_one_pair_of_brackets() {
    assert_eq!(
        lines("<p><img alt='[Mutt Button]'></p><p><img alt='Mutt [4]'></p>"),
        ["[Mutt Button]", "", "[Mutt [4]]"]
    );
}

#[test]
fn a_linked_image_shows_its_link_in_place() {
    let body = "<a href='https://h.example/home'><img src='https://h.example/logo.png' width=90></a><p>Words</p>\
                <a href='https://h.example/pixel'><img src='https://h.example/p.gif' width=1 height=1></a>\
                <a href='https://h.example/own'><img src='cid:own' alt='Own'></a>";
    let shown = lines(body);
    assert!(
        shown[0].starts_with("[picture][") && shown.iter().any(|line| line.starts_with("[Own][")),
        "{shown:?}"
    );
    assert_eq!(shown.iter().filter(|line| line.contains("[picture]")).count(), 1, "{shown:?}");
    let map = "<img src='https://h.example/m.png' usemap='#m'><map name=m><area href='https://h.example/area'></map>";
    assert_eq!(lines(map)[0], "[picture][1]");
    let elsewhere = lines(
        "<a href='https://h.example/1'><img src='https://h.example/a.png'></a><p>\
         <a href='https://h.example/1'>Router</a></p>",
    );
    assert_eq!(elsewhere[0], "Router[1]");
    let named = lines("<a href='https://h.example/home'><img src='https://h.example/logo.png'> Home</a>");
    assert_eq!(named[0], "Home[1]");
}

#[test]
fn a_flex_row_that_fits_is_one_line() {
    let list = ["Home", "News", "Shop"].map(|word| format!("<li><a>{word}</a></li>")).concat();
    let list = format!("<ul style='display:flex;list-style:none'>\n{list}\n</ul><p>After.</p>");
    assert_eq!(lines(&list), ["Home News Shop", "", "After."]);
    for (body, expected) in [
        ("<div style='display:flex'><div>Total</div><div><b>7.50</b></div></div>", &["Total 7.50"][..]),
        ("<div style='display:flex'><p>One</p><p>Two<br>Three</p></div>", &["One", "", "Two", "Three"]),
        (
            "<div style='display:flex;flex-direction:column'><div>One</div><div>Two</div></div>",
            &["One", "Two"],
        ),
        ("<div style='display:flex'><h2>Order</h2><div>two</div></div>", &["Order", "", "two"]),
    ] {
        assert_eq!(lines(body), expected, "{body}");
    }
    let long = "<div style='display:flex'><div>A text that is long enough to need a line</div>\
                <div>of its own, and another one beside it</div></div>";
    assert_eq!(render_lines(&html(long), View::Html, 80).len(), 2);
}

#[test]
fn a_floating_table_follows_the_text_beside_it() {
    let side = "<table align=right width=200><tr><td>Aside</table>";
    for (body, expected) in [
        (format!("{side}<p>The text.</p><p>More.</p>"), &["The text.", "", "Aside", "", "More."][..]),
        (format!("{side}The text."), &["The text.", "Aside"]),
        (format!("<p>Before.</p>{side}"), &["Before.", "", "Aside"]),
        (format!("<table><tr><td>Goods</table>{side}<p>Thanks.</p>"), &["Goods", "", "Aside", "", "Thanks."]),
        (format!("{}<p>The text.</p>", side.replace("200", "100%")), &["Aside", "", "The text."]),
    ] {
        let shown = lines(&body);
        let words = |lines: &[&str]| {
            lines.iter().filter(|line| !line.is_empty()).map(|line| (*line).to_owned()).collect::<Vec<_>>()
        };
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        assert_eq!(words(&shown), words(expected), "{body}");
    }
}

#[test]
fn text_transform_is_applied() {
    for (style, expected) in [
        ("uppercase", "GRÜSS GOTT, IT'S 1ST"),
        ("lowercase", "grüß gott, it's 1st"),
        ("capitalize", "Grüß Gott, It's 1st"),
        ("none", "grüß Gott, it's 1st"),
    ] {
        let body = format!("<p style='text-transform:{style}'>grüß Gott, it's 1st</p>");
        assert_eq!(lines(&body), [expected], "{style}");
    }
    // A URL is displayed without changing the case of its letters.
    let body = "<p style='text-transform:uppercase'>see https://h.example/a</p>";
    assert!(lines(body)[0].starts_with("see https://h.example/a"));
}

#[test]
fn a_blockquote_used_for_indentation_is_not_a_quote() {
    let indent = |before: &str, style: &str| {
        format!(
            "{before}<blockquote style='{style}'><p>One two three four five six seven eight.</p></blockquote>"
        )
    };
    let style = "margin:0 0 0 40px;border:none;padding:0px";
    assert_eq!(
        lines(&indent("<p>Hello.</p>", style))[2..],
        ["  One two three four five six seven", "  eight."]
    );
    for (before, style) in [
        ("<p>Ada wrote:</p>", style),
        ("<p>Hello.</p>", "margin:0;border-left:1px solid #ccc"),
        ("<p>Hello.</p>", ""),
    ] {
        assert!(lines(&indent(before, style))[2].starts_with("> One"), "{before} {style}");
    }
}

#[test]
fn a_trailing_space_of_a_link_follows_its_number() {
    let link = |words: &str| format!("<a href='https://h.example/1'>{words}</a>");
    assert_eq!(lines(&format!("<p>by {}team</p>", link("Ada ")))[0], "by Ada[1] team");
    assert_eq!(lines(&format!("<p>by {} | {}</p>", link("Ada "), link(" Eve")))[0], "by Ada[1] | Eve[1]");
}

#[test]
fn list_markers_of_word_are_close_to_their_text() {
    let item = |mark: &str, text: &str| {
        format!(
            "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>\
             <span style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; \
             </span></span><![endif]>{text}</p>"
        )
    };
    let body = format!("{}{}{}", item("1.", "Travel"), item("·", "Rent of the rooms"), item("o", "Food"));
    assert_eq!(lines(&body), ["1. Travel", "", "• Rent of the rooms", "", "• Food"]);
}
