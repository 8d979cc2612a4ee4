//! Tests the keys of the captcha dialog, and its image, which is drawn with half-block characters.

use super::driver::Driver;
use dropmail_client::domain::service_status::CaptchaResult;
use dropmail_tui::app::captcha_dialog::CaptchaImage;
use dropmail_tui::app::effect::{CaptchaEffect, Effect};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::runtime::pictures::Pictures;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;

fn picture() -> Arc<CaptchaImage> {
    let (width, height) = (120, 40);
    let rgba =
        (0..width * height).flat_map(|at| if at % 7 < 3 { [0, 0, 0, 255] } else { [255; 4] }).collect();
    Arc::new(CaptchaImage { width, height, rgba })
}

#[test]
fn a_captcha_can_be_answered_replaced_and_cancelled() {
    let mut driver = Driver::new(80, 24);
    driver.msg(Msg::CaptchaRequested);
    assert!(driver.effects.contains(&Effect::Captcha(CaptchaEffect::Fetch { variant: 0 })));
    assert!(driver.shows("Fetching the picture"), "{}", driver.screen());
    driver.msg(Msg::CaptchaFetched { drawing: 0, result: Ok(picture()) });
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| Pictures::default().draw(&driver.model, frame)).unwrap();
    assert!(terminal.backend().to_string().contains('▀'), "{}", terminal.backend());

    driver.keys("seven<enter>");
    assert!(driver.effects.contains(&Effect::Captcha(CaptchaEffect::Solve("seven".into()))));
    assert!(driver.shows("One moment"));
    driver.msg(Msg::CaptchaSolved(Ok(CaptchaResult::Rejected)));
    assert!(driver.effects.contains(&Effect::Captcha(CaptchaEffect::Fetch { variant: 1 })));
    driver.msg(Msg::CaptchaFetched { drawing: 0, result: Err("late".into()) });
    assert!(driver.shows("Fetching the picture"), "the failure of an earlier image is ignored");
    assert!(driver.shows("That was not it"));
    driver.keys("<c-o>");
    assert_eq!(driver.effects.last(), Some(&Effect::Captcha(CaptchaEffect::Show { variant: 1 })));
    driver.msg(Msg::CaptchaShown("The picture is /tmp/x.png".into()));
    assert!(driver.shows("The picture is /tmp/x.png"), "{}", driver.screen());
    driver.keys("<c-r>");
    assert!(driver.effects.contains(&Effect::Captcha(CaptchaEffect::Fetch { variant: 2 })));
    driver.keys("x<enter>");
    driver.msg(Msg::CaptchaSolved(Ok(CaptchaResult::Accepted)));
    assert!(driver.model.overlays.is_empty());
    assert!(driver.shows("Solved."));

    driver.msg(Msg::CaptchaRequested);
    driver.keys("<esc>");
    assert!(driver.model.overlays.is_empty());
    assert_eq!(driver.effects.last(), Some(&Effect::Captcha(CaptchaEffect::Cancel)));
}

#[test]
fn the_captcha_key_reports_that_no_captcha_is_pending() {
    let mut driver = Driver::new(80, 24);
    driver.keys("!");
    assert!(driver.shows("asks for no captcha"));
}
