//! Tests that the purposes of links are recognised.

use crate::LinkKind::{
    self, Accept, Approve, ChangeAddress, Consent, Decline, Delete, Download, Invite, Pay, Renew, Reset,
    Secure, SignIn, Track, Unlock, Unsubscribe, Verify,
};
use crate::parse;

/// Test cases: the subject of a mail, the label of its button, and the expected purpose of the button's link.
const BUTTONS: &[(&str, &str, LinkKind)] = &[
    ("Your new address", "Confirm your new email", ChangeAddress),
    ("Neue Adresse", "Neue Adresse bestätigen", ChangeAddress),
    ("A new offer for you", "Accept offer", Accept),
    ("Ada invited you", "Accept invitation", Invite),
    ("New sign-in", "Approve sign-in", Approve),
    ("Freigabe", "Genehmigen", Approve),
    ("Your account is locked", "Unlock my account", Unlock),
    ("Compte bloqué", "Débloquer", Unlock),
    ("Your plan ends soon", "Renew now", Renew),
    ("Dein Abo", "Verlängern", Renew),
    ("Invoice 4471", "Pay now", Pay),
    ("Rechnung 4471", "Jetzt bezahlen", Pay),
    ("Facture", "Payer", Pay),
    ("It has left", "Track your package", Track),
    ("Sendung", "Sendung verfolgen", Track),
    ("Stay with us", "Keep me subscribed", Consent),
    ("Goodbye", "Delete my account", Delete),
    ("Löschung", "Konto schließen", Delete),
    ("Meeting", "Decline", Decline),
    ("New sign-in", "This wasn't me", Secure),
    ("Nouvelle connexion", "Ce n'était pas moi", Secure),
    ("Export", "Download your data", Download),
    ("News", "Unsubscribe", Unsubscribe),
    ("Please confirm the deletion", "Confirm the deletion of my account", Delete),
    ("계정", "계정 삭제 확인", Delete),
    ("Confirm your new email address", "Confirm", ChangeAddress),
    ("Obnova hesla", "Potvrdit", Reset),
    ("Selin seni takip etmek istiyor", "İsteği onayla", Approve),
    ("Ada har inviteret dig", "Opret konto", Invite),
    ("Ihr Zähler", "Missbrauch melden", Secure),
    ("Kargonuz dağıtımda", "Gönderimi takip et", Track),
    ("Potvrdite prijavu na kurs", "Potvrdi prijavu", Verify),
    ("Langganan anda tamat", "Sambung langganan", Renew),
    ("Uutiskirje", "Vahvista uutiskirjeen peruutus", Unsubscribe),
    ("הזמנה למסיבה", "אישור הגעה", Invite),
];

fn mail(subject: &str, body: &str) -> crate::MailWithFindings {
    let raw = format!(
        "From: Nord <no-reply@nord.example>\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n{body}\n"
    );
    parse(raw.as_bytes())
}

fn button(words: &str, token: &str) -> String {
    format!(
        "<p><a style='display:inline-block;padding:9px;background:#06c;color:#fff' \
         href='https://nord.example/a/{token}'>{words}</a></p>"
    )
}

#[test]
fn the_text_of_a_button_shows_its_purpose() {
    for (subject, words, kind) in BUTTONS {
        let mail = mail(subject, &button(words, "9f8e7d6c5b4a3210"));
        let link = mail.findings.links.first().expect(words);
        assert_eq!(link.kind, *kind, "{words}: {}", link.reason);
    }
}

#[test]
fn a_not_you_link_before_the_action_does_not_hide_it() {
    for (no, yes) in [("This wasn't me", "Yes, it was me"), ("Das war ich nicht", "Ja, das war ich")] {
        let body = [
            "<p>Somebody wants to sign in.</p>".to_owned(),
            button(no, "1f8e7d6c5b4a3210"),
            button(yes, "9f8e7d6c5b4a3210"),
        ];
        let mail = mail("Was it you?", &body.concat());
        let first = mail.findings.confident_link().expect("a link is confident");
        assert_eq!(first.words.as_str(), yes);
    }
}

/// Test cases: the label of a decline button, the label of the matching accept button, and the purpose of the accept
/// button's link.
const OPPOSITES: &[(&str, &str, LinkKind)] = &[
    ("No, it was not me", "Yes, sign me in", SignIn),
    ("Ablehnen", "Zulassen", Approve),
    ("Non, refuser", "Oui, autoriser", Approve),
    ("Rechazar la invitación", "Aceptar la invitación", Accept),
    ("拒否する", "承認する", Approve),
];

