//! Executes the effects for the service's captcha.

use super::{Dependencies, EffectFuture, RuntimeEvent, to_text};
use crate::app::captcha_dialog::CaptchaImage;
use crate::app::effect::CaptchaEffect;
use crate::app::msg::Msg;
use crate::runtime::blocking::run_blocking;
use dropmail_client::ports::files::TempFiles;
use dropmail_client::ports::opener::Opener;
use dropmail_client::service::Mailbox;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Executes an effect for the service's captcha.
pub(super) fn run(effect: CaptchaEffect, dependencies: &Dependencies) -> EffectFuture {
    let mailbox = dependencies.mailbox.clone();
    let (scratch, opener) = (Arc::clone(&dependencies.scratch), Arc::clone(&dependencies.opener));
    Box::pin(async move {
        RuntimeEvent::Msg(match effect {
            CaptchaEffect::Fetch { variant: drawing } => {
                Msg::CaptchaFetched { drawing, result: fetch_image(&mailbox, drawing).await }
            }
            CaptchaEffect::Show { variant: drawing } => {
                Msg::CaptchaShown(open_image(&mailbox, drawing, scratch, opener).await)
            }
            CaptchaEffect::Solve(answer) => {
                Msg::CaptchaSolved(mailbox.solve_captcha(&answer).await.map_err(to_text))
            }
            CaptchaEffect::Cancel => {
                mailbox.dismiss_captcha();
                Msg::CaptchaDismissed
            }
        })
    })
}

async fn fetch_image(mailbox: &Mailbox, drawing: u32) -> Result<Arc<CaptchaImage>, SafeText> {
    let bytes = mailbox.captcha_image(drawing).await.map_err(to_text)?;
    let decoded = run_blocking(move || crate::runtime::pictures::decode_captcha_image(&bytes)).await;
    decoded.map_err(|why| format!("The picture cannot be shown ({why}). Ctrl-r asks for another.").into())
}

/// Opens the captcha image in another program, for users who cannot read the image in the terminal. Returns a message
/// for the user with the path of the image file or with the error.
async fn open_image(
    mailbox: &Mailbox,
    drawing: u32,
    scratch: Arc<dyn TempFiles>,
    opener: Arc<dyn Opener>,
) -> SafeText {
    let bytes = match mailbox.captcha_image(drawing).await {
        Ok(bytes) => bytes,
        Err(why) => return to_text(why),
    };
    let shown = run_blocking(move || match scratch.write("png", &bytes) {
        Ok(path) => match opener.open_file(&path) {
            Ok(()) => format!("The picture is open in another program; it is {}", path.display()),
            Err(why) => format!("The picture is {} ({why})", path.display()),
        },
        Err(why) => format!("The picture was not written: {why}"),
    });
    shown.await.into()
}
