//! Generates the text of the connection state in variants of different lengths, from which the caller selects one that
//! fits on the screen.

use crate::app::account::Account;
use crate::app::command::AddressCommand;
use crate::app::connection::ConnectionState;
use crate::app::model::Model;
use crate::app::msg::{FailureKind, Storage};
use crate::app::pending_request::PendingRequest;
use crate::ui::theme::Styles;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::time::{SignedDuration, Timestamp, format_remaining};
use ratatui::style::Style;

/// The kind of a connection state, which determines the colour of the text and the symbol in front of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sign {
    /// The program is starting; this state has no symbol.
    Starting,
    /// The program is connecting, or is waiting because the service demands a delay or a captcha.
    Connecting,
    /// The service is available, but there is no session.
    Idle,
    /// Another process owns the data directory and accepts no requests, so this process cannot change the mailbox.
    ReadOnly,
    /// The connection is up.
    Connected,
    /// The connection failed or was lost.
    Failed,
}

/// A detail of a connection state, shown after the main statement.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Detail {
    /// A detail that is always shown.
    Fact(String),
    /// A detail that contains a countdown, which a screen reader does not announce.
    Countdown(String),
    /// A detail that is shown only if it fits into the status line.
    Optional(&'static str),
}

impl Detail {
    fn text(&self) -> &str {
        match self {
            Self::Fact(text) | Self::Countdown(text) => text,
            Self::Optional(text) => text,
        }
    }
}

/// The text of a connection state: a symbol, a main statement and details.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ConnectionText {
    sign: Sign,
    statement: String,
    details: Vec<Detail>,
}

impl ConnectionText {
    fn new(sign: Sign, statement: impl Into<String>) -> Self {
        Self { sign, statement: statement.into(), details: Vec::new() }
    }

    fn with_detail(mut self, detail: Detail) -> Self {
        self.details.push(detail);
        self
    }

    /// Returns the style in which the connection state is drawn.
    pub(super) fn style(&self, styles: &Styles) -> Style {
        match self.sign {
            Sign::Starting | Sign::Connecting | Sign::Idle | Sign::ReadOnly => styles.waiting,
            Sign::Connected => styles.good,
            Sign::Failed => styles.bad,
        }
    }

    /// Returns `true` if the connection is up, in which case the user need not pay attention to the details.
    pub(super) fn is_up(&self) -> bool {
        self.sign == Sign::Connected
    }

    /// Returns the connection state as text for a screen reader, without the symbol and the countdown.
    pub(super) fn spoken_text(&self) -> String {
        let details = self.details.iter().filter(|detail| !matches!(detail, Detail::Countdown(_)));
        join_details(&self.statement, details)
    }

    /// Returns variants of the text for the status line, from long to short. If the connection is up, shorter variants
    /// omit the push transport and the SMTP address `smtp`. A problem description is never shortened.
    pub(super) fn variants(&self, smtp: Option<&str>) -> Vec<String> {
        let sign = match self.sign {
            Sign::Starting => "",
            Sign::Connecting => "◌ ",
            Sign::Idle => "○ ",
            Sign::ReadOnly => "◇ ",
            Sign::Connected => "● ",
            Sign::Failed => "! ",
        };
        let start = |count: usize| {
            format!("{sign}{}", join_details(&self.statement, self.details.iter().take(count)))
        };
        let full = |count: usize| match smtp {
            Some(smtp) => format!("{} · SMTP {smtp}", start(count)),
            None => start(count),
        };
        let optional = self.details.iter().rev().take_while(|detail| matches!(detail, Detail::Optional(_)));
        let needed = self.details.len() - optional.count();
        let mut all: Vec<String> = (needed..=self.details.len()).rev().map(full).collect();
        if smtp.is_some() && self.sign == Sign::Connected {
            all.push(start(needed));
        }
        all
    }
}

fn join_details<'a>(statement: &'a str, details: impl Iterator<Item = &'a Detail>) -> String {
    let texts: Vec<&str> = std::iter::once(statement).chain(details.map(Detail::text)).collect();
    texts.join(" · ")
}

