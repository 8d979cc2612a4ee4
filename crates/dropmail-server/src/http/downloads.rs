//! Handles downloads of mails and attachments. Anyone who knows a download URL can use it. A browser either saves the
//! file or shows it without active content, so that no script in a mail runs under this server's origin.

use std::io::{Cursor, Write};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::App;
use crate::ids::MailRef;
use crate::sanitize::ImagePolicy;
use crate::store::MailRecord;
use mail_reader::sanitize::SafeName;

/// A content security policy that blocks everything except the images that remain in the sanitised HTML.
const INERT: &str = "default-src 'none'; img-src 'self' data: http: https:; sandbox";
/// A transparent image of one pixel (`GIF89a`), which the server returns instead of a remote image.
const PIXEL: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

fn gone() -> Response {
    (StatusCode::NOT_FOUND, "no such download, or its session has lapsed\n").into_response()
}

fn session(path: &str) -> Option<Uuid> {
    path.strip_prefix("gql:1:")?.parse().ok()
}

fn find(app: &App, session_path: &str, mail: &str) -> Option<Arc<MailRecord>> {
    app.shared.store.mail_by_secret(session(session_path)?, MailRef::parse(mail)?)
}

/// Returns the HTTP headers that make a browser save a file instead of showing it. `kind` is the media type of the file
/// and `name` is its name.
fn saved(kind: &str, name: &str) -> [(HeaderName, HeaderValue); 3] {
    let octets = HeaderValue::from_static("application/octet-stream");
    let escaped: String = name.bytes().map(percent).collect();
    let disposition = format!("attachment; filename*=UTF-8''{escaped}");
    [
        (header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap_or(octets)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT)),
    ]
}

/// Returns a byte of a header parameter as text, percent-encoded if RFC 8187 requires it.
fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Handles the download of a raw mail, whose bytes are sent unchanged.
pub(super) async fn mail(
    State(app): State<App>,
    Path((session_path, mail)): Path<(String, String)>,
) -> Response {
    let Some(mail) = find(&app, &session_path, &mail) else { return gone() };
    let name = format!("{}.eml", mail.reference.seq);
    (saved("message/rfc822", &name), mail.content.raw.clone()).into_response()
}

/// Handles the download of an attachment, which is sent after its transfer encoding has been decoded.
pub(super) async fn attachment(
    State(app): State<App>,
    Path((session_path, mail, part)): Path<(String, String, u32)>,
) -> Response {
    let Some(mail) = find(&app, &session_path, &mail) else { return gone() };
    let known = mail.content.parsed.as_ref();
    let known = known.and_then(|found| found.attachments.iter().find(|found| found.part == part)).cloned();
    let Some(known) = known else { return gone() };
    let read = tokio::task::spawn_blocking(move || mail.content.attachment(part)).await;
    match read {
        Ok(Some(bytes)) => {
            let name = SafeName::new(known.name.as_deref().unwrap_or("attachment"));
            (saved(&known.mime, &name), bytes).into_response()
        }
        Ok(None) | Err(_) => gone(),
    }
}

#[derive(Deserialize)]
pub(super) struct ImageQuery {
    #[serde(rename = "img_cid")]
    cid: Option<String>,
    #[serde(rename = "img_data")]
    data: Option<String>,
    #[serde(rename = "img_http")]
    http: Option<String>,
}

/// Handles requests for the sanitised HTML of a mail. The response is a page without active content.
pub(super) async fn html(
    State(app): State<App>,
    Path((session_path, mail)): Path<(String, String)>,
    Query(ask): Query<ImageQuery>,
) -> Response {
    let policy = ImagePolicy::parse(ask.cid.as_deref(), ask.data.as_deref(), ask.http.as_deref());
    let policy = match policy {
        Ok(policy) => policy,
        Err(refusal) => return (StatusCode::BAD_REQUEST, format!("{refusal}\n")).into_response(),
    };
    let Some(mail) = find(&app, &session_path, &mail) else { return gone() };
    // URLs in the HTML are relative, because this server serves the page.
    let clean = tokio::task::spawn_blocking(move || mail.sanitized_html(policy, "")).await;
    match clean {
        Ok(Some(clean)) => {
            let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (kind, [(header::CONTENT_SECURITY_POLICY, INERT)], clean).into_response()
        }
        Ok(None) | Err(_) => gone(),
    }
}

/// Handles the download of a session's mails as a `.zip` archive of `.eml` files, oldest mail first.
pub(super) async fn zip(
    State(app): State<App>,
    Path((session_path, key)): Path<(String, String)>,
) -> Response {
    let mails = session(&session_path).and_then(|session| app.shared.store.mails_for_zip(session, &key));
    let Some(mails) = mails else { return gone() };
    match tokio::task::spawn_blocking(move || pack(&mails)).await {
        Ok(Ok(bytes)) => (saved("application/zip", "mails.zip"), bytes).into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the mails could not be packed\n").into_response()
        }
    }
}

/// Packs mails into a `.zip` archive. The file names in the archive are numbers, so they contain no text from the
/// mails.
fn pack(mails: &[Arc<MailRecord>]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, mail) in (1..).zip(mails) {
        zip.start_file(format!("{number:05}.eml"), SimpleFileOptions::default())?;
        zip.write_all(&mail.content.raw)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Handles requests for remote images whose URLs the sanitiser replaced (`imgHttp: "proxy"`). The response is one
/// transparent pixel; the server does not fetch the image.
pub(super) async fn pixel() -> Response {
    ([(header::CONTENT_TYPE, "image/gif")], PIXEL).into_response()
}
