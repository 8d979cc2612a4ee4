//! Handles the captcha dialog. It opens when a request is waiting for the user to solve a captcha. The user can also
//! open it for a captcha that the service sent when it refused an earlier request.

use super::{notify_info, notify_success};
use crate::app::captcha_dialog::{Captcha, CaptchaImage, CaptchaImageState};
use crate::app::effect::{CaptchaEffect, Effect};
use crate::app::key::{Key, KeyCode};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use dropmail_client::domain::service_status::CaptchaResult;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

fn dialog_mut(model: &mut Model) -> Option<&mut Captcha> {
    model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Captcha(captcha) => Some(captcha),
        Overlay::Menu(_)
        | Overlay::Confirm(_)
        | Overlay::Prompt(_)
        | Overlay::Attachments(_)
        | Overlay::Qr(_) => None,
    })
}

/// Opens the captcha dialog. If the dialog is already open, fetches a new captcha image instead.
pub(super) fn open_dialog(model: &mut Model) -> Vec<Effect> {
    if let Some(captcha) = dialog_mut(model) {
        // The open dialog shows an earlier captcha; the new captcha has a different image.
        return fetch_image(captcha);
    }
    model.overlays.push(Overlay::Captcha(Captcha::new()));
    vec![Effect::Captcha(CaptchaEffect::Fetch { variant: 0 })]
}

/// Handles the `!` key: opens the dialog for a captcha that the service sent when it refused an earlier request.
pub(super) fn open_offered(model: &mut Model) -> Vec<Effect> {
    if model.service_status.captcha {
        open_dialog(model)
    } else {
        notify_info(model, "The service asks for no captcha.")
    }
}

fn fetch_image(captcha: &mut Captcha) -> Vec<Effect> {
    captcha.variant += 1;
    captcha.image = CaptchaImageState::Loading;
    captcha.input.clear();
    vec![Effect::Captcha(CaptchaEffect::Fetch { variant: captcha.variant })]
}

pub(super) fn handle_image(
    model: &mut Model,
    drawing: u32,
    result: Result<Arc<CaptchaImage>, SafeText>,
) -> Vec<Effect> {
    if let Some(captcha) = dialog_mut(model).filter(|captcha| captcha.variant == drawing) {
        captcha.image = match result {
            Ok(pixels) => CaptchaImageState::Loaded(pixels),
            Err(why) => CaptchaImageState::Failed(why),
        };
    }
    Vec::new()
}

/// Shows a message in the captcha dialog. The message reports whether the captcha image was opened in an external
/// viewer.
pub(super) fn show_message(model: &mut Model, words: SafeText) -> Vec<Effect> {
    if let Some(captcha) = dialog_mut(model) {
        captcha.message = Some(words);
    }
    Vec::new()
}

pub(super) fn handle_solved(model: &mut Model, result: Result<CaptchaResult, SafeText>) -> Vec<Effect> {
    let Some(captcha) = dialog_mut(model) else { return Vec::new() };
    captcha.sending = false;
    match result {
        Ok(CaptchaResult::Expired) => {
            // The service will refuse the waiting requests again, and will then send the next captcha.
            model.overlays.retain(|overlay| !matches!(overlay, Overlay::Captcha(_)));
            notify_info(
                model,
                "That captcha takes no answer any more; the next one comes with the next refusal.",
            )
        }
        Ok(CaptchaResult::Accepted) => {
            model.overlays.retain(|overlay| !matches!(overlay, Overlay::Captcha(_)));
            notify_success(model, "Solved. What waited for it goes on.")
        }
        Ok(CaptchaResult::Rejected) => {
            captcha.message = Some("That was not it. Here is another drawing.".into());
            fetch_image(captcha)
        }
        Err(why) => {
            captcha.message = Some(why);
            Vec::new()
        }
    }
}

/// Sends the captcha answer that the user has typed to the service. Does nothing if the answer is empty, or if an
/// answer is already being sent.
fn submit(captcha: &mut Captcha) -> Vec<Effect> {
    if captcha.sending || captcha.input.text().trim().is_empty() {
        return Vec::new();
    }
    captcha.sending = true;
    captcha.message = None;
    vec![Effect::Captcha(CaptchaEffect::Solve(captcha.input.text().into()))]
}

pub(super) fn handle_key(model: &mut Model, mut captcha: Captcha, key: Key) -> Vec<Effect> {
    if key.code == KeyCode::Esc {
        return vec![Effect::Captcha(CaptchaEffect::Cancel)];
    }
    let effects = if key.code == KeyCode::Enter {
        submit(&mut captcha)
    } else if key.ctrl && key.code == KeyCode::Char('r') {
        fetch_image(&mut captcha)
    } else if key.ctrl && key.code == KeyCode::Char('o') {
        vec![Effect::Captcha(CaptchaEffect::Show { variant: captcha.variant })]
    } else {
        captcha.input.handle_key(key);
        Vec::new()
    };
    model.overlays.push(Overlay::Captcha(captcha));
    effects
}
