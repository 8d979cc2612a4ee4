//! The HTTP routes of the local server.

mod admin;
mod answer;
mod authority;
mod body;
mod captcha;
mod connection;
mod downloads;
mod fault_injection;
mod graphql;
mod guard;
mod multipart;
mod request;
mod tokens;
mod websocket;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;

use super::ServerState;
use super::schema::{self, Schema};

/// Maximum size in bytes of an HTTP request body; a larger body is refused. GraphQL queries are small, and mail
/// arrives by SMTP.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The application state that all HTTP handlers share.
#[derive(Clone)]
struct App {
    shared: Arc<ServerState>,
    schema: Schema,
}

/// Serves HTTP until the server stops, and then closes open connections.
pub(super) async fn serve(listener: TcpListener, shared: Arc<ServerState>) {
    let app = App { schema: schema::build(Arc::clone(&shared)), shared: Arc::clone(&shared) };
    connection::accept(listener, router(app), shared).await;
}

fn router(app: App) -> Router {
    let admin = Router::new()
        .route("/admin/faults", get(admin::faults).put(admin::set_faults).delete(admin::no_faults))
        .route("/admin/captcha", get(captcha::reveal_answer))
        .layer(from_fn(admin::require_loopback));
    Router::new()
        .route("/", get(index))
        .route("/api/graphql/{token}", any(graphql::answer))
        .route("/api/graphql/{token}/websocket", get(websocket::upgrade))
        .route("/api/graphql", any(graphql::no_token))
        .route("/api/graphql/", any(graphql::no_token))
        .route("/api/token/generate", post(tokens::generate))
        .route("/api/token/renew", post(tokens::renew))
        .route("/captcha/image.png", get(captcha::image))
        .route("/captcha/solution", post(captcha::solution))
        .route("/download/mail/{session}/{mail}", get(downloads::mail))
        .route("/download/attachment/{session}/{mail}/{part}", get(downloads::attachment))
        .route("/download/html/{session}/{mail}", get(downloads::html))
        .route("/download/zip/{session}/{key}", get(downloads::zip))
        .route("/proxy/image", get(downloads::pixel))
        .merge(admin)
        .fallback(async || (StatusCode::NOT_FOUND, "not found\n"))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(Arc::clone(&app.shared), fault_injection::inject))
        .layer(from_fn_with_state(Arc::clone(&app.shared), body::receive))
        .layer(from_fn_with_state(Arc::clone(&app.shared), guard::check))
        .layer(map_response(private))
        .with_state(app)
}

/// Adds header fields that tell browsers not to cache a response, guess its media type, or send its URL to other sites.
async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn index() -> &'static str {
    "dropmail-tui: a local server that speaks the DropMail API.\n\
     GraphQL    /api/graphql/TOKEN\n\
     WebSocket  /api/graphql/TOKEN/websocket\n\
     new token  POST /api/token/generate {\"type\":\"af\",\"lifetime\":\"1d\"}\n"
}
