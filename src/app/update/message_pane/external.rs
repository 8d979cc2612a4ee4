//! Passes the open mail to external programs: a shell command, the pager, the editor and the browser.

use crate::app::command::AppCommand;
use crate::app::effect::{Effect, ExternalEffect, ExternalProgram};
use crate::app::model::Model;
use crate::app::msg::Browsed;
use crate::app::update::{notify_info, notify_problem, notify_success};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Pipes the open mail to a shell command that the user has typed. If `part` is given, pipes only the MIME part with
/// this index.
pub(in crate::app::update) fn pipe_mail(
    model: &mut Model,
    part: Option<usize>,
    command: String,
) -> Vec<Effect> {
    if let Some(runs) = model.piping.clone() {
        let key = model.key_of(AppCommand::Back);
        return notify_info(model, format!("“{runs}” still runs. {key} stops it."));
    }
    let Some(open) = model.message_pane.open_mail() else { return Vec::new() };
    let opened = Arc::clone(&open.opened);
    model.piping = Some(SafeText::new(&command));
    vec![Effect::External(ExternalEffect::Pipe { opened, part, command })]
}

/// Handles the `p` and `E` keys: shows the open mail in the pager or in the editor.
pub(in crate::app::update) fn open_in_program(model: &mut Model, tool: ExternalProgram) -> Vec<Effect> {
    let Some(open) = model.message_pane.open_mail() else { return Vec::new() };
    vec![Effect::External(ExternalEffect::OpenInProgram(tool, Arc::clone(&open.opened), open.view))]
}

/// Handles the `B` key: shows the HTML of the open mail in the browser.
pub(in crate::app::update) fn open_in_browser(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.message_pane.open_mail() else { return Vec::new() };
    if !open.opened.mail.has_html() {
        return notify_problem(model, "This mail has no HTML part to show in a browser.");
    }
    let opened = Arc::clone(&open.opened);
    if let Some(making) = &model.browsing {
        let which = if *making == opened.envelope.id { "This page" } else { "The page of another mail" };
        let key = model.key_of(AppCommand::Back);
        return notify_info(model, format!("{which} is being made for the browser. {key} stops it."));
    }
    model.browsing = Some(opened.envelope.id.clone());
    vec![Effect::External(ExternalEffect::OpenInBrowser(opened))]
}

/// Shows a notice about the result of opening the HTML page in the browser, including which content was omitted from
/// it.
pub(in crate::app::update) fn notify_browsed(model: &mut Model, browsed: Browsed) -> Vec<Effect> {
    model.browsing = None;
    match browsed {
        Browsed::Opened(left_out) => {
            let mut words = "Handed to the browser: no scripts, nothing loaded from elsewhere.".to_owned();
            for left_out in left_out {
                words.push(' ');
                words.push_str(left_out.words());
            }
            notify_success(model, words)
        }
        Browsed::Stopped => notify_info(model, "Stopped: nothing was handed to the browser."),
        Browsed::Failed(why) => notify_problem(model, why),
    }
}
