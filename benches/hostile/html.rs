//! Creates mails with hostile HTML.

use super::HostileMail;
use super::mime::{numbered, repeat};
use std::fmt::Write;

pub(crate) fn page(html: &str) -> Vec<u8> {
    format!(
        "From: Shop <a@shop.example>\r\nTo: me@box.example\r\nSubject: Hostile mail\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>{html}\r\n"
    )
    .into_bytes()
}

/// Creates a kind of hostile test mail whose HTML document repeats the markup `unit`.
pub(crate) fn unit(name: &'static str, unit: &'static str) -> HostileMail {
    HostileMail::new(name, move |size| page(&repeat(unit, size)))
}

/// Creates a kind of hostile test mail whose HTML document consists of `start`, many repetitions of `unit`, and `end`.
pub(crate) fn within(
    name: &'static str,
    start: &'static str,
    unit: &'static str,
    end: &'static str,
) -> HostileMail {
    HostileMail::new(name, move |size| page(&format!("{start}{}{end}", repeat(unit, size))))
}

pub(crate) fn counted(
    name: &'static str,
    start: &'static str,
    unit: fn(&mut String, usize),
    end: &'static str,
) -> HostileMail {
    HostileMail::new(name, move |size| page(&format!("{start}{}{end}", numbered(size, unit))))
}

pub(crate) fn mails() -> Vec<HostileMail> {
    [nesting(), markup(), content(), pictures_and_forms(), tables(), text()].into_iter().flatten().collect()
}

fn nesting() -> Vec<HostileMail> {
    vec![
        unit("nested div", "<div>"),
        unit("nested div with text", "<div>a"),
        unit("nested span", "<span>"),
        unit("nested b", "<b>"),
        unit("nested font", "<font color=red>"),
        unit("nested a", "<a href=https://a.example>a"),
        unit("nested blockquote", "<blockquote>"),
        unit("nested ul", "<ul><li>"),
        unit("nested ol with text", "<ol><li>a"),
        unit("nested dl", "<dl><dd>"),
        unit("nested table", "<table><tr><td>"),
        unit("nested table with text", "<table><tr><td>a"),
        unit("nested details", "<details><summary>a"),
        unit("nested pre", "<pre>\n"),
        unit("nested center", "<center>"),
        unit("nested fieldset", "<fieldset><legend>a"),
        unit("nested sup", "<sup>a"),
        unit("nested del", "<del>a"),
        unit("nested button", "<button>a"),
        unit("nested svg", "<svg>"),
        unit("nested math", "<math><mtext>"),
        unit("nested template", "<template>"),
        unit("nested object", "<object>"),
        unit("nested select", "<select><option>"),
        unit("nested q", "<q>"),
        unit("nested ruby", "<ruby>a<rt>"),
        unit("misnested a b div", "<a><b><div></a>"),
        unit("misnested table a", "<table><a>x<tr>"),
        unit("misnested div b", "<div><b>"),
        unit("misnested p b", "<p><b>"),
        unit("adoption agency", "<b><i></b>"),
        counted("font of attributes, p", "", |text, n| write!(text, "<font a{n}=1><p>").unwrap(), ""),
        counted("fonts of attributes", "", |text, n| write!(text, "<font a{n}=1>").unwrap(), ""),
        within("nested div closed", "<div>", "<div></div>", "</div>"),
    ]
}

