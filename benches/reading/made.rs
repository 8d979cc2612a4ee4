//! Creates mails of a given size from elements of typical newsletters.

use std::fmt::Write;

/// Creates an HTML mail of about `size` bytes.
pub(crate) fn html_mail(size: usize) -> Vec<u8> {
    let mut body = String::from(
        "<!doctype html><html><head><style>.b{padding:10px;background:#06c;color:#fff} .h{display:none}</style></head><body>",
    );
    let mut n = 0;
    while body.len() < size {
        n += 1;
        writeln!(
            body,
            "<table width=\"100%\"><tr><td style=\"font-family:Arial;font-size:14px;color:#333\"><h2>Chapter {n}</h2>\
             <p>Dear reader, this is <b>number {n}</b> of the <i>letters</i> that we send, with a \
             <a href=\"https://shop.example/offer/{n}?ref=mail\">link to an offer</a> and words enough to be wrapped \
             on any screen, größer und schöner.</p><ul><li>one thing<li>another thing</ul>\
             <table><tr><th>Item</th><th>Price</th></tr><tr><td>Pen {n}</td><td>2.00</td></tr><tr><td>Ink</td><td>15.00</td></tr></table>\
             <a class=\"b\" style=\"display:inline-block;padding:8px;background:#06c\" href=\"https://shop.example/buy/{n}\">Buy now</a>\
             </td></tr></table>"
        )
        .unwrap();
    }
    body.push_str("</body></html>");
    let head = "From: Shop <news@shop.example>\r\nTo: me@box.example\r\nSubject: A long letter\r\n\
                Date: Fri, 14 Mar 2025 09:41:07 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\
                Content-Transfer-Encoding: 8bit\r\n\r\n";
    let mut raw = head.as_bytes().to_vec();
    raw.extend_from_slice(body.as_bytes());
    raw
}

const HEAD: &str = "From: Shop <news@shop.example>\r\nTo: me@box.example\r\nSubject: A long letter\r\n\
    Date: Fri, 14 Mar 2025 09:41:07 +0000\r\nMIME-Version: 1.0\r\n";

/// Creates a mail of about `size` bytes with a short text and a base64 attachment.
pub(crate) fn with_part(size: usize) -> Vec<u8> {
    let mut raw = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n\
         Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=one.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n"
    );
    while raw.len() < size {
        raw.push_str("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n");
    }
    raw.push_str("--b--\r\n");
    raw.into_bytes()
}

/// Creates a plain-text mail of about `size` bytes.
pub(crate) fn text(size: usize) -> Vec<u8> {
    let mut raw = format!("{HEAD}\r\n");
    let mut n = 0;
    while raw.len() < size {
        n += 1;
        writeln!(raw, "Line {n} of a letter that goes on and on, wide enough to be wrapped on any screen: see https://shop.example/{n}\r").unwrap();
    }
    raw.into_bytes()
}