/// Returns the text of the current connection state.
pub(super) fn connection_text(model: &Model) -> ConnectionText {
    let service = model.mailbox_source.as_ref().map_or("", |place| place.service.as_str());
    match &model.account {
        Account::Booting => ConnectionText::new(Sign::Starting, "starting …"),
        Account::Opening { .. } if model.is_captcha_open() => {
            ConnectionText::new(Sign::Connecting, format!("{service} asks for a captcha"))
        }
        Account::Opening { .. } => ConnectionText::new(Sign::Connecting, format!("connecting to {service}")),
        Account::Waiting { why, .. } if why.waits_for_user() => {
            ConnectionText::new(Sign::Failed, "captcha not solved")
        }
        Account::Waiting { until, why, .. } => {
            let what = match why.kind {
                FailureKind::Offline => format!("{service} not reached"),
                FailureKind::Keyring(problem) => problem.to_string(),
                FailureKind::Token | FailureKind::Lapsed | FailureKind::Captcha | FailureKind::Other => {
                    format!("{service} refuses")
                }
            };
            ConnectionText::new(Sign::Failed, what).with_detail(time_detail(model, "again", *until))
        }
        Account::ReadOnly => ConnectionText::new(Sign::ReadOnly, "another dropmail-tui has this mailbox")
            .with_detail(Detail::Fact("read-only".to_owned())),
        Account::Open => stream_text(model, service),
    }
}

/// Returns the text for the worst state among the push connections of all sessions. `service` is the name of the
/// service.
fn stream_text(model: &Model, service: &str) -> ConnectionText {
    let connecting = || ConnectionText::new(Sign::Connecting, format!("connecting to {service}"));
    if let Some(until) = model.service_status.slowed_until.filter(|until| *until > model.now) {
        let slowed = ConnectionText::new(Sign::Connecting, format!("{service} asks to slow down"))
            .with_detail(time_detail(model, "goes on", until));
        if !model.service_status.captcha {
            return slowed;
        }
        let key = model.key_of(AddressCommand::SolveCaptcha);
        return slowed.with_detail(Detail::Fact(format!("{key} solves a captcha")));
    }
    let live = || model.sessions.rows.iter().filter(|row| row.is_live());
    let cut = live().find_map(|row| match &row.connection {
        ConnectionState::Waiting { until, why, .. } => Some((*until, why)),
        ConnectionState::Connecting { .. } | ConnectionState::Up { .. } | ConnectionState::Off => None,
    });
    if let Some((until, why)) = cut {
        return ConnectionText::new(Sign::Failed, "cut off")
            .with_detail(time_detail(model, "again", until))
            .with_detail(Detail::Fact(why.to_string()));
    }
    if live().any(|row| !matches!(row.connection, ConnectionState::Up { .. })) {
        return connecting();
    }
    if model.storage() == Storage::MailFiles {
        return ConnectionText::new(Sign::Connected, service);
    }
    let worst = live().filter_map(|row| row.connection.params().map(|watch| watch.transport)).max();
    match worst {
        None if model.is_captcha_open() => {
            ConnectionText::new(Sign::Connecting, format!("{service} asks for a captcha"))
        }
        // While the first session is being opened, the state is shown as connecting, so that it changes only once.
        None if model.pending_request == PendingRequest::Address => connecting(),
        None => ConnectionText::new(Sign::Idle, format!("{service}: no session")),
        Some(transport) => with_transport(ConnectionText::new(Sign::Connected, service), transport),
    }
}

fn with_transport(text: ConnectionText, transport: PushTransport) -> ConnectionText {
    match transport {
        PushTransport::WebSocket => {
            text.with_detail(Detail::Optional("push")).with_detail(Detail::Optional("WebSocket"))
        }
        PushTransport::Multipart => {
            text.with_detail(Detail::Optional("push")).with_detail(Detail::Optional("multipart"))
        }
        PushTransport::LongPoll => {
            text.with_detail(Detail::Optional("push")).with_detail(Detail::Optional("long-poll"))
        }
        PushTransport::Poll => text.with_detail(Detail::Optional("polling")),
    }
}

/// Returns a detail with the time of the program's next action: a countdown, `now`, or, if reduced motion is enabled,
/// `soon`. `verb` names the action.
fn time_detail(model: &Model, verb: &str, until: Timestamp) -> Detail {
    let text = format!("{verb} {}", time_text(model, until));
    if counts_down(model, until) { Detail::Countdown(text) } else { Detail::Fact(text) }
}

/// Returns `true` if the time until `until` is shown as a countdown. No countdown is shown if reduced motion is
/// enabled, or if less than a second remains (which would be displayed as 0:00).
fn counts_down(model: &Model, until: Timestamp) -> bool {
    !model.settings.reduced_motion && until.duration_since(model.now) >= SignedDuration::from_secs(1)
}

/// Returns the text for the time of the next attempt: a countdown, `now` if it is less than a second away, or `soon` if
/// reduced motion is enabled.
pub(in crate::ui) fn time_text(model: &Model, until: Timestamp) -> String {
    if counts_down(model, until) {
        format!("in {}", format_remaining(until, model.now))
    } else if model.settings.reduced_motion {
        "soon".to_owned()
    } else {
        "now".to_owned()
    }
}
