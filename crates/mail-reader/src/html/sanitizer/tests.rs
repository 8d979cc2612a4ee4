use super::*;
use crate::html::sanitize as sanitize_for_programs;

mod hostile;

/// Test policy that keeps styles and embedded images, and removes the URLs of all other images.
struct KeepStylesPolicy;

impl Policy for KeepStylesPolicy {
    fn presentation(&self) -> Presentation {
        Presentation::Kept
    }

    fn picture<'a>(&'a self, address: &'a str) -> ImageUrl<'a> {
        ImageUrl::Within(address)
    }
}

fn sanitized(html: &str) -> String {
    sanitize_for_programs(html).html
}

#[test]
fn no_script_runs_and_nothing_is_loaded() {
    let page = sanitized(
        "<p onclick=x()>Hi <script>bad()</script><img src=https://t/p.gif><img src=cid:a>\
         <a href=javascript:x>j</a><a href=' java\nscript:x'>j</a><a href=data:text/html,x>d</a>\
         <a href=https://ok/>ok</a><svg onload=bad()><title>bad()</title></svg><iframe srcdoc='bad()'>bad()</iframe>\
         <form action=https://t><input value=https://t></form><object data=https://t></object>",
    );
    for word in ["onclick", "script", "https://t", "bad()", "data:", "<svg", "<form", "<input", "<object"] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    assert!(page.contains("cid:a") && page.contains("https://ok/"), "{page}");
}

#[test]
fn elements_are_written_with_their_end_tags_and_escapes() {
    for (html, expected) in [
        ("a & b < c \" d\u{a0}e", "a &amp; b &lt; c &quot; d&nbsp;e"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<img alt='a\"b' src='data:image/png;base64,AA=='>",
            "<img alt=\"a&quot;b\" src=\"data:image/png;base64,AA==\">",
        ),
        ("<img src='data:image/svg+xml,x'>", "<img>"),
        ("<font color=red>a</font>", "a"),
        ("<table><tr><td colspan=2 bgcolor=red>a", "<table><tr><td colspan=\"2\">a</td></tr></table>"),
        ("<p style='color:red'>a", "<p>a</p>"),
        ("<textarea><b>a</textarea>", "&lt;b&gt;a"),
        ("<head><title>t</title></head><body>a<title>u</title><noscript><p>n</p></noscript>b", "ab"),
        ("<svg><style>x{}</style><text>a</text><path d=x></svg>", "a"),
        ("<select><option>a<option>b</select>", "ab"),
    ] {
        assert_eq!(sanitized(html), expected, "{html}");
    }
    let looks = |html| sanitize(html, &KeepStylesPolicy).html;
    assert_eq!(
        looks("<body style=background:#036><font color='#fff'>a</font><p style='background:url(x)'>b"),
        "<div style=\"background:#036\"><font color=\"#fff\">a</font><p>b</p></div>"
    );
}

#[test]
fn hidden_text_is_left_out_and_reported() {
    for html in [
        "<p style='display:none'>x</p>a",
        "<style>.h{display:none}</style><p class=h>x</p>a",
        "<p style='color:#fff'>x</p>a",
        "<p style='color:transparent'>x</p>a",
        "<body style='background-color:#123456'><span style='color:#123457'>x</span>\
         <b style='color:#fff'>a</b>",
        "<span style='font-size:0'>x</span>a",
        "<p style='position:absolute;left:-9999px'>x</p>a",
        "<p style='text-indent:-5000px'>x</p>a",
        "<p hidden>x</p>a",
        "<p style='opacity:0'>x<img alt=x src=cid:x></p>a",
    ] {
        let page = sanitize_for_programs(html);
        assert!(!page.html.contains('x') && page.html.contains('a'), "{html}: {}", page.html);
        assert_eq!(page.left_out, [LeftOut::Hidden], "{html}");
        assert_eq!(sanitize(html, &KeepStylesPolicy).left_out, [LeftOut::Hidden], "{html}");
    }
    let shown = sanitize_for_programs("<table bgcolor=#003366><tr><td><font color=white>a</font></table>");
    assert!(shown.html.contains('a') && shown.left_out.is_empty(), "{shown:?}");
    // White space is still needed between words, even if its colour hides it.
    assert_eq!(sanitized("a<span style='color:#fff'> </span>b"), "a<span> </span>b");
}

/// Tests that another sanitiser finds nothing to remove in the output of this crate's sanitiser.
#[test]
fn output_is_safe_according_to_another_sanitiser() {
    for html in [
        "<div><p>a<b>b<i>c</b>d</i><ul><li>e<table><tbody><tr><td>f<th>g</table></ul></div>",
        "<svg><style><img src=x onerror=x()></style></svg><math><mtext><table><mglyph><style><!--</style>\
         <img title='--&gt;&lt;img src=1 onerror=x()&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=x()>'>a",
        "<xmp><img src=x onerror=x()></xmp><textarea></textarea><b>c",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=x()>",
        "<img title='`><img src=x onerror=x()>' alt=\"'\"><a href='https://a/?\"onclick=x()'>a</a>",
    ] {
        let page = sanitized(html);
        let again = ammonia::Builder::default()
            .link_rel(None)
            .add_tag_attributes("a", ["rel"])
            .clean(&page)
            .to_string();
        // Other parsers move content that is not allowed inside a table to a place before the table.
        let pieces = |page: &str| {
            let mut pieces: Vec<String> = page.split('<').map(str::to_owned).collect();
            pieces.sort();
            pieces
        };
        assert_eq!(pieces(&again), pieces(&page), "{html}");
    }
}
