//! The mails and attachments in the GraphQL schema. Work on a large mail runs in a blocking thread.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use uuid::Uuid;

use super::scalars::{Timestamp, Url};
use super::{Nullable, RequestContext, nullable};
use crate::error::RequestError;
use crate::ids::NodeId;
use crate::mail_content::{self, MailContent, ParsedFields, TextOrigin};
use crate::sanitize::ImagePolicy;
use crate::store::MailRecord;
use mail_reader::smtp_oddity;

/// Maximum size in bytes of a mail that is processed in the thread of the request; larger mails are processed in a
/// blocking thread.
const MAX_INLINE_BYTES: usize = 64 << 10;

/// Result of decoding the mail.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodeStatus {
    Ok,
    ErrorDecoding,
}

/// The kind of MIME part from which `Mail.text` was made.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextSource {
    /// `Mail.text` is the text part of the mail.
    Text,
    /// `Mail.text` is the HTML part of the mail, converted to text.
    Html,
}

/// Treatment of images in sanitised HTML: `strip`, `keep` or `proxy` (`imgData` does not allow `proxy`).
#[derive(InputObject)]
pub(super) struct HtmlSanitizerConfig {
    /// Treatment of images that are parts of the mail (`cid:`).
    #[graphql(name = "imgCid")]
    cid: Option<String>,
    /// Treatment of images embedded in the HTML (`data:`).
    #[graphql(name = "imgData")]
    data: Option<String>,
    /// Treatment of remote images. With `keep`, the sender can find out that the mail was opened.
    #[graphql(name = "imgHttp")]
    http: Option<String>,
}

impl HtmlSanitizerConfig {
    fn policy(config: Option<&Self>) -> std::result::Result<ImagePolicy, RequestError> {
        let Some(config) = config else { return Ok(ImagePolicy::default()) };
        ImagePolicy::parse(config.cid.as_deref(), config.data.as_deref(), config.http.as_deref())
    }
}

/// Converts mails to a list of nullable entries, as the GraphQL schema requires.
pub(super) fn listing(mails: Vec<Arc<MailRecord>>) -> Vec<Option<Mail>> {
    mails.into_iter().map(|mail| Some(Mail(mail))).collect()
}

/// Returns the sequence number of the mail with this id; `None` if `id` is `None`. Returns an error if the mail does
/// not belong to the session.
pub(super) fn place(session: Uuid, id: Option<&ID>) -> std::result::Result<Option<u64>, RequestError> {
    match id.map(|id| NodeId::parse(id)) {
        None => Ok(None),
        Some(Some(NodeId::Mail(owner, mail))) if owner == session => Ok(Some(mail.seq)),
        Some(_) => Err(RequestError::MailNotFound),
    }
}

#[derive(Clone)]
pub(super) struct Mail(pub(super) Arc<MailRecord>);

impl Mail {
    fn parsed(&self) -> Option<&ParsedFields> {
        self.0.content.parsed.as_ref()
    }

    /// Runs a function on the content of the mail. If the mail is large, the function runs in a blocking thread.
    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&MailContent) -> T + Send + 'static,
    ) -> std::result::Result<T, RequestError> {
        if self.0.content.raw.len() < MAX_INLINE_BYTES {
            return Ok(job(&self.0.content));
        }
        let content = Arc::clone(&self.0.content);
        let done = tokio::task::spawn_blocking(move || job(&content)).await;
        done.map_err(|_panicked| RequestError::Internal)
    }

    /// Returns the sequence number of the mail. Mails are numbered in order of arrival.
    pub(super) fn number(&self) -> u64 {
        self.0.reference.seq
    }

    pub(super) fn attachment(self, part: u32) -> Option<Attachment> {
        let content = self.parsed()?.attachments.iter().find(|attachment| attachment.part == part)?.clone();
        Some(Attachment { mail: self, content })
    }
}

#[Object]
impl Mail {
    pub(super) async fn id(&self) -> ID {
        NodeId::Mail(self.0.session, self.0.reference).encode()
    }

    async fn received_at(&self) -> Timestamp {
        Timestamp(self.0.received_at)
    }

    /// The sender in the SMTP envelope (RFC 5321 `MAIL FROM`).
    async fn from_addr(&self) -> &str {
        &self.0.from
    }

    /// The address of the session that received the mail, without a subaddress such as `+word`.
    async fn to_addr(&self) -> &str {
        &self.0.to
    }

    /// The recipient as the SMTP client sent it, including the subaddress (`+word`), if any.
    async fn to_addr_orig(&self) -> &str {
        &self.0.to_written
    }

    /// The `From` header, decoded; null when the mail could not be decoded.
    async fn header_from(&self) -> Option<&str> {
        self.parsed()?.from.as_deref()
    }

    /// The `Subject` header, decoded; null when the mail could not be decoded.
    async fn header_subject(&self) -> Option<&str> {
        self.parsed()?.subject.as_deref()
    }

