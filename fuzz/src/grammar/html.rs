//! A grammar of HTML pages with nested and misnested tags, styles, tables, lists and entities.

// This file exceeds 300 lines because it contains a rule for each element of a page.

use super::{Choices, text};

/// Approximate maximum size of a generated page in bytes; the grammar stops at this size.
const MAX_BYTES: usize = 60_000;

const BLOCKS: &[&str] = &[
    "div",
    "p",
    "blockquote",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "caption",
    "pre",
    "center",
    "fieldset",
    "legend",
    "details",
    "summary",
    "form",
    "h1",
    "h6",
    "section",
    "hr",
    "address",
    "body",
    "html",
    "head",
    "colgroup",
    "col",
    "menu",
    "figure",
];
const INLINES: &[&str] = &[
    "b", "i", "a", "span", "font", "sup", "sub", "s", "del", "ins", "code", "button", "label", "q", "u",
    "small", "big", "nobr", "abbr", "em", "tt", "ruby", "rt", "rp", "bdo", "bdi", "wbr", "br", "img",
    "input", "map", "area", "picture", "source",
];
/// HTML elements that change how the rest of the page is parsed, or that run scripts.
const SPECIALS: &[&str] = &[
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "textarea",
    "select",
    "option",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "plaintext",
    "xmp",
    "noembed",
    "noframes",
    "base",
    "meta",
    "link",
    "foreignObject",
    "annotation-xml",
    "mtext",
    "desc",
    "marquee",
    "frameset",
    "video",
    "amp-img",
    "x-tag",
    "o:p",
    "v:rect",
];
const STYLES: &[&str] = &[
    "display:none",
    "color:#fff;background:#ffffff",
    "visibility:hidden",
    "font-size:0",
    "position:absolute;left:-9999px",
    "white-space:pre",
    "text-decoration:line-through",
    "opacity:0",
    "clip:rect(0,0,0,0)",
    "text-indent:-999px",
    "width:0;overflow:hidden",
    "color:var(--a)",
    "--a:red",
    "background:url(javascript:x)",
    "height:1e99px",
    "font:0/0 a",
    "mso-hide:all",
    "max-height:0",
    "color:rgba(0,0,0,0)",
    "list-style:none",
    "float:left",
    "color:\\72 ed",
    "color:",
    ";;;",
    "DISPLAY : BLOCK !important",
    "text-align:center",
    "unicode-bidi:bidi-override;direction:rtl",
];
const SELECTORS: &[&str] = &[
    "p",
    ".a",
    "#b",
    "td p",
    ".a > .b",
    "*",
    "a:hover",
    "[hidden]",
    ".a.b",
    "p,div",
    "@",
    "&",
    "table td .a",
    ":not(.a)",
    "x-tag",
];
const ENTITIES: &[&str] = &[
    "&amp;",
    "&nbsp;",
    "&lt;",
    "&#39;",
    "&#x202e;",
    "&#0;",
    "&#xfffffffff;",
    "&copy",
    "&notit;",
    "&zwnj;",
    "&CounterClockwiseContourIntegral;",
    "&",
    "&#",
    "&#x;",
    "&amp;amp;lt;script&gt;",
];

/// Creates an HTML page with at most about `most` fragments at its top level.
pub fn make(choices: &mut Choices, most: usize) -> String {
    let mut maker = Maker { choices, page: String::new(), open: Vec::new() };
    for _ in 0..=maker.choices.below(most) {
        maker.fragment(0);
    }
    maker.page
}

struct Maker<'a, 'b> {
    choices: &'a mut Choices<'b>,
    page: String,
    open: Vec<&'static str>,
}

impl Maker<'_, '_> {
    fn fragment(&mut self, depth: usize) {
        if self.page.len() > MAX_BYTES {
            return;
        }
        match self.choices.below(13) {
            0 | 1 => self.words(),
            2 | 3 => self.element(BLOCKS, depth),
            4 => self.element(INLINES, depth),
            5 => self.element(SPECIALS, depth),
            6 => self.table(depth),
            7 => self.list(depth),
            8 => self.stylesheet(),
            9 => self.comment(),
            10 => self.close_any(),
            11 => self.repeat(depth),
            _ => {
                let entity = self.choices.one_of(ENTITIES);
                self.page.push_str(entity);
            }
        }
    }

    fn words(&mut self) {
        let line = text::line(self.choices);
        self.page.push_str(&String::from_utf8_lossy(&line));
    }

    fn children(&mut self, depth: usize) {
        if depth < 12 && self.choices.any_left() {
            for _ in 0..self.choices.below(4) {
                self.fragment(depth + 1);
            }
        }
    }

