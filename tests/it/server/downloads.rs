//! Tests that downloads return mails exactly as they were sent.

use std::io::{Cursor, Read};

use serde_json::{Value, json};

use super::harness::{Session, TestServer};

const MAIL: &str = "query($id: ID!, $c: HtmlSanitizerConfig) { session(id: $id) { downloadZipUrl mails {
    rawSize raw text textSource html hasHtml decodeStatus headerFrom headerSubject fromAddr toAddr
    toAddrOrig receivedAt downloadUrl sanitizedHtml(sanitizerConfig: $c)
    downloadSanitizedHtmlUrl(sanitizerConfig: $c) attachments { name mime rawSize raw downloadUrl } } } }";

/// A mail whose HTML contains an inline image, a remote image, an event handler and a script. The sanitiser must remove
/// the event handler and the script. The attachment has a file name that looks like a path.
const RICH: &str = "From: \"A, B\" <a@sender.test>\r\nSubject: =?utf-8?b?w5xiZXI=?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p onclick=\"x()\">Read <a href=\"https://e.test/?a=1\">this</a></p><script>x()</script>\
    <img src=\"cid:pic@x\"><img src=\"https://t.test/pixel\">\r\n\
    --r\r\nContent-Type: image/png; name=\"../../etc/p.png\"\r\nContent-ID: <pic@x>\r\n\
    Content-Disposition: attachment; filename=\"../../etc/p.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    iVBORw0KGgo=\r\n--r--\r\n";

impl TestServer {
    async fn first_mail(&self, session: &Session, config: Value) -> (Value, Value) {
        let mut data = self.data(MAIL, json!({"id": session.id, "c": config})).await;
        let mut session = data["session"].take();
        (session["mails"][0].take(), session["downloadZipUrl"].take())
    }

    async fn get(&self, url: &Value) -> reqwest::Response {
        let url = url.as_str().unwrap();
        assert!(url.starts_with(&self.url("/download/")), "{url}");
        self.http.get(url).send().await.unwrap()
    }
}

#[tokio::test]
async fn raw_downloads_equal_the_received_bytes() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mails: [&[u8]; 4] = [
        b"Subject: bytes\r\n\r\n\xff\xfe\x00\x01 caf\xe9\r\n.\r\n..\r\n.dot\r\nend\r\n",
        b"Subject: breaks\r\n\r\na\x0bb\x0cc\x85d\r\n",
        b"\xff\xff\r\n",
        b".\r\n",
    ];
    for mail in mails {
        harness.send(&session.address, mail).await;
        let (first, _) = harness.first_mail(&session, Value::Null).await;
        assert_eq!(first["rawSize"], mail.len());
        assert_eq!(first["raw"], String::from_utf8_lossy(mail).as_ref());
        let response = harness.get(&first["downloadUrl"]).await;
        assert_eq!(response.headers()["content-type"], "message/rfc822");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(response.bytes().await.unwrap(), mail);
    }
    let (_, zip) = harness.first_mail(&session, Value::Null).await;
    let zip = harness.get(&zip).await.bytes().await.unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    for (at, mail) in mails.iter().enumerate() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(&bytes, mail, "{:?}", file.name());
    }
}

#[tokio::test]
async fn an_html_mail_is_described_and_served_safely() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let to = session.address.replace('@', "+shop@");
    harness.send(&to, RICH.as_bytes()).await;
    let (mail, _) = harness.first_mail(&session, json!({"imgCid": "proxy", "imgHttp": "proxy"})).await;
    assert_eq!(mail["decodeStatus"], "OK");
    assert_eq!(mail["headerFrom"], "A, B <a@sender.test>");
    assert_eq!(mail["headerSubject"], "\u{dc}ber");
    assert_eq!(mail["fromAddr"], "a@sender.test");
    assert_eq!((&mail["toAddr"], &mail["toAddrOrig"]), (&json!(session.address), &json!(to)));
    assert_eq!(
        (&mail["text"], &mail["textSource"]),
        (&json!("Read [this](https://e.test/?a=1)\n"), &json!("HTML"))
    );
    assert_eq!(mail["hasHtml"], true);
    assert!(mail["html"].as_str().unwrap().contains("<script>"), "`html` contains the HTML unchanged");

    let attachment = &mail["attachments"][0];
    assert_eq!((&attachment["mime"], &attachment["rawSize"]), (&json!("image/png"), &json!(8)));
    let sanitized = mail["sanitizedHtml"].as_str().unwrap();
    assert!(!sanitized.contains("script") && !sanitized.contains("onclick"), "{sanitized}");
    assert!(sanitized.contains(attachment["downloadUrl"].as_str().unwrap()), "{sanitized}");
    assert!(!sanitized.contains("\"https://t.test"), "{sanitized}");
    let pixel = harness.http.get(harness.url("/proxy/image?url=https%3A%2F%2Ft.test")).send().await.unwrap();
    assert_eq!(pixel.headers()["content-type"], "image/gif");

    let response = harness.get(&attachment["downloadUrl"]).await;
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(!disposition.contains('/') && disposition.starts_with("attachment;"), "{disposition}");
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert_eq!(response.bytes().await.unwrap(), &b"\x89PNG\r\n\x1a\n"[..]);
    let page = harness.get(&mail["downloadSanitizedHtmlUrl"]).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(page.text().await.unwrap().contains("Read"));
    let refused = harness.first_error(MAIL, json!({"id": session.id, "c": {"imgData": "proxy"}})).await;
    assert_eq!(refused.0, "invalid_sanitizer_config");
}

#[tokio::test]
async fn an_undecodable_text_is_null_and_its_download_complete() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    harness.send(&session.address, b"no header at all\r\n").await;
    let (mail, _) = harness.first_mail(&session, Value::Null).await;
    assert_eq!(mail["decodeStatus"], "ERROR_DECODING");
    assert_eq!(mail["raw"], "no header at all\r\n");
    for field in ["headerFrom", "headerSubject", "text", "textSource", "html", "hasHtml", "attachments"] {
        assert_eq!(mail[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn a_guessed_download_url_is_not_found() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    harness.send(&session.address, RICH.as_bytes()).await;
    let (mail, zip) = harness.first_mail(&session, Value::Null).await;
    for url in [&mail["downloadUrl"], &mail["attachments"][0]["downloadUrl"], &zip] {
        let url = url.as_str().unwrap();
        let (head, path) = url.split_once("gql:1:").unwrap();
        let segments: Vec<&str> = path.split('/').collect();
        let changed_url = |segment: usize| {
            let mut segments: Vec<String> = segments.iter().map(|&segment| segment.to_owned()).collect();
            let last = segments[segment].pop().unwrap();
            segments[segment].push(if last == '0' { '1' } else { '0' });
            format!("{head}gql:1:{}", segments.join("/"))
        };
        for wrong_url in [changed_url(0), changed_url(1), url.replace("gql:1:", ""), format!("{url}/x")] {
            let response = harness.http.get(&wrong_url).send().await.unwrap();
            assert!([400, 404].contains(&response.status().as_u16()), "{wrong_url}");
        }
    }
}
