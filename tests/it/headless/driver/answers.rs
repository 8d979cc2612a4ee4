//! Answers the effects of the core with data that the test provides.

use super::{Driver, session};
use bytes::Bytes;
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, MailCounts};
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{
    AccountEffect, ArchiveEffect, CaptchaEffect, DomainEffect, Effect, ExternalEffect, MessagePaneEffect,
    SaveEffect, StoreEffect,
};
use dropmail_tui::app::message_header::header_lines;
use dropmail_tui::app::message_pane::LoadedMail;
use dropmail_tui::app::msg::{AppError, Browsed, FailureKind, HiddenItems, Msg, TouchOutcome};
use mail_reader::mime;
use mail_reader::richtext::{self, RenderOptions};
use std::sync::Arc;

impl Driver {
    #[expect(clippy::too_many_lines, reason = "the function only has one arm for each effect")]
    pub(super) fn answer(&mut self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::Archive(ArchiveEffect::Read) => Msg::ArchiveRead(Ok(ArchiveSnapshot::default())),
            Effect::Store(StoreEffect::RetryUnsaved) => Msg::UnsavedCount(self.model.unsaved),
            Effect::Archive(ArchiveEffect::CountMails) => Msg::MailsCounted(Ok(MailCounts::default())),
            Effect::Account(AccountEffect::Open { generation, .. }) => {
                let result = if self.online { Ok(Vec::new()) } else { Err(offline()) };
                Msg::AccountOpened { generation, result }
            }
            Effect::Account(AccountEffect::OpenSession(_)) => {
                let opened = self
                    .effects
                    .iter()
                    .filter(|earlier| matches!(earlier, Effect::Account(AccountEffect::OpenSession(_))))
                    .count();
                let name = if opened < 2 { "first".to_owned() } else { format!("session{opened}") };
                Msg::SessionOpened(Ok(session(&name)))
            }
            Effect::Account(AccountEffect::Touch { session: id, generation, .. }) => {
                let mut touched = self.model.sessions.get(&id)?.session.clone();
                touched.expires_at = self.model.now + SignedDuration::from_mins(10);
                let answer = TouchOutcome {
                    session: touched,
                    mails: Vec::new(),
                    problems: Vec::new(),
                    large: Vec::new(),
                    missed: 0,
                    complete_to: self.model.inbox.newest_of(&id),
                };
                let result = if self.online { Ok(answer) } else { Err(offline()) };
                Msg::Touched { session: id, generation, result }
            }
            Effect::MessagePane(MessagePaneEffect::Load { id, generation }) => {
                let (envelope, raw) = self.raw_mails.get(&id)?.clone();
                let start = mime::parse_preview(&raw);
                let is_complete = start.is_none();
                let mail = Arc::new(start.map_or_else(|| mail_codes::parse(&raw), |start| start.mail.into()));
                let attachments = mail.attachments.len();
                Msg::MailLoaded {
                    id,
                    generation,
                    result: Ok(Arc::new(LoadedMail {
                        envelope,
                        raw,
                        mail,
                        is_complete,
                        attachments,
                        nested: None,
                    })),
                }
            }
            Effect::MessagePane(MessagePaneEffect::LoadFull {
                opened,
                view,
                width,
                quotes,
                cell,
                keys,
                generation,
            }) => {
                let (envelope, raw) = (opened.envelope.clone(), opened.raw.clone());
                let mail = Arc::new(mail_codes::parse(&raw));
                let (id, attachments) = (envelope.id.clone(), mail.attachments.len());
                let opened = LoadedMail { envelope, raw, mail, is_complete: true, attachments, nested: None };
                let mut lines = header_lines(&opened, width, &jiff::tz::TimeZone::UTC, Some(&keys));
                let options = RenderOptions { quotes, cell, ..RenderOptions::default() };
                lines.extend(richtext::render_with(&*opened.mail, &opened.raw, view, width, options));
                let (result, lines) = (Ok(Arc::new(opened)), lines.into());
                Msg::FullLoaded { id, generation, result, view, width, lines }
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
                let max_lines = enough.unwrap_or(richtext::MAX_LINES);
                let options = RenderOptions { max_lines, quotes, cell };
                let body = richtext::render_with(&*opened.mail, &opened.raw, view, width, options);
                let is_complete = enough.is_none() || body.len() < max_lines;
                lines.extend(body);
                Msg::Rendered { generation, view, width, lines: lines.into(), is_complete }
            }
            Effect::MessagePane(MessagePaneEffect::DecodeImage(opened, size)) => {
                let bytes = mime::attachment_bytes(&opened.raw, size.part)?;
                let pixels = richtext::decode(&bytes, size.columns, size.rows);
                Msg::ImageDecoded { id: opened.envelope.id.clone(), size, pixels }
            }
            Effect::External(ExternalEffect::Pipe { command, .. }) => {
                Msg::Piped(command, Ok(vec!["it ran".into()]))
            }
            Effect::External(ExternalEffect::OpenInBrowser(_)) => Msg::Browsed(Browsed::Opened(Vec::new())),
            Effect::External(
                ExternalEffect::OpenInProgram(..)
                | ExternalEffect::StopPipe
                | ExternalEffect::StopBrowse
                | ExternalEffect::StopJob(_),
            ) => Msg::Shown(Ok(None)),
            Effect::External(ExternalEffect::OpenPart(..)) => {
                Msg::Shown(Ok(Some("Saved and opened /downloads/part".into())))
            }
            Effect::External(ExternalEffect::Copy { source: what, text }) => {
                self.copied.push(text.to_string());
                Msg::Copied { what, text, result: Ok(CopiedTo::Terminal) }
            }
            Effect::Account(AccountEffect::CancelBackoff) => Msg::BackoffCancelled,
            Effect::Captcha(CaptchaEffect::Cancel) => Msg::CaptchaDismissed,
            Effect::Store(
                StoreEffect::SetRead(..)
                | StoreEffect::SetHidden(..)
                | StoreEffect::SetStarred(..)
                | StoreEffect::SetSessionRemoved(..)
                | StoreEffect::SetLabel(..)
                | StoreEffect::SetCurrentAddress(_)
                | StoreEffect::AddHistory(..)
                | StoreEffect::SaveArrangement(_),
            ) => Msg::Acknowledged(Ok(())),
            Effect::Store(StoreEffect::EditUndoSteps(_)) => Msg::UndoStepsStored(Ok(())),
            Effect::Archive(ArchiveEffect::ReadHistory(address)) => {
                let mut entries = self.history();
                entries.retain(|entry| address.as_ref().is_none_or(|address| entry.address == *address));
                Msg::HistoryRead(address, Ok(entries))
            }
            Effect::Archive(ArchiveEffect::ListHidden) => {
                Msg::HiddenListed(Ok(HiddenItems { mails: self.hidden(), ..HiddenItems::default() }))
            }
            Effect::Archive(ArchiveEffect::Search { request, from, generation }) => {
                let step = self.search_step(request.query(), |mail| request.accepts(mail), from);
                Msg::Searched { generation, result: Ok(step) }
            }
            Effect::Account(AccountEffect::DeleteAddress(session, address)) => {
                Msg::AddressDeleted(session, address, Ok(()))
            }
            Effect::Store(StoreEffect::SaveSetting(name, value)) => {
                Msg::SettingSaved { name, value, result: Ok("/config/config.toml".into()) }
            }
            Effect::External(ExternalEffect::OpenLink(_)) => Msg::LinkOpened(Ok(())),
            Effect::MessagePane(MessagePaneEffect::OpenAttached { opened, part, generation }) => {
                let raw = Bytes::from(mime::nested_mail(&opened.raw, part)?.into_owned());
                let mail = mail_codes::parse(&raw);
                let result = Ok(Arc::new(LoadedMail::attached(opened, part, raw, mail)));
                Msg::AttachedOpened { generation, result }
            }
            Effect::Save(
                SaveEffect::Mails(_)
                | SaveEffect::Attachments(..)
                | SaveEffect::AttachedMail(_)
                | SaveEffect::PartsOfAttached(..),
            ) => Msg::Saved(Ok(vec!["/downloads/mail".into()])),
            Effect::Captcha(
                CaptchaEffect::Fetch { .. } | CaptchaEffect::Show { .. } | CaptchaEffect::Solve(_),
            )
            | Effect::Account(AccountEffect::AddAddress(..) | AccountEffect::Restore { .. })
            | Effect::Domain(
                DomainEffect::List | DomainEffect::ListOwn | DomainEffect::Add(..) | DomainEffect::Delete(..),
            )
            | Effect::Store(StoreEffect::Ingest(_))
            | Effect::Archive(ArchiveEffect::LoadPage(_)) => {
                return None;
            }
        })
    }
}

/// Returns the error of a request that failed because there is no network.
fn offline() -> AppError {
    AppError {
        kind: FailureKind::Offline,
        text: "no route to dropmail.me; `dropmail-tui --local` works without a network".into(),
        retry_after: None,
    }
}
