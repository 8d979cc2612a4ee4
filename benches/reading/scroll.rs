//! Measures the time from a key press until the new frame has been written, in a long message.

use super::key_times::key_times;
use super::{made, report};
use bytes::Bytes;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, StoredMail};
use dropmail_client::domain::time::Timestamp;
use dropmail_tui::app::effect::{Effect, MessagePaneEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::message_header::header_lines;
use dropmail_tui::app::message_pane::LoadedMail;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::{Model, update};
use dropmail_tui::runtime::screen::{Capabilities, Screen};
use dropmail_tui::ui::theme::ColorDepth;
use mail_reader::richtext::{MAX_LINES, RenderOptions, render_with};
use std::sync::Arc;

/// Returns the model of a mailbox in which an HTML mail of `size` bytes is open and completely laid out.
fn opened(size: usize, area: Area) -> Model {
    let raw: Bytes = made::html_mail(size).into();
    let mut model = Model::new(Timestamp::UNIX_EPOCH, area);
    let envelope = Envelope {
        id: MailId::new("mail"),
        session: SessionId::new("session"),
        received_at: Timestamp::UNIX_EPOCH,
        from: "news@shop.example".into(),
        to: "me@dropmail.me".into(),
        to_orig: "me@dropmail.me".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    let mail = Arc::new(mail_codes::parse(&raw));
    let attachments = mail.attachments.len();
    let opened = Arc::new(LoadedMail {
        nested: None,
        envelope: envelope.clone(),
        raw,
        mail: Arc::clone(&mail),
        is_complete: true,
        attachments,
    });
    let mails = vec![StoredMail::new(Summary::new(envelope, &mail))];
    let archived = ArchiveSnapshot { mails, ..ArchiveSnapshot::default() };
    let mut effects = update(&mut model, Msg::ArchiveRead(Ok(archived)));
    effects.extend(update(&mut model, Msg::Key(Key::parse_sequence("<enter>")[0])));
    answer(&mut model, effects, &opened);
    model
}

/// Performs the effects of the core that load or lay out the mail, and passes the results back to the core. Repeats
/// this until the core returns no more effects. A load effect yields the mail `loaded`.
fn answer(model: &mut Model, mut effects: Vec<Effect>, loaded: &Arc<LoadedMail>) {
    while let Some(effect) = effects.pop() {
        match effect {
            Effect::MessagePane(MessagePaneEffect::Load { id, generation }) => {
                let result = Ok(Arc::clone(loaded));
                effects.extend(update(model, Msg::MailLoaded { id, generation, result }));
            }
            Effect::MessagePane(MessagePaneEffect::Render {
                opened,
                view,
                width,
                quotes,
                cell,
                enough,
                keys,
                generation,
            }) => {
                let mut lines = header_lines(&opened, width, &jiff::tz::TimeZone::UTC, Some(&keys));
                let options = RenderOptions { max_lines: enough.unwrap_or(MAX_LINES), quotes, cell };
                lines.extend(render_with(&*opened.mail, &opened.raw, view, width, options));
                let (lines, is_complete) = (lines.into(), enough.is_none());
                effects.extend(update(model, Msg::Rendered { generation, view, width, lines, is_complete }));
            }
            _ => {}
        }
    }
}

pub(crate) fn measure() {
    for (name, size) in [("100 KB", 100_000), ("10 MB", 10_000_000)] {
        let area = Area::screen(160, 50);
        let mut model = opened(size, area);
        let open = model.message_pane.open_mail().unwrap();
        assert!(
            open.rendered.is_complete && open.rendered.lines.len() > 2000,
            "the complete message is rendered"
        );
        let capabilities = Capabilities::without_queries(ColorDepth::Ansi16, true);
        let mut screen = Screen::with_fixed_size(std::io::sink(), area, capabilities).unwrap();
        screen.draw(&model).unwrap();
        let script =
            "j".repeat(1000) + &"<c-d>".repeat(200) + &"k".repeat(500) + &"Gg<pgdn>Ggg<pgup>".repeat(20);
        let times = key_times(&mut model, &mut screen, &script);
        report(&format!("key to bytes in a message of {name}"), times, "< 5 ms");
    }
}