#[test]
fn of_two_opposite_buttons_the_affirmative_one_is_claimed_in_either_order() {
    for (no, yes, kind) in OPPOSITES {
        let buttons = [button(no, "1f8e7d6c5b4a3210"), button(yes, "9f8e7d6c5b4a3210")];
        for body in [buttons.concat(), buttons.iter().rev().cloned().collect()] {
            let mail = mail("Your answer", &body);
            let first = mail.findings.confident_link().expect(yes);
            assert_eq!((first.words.as_str(), first.kind), (*yes, *kind));
        }
    }
}

#[test]
fn the_text_of_another_link_does_not_affect_a_vague_link() {
    let body = "<p>Was this useful? <a href='https://nord.example/feedback'>Tell us</a> | \
                <a href='https://nord.example/u/9f8e7d6c5b4a3210'>Unsubscribe</a></p>";
    let mail = mail("News", body);
    let vague = mail
        .findings
        .links
        .iter()
        .find(|link| link.words.as_str() == "Tell us")
        .expect("the vague link is listed");
    assert_ne!(vague.kind, Unsubscribe, "{}", vague.reason);
}

#[test]
fn a_not_you_link_is_claimed_if_it_is_the_only_action() {
    let body = ["<p>A new device signed in.</p>".to_owned(), button("This wasn't me", "1f8e7d6c5b4a3210")];
    let mail = mail("New sign-in", &body.concat());
    assert_eq!(mail.findings.confident_link().map(|link| link.kind), Some(Secure));
}

#[test]
fn a_not_you_link_is_not_claimed_beside_an_action() {
    let body = [
        "<p>Please confirm your address to finish signing up.</p>".to_owned(),
        button("Confirm your address", "9f8e7d6c5b4a3210"),
        "<p>Somebody else?</p>".to_owned(),
        button("This wasn't me", "1f8e7d6c5b4a3210"),
    ];
    let mail = mail("Confirm your address", &body.concat());
    let first = mail.findings.confident_link().expect("a link is confident");
    assert_eq!(first.kind, Verify);
    let secure = mail
        .findings
        .links
        .iter()
        .find(|link| link.kind == Secure)
        .expect("the link of the other kind is listed");
    assert!(!secure.confidence.is_confident());
}

#[test]
fn mails_of_services_have_the_purposes_of_their_labels() {
    let labels = include_str!("../../../../tests/corpus/services/labels.jsonl");
    let (mut right, mut wrong) = (0, Vec::new());
    for line in labels.lines() {
        let label: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| label[field].as_str().unwrap_or_default();
        let Some(url) = label["primary_link"].as_str() else { continue };
        let kind = if label["html"].is_null() { "plain" } else { "html" };
        let raw = format!(
            "From: Nord <no-reply@nord.example>\nSubject: {}\nContent-Type: text/{kind}; charset=utf-8\n\n{}{}\n",
            text("subject"),
            text("text"),
            text("html"),
        );
        let mail = parse(raw.as_bytes());
        let link = mail.findings.confident_link().expect(url);
        assert_eq!(link.url.as_str(), url);
        if label["link_kind"].as_array().unwrap().iter().any(|kind| kind == link.kind.as_str()) {
            right += 1;
        } else {
            wrong.push(format!("{}: {}, {}", text("file"), link.kind.as_str(), link.reason));
        }
    }
    assert!(right >= 66, "{wrong:#?}");
}

#[test]
fn an_invitation_is_recognised_by_its_url() {
    let body = "<p>Grace asks you to join. <a href='https://nord.example/users/invitation/accept?invitation_token=9f8e7d6c5b4a'>\
                Create account</a></p>";
    let mail = mail("Nord", body);
    assert_eq!(mail.findings.links.first().map(|link| link.kind), Some(Invite));
}

#[test]
fn a_support_page_has_no_purpose_of_the_text_around_it() {
    let body = "<p>Your confirmation code is <b>482951</b></p><p>Trouble verifying your address? Write to us: https://nord.example/support</p>";
    let mail = mail("Confirm your address", body);
    assert_eq!(mail.findings.links.first().map(|link| link.kind), Some(LinkKind::Other));
}

#[test]
fn a_dot_inside_a_name_does_not_end_a_clause() {
    let raw = "Subject: x\n\nPowered by nord.example [https://nord.example/]\nSee you. Open it: https://nord.example/a\n";
    let links = parse(raw.as_bytes()).findings.links;
    let words: Vec<&str> = links.iter().map(|link| link.words.as_str()).collect();
    assert_eq!(words, ["Powered by nord.example", "Open it"]);
}
