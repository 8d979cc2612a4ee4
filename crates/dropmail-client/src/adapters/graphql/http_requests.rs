//! Sends HTTP requests to the service, with timeouts and size limits. No error message contains a URL, because URLs
//! contain the token.

use super::captcha_fields::CaptchaFields;
use super::client::Client;
use super::errors;
use super::graphql_response::ResponseNotices;
use super::http_response::HttpResponse;
use super::spool::Spool;
use crate::ports::dropmail_api::ApiError;
use bytes::BytesMut;
use reqwest::header::{ACCEPT, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Serialize;
use url::Url;

/// Maximum size in bytes of an API response; a larger response is an error. A response with ten thousand sessions stays
/// below the limit.
const MAX_REPLY: usize = 16 << 20;

/// The HTTP response to a request to download a mail.
pub(super) enum MailResponse<'a> {
    /// The mail was downloaded; the value contains the headers and the body of the HTTP response.
    Body(HeaderMap, Spool<'a>),
    /// The request failed or was redirected; the value contains the whole HTTP response.
    Other(HttpResponse),
}

impl Client {
    pub(super) async fn post(&self, url: Url, body: &impl Serialize) -> Result<HttpResponse, ApiError> {
        let request = self.http()?.post(url).header(ACCEPT, "application/json").json(body);
        self.send(request.timeout(self.timeouts().call), MAX_REPLY).await
    }

    pub(super) async fn post_form(
        &self,
        url: Url,
        form: &[(String, String)],
    ) -> Result<HttpResponse, ApiError> {
        let request = self.http()?.post(url).header(ACCEPT, "application/json").form(form);
        self.send(request.timeout(self.timeouts().call), MAX_REPLY).await
    }

    pub(super) async fn get(&self, url: Url, limit: usize) -> Result<HttpResponse, ApiError> {
        self.send(self.http()?.get(url).timeout(self.timeouts().download), limit).await
    }

    /// Downloads a raw mail of at most `limit` bytes; a larger mail is an error.
    pub(super) async fn get_mail(&self, url: Url, limit: usize) -> Result<MailResponse<'_>, ApiError> {
        // The timeout of the request starts only after the wait for memory.
        let mut spool = Spool::new(self, limit).await;
        let request = self.http()?.get(url).timeout(self.timeouts().download);
        let (host, mut response) = self.execute(request).await?;
        if !response.status().is_success() {
            return self.read_response(&host, response, limit.min(MAX_REPLY)).await.map(MailResponse::Other);
        }
        self.sync_clock_of(&host, &response);
        spool.reserve(announced_size(&response));
        while let Some(chunk) =
            response.chunk().await.map_err(|error| errors::request_error(&error, &host))?
        {
            if !spool.add(&chunk).await {
                return Err(too_large_error(&host, limit));
            }
            spool.check_whole()?;
        }
        Ok(MailResponse::Body(std::mem::take(response.headers_mut()), spool))
    }

    /// Sends a GraphQL subscription over plain HTTP. Returns the response without having read its body, which may
    /// arrive over a long time or never end. The caller must first wait until the rate limit allows the request, and
    /// must enforce a timeout.
    pub(super) async fn subscribe(
        &self,
        accept: &'static str,
        body: &impl Serialize,
    ) -> Result<Response, ApiError> {
        let request = self.streaming_http()?.post(self.endpoint(&[])?).header(ACCEPT, accept).json(body);
        let response = request.send().await.map_err(|error| errors::request_error(&error, self.host()))?;
        self.sync_clock(response.headers());
        Ok(response)
    }

    /// Creates the HTTP request that is upgraded to a WebSocket.
    pub(super) fn upgrade(&self, url: Url) -> Result<RequestBuilder, ApiError> {
        Ok(self.websocket_http()?.get(url))
    }

    async fn send(&self, request: RequestBuilder, limit: usize) -> Result<HttpResponse, ApiError> {
        let (host, response) = self.execute(request).await?;
        self.read_response(&host, response, limit).await
    }

    /// Sends a request. Returns the name of the host that responded, and the response without having read its body.
    async fn execute(&self, request: RequestBuilder) -> Result<(String, Response), ApiError> {
        self.acquire().await;
        let (client, request) = request.build_split();
        let mut request = request.map_err(|error| errors::request_error(&error, self.host()))?;
        let ours = request.url().host_str() == self.base().join(&[]).host_str();
        let other = request.url().host_str().filter(|_| !ours).map(ToOwned::to_owned);
        let host = other.unwrap_or_else(|| self.host().to_owned());
        if ours {
            request.headers_mut().extend(self.cookies.header());
        }
        let response = client.execute(request).await.map_err(|error| errors::request_error(&error, &host))?;
        if ours {
            self.cookies.store(response.headers());
        }
        Ok((host, response))
    }

    /// Reads the body of a response, and records the captcha if the service requires one (HTTP status 402 or 429).
    /// Returns an error if the body is larger than `limit` bytes.
    async fn read_response(
        &self,
        host: &str,
        response: Response,
        limit: usize,
    ) -> Result<HttpResponse, ApiError> {
        let reply = self.read_from(host, response, limit).await?;
        if reply.status == StatusCode::PAYMENT_REQUIRED || reply.status == StatusCode::TOO_MANY_REQUESTS {
            self.record_notices(ResponseNotices {
                captcha: CaptchaFields::parse_body(&reply.body),
                legacy_token: false,
            });
        }
        Ok(reply)
    }

    /// Reads the body of a response; returns an error if the body is larger than `limit` bytes.
    pub(super) async fn read(&self, response: Response, limit: usize) -> Result<HttpResponse, ApiError> {
        self.read_from(self.host(), response, limit).await
    }

    async fn read_from(
        &self,
        host: &str,
        mut response: Response,
        limit: usize,
    ) -> Result<HttpResponse, ApiError> {
        self.sync_clock_of(host, &response);
        // Memory for the announced length is reserved now, because a growing buffer temporarily needs twice the
        // memory. Reserved memory that is never written to costs nothing.
        let mut body = BytesMut::with_capacity(announced_size(&response).min(limit));
        while let Some(chunk) = response.chunk().await.map_err(|error| errors::request_error(&error, host))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large_error(host, limit));
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(HttpResponse { status, headers, body: body.freeze() })
    }
}

/// Returns the size of a response's body in bytes according to its `Content-Length` header; 0 if the header is missing.
fn announced_size(response: &Response) -> usize {
    response.content_length().and_then(|announced| usize::try_from(announced).ok()).unwrap_or(0)
}

fn too_large_error(host: &str, limit: usize) -> ApiError {
    errors::unexpected_error(&format!("{host} sent more than {limit} bytes"))
}
