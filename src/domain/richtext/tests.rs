use super::{Line, Quotes, Role, View, render, render_quotes};
use crate::domain::fit::columns;
use crate::domain::mime;
use proptest::prelude::*;
use std::collections::HashMap;
use unicode_width::UnicodeWidthStr;

fn words(lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            line.spans.iter().map(|span| span.text.as_str()).collect::<String>().trim_end().to_owned()
        })
        .collect()
}

fn shown(raw: &str, view: View, width: u16) -> Vec<String> {
    words(&render(&mime::parse(raw.as_bytes()), raw.as_bytes(), view, width))
}

fn html(body: &str) -> String {
    format!("Subject: s\nContent-Type: text/html; charset=utf-8\n\n{body}\n")
}

#[test]
fn text_is_wrapped_and_blank_runs_are_folded() {
    let raw = "Subject: s\n\none two three\n\n\n\nfour\n\n";
    assert_eq!(shown(raw, View::Text, 8), ["one two", "three", "", "four"]);
}

#[test]
fn wide_characters_count_twice() {
    let raw = "Content-Type: text/plain; charset=utf-8\n\n認証コードは次のとおりです。\n";
    assert_eq!(shown(raw, View::Text, 10), ["認証コード", "は次のとお", "りです。"]);
}

#[test]
fn quotes_keep_their_marks_on_every_line() {
    let lines = shown("Subject: s\n\n> > deep words that wrap around\n", View::Text, 16);
    assert!(lines.len() > 1 && lines.iter().all(|line| line.starts_with("> > ")), "{lines:?}");
}

#[test]
fn addresses_are_links_with_their_number() {
    let raw = "Subject: s\n\nGo to https://a.example/verify?t=abcdef now\n";
    let mail = mime::parse(raw.as_bytes());
    let lines = render(&mail, raw.as_bytes(), View::Text, 80);
    let span = lines[0].spans.iter().find(|span| span.role == Role::Link).unwrap();
    assert_eq!(mail.links[usize::from(span.link.unwrap())].url.as_str(), "https://a.example/verify?t=abcdef");
}

#[test]
fn html_reads_as_text() {
    let raw = html(
        "<h1>Hello</h1><p>Please <b>read</b> <a href='https://a.example/x'>this</a>.</p><ul><li>one<li>two</ul>\
         <img alt='logo' width=90><blockquote>said</blockquote>",
    );
    assert_eq!(
        shown(&raw, View::Html, 40),
        ["Hello", "", "Please read this[1].", "", "• one", "• two", "", "[logo]", "", "> said"]
    );
    let mail = mime::parse(raw.as_bytes());
    let lines = render(&mail, raw.as_bytes(), View::Html, 40);
    let roles: Vec<Role> = lines.iter().flat_map(|line| &line.spans).map(|span| span.role).collect();
    for role in [Role::Heading, Role::Strong, Role::Link, Role::Image] {
        assert!(roles.contains(&role), "{role:?} in {roles:?}");
    }
}

#[test]
fn data_stands_in_columns_and_layout_flows() {
    let raw = html("<table><tr><th>Item<th>Price<tr><td>Pen<td>2.00<tr><td>Ink<td>15.00</table>");
    assert_eq!(shown(&raw, View::Html, 40), ["Item  Price", "────  ─────", "Pen    2.00", "Ink   15.00"]);
    let raw = html("<table><tr><td><table><tr><td>Order</td><td>4821</td></tr></table></td></tr></table>");
    assert_eq!(shown(&raw, View::Html, 40), ["Order  4821"]);
}

const ORDER: &str = "<table border=1><tr><th>Item<th>Qty<th>Price<tr><td rowspan=2>Lamp<td>1<td>12.50<tr><td>3<td>11.00\
    <tr><td>Chair with arms<td>2<td>80.00<tr><td colspan=2>Total<td>205.50</table>";

