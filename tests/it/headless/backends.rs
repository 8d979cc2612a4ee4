//! Tests mailboxes that do not use the service directly: their source is files, the demo, or a data directory that
//! another instance has locked.

use super::driver::Driver;
use super::flows::{CODE, LINK};
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_tui::app::account::Account;
use dropmail_tui::app::effect::{Effect, StoreEffect};
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::msg::{MailboxSource, Msg, Samples, Storage};
use dropmail_tui::app::subscription::Subscription;
use dropmail_tui::app::subscriptions;

/// Tests that a mailbox with files as its source shows no address, no lifetime and no push transport.
#[test]
fn a_mailbox_of_files_shows_nothing_about_a_service() {
    let mut driver = Driver::not_started(120, 30);
    driver.msg(Msg::Booted(MailboxSource {
        service: "2 files, read-only".into(),
        smtp: None,
        samples: None,
        transports: TransportChoice::Auto,
        mail: Storage::MailFiles,
    }));
    driver.connect();
    driver.mail(LINK);
    driver.mail(CODE);
    let screen = driver.screen();
    for words in ["left", "WebSocket", "new address", "watch", "a address"] {
        assert!(!screen.contains(words), "{words}\n{screen}");
    }
    assert!(driver.shows("● 2 files, read-only") && driver.shows("● 2 mails"), "{screen}");
    for key in ["a", "n", "w", "r", "h<enter>", "hd"] {
        driver.keys(key);
        assert!(driver.shows("These are files"), "{key}\n{}", driver.screen());
        driver.keys("l<esc>");
    }
    assert!(driver.copied.is_empty() && driver.model.overlays.is_empty());
    driver.keys("c");
    assert_eq!(driver.copied, ["482913"]);
    driver.keys("/zebra<enter>");
    assert!(driver.shows("None of the files holds “zebra”"), "{}", driver.screen());
}

#[test]
fn sample_mails_are_sent_once_even_if_their_address_is_deleted() {
    let subscription = |driver: &Driver| {
        let all = subscriptions(&driver.model);
        all.iter().any(|subscription| matches!(subscription, Subscription::Samples { .. }))
    };
    let mut driver = Driver::new(120, 30);
    driver.model.mailbox_source.as_mut().unwrap().samples = Some(Samples::First);
    assert!(subscription(&driver));
    driver.msg(Msg::SamplesSent(Ok(())));
    assert_eq!(driver.model.mailbox_source.as_ref().unwrap().samples, Some(Samples::Late));
    assert!(subscription(&driver), "the late mail has not been sent yet");
    driver.msg(Msg::SamplesSent(Ok(())));
    assert!(!subscription(&driver), "the samples are sent only once");
}

/// Tests that a read-only mailbox does not mark an opened mail as read, because it could not store that change.
#[test]
fn opening_a_mail_in_a_read_only_mailbox_leaves_it_unread() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    driver.model.account = Account::ReadOnly;
    driver.keys("<enter>");
    assert_eq!((driver.model.focus, driver.model.inbox.unread()), (Pane::Message, 1));
    assert!(!driver.effects.iter().any(|effect| matches!(effect, Effect::Store(StoreEffect::SetRead(..)))));
}