fn markup() -> Vec<HostileMail> {
    vec![
        counted("attribute flood", "<p", |text, n| write!(text, " a{n}=1").unwrap(), ">text"),
        within("attribute same flood", "<p", " a=1", ">text"),
        within("attribute value flood", "<p title='", "a", "'>text"),
        unit("attributes of many", "<p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8>"),
        unit("tag start flood", "<"),
        unit("tag unclosed flood", "<a "),
        unit("close tag flood", "</p>"),
        unit("close div flood", "</div>"),
        unit("comment flood", "<!-- a -->"),
        unit("comment start flood", "<!--"),
        unit("declaration flood", "<!a>"),
        unit("conditional flood", "<!--[if mso]>a<![endif]-->"),
        unit("cdata flood", "<![CDATA["),
        unit("script flood", "<script>a</script>"),
        unit("title flood", "<title>a"),
        unit("plaintext", "<plaintext>"),
        unit("textarea flood", "<textarea>a"),
        unit("noscript flood", "<noscript>a</noscript>"),
        unit("br flood", "<br>"),
        unit("hr flood", "<hr>"),
        unit("p flood", "<p>a"),
        unit("base flood", "<base href=https://a.example>"),
        unit("close start flood", "</"),
        unit("comment dashes", "<!-- a --!"),
        unit("json-ld flood", "<script type='application/ld+json'>{\"@type\":\"Order\"}</script>"),
        within("json-ld nesting", "<script type='application/ld+json'>", "[", "</script>"),
    ]
}

fn content() -> Vec<HostileMail> {
    vec![
        unit("input flood", "<input name=a value=b>"),
        unit("image flood", "<img src=https://a.example/x alt=a>"),
        unit("picture flood", "<picture><source srcset=a><img alt=a></picture>"),
        unit("map flood", "<map name=m><area href=https://a.example alt=a></map><img usemap=#m>"),
        unit("form flood", "<form action=x><input></form>"),
        unit("heading flood", "<h1>a</h1>"),
        counted(
            "link flood",
            "",
            |text, n| write!(text, "<a href=https://a.example/{n}>{n}</a> ").unwrap(),
            "",
        ),
        unit("link same flood", "<a href=https://a.example/verify>Verify</a> "),
        within("link address flood", "<a href=\"https://a.example/", "a", "\">a</a>"),
        unit("list item flood", "<li>a"),
        within("ordered list flood", "<ol>", "<li value=7>a", "</ol>"),
        within("ordered list reversed", "<ol reversed>", "<li>a", "</ol>"),
        unit("definition flood", "<dt>a<dd>b"),
        unit("quote of gmail", "<div class=gmail_quote>a<blockquote>"),
        unit("mailto flood", "<a href='mailto:a@b.example?subject=a'>a</a>"),
        counted(
            "anchor flood",
            "",
            |text, n| write!(text, "<a name=n{n}></a><a href='#n{n}'>a</a>").unwrap(),
            "",
        ),
    ]
}