    fn element(&mut self, names: &[&'static str], depth: usize) {
        let name = self.choices.one_of(names);
        self.start(name);
        self.children(depth);
        if !self.choices.once_in(4) {
            self.page.push_str(&format!("</{name}>"));
            self.open.pop();
        }
    }

    fn start(&mut self, name: &'static str) {
        self.open.push(name);
        self.page.push('<');
        self.page.push_str(name);
        for _ in 0..self.choices.below(4) {
            self.attribute();
        }
        self.page.push_str(self.choices.one_of(&[">", "/>", ">", " >", "\n>"]));
    }

    fn attribute(&mut self) {
        let style = self.choices.one_of(STYLES);
        let number = self.choices.one_of(&["0", "1", "3", "100000", "-5", "1%", "", "x"]);
        let attribute = match self.choices.below(16) {
            0 | 1 => format!(" style=\"{style}\""),
            2 => " class='a b'".to_owned(),
            3 => " id=b".to_owned(),
            4 => format!(" colspan={number} rowspan=\"{number}\""),
            5 => format!(" value={number} start={number}"),
            6 => " type=A reversed".to_owned(),
            7 => " href=\"https://shop.example/verify?t=1\"".to_owned(),
            8 => " href=' java\tscript:x()'".to_owned(),
            9 => " onclick=x() onload = \"x()\"".to_owned(),
            10 => " src=cid:a alt=\"a > b\" width=1 height=1".to_owned(),
            11 => format!(" bgcolor=#fff color=white width={number}"),
            12 => " hidden aria-hidden=true".to_owned(),
            13 => " usemap=#m name=m srcset='x 1x'".to_owned(),
            14 => " align=right dir=rtl nowrap".to_owned(),
            _ => format!(" {}", String::from_utf8_lossy(&text::word(self.choices))),
        };
        self.page.push_str(&attribute);
    }

    fn table(&mut self, depth: usize) {
        self.start("table");
        for _ in 0..self.choices.below(6) {
            self.start("tr");
            for _ in 0..self.choices.below(8) {
                let cell = if self.choices.once_in(4) { "th" } else { "td" };
                self.start(cell);
                self.words();
                self.children(depth + 2);
                if self.choices.once_in(2) {
                    self.page.push_str("</td>");
                }
            }
            self.page.push_str(self.choices.one_of(&["</tr>", "", "</tr><b>", "</table>"]));
        }
        self.page.push_str("</table>");
    }

    fn list(&mut self, depth: usize) {
        let name = if self.choices.once_in(2) { "ol" } else { "ul" };
        self.start(name);
        for _ in 0..self.choices.below(6) {
            self.start("li");
            self.words();
            self.children(depth + 1);
        }
        self.page.push_str(self.choices.one_of(&["</ol>", "</ul>", ""]));
    }

    fn stylesheet(&mut self) {
        self.page.push_str("<style>");
        for _ in 0..self.choices.below(6) {
            let media = self.choices.one_of(&[
                "",
                "",
                "@media screen{",
                "@media (prefers-color-scheme:dark){",
                "@import 'x';",
                "/*",
                "@font-face",
            ]);
            let (selector, style) = (self.choices.one_of(SELECTORS), self.choices.one_of(STYLES));
            let end = if media.ends_with('{') { "}" } else { "" };
            self.page.push_str(&format!("{media}{selector}{{{style}}}{end}"));
        }
        self.page.push_str(self.choices.one_of(&["</style>", "</style >", "", "<!--</style>-->"]));
    }

    fn comment(&mut self) {
        self.page.push_str(self.choices.one_of(&[
            "<!-- a -->",
            "<!--[if mso]><p>mso</p><![endif]-->",
            "<![if !mso]>",
            "<![endif]>",
            "<!-->",
            "<!--->",
            "<!-- <script> --!>",
            "<!doctype html>",
            "<?xml x?>",
            "<![CDATA[x]]>",
            "<!--",
        ]));
    }

    /// Closes a random open tag, which is not necessarily the innermost one.
    fn close_any(&mut self) {
        if self.open.is_empty() {
            self.page.push_str("</p></br></table></body>");
        } else {
            let at = self.choices.below(self.open.len());
            let name = self.open.remove(at);
            self.page.push_str(&format!("</{name}>"));
        }
    }

    /// Repeats one fragment many times. If the fragment leaves elements open, this nests elements more deeply than any
    /// author would.
    fn repeat(&mut self, depth: usize) {
        let start = self.page.len();
        self.fragment(depth + 1);
        let Some(fragment) =
            self.page.get(start..).filter(|fragment| fragment.len() < 400).map(str::to_owned)
        else {
            return;
        };
        for _ in 0..self.choices.one_of(&[2, 10, 100, 400]) {
            if self.page.len() < MAX_BYTES {
                self.page.push_str(&fragment);
            }
        }
    }
}