#[test]
fn cells_stand_under_their_columns_whatever_they_cover() {
    assert_eq!(
        shown(&html(ORDER), View::Html, 80),
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
        shown(&raw, View::Html, 80),
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
fn spans_that_make_no_sense_are_bounded() {
    for span in ["0", "-3", "x", "99999999999999999999", "2;3", ""] {
        let raw = html(&format!(
            "<table><tr><td rowspan='{span}' colspan='{span}'>One<td>1<tr><td rowspan='{span}'>Two<td>2<tr><td>Three<td>3</table>"
        ));
        let lines = shown(&raw, View::Html, 60).join(" ");
        for word in ["One", "Two", "Three", "1", "2", "3"] {
            assert!(lines.contains(word), "{span:?}: {lines}");
        }
    }
}

#[test]
fn a_narrow_page_has_a_record_for_each_row() {
    assert_eq!(
        shown(&html(ORDER), View::Html, 26),
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
    let lines = shown(&raw, View::Html, 24);
    assert_eq!(lines[4..], ["────────────────────────", "Tax: 3.00", "Total: 83.00"], "{lines:?}");
    let raw = html(
        "<table><tr><td>Booked by<td>Ada Byron of the harbour<tr><td>Phone:<td>555 0207<tr><td>Begin<td>10:30</table>",
    );
    assert_eq!(
        shown(&raw, View::Html, 14),
        ["Booked by: Ada", "Byron of the", "harbour", "Phone: 555", "0207", "Begin: 10:30"]
    );
}

#[test]
fn the_names_of_columns_are_known_below_a_title_and_without_marks() {
    let raw = html(
        "<table><tr><td colspan=3>Order 118<tr><td>Description<td>Qty<td>Amount<tr><td>Enamel mug, blue, with a lid<td>2<td>CHF 29.00\
         <tr><td>Blanket<td>1<td>CHF 119.00<tr><td colspan=2>Voucher<td>– CHF 10.00<tr><td colspan=2>Shipping<td>free</table>",
    );
    assert_eq!(
        shown(&raw, View::Html, 80),
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
    let narrow = shown(&raw, View::Html, 40);
    assert_eq!(narrow[..4], ["Order 118", "Description: Enamel mug, blue, with a", "lid", "Qty: 2"]);
    assert_eq!(narrow[narrow.len() - 2..], ["Voucher: – CHF 10.00", "Shipping: free"]);
}

#[test]
fn tables_of_many_columns_are_columns_or_records_and_lose_nothing() {
    let row = |tag: &str, text: &str| -> String {
        let cells: Vec<String> = (1..=16).map(|n| format!("<{tag}>{text}{n}")).collect();
        format!("<tr>{}", cells.concat())
    };
    let raw = html(&format!("<table>{}{}{}</table>", row("th", "Head "), row("td", "a"), row("td", "b")));
    let wide = shown(&raw, View::Html, 180);
    assert!(wide.len() == 4 && wide[2].starts_with("a1      a2 "), "{wide:?}");
    let narrow = shown(&raw, View::Html, 80);
    assert_eq!(narrow.len(), 33, "{narrow:?}");
    assert_eq!((narrow[15].as_str(), narrow[17].as_str()), ("Head 16: a16", "Head 1: b1"));
}

#[test]
fn receipts_in_tables_that_say_they_only_lay_out_are_data() {
    let raw = html(
        "<table role=presentation><tr><td><img src=x></td><td><table role=presentation><tr><td><b>Walnut lamp</b><tr><td>Black</table></td>\
         <td>x2<td>25,00 kr<tr><td><img src=x></td><td><table role=presentation><tr><td><b>Chair</b></table></td><td>x1<td>1 225,00 kr\
         <tr><td colspan=3>Discount<td>−20,00 kr<tr><td colspan=3><b>Total</b><td><b>1 230,00 kr</b></table>",
    );
    assert_eq!(
        shown(&raw, View::Html, 80),
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
fn cells_are_aligned_by_what_the_terminal_shows() {
    let raw = html("<table><tr><th>商品<th>数量<tr><td>ランプ<td>1<tr><td>مصباح<td>٣٤</table>");
    assert_eq!(shown(&raw, View::Html, 40), ["商品    数量", "──────  ────", "ランプ     1", "مصباح     ٣٤"]);
}

#[test]
fn a_table_of_many_rows_keeps_one_shape() {
    let rows = (0..1_000).map(|n| format!("<tr><td>Thing {n}<td>{n}.50")).collect::<Vec<_>>().concat();
    let lines = shown(&html(&format!("<table><tr><th>Item<th>Price{rows}</table>")), View::Html, 80);
    assert_eq!(lines.len(), 1_002);
    assert_eq!(lines[1_001], "Thing 999  999.50");
}

#[test]
fn no_view_is_ever_empty() {
    for raw in [
        "",
        "Subject: x\n\n",
        &html("<img src='https://a.example/p.png'>"),
        &html("<div style='display:none'>x</div>"),
    ] {
        for view in [View::Text, View::Html, View::Headers, View::Raw, View::Parts] {
            assert!(!shown(raw, view, 20).is_empty(), "{raw:?} {view:?}");
        }
    }
}

#[test]
fn a_stub_gives_way_to_the_html_part() {
    let raw = "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nPlease use an HTML mail reader.\n--a\nContent-Type: text/html\n\n\
               <p>Hello there, and many more words than the stub has, so that it is clear which part speaks: the code is 482951, \
               and it lives for ten minutes from now on.</p>\n--a--\n";
    assert!(shown(raw, View::Text, 300)[0].contains("482951"));
}

#[test]
fn the_source_shows_what_would_steer_a_terminal() {
    let raw = "Subject: \u{1b}]0;x\u{7}\nX-Long: abcdefghij\n\n\u{1b}[2Jbody\n";
    let lines = shown(raw, View::Raw, 12);
    assert!(lines.contains(&"4 ␛[2Jbody".to_owned()) && lines[0].starts_with("1 Subject: "), "{lines:?}");
    assert_eq!(shown(raw, View::Headers, 80)[0], "Subject: ␛]0;x␇");
}

#[test]
fn lines_of_a_receipt_that_are_tables_of_their_own_stand_in_columns() {
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
        shown(&raw, View::Html, 80),
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
    assert!(shown(&raw, View::Html, 20).contains(&"Qty: 2".to_owned()));
}

#[test]
fn receipts_that_are_written_column_by_column_are_read_line_by_line() {
    let stack = |lines: &[&str]| {
        let rows = lines.iter().map(|line| format!("<tr><td>{line}</td></tr>")).collect::<Vec<_>>().concat();
        format!("<td><table>{rows}</table></td>")
    };
    let columns =
        [stack(&["Plan", "Monthly"]), stack(&["Period", "August"]), stack(&["Amount", "$50.00"])].concat();
    assert_eq!(
        shown(&html(&format!("<table><tr>{columns}</tr></table>")), View::Html, 80),
        ["Plan     Period  Amount", "───────  ──────  ──────", "Monthly  August  $50.00"]
    );
    let raw = html(
        "<table><tr><td>Item<td>Qty<td>Total<tr><td><table><tr><td><img src=x></td><td>Ring<br>Hot city looks</table><td>1<td>$3.50\
         <tr><td><table><tr><td><img src=x></td><td>Shoes<br>Newest</table><td>1<td>$10.50\
         <tr><td></td><td>Subtotal<br>Tax<br>Total<td>$14.00<br>$0.75<br>$14.75</table>",
    );
    assert_eq!(
        shown(&raw, View::Html, 80),
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
    assert!(shown(&raw, View::Html, 24).contains(&"Tax: $0.75".to_owned()));
}

#[test]
fn cards_are_read_one_after_the_other_with_a_rule_between() {
    let card = |name: &str| {
        format!(
            "<img src=x alt='Photo {name}'><h3>{name}</h3><p>All about {name}.</p><a href='https://a.example/{name}' class=button>Read {name}</a>"
        )
    };
    let want = |name: &str| {
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
    let lines = shown(&html(&grid), View::Html, 80);
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
        let lines = shown(&html(&body), View::Html, 80);
        let mut all: Vec<String> = Vec::new();
        for (number, name) in (1..).zip(["Sun", "Moon", "Rain"]) {
            if number > 1 {
                all.extend([String::new(), "─".repeat(24), String::new()]);
            }
            all.extend(want(name));
            all.push(format!("[ Read {name} ][{number}]"));
        }
        let alike =
            |lines: &[String]| lines.iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>();
        assert_eq!(alike(&lines), alike(&all), "{lines:?}");
    }
}

#[test]
fn buttons_have_lines_of_their_own_and_icons_share_one() {
    let raw = html(
        "<p>Are you coming? <a class=btn href='https://a.example/y'>Yes</a> <a class=btn href='https://a.example/n'>No</a></p>\
         <p>In a sentence the <a class=btn href='https://a.example/w'>link</a> is a word.</p>\
         <table><tr><td><a class=btn href='https://a.example/1'>One</a></td><td><a class=btn href='https://a.example/2'>Two</a></td></tr></table>",
    );
    let lines = shown(&raw, View::Html, 80);
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
    let lines = shown(&raw, View::Html, 80);
    assert!(
        lines.len() == 1 && lines[0].starts_with("[Facebook][") && lines[0].contains("]  [YouTube]["),
        "{lines:?}"
    );
}

/// A mail with its quotes folded, at 70 columns.
fn folded(raw: &str) -> Vec<String> {
    let (mail, quotes) = (mime::parse(raw.as_bytes()), Quotes::Folded { key: "f".to_owned() });
    words(&render_quotes(&mail, raw.as_bytes(), View::Text, 70, usize::MAX, quotes))
}

fn plain(body: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n")
}

const OWN: &str = "That works well for me and the others.";

#[test]
fn quotes_of_every_mail_program_fold_to_a_line() {
    let blocks = "<p>Shall we meet?</p><p>At noon.</p>";
    let header =
        "<b>From:</b> Ada &lt;ada@mail.example&gt;<br><b>Sent:</b> Tuesday 10:20<br><b>To:</b> Bo<br>";
    let attribution = "On Tue, 3 Mar 2026 at 10:20, Ada wrote:";
    for (name, quote, lines) in [
        (
            "Gmail",
            format!(
                "<div class='gmail_quote gmail_quote_container'><div class=gmail_attr>{attribution}<br></div>\
            <blockquote class=gmail_quote>{blocks}</blockquote></div>"
            ),
            3,
        ),
        (
            "Outlook on the web",
            format!("<div id=appendonsend></div><hr><div id=divRplyFwdMsg>{header}</div>{blocks}"),
            5,
        ),
        ("forwarded by Outlook", format!("<div id=x_divRplyFwdMsg>{header}</div>{blocks}"), 5),
        (
            "Outlook",
            format!(
                "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>{header}</div></div>{blocks}"
            ),
            5,
        ),
        ("Exchange", format!("<div class=OutlookMessageHeader>{header}</div>{blocks}"), 5),
        ("old Outlook", format!("<p>-----Original Message-----</p><p>{header}</p>{blocks}"), 6),
        ("Apple Mail", format!("<div>{attribution}<br><blockquote type=cite>{blocks}</blockquote></div>"), 3),
        (
            "Yahoo",
            format!("<div id=ydp1yahoo_quoted class=yahoo_quoted><div>{attribution}</div>{blocks}</div>"),
            3,
        ),
        (
            "Thunderbird",
            format!(
                "<div class=moz-cite-prefix>Am 03.03.26 um 10:20 schrieb Ada:<br></div>\
            <blockquote type=cite cite='mid:1@mail.example'>{blocks}</blockquote>"
            ),
            3,
        ),
        (
            "a program without marks",
            format!(
                "<p>Ada &lt;ada@mail.example&gt; escribió el 3/3/26:</p><blockquote>{blocks}</blockquote>"
            ),
            3,
        ),
    ] {
        let raw = html(&format!("<div>{OWN}</div>{quote}"));
        let want = format!("▸ {lines} quoted lines · f shows them");
        assert_eq!(folded(&raw), [OWN, "", &want], "{name}");
        let open = shown(&raw, View::Html, 70).join(" ");
        assert!(open.contains("At noon.") && !open.contains('▸'), "{name}: {open}");
    }
}

#[test]
fn quotes_in_plain_text_fold_with_the_lines_that_say_whose_they_are() {
    let fold = |lines: usize| format!("▸ {lines} quoted lines · f shows them");
    let raw = plain(&format!(
        "{OWN}\n\nAm 03.03.2026 um 10:20 schrieb Ada\n<ada@mail.example>:\n> Noon?\n>\n> > Deep.\n\n-- \nBo"
    ));
    assert_eq!(folded(&raw), [OWN, "", &fold(5), "", "--", "Bo"]);
    let raw = plain(&format!(
        "{OWN}\n\n________________________________\nDe : Ada <ada@mail.example>\nDate : mardi 10:20\nÀ : Bo\n\nMidi ?"
    ));
    assert_eq!(folded(&raw), [OWN, "", &fold(5)]);
    let header = "From: Ada <ada@mail.example>\nSent: Tuesday 10:20\nTo: Bo\nSubject: Lunch";
    let raw = format!("Subject: Re: Lunch\n{}", plain(&format!("{OWN}\n\n{header}\n\nNoon?")));
    assert_eq!(folded(&raw), [OWN, "", &fold(5)], "the header of the mail that is answered");
    // Answers between quotes: short ones stay, since they say what is answered.
    let raw =
        plain(&format!("> One?\nYes, with pleasure indeed.\n> Two?\n> Three?\n> Four?\n> Five?\n{OWN}"));
    assert_eq!(folded(&raw), ["> One?", "Yes, with pleasure indeed.", "", &fold(4), "", OWN]);
}

#[test]
fn what_is_no_older_mail_stays_open() {
    for raw in [
        // Next to nothing but the quote.
        plain(
            "FYI\n\n-----Original Message-----\nFrom: Ada <ada@mail.example>\nSent: Tuesday\n\nHere is the plan.",
        ),
        plain("> All of it\n> is quoted.\n> Three lines."),
        // A line above a text, and no header of a mail.
        html(&format!(
            "<p>{OWN}</p><div style='border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0'>Our offers</div><p>Pens</p><p>Ink</p>"
        )),
        // A citation, a list of fields, a rule.
        html(&format!("<p>{OWN}</p><blockquote><p>Less is more.</p><p>Always.</p></blockquote>")),
        html(&format!("<p>{OWN}</p><hr><p>Order: 12</p><p>E-mail: ada@mail.example</p><p>Date: 3 March</p>")),
        plain(&format!("{OWN}\n\n----------\nTotal: 3\nPaid: 2\nLeft: 1\n")),
        plain(&format!(
            "{OWN}\n\n==================\nMy page: http://a.example/1\nMy list: http://a.example/2\n"
        )),
        format!(
            "Subject: Re: Lunch\n{}",
            plain(&format!("{OWN}\n\nOrder: 12\nMail: ada@mail.example\nSubject: Dinner\n\nThanks"))
        ),
    ] {
        assert!(!folded(&raw).iter().any(|line| line.contains('▸')), "{raw}");
    }
}

#[test]
fn a_code_that_stands_in_a_quote_alone_is_not_folded_away() {
    let raw = plain(&format!(
        "{OWN}\n\nAda <ada@mail.example>:\n> Hello,\n> your verification code is 482951\n> Ada"
    ));
    let mail = mime::parse(raw.as_bytes());
    let claimed = mail.codes.first().is_some_and(|code| code.confidence.is_claim());
    assert_eq!(folded(&raw).iter().any(|line| line.contains("482951")), claimed);
}

proptest! {
    #[test]
    fn no_line_is_wider_than_asked(
        body in "([a-z]{1,12}|認証|👩\u{200d}💻|é|<b>|</b>|<table><tr><td>|</td><td>|<p>|<li>|https://a.example/b| |\n|> ){0,40}",
        width in 2_u16..40,
        is_html in any::<bool>(),
    ) {
        let raw = if is_html { html(&body) } else { format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n") };
        let mail = mime::parse(raw.as_bytes());
        for view in [View::Text, View::Html, View::Headers, View::Raw, View::Parts] {
            for line in words(&render(&mail, raw.as_bytes(), view, width)) {
                prop_assert!(line.width() <= usize::from(width), "{line:?} in {view:?}");
            }
        }
    }

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
        let lines = words(&render(&mail, raw.as_bytes(), View::Html, width));
        for line in &lines {
            prop_assert!(columns(line) <= usize::from(width), "{line:?}");
        }
        let lines = lines.join(" ");
        let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        let shown = letters(&lines);
        // In tables words stand in rows, and their order is another; elsewhere it is that of the flow.
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

    #[test]
    fn open_quotes_are_the_mail_with_lines_above_them(
        body in "([a-z]{1,9} |On 3 Mar 2026 at 10:20 Ada wrote:|\n|\n\n|\n> |\n> > |\n-----Original Message-----\nFrom: a\nTo: b\n|-- \n\
            |<p>|<br>|<hr>|<table><tr><td>|</table>|<blockquote type=cite>|<blockquote>|</blockquote>|<div id=divRplyFwdMsg>|<div class=gmail_quote>|</div>){0,50}",
        width in 8_u16..90,
        is_html in any::<bool>(),
    ) {
        let raw = if is_html { html(&body) } else { plain(&body) };
        let mail = mime::parse(raw.as_bytes());
        let key = || "f".to_owned();
        let lines = |quotes| words(&render_quotes(&mail, raw.as_bytes(), View::Text, width, usize::MAX, quotes));
        let (open, folded) = (lines(Quotes::Open { key: key() }), lines(Quotes::Folded { key: key() }));
        for line in open.iter().chain(&folded) {
            prop_assert!(columns(line) <= usize::from(width), "{line:?}");
        }
        let said = |lines: Vec<String>| lines.join(" ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (all, open, folded) = (said(lines(Quotes::Plain)), said(open), said(folded));
        let signs = |words: &[String], sign: &str| words.iter().filter(|word| *word == sign).count();
        prop_assert_eq!(signs(&open, "▾"), signs(&folded, "▸"));
        // Below each line that counts a quote stands all of it.
        let mut rest = open.iter();
        prop_assert!(all.iter().all(|word| rest.any(|shown| shown == word)), "{all:?} in {open:?}");
    }
}