    /// Size of the raw mail in bytes.
    async fn raw_size(&self) -> i32 {
        i32::try_from(self.0.content.raw.len()).unwrap_or(i32::MAX)
    }

    /// The raw mail as a string. Bytes that are not valid UTF-8 are replaced; `downloadUrl` returns the unchanged
    /// bytes.
    async fn raw(&self) -> String {
        String::from_utf8_lossy(&self.0.content.raw).into_owned()
    }

    /// The text of the mail. If the text was made from HTML, links have the form `[text](url)`.
    async fn text(&self) -> Nullable<String> {
        self.parsed()?.origin()?;
        let text = self.work(|content| content.text().map(Cow::into_owned));
        nullable(text.await.transpose()?)
    }

    async fn text_source(&self) -> Option<TextSource> {
        Some(match self.parsed()?.origin()? {
            TextOrigin::Text => TextSource::Text,
            TextOrigin::Html => TextSource::Html,
        })
    }

    /// The HTML part of the mail as the sender wrote it. It must be sanitised before it is shown.
    async fn html(&self) -> Option<&str> {
        self.parsed()?.html.as_deref()
    }

    async fn has_html(&self) -> Option<bool> {
        Some(self.parsed()?.html.is_some())
    }

    /// The HTML part of the mail without scripts, styles, frames and event handlers.
    async fn sanitized_html(
        &self,
        ctx: &Context<'_>,
        sanitizer_config: Option<HtmlSanitizerConfig>,
    ) -> Nullable<String> {
        self.parsed()?.html.as_ref()?;
        let ready = RequestContext::new(ctx).and_then(|request| {
            Ok((HtmlSanitizerConfig::policy(sanitizer_config.as_ref())?, Arc::clone(&request.caller.base)))
        });
        let (policy, base) = match ready {
            Ok(ready) => ready,
            Err(refusal) => return nullable(Err(refusal)),
        };
        let mail = Arc::clone(&self.0);
        nullable(self.work(move |_| mail.sanitized_html(policy, &base)).await.transpose()?)
    }

    /// A URL for downloading the unchanged raw mail. Anyone who has this URL can read the mail.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn download_url(&self, ctx: &Context<'_>) -> Result<Url> {
        let request = RequestContext::new(ctx).map_err(RequestError::graphql)?;
        let oddities = smtp_oddity::url_parameter(&self.0.oddities);
        Ok(Url(format!("{}/download/mail/{}{oddities}", request.caller.base, self.0.path())))
    }

    async fn download_sanitized_html_url(
        &self,
        ctx: &Context<'_>,
        sanitizer_config: Option<HtmlSanitizerConfig>,
    ) -> Nullable<Url> {
        self.parsed()?.html.as_ref()?;
        nullable(RequestContext::new(ctx).and_then(|request| {
            let query = HtmlSanitizerConfig::policy(sanitizer_config.as_ref())?.query();
            Ok(Url(format!("{}/download/html/{}?{query}", request.caller.base, self.0.path())))
        }))
    }

    async fn decode_status(&self) -> DecodeStatus {
        if self.parsed().is_some() { DecodeStatus::Ok } else { DecodeStatus::ErrorDecoding }
    }

    async fn attachments(&self) -> Option<Vec<Option<Attachment>>> {
        let wrap = |content: &mail_content::AttachmentFields| Attachment {
            mail: self.clone(),
            content: content.clone(),
        };
        Some(self.parsed()?.attachments.iter().map(|content| Some(wrap(content))).collect())
    }
}

pub(super) struct Attachment {
    mail: Mail,
    content: mail_content::AttachmentFields,
}

#[Object]
impl Attachment {
    pub(super) async fn id(&self) -> ID {
        NodeId::Attachment(self.mail.0.session, self.mail.0.reference, self.content.part).encode()
    }

    async fn name(&self) -> Option<&str> {
        self.content.name.as_deref()
    }

    /// The media type of the attachment, as the sender declared it.
    async fn mime(&self) -> &str {
        &self.content.mime
    }

    async fn raw_size(&self) -> i32 {
        i32::try_from(self.content.size).unwrap_or(i32::MAX)
    }

    /// The content of a text attachment; an empty string for other media types.
    async fn raw(&self) -> Result<String> {
        if !self.content.mime.starts_with("text/") {
            return Ok(String::new());
        }
        let part = self.content.part;
        let bytes = self.mail.work(move |content| content.attachment(part)).await;
        let bytes = bytes.map_err(RequestError::graphql)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn download_url(&self, ctx: &Context<'_>) -> Result<Url> {
        let request = RequestContext::new(ctx).map_err(RequestError::graphql)?;
        Ok(Url(self.mail.0.attachment_url(&request.caller.base, self.content.part)))
    }
}
