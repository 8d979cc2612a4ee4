//! Tests personal domains, and new addresses that contain a word that the user has chosen.

use super::driver::Driver;
use dropmail_client::domain::ids::DomainId;
use dropmail_client::domain::secrets::DomainPassword;
use dropmail_client::domain::session::Domain;
use dropmail_tui::app::effect::{DomainEffect, Effect};
use dropmail_tui::app::msg::{AppError, FailureKind, Msg};
use dropmail_tui::app::personal_domain::AddDomainError;
use dropmail_tui::ui::accessible::SpokenState;

fn domain(name: &str, access: &[&str]) -> Domain {
    Domain {
        id: DomainId::new(name),
        name: name.into(),
        expires_at: None,
        introduced_at: None,
        available_via: access.iter().map(|kind| (*kind).into()).collect(),
    }
}

fn enter_domain(driver: &mut Driver, name: &str) {
    driver.keys("D");
    assert_eq!(driver.effects.last(), Some(&Effect::Domain(DomainEffect::ListOwn)));
    let listed = vec![domain("dropmail.me", &["API", "web"]), domain("mine.example", &["API"])];
    driver.msg(Msg::OwnDomainsListed(Ok(listed)));
    assert!(driver.shows("add a domain of your own") && driver.shows("mine.example"), "{}", driver.screen());
    assert!(!driver.screen().contains(" dropmail.me  "), "the menu lists only domains of the user");
    driver.keys("<enter>").keys(name).keys("<enter>");
}

#[test]
fn adding_a_domain_hides_the_typed_password() {
    let mut driver = Driver::new(100, 30);
    enter_domain(&mut driver, "https://Example.org");
    assert!(driver.shows("give the name alone"), "{}", driver.screen());
    driver.keys("<c-u>Example.org.<enter>");
    assert!(driver.shows("its password:"), "{}", driver.screen());
    driver.keys("secret one");
    assert!(driver.shows("••••••••••") && !driver.screen().contains("secret"), "{}", driver.screen());
    let spoken = SpokenState::from_model(&driver.model).lines_since(&SpokenState::default()).join("\n");
    assert!(!spoken.contains("secret"), "{spoken}");
    assert!(!format!("{:?}", driver.model).contains("secret"));

    driver.keys("<enter>secret two<enter>");
    assert!(driver.shows("the two were not the same"), "{}", driver.screen());
    driver.keys("secret one<enter>secret one<enter>");
    let expected = Effect::Domain(DomainEffect::Add("example.org".into(), DomainPassword::new("secret one")));
    assert_eq!(driver.effects.last(), Some(&expected));
    driver.msg(Msg::DomainAdded(Ok(domain("example.org", &["API"]))));
    assert!(driver.shows("example.org is yours. N makes addresses on it."), "{}", driver.screen());
    assert_eq!(driver.model.own_domain, None);
}

#[test]
fn missing_dns_records_are_named_and_can_be_checked_again() {
    let mut driver = Driver::new(100, 30);
    enter_domain(&mut driver, "example.org");
    driver.keys("longenough<enter>longenough<enter>");
    let records = ["example.org MX 10 mx.dropmail.me", "*.example.org MX 10 mx.dropmail.me"];
    let missing_records = || AddDomainError {
        words: "no".into(),
        records: records.iter().map(|record| (*record).into()).collect(),
        password: false,
    };
    driver.msg(Msg::DomainAdded(Err(missing_records())));
    for words in ["example.org cannot be added yet", records[0], records[1], "TTL"] {
        assert!(driver.shows(words), "{words}: {}", driver.screen());
    }
    driver.keys("y");
    let expected = Effect::Domain(DomainEffect::Add("example.org".into(), DomainPassword::new("longenough")));
    assert_eq!(driver.effects.iter().filter(|effect| **effect == expected).count(), 2);
    driver.msg(Msg::DomainAdded(Err(missing_records())));
    driver.keys("<esc>");
    assert_eq!(driver.model.own_domain, None, "Esc clears the entered password");

    enter_domain(&mut driver, "example.org");
    driver.keys("x<enter>x<enter>");
    let short_password =
        AddDomainError { words: "take a longer password".into(), records: Vec::new(), password: true };
    driver.msg(Msg::DomainAdded(Err(short_password)));
    assert!(driver.shows("take a longer password") && driver.shows("its password:"), "{}", driver.screen());
}

#[test]
fn deleting_a_domain_requires_its_password() {
    let mut driver = Driver::new(100, 30);
    driver.keys("D");
    driver.msg(Msg::OwnDomainsListed(Ok(vec![domain("mine.example", &["API"])])));
    driver.keys("j<enter>");
    assert!(driver.shows("mine.example: its addresses take no mail"), "{}", driver.screen());
    driver.keys("hunter22<enter>");
    let expected =
        Effect::Domain(DomainEffect::Delete(DomainId::new("mine.example"), DomainPassword::new("hunter22")));
    assert_eq!(driver.effects.last(), Some(&expected));
    driver.msg(Msg::DomainDeleted(Ok(())));
    assert!(driver.shows("mine.example is given up"), "{}", driver.screen());
    let wrong_password =
        AppError { kind: FailureKind::Other, text: "wrong_password".into(), retry_after: None };
    driver.msg(Msg::DomainDeleted(Err(wrong_password)));
    assert!(driver.shows("wrong_password"));
}

#[test]
fn an_address_is_copied_with_a_plus_tag() {
    let mut driver = Driver::new(100, 30);
    driver.keys("A");
    assert!(driver.shows("word behind the +"), "{}", driver.screen());
    driver.keys("shop-1<enter>");
    assert_eq!(driver.copied, ["first+shop-1@dropmail.me"]);
    driver.keys("Aa b<enter>");
    assert_eq!(driver.copied.len(), 1);
    assert!(driver.shows("A word is letters, digits"), "{}", driver.screen());
}