fn pictures_and_forms() -> Vec<HostileMail> {
    vec![
        within("data picture", "<img src='data:image/png;base64,", "iVBORw0K", "' alt=a>"),
        unit("data picture flood", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt=a>"),
        unit("cid picture flood", "<img src='cid:a@b.example' alt=a>"),
        within(
            "map area flood",
            "<img usemap=#m><map name=m>",
            "<area href=https://a.example alt=a>",
            "</map>",
        ),
        counted(
            "map many",
            "",
            |text, n| {
                write!(
                    text,
                    "<img usemap=#m{n} alt=a><map name=m{n}><area href=https://a.example/{n}></map>"
                )
                .unwrap();
            },
            "",
        ),
        within("select option flood", "<select>", "<option>a", "</select>"),
        counted(
            "label flood",
            "",
            |text, n| write!(text, "<label for=i{n}>a</label><input id=i{n}>").unwrap(),
            "",
        ),
        within("ordered list roman", "<ol type=i start=3000>", "<li>a", "</ol>"),
        unit(
            "button flood",
            "<a href=https://a.example style='display:inline-block;padding:9px;background:#06c'>a</a>",
        ),
    ]
}

fn tables() -> Vec<HostileMail> {
    vec![
        within("table cells", "<table><tr>", "<td>a", "</table>"),
        within("table rows", "<table>", "<tr><td>a<td>b", "</table>"),
        within("table colspan", "<table><tr>", "<td colspan=1000>a", "</table>"),
        within("table rowspan", "<table>", "<tr><td rowspan=65534>a", "</table>"),
        within("table spans", "<table>", "<tr><td rowspan=9 colspan=9>a<td>b", "</table>"),
        within("table of tables", "<table><tr>", "<td><table><tr><td>a</table>", "</table>"),
        unit(
            "grid flood",
            "<div style='display:grid;grid-template-columns:1fr auto'><i>ab</i><i>1</i></div>",
        ),
        unit("grid nesting", "<div style='display:grid;grid-template-columns:1fr auto'><i>ab</i>"),
        within(
            "grid cells",
            "<div style='display:grid;grid-template-columns:1fr auto'>",
            "<i>ab</i>",
            "</div>",
        ),
        unit(
            "flex row flood",
            "<div style='display:flex;justify-content:space-between'><i>ab</i><i>1</i></div>",
        ),
        unit("flex row nesting", "<div style='display:flex;justify-content:space-between'><i>ab</i>"),
        unit("table flood", "<table><tr><td>a</table>"),
        within("table foster text", "<table>", "a<tr>", "</table>"),
        within("table columns", "<table>", "<col span=1000>", "<tr><td>a</table>"),
        within("table header cells", "<table><tr>", "<th>a", "<tr><td>1</table>"),
        HostileMail::new("table wide rows", |size| {
            let row = format!("<tr>{}", "<td>12".repeat(400));
            page(&format!("<table><tr>{}{}</table>", "<th>a".repeat(400), repeat(&row, size)))
        }),
        within("table numbers", "<table border=1><tr><th>a<th>b", "<tr><td>Pen<td>2.00", "</table>"),
        unit("table loose rows", "<table><tr><td>Pen<td>2.00</table>"),
        within("table digits in cells", "<table><tr>", "<td>4<td>8<td>2</td>", "</table>"),
        within("table spans down", "<table><tr>", "<td rowspan=1000>a", "<tr><td>b</table>"),
        within("table empty rows", "<table>", "<tr>", "</table>"),
        within("table captions", "<table>", "<caption>a</caption>", "</table>"),
        within("table cell words", "<table><tr><td>", "word ", "<td>b</table>"),
    ]
}

fn text() -> Vec<HostileMail> {
    vec![
        unit("entity flood", "&amp;"),
        unit("entity nbsp", "&nbsp;"),
        unit("entity numeric", "&#x41;"),
        unit("entity broken", "&#"),
        unit("entity ampersands", "&"),
        unit("entity long", "&CounterClockwiseContourIntegral;"),
        unit("page one word", "a"),
        unit("page words", "word "),
        unit("page blanks", " "),
        unit("page preheader", "&zwnj;&nbsp;"),
        unit("page addresses", "https://a.example/x "),
        within("page pre lines", "<pre>", "a\n", "</pre>"),
        unit("page codes", "<p>Your code is 482913</p>"),
        unit("page hidden", "<p style=display:none>a</p>"),
        unit("page raised", "a<sup>1</sup>"),
        unit("page combining marks", "a\u{301}\u{301}\u{301}"),
        unit("page nul", "a\0"),
        unit("page right to left", "\u{5d0}1\u{5d1} "),
        unit("page direction marks", "\u{202e}a"),
        unit("page direction elements", "<bdo dir=rtl>a1</bdo>"),
        unit("page joiners", "\u{1f469}\u{200d}"),
        unit("page wide letters", "\u{5b57}"),
        unit("page tabs", "<pre>\t"),
        unit("page spaced letters", "<span style='letter-spacing:9px'>4</span>"),
        unit("page mail addresses", "a@b.example "),
        unit("page word of addresses", "a@b@"),
        unit("page struck codes", "<del>482913</del><ins>482914</ins> "),
        unit("entity without end", "&lt"),
        within("entity name", "&", "a", ";"),
    ]
}
