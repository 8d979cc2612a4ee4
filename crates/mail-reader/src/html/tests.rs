use super::{push_preformatted, read, to_text};
use proptest::prelude::*;

#[test]
fn only_visible_text_is_extracted() {
    for (html, seen) in [
        ("<p>a<p>b", "a\n\nb\n"),
        ("<div>a</div><div>b</div>", "a\nb\n"),
        ("a<br>b<br><br>c", "a\nb\n\nc\n"),
        ("<style>p{color:red}</style><script>x()</script><title>t</title>a", "a\n"),
        ("<div style='display:none'>x</div>a", "a\n"),
        ("<div style='max-height:0;overflow:hidden'>x</div>a", "a\n"),
        ("<span style='font-size:0'>x<b style='font-size:14px'>a</b></span>", "a\n"),
        (
            "<style>.h{display:none !important} @media print{.a{display:none}}</style><p class=h>x</p><p class=a>a</p>",
            "a\n",
        ),
        ("<p hidden>x</p><p style='visibility:hidden'>y</p>a", "a\n"),
        ("<!--[if mso]><p>x</p><![endif]-->a", "a\n"),
        ("&zwnj;&nbsp;&#8203;&shy; a &amp;  b", "a & b\n"),
        ("<img alt='logo'><img alt='x' width=1>", "logo\n"),
        ("<b>un<i>clo</b>sed", "unclosed\n"),
        ("<style>[data-x]{display:none}</style><p data-x=1>x</p><p>a</p>", "a\n"),
        ("<style>:is(.x, .y){display:none}</style><p class=y>x</p><p class=z>a</p>", "a\n"),
        ("<p>5 m<font size=1 style='vertical-align:text-top'>2</font></p>", "5 m²\n"),
        (
            "<p>5 m<span style='vertical-align:4px;font-size:9px'>2</span>, a<span style='vertical-align:4px'>2</span></p>",
            "5 m², a2\n",
        ),
        ("<h1>482913<sup>a</sup></h1>", "482913ᵃ\n"),
        ("<style>[lang=de]{display:none}</style><p lang=de>x</p><p lang=en>a</p>", "a\n"),
        ("<p>&nbsp;a<br>&nbsp;b</p><tt>&nbsp;c<br>&nbsp;d</tt>", "a\nb\n\n c\n d\n"),
        ("<select><option>a<option selected>b<option selected>c</select>", "[b ▾]\n"),
        ("<select multiple><option selected>a<optgroup><option>b<option selected>c</select>", "[a, c ▾]\n"),
        ("<select multiple><option>a<option>b</select>x", "x\n"),
        ("", ""),
    ] {
        assert_eq!(to_text(html), seen, "{html}");
    }
}

#[test]
fn links_have_their_text() {
    let flow = read(
        "<base href='https://a.example/'><a href=' /x ' class='btn'>Con<b>firm</b></a> <a href='#top'>up</a>",
    );
    assert_eq!(flow.anchors.len(), 1);
    assert_eq!(flow.anchors[0].href, "/x");
    assert_eq!(flow.anchors[0].words.replace(' ', ""), "Confirm");
    assert!(flow.anchors[0].button);
    assert_eq!(flow.base.as_deref(), Some("https://a.example/"));
}

#[test]
fn data_tables_are_distinguished_from_layout_tables() {
    let data = read("<table><tr><th>Item<th>Price<tr><td>Pen<td>2<tr><td>Ink<td>5</table>");
    assert!(data.blocks.iter().all(|block| block.cell.unwrap().data));
    let layout = read("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>");
    assert!(layout.blocks.iter().all(|block| !block.cell.unwrap().data));
}

#[test]
fn preformatted_text_is_escaped_in_html() {
    let mut out = String::new();
    push_preformatted(&mut out, "a <b>\n  c");
    assert_eq!(to_text(&out), "a <b>\n  c\n");
}

#[test]
fn depth_nodes_and_attributes_are_bounded() {
    assert!(read(&"<div>".repeat(100_000)).cut);
    assert!(read(&format!("{}deep", "<table><tr><td>".repeat(20_000))).cut);
    let flow = read(&format!("<p {}>a</p>", "x=1 ".repeat(50_000)));
    assert_eq!(flow.blocks[0].text(), "a");
    assert!(!read(&"<b><i><p>".repeat(2_000)).blocks.iter().any(|block| !block.text().is_empty()));
}

#[test]
fn blocks_are_limited_and_the_cut_is_reported() {
    let flow = read(&format!("<pre>{}", "a\n".repeat(210_000)));
    assert!(flow.cut && flow.blocks.len() == 200_000, "{}", flow.blocks.len());
}

proptest! {
    #[test]
    fn any_document_can_be_parsed(html in "(<(/)?(p|b|table|tr|td|a href=x|li|ul|style|script|title|blockquote|pre|br)>?|[a-z &;é😀\u{200b}]{0,5}){0,40}") {
        let _text = to_text(&html);
    }
}

#[test]
fn tab_stops_are_columns_of_the_screen() {
    for (html, text) in [
        ("<pre>ab\tx", "ab      x"),
        ("<pre>日本\tx", "日本    x"),
        ("<pre>é\u{301}\tx", "é\u{301}       x"),
        ("<pre>日本語日\tx\ty", "日本語日        x       y"),
    ] {
        assert_eq!(read(html).blocks[0].text(), text, "{html}");
    }
}

#[test]
fn the_case_of_the_scheme_of_an_image_does_not_matter() {
    let flow = read("<img src='CID:a'><img src=' Cid:b '><img src='HTTPS://h.example/x.png'>");
    let ids: Vec<&str> = flow.pictures.iter().map(|picture| picture.cid.as_str()).collect();
    assert_eq!((ids.as_slice(), flow.remote_images), (["a", "b"].as_slice(), 1));
}
