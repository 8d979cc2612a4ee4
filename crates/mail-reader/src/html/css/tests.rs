use crate::html::to_text;

/// Returns the visible text of a test document: a paragraph of class `x` in a `div` of class `box`, styled by
/// the style sheet `css`.
fn styled(css: &str) -> String {
    to_text(&format!("<style>{css}</style><div class=box><p class='x y' id=i title=t>a</p></div>"))
}

#[test]
fn css_rules_hide_by_selector_and_combinator() {
    for css in [
        ".x{display:none}",
        "p.x{display:none}",
        "#i{display:none}",
        "div .x{display:none}",
        ".box{& .x{display:none}}",
        ".box{color:red; .q{top:0} .y{display:none}}",
        ".x{.box &{display:none}}",
        "@media screen{.box{>p{&.x{display:none}}}}",
        ".x{@media screen{display:none}}",
        ".x{color:oklch(100% 0 0)}",
        ".x{color:oklch(1 0 0 / 1)}",
        ".x{color:lab(100 0 0)}",
        ".x{color:lch(100% 0 0)}",
        ".x{color:oklab(1 0 0)}",
        ".x{color:color(srgb 1 1 1)}",
        ".x{color:color(display-p3 100% 100% 100%)}",
        ".x{color:color-mix(in srgb, white, white)}",
        ".x{color:color-mix(in oklab, black 0%, #fff)}",
        ".x{color:color-mix(in srgb, red 2%, transparent)}",
        "div > p{display:none}",
        ".box p.x.y{display:none}",
        "p[title]{display:none}",
        "p[title='t']{display:none}",
        "p:not(.z){display:none}",
        "a, .q, .y {display:none}",
        "*{color:#fff}",
        "@media screen{.x{display:none}}",
        "@media (min-width:600px){@supports (display:grid){.x{display:none}}}",
        "/* } */ .x{ /* a; */ display : NONE ! important }",
        "<!-- .x{display:none} -->",
        "@import url(x.css); .x{display:none}",
        "@font-face{font-family:a} .x{display:none}",
        ".q{content:'}'} .x{display:none}",
        ":root{--c:none} .x{display:var(--c)}",
        ".x{display:var(--c, none)}",
        "p{display:none!important} .x{display:block}",
        "#i{display:none} .x{display:block} p{display:block}",
        ".x{opacity:.3} .box{opacity:10%}",
        ".box{height:0} .box{overflow:hidden}",
    ] {
        assert_eq!(styled(css), "", "{css}");
    }
}

#[test]
fn css_rules_for_other_media_hide_nothing() {
    for css in [
        ".z{display:none}",
        "p > div{display:none}",
        "p .x{display:none}",
        "div.z .x{display:none}",
        ".z{& .x{display:none}}",
        ".x{@media print{display:none} .q{top:0}}",
        ".box{.z{display:none} color:red}",
        ".x{color:oklch(60% 0.2 30)}",
        ".x{color:color-mix(in srgb, red, white)}",
        ".x{color:color-mix(in lch, nothing, white)}",
        "p:hover{display:none}",
        "p::before{display:none}",
        "p:not(.x){display:none}",
        "p:nth-child(2){display:none}",
        "u + .box{display:none}",
        "[data-ogsc] .x{display:none}",
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@media (prefers-color-scheme:dark){.x{color:#fff}}",
        ".x{display:none} #i{display:block}",
        ".x{display:none} p.x{display:block}",
        ".x{display:none} .x{display:inline}",
        ".x{display:none",
        "}} .x{color:red}",
        "",
    ] {
        let expected = if css == ".x{display:none" { "" } else { "a\n" };
        assert_eq!(styled(css), expected, "{css}");
    }
}

#[test]
fn names_in_selectors_may_contain_escapes() {
    let page = |css: &str| to_text(&format!("<style>{css}</style><p class='sm:x.5' id='a/b'>a</p>"));
    for css in [".sm\\:x\\.5{display:none}", "p.sm\\:x\\.5#a\\/b{display:none}"] {
        assert_eq!(page(css), "", "{css}");
    }
    for css in [".sm{display:none}", ".sm:x{display:none}", ".sm\\:x{display:none}", ".\\{display:none}"] {
        assert_eq!(page(css), "a\n", "{css}");
    }
}

#[test]
fn an_unknown_colour_hides_nothing() {
    for css in [
        "div:first-child{background:#000} .x{color:#fff}",
        "u ~ .box{background-color:#036} .x{color:#fff}",
        ".box{background:linear-gradient(#000,#333)} .x{color:#fff}",
        ".box{background:url(a.png)} .x{color:white}",
        ".x{color:var(--ink)}",
        ".x{color:#fff;background-color:#036}",
        ".x{color:transparent;background-clip:text;background-image:linear-gradient(red,blue)}",
        ".x{color:#fff;text-shadow:0 0 2px #000}",
    ] {
        assert_eq!(styled(css), "a\n", "{css}");
    }
}

#[test]
fn a_remote_background_image_does_not_reveal_hidden_text() {
    for (css, shown) in [
        (".x{color:#fff;background:white url(https://a.example/x.png) no-repeat}", ""),
        (".box{background-color:#fff;background-image:url('x.png')} .x{color:#fff}", ""),
        (".x{color:#fff;background:#036 url(https://a.example/x.png)}", "a\n"),
        (".x{color:#fff;background:white url(data:image/png;base64,AA==)}", "a\n"),
        (".x{color:#fff;background:white url(cid:a@b.example)}", "a\n"),
        (".x{color:#fff;background:url(https://a.example/x.png)}", "a\n"),
    ] {
        assert_eq!(styled(css), shown, "{css}");
    }
}

#[test]
fn many_css_rules_take_bounded_work() {
    let rules: String =
        (0..20_000).map(|n| format!(".c{n} .d .e > p.x{{display:none}}")).collect::<Vec<_>>().concat();
    assert_eq!(styled(&rules), "a\n");
    let sheet = "*[title*=a] p[class~=b]{display:none}".repeat(3_000);
    let html = format!("<style>{sheet}</style>{}", "<div title=aaaa><p class=c>a</p></div>".repeat(20_000));
    let flow = crate::html::read(&html);
    assert!(flow.styles_cut);
    assert_eq!(flow.blocks.len(), 20_000);
}

#[test]
fn ignored_css_rules_are_reported() {
    let hides = ".x{display:none}";
    let empty = "p{}".repeat(4_001);
    let deep = format!("{}{hides}{}", "@media all{".repeat(9), "}".repeat(9));
    let nested = format!("{}display:none{}", ".x{&".repeat(20), "}".repeat(20));
    let parents = format!("{}.x{{& {{display:none}}}}", ".a,".repeat(100));
    for (css, cut) in [
        (hides.to_owned(), false),
        (format!("{}{hides}", "p{}".repeat(3_000)), false),
        (format!("{empty}{hides}"), true),
        (deep, true),
        (nested, true),
        (parents, true),
        (format!("@media print{{{empty}}}{hides}"), false),
    ] {
        let flow = crate::html::read(&format!("<style>{css}</style><p class=x>a"));
        assert_eq!(flow.styles_cut, cut, "{css:.60}");
    }
}
