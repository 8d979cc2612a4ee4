//! Tests the detection of codes and links in small mails: the expected result in each language, and negative examples,
//! which contain no code.

// This file exceeds 300 lines because it contains a mail for each language and each counter-example.

use mail_codes::{LinkKind, MailWithFindings};

fn text(subject: &str, body: &str) -> MailWithFindings {
    mail_codes::parse(
        format!("From: Nord <no-reply@nord.example>\nTo: q7x2@box.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n")
            .as_bytes(),
    )
}

fn html(subject: &str, body: &str) -> MailWithFindings {
    mail_codes::parse(
        format!("From: Nord <no-reply@nord.example>\nTo: q7x2@box.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>\n")
            .as_bytes(),
    )
}

fn code(mail: &MailWithFindings) -> Option<&str> {
    mail.findings.codes.first().filter(|code| code.confidence.is_confident()).map(|code| code.value.as_str())
}

fn link(mail: &MailWithFindings) -> Option<(&str, LinkKind)> {
    mail.findings
        .links
        .first()
        .filter(|link| link.confidence.is_confident())
        .map(|link| (link.url.as_str(), link.kind))
}

/// Checks all rows of a table of test cases. Reports every row that fails and not only the first. A row consists of a
/// description, the actual value and the expected value.
fn check<T: PartialEq + std::fmt::Debug>(rows: impl IntoIterator<Item = (String, T, T)>) {
    let wrong: Vec<String> = rows
        .into_iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(name, found, expected)| format!("{name}: found {found:?}, expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

const LANGUAGES: &[(&str, &str, &str, &str)] = &[
    ("en", "Sign in to Nord", "Use 401927 to sign in. It works for 10 minutes.", "401927"),
    ("en", "Your Nord code", "Hi Ada,\n\n401 927\n\nis your verification code.", "401927"),
    ("en", "Nord", "Here is the PIN you asked for: 5518", "5518"),
    (
        "en",
        "Confirm your email",
        "Enter the following code in the app:\n\n  7K4M9Q\n\nNot you? Ignore this mail.",
        "7K4M9Q",
    ),
    (
        "en",
        "Nord login",
        "Someone tried to log in from 203.0.113.9 at 10:42.\nYour one-time passcode is 90213.",
        "90213",
    ),
    (
        "de",
        "Ihr Code",
        "Guten Tag,\n\nIhr Bestätigungscode lautet 492817. Er ist 15 Minuten gültig.",
        "492817",
    ),
    ("de", "Anmeldung", "Geben Sie folgenden Sicherheitscode ein:\n\n8821-4410", "8821-4410"),
    ("fr", "Connexion", "Votre code de vérification est le 730 118.", "730118"),
    ("fr", "Code d’accès", "Saisissez ce code pour continuer :\n\n90 31 55", "903155"),
    ("es", "Tu código", "Hola,\n\n558201 es tu código de verificación de Nord.", "558201"),
    ("es", "Acceso", "Introduce esta clave para entrar: 4471", "4471"),
    ("pt", "Seu código", "O seu código de confirmação é: 220947", "220947"),
    ("it", "Verifica", "Il tuo codice di verifica è 665910. Scade tra 5 minuti.", "665910"),
    ("nl", "Inlogcode", "Je inlogcode is 118264. Deel deze code met niemand.", "118264"),
    ("sv", "Inloggning", "Din engångskod är 771204.", "771204"),
    ("da", "Log ind", "Din bekræftelseskode er 340981", "340981"),
    ("no", "Innlogging", "Engangskoden din er 512077.", "512077"),
    ("fi", "Kirjautuminen", "Vahvistuskoodisi on 908812.", "908812"),
    ("pl", "Logowanie", "Twój kod weryfikacyjny: 117408", "117408"),
    ("cs", "Přihlášení", "Váš ověřovací kód je 662014.", "662014"),
    ("sk", "Prihlásenie", "Váš overovací kód je 662015.", "662015"),
    ("hu", "Belépés", "Az ellenőrző kódod: 330178", "330178"),
    ("ro", "Autentificare", "Codul tău de verificare este 480066.", "480066"),
    ("ru", "Вход", "Ваш код подтверждения: 904412. Никому его не сообщайте.", "904412"),
    ("ru", "Nord", "518 203 — код для входа в Nord", "518203"),
    ("uk", "Вхід", "Ваш код підтвердження — 730155", "730155"),
    ("bg", "Вход", "Вашият код за потвърждение е 204418.", "204418"),
    ("sr", "Prijava", "Vaš verifikacioni kod je 660217.", "660217"),
    ("sl", "Prijava", "Vaša potrditvena koda je 660218.", "660218"),
    ("lt", "Prisijungimas", "Jūsų patvirtinimo kodas: 118290", "118290"),
    ("lv", "Ieeja", "Jūsu apstiprinājuma kods: 118291", "118291"),
    ("et", "Sisselogimine", "Teie kinnituskood on 118292.", "118292"),
    ("el", "Σύνδεση", "Ο κωδικός επαλήθευσης είναι 447102.", "447102"),
    ("tr", "Giriş", "Doğrulama kodunuz: 558190", "558190"),
    ("tr", "Onay", "Tek kullanımlık şifreniz 902217. Kimseyle paylaşmayın.", "902217"),
    ("az", "Giriş", "Təsdiq kodunuz: 558191", "558191"),
    ("vi", "Đăng nhập", "Mã xác minh của bạn là 663018.", "663018"),
    ("id", "Masuk", "Kode OTP Anda: 441902. Jangan berikan kepada siapa pun.", "441902"),
    ("hi", "लॉगिन", "आपका सत्यापन कोड 558206 है।", "558206"),
    ("bn", "লগইন", "আপনার যাচাইকরণ কোড ৫৫৮২০৭", "558207"),
    ("th", "เข้าสู่ระบบ", "รหัสยืนยันของคุณคือ 771930", "771930"),
    ("ar", "تسجيل الدخول", "رمز التحقق الخاص بك هو ٤٤٧١٠٩", "447109"),
    ("fa", "ورود", "کد تایید شما: ۵۵۸۲۰۱", "558201"),
    ("he", "כניסה", "קוד האימות שלך הוא 330912", "330912"),
    ("ja", "ログイン", "認証コードは「802214」です。10分以内に入力してください。", "802214"),
    ("ja", "確認", "下記の確認コードをご入力ください。\n\n８０２２１５", "802215"),
    ("zh", "登录", "【诺德】验证码551902，5分钟内有效，请勿泄露给他人。", "551902"),
    ("zh-TW", "登入", "您的驗證碼為 551903", "551903"),
    ("ko", "로그인", "인증번호 [551904]를 입력해 주세요.", "551904"),
    ("ka", "შესვლა", "თქვენი დამადასტურებელი კოდი: 551905", "551905"),
    ("kk", "Кіру", "Растау коды: 551906", "551906"),
    ("en", "Your Acme code", "4417 is your Acme code. Never share it.", "4417"),
    ("en", "Reset", "Acme: use 51877 to reset your password", "51877"),
    ("en", "Sign in", "Enter this code to sign in\n\n4417\n\nQuestions? help.acme.example", "4417"),
    ("en", "Access", "Your temporary access code 7291 (expires in 15 minutes)", "7291"),
    (
        "en",
        "Guard",
        "Here is the code you need to sign in:\n\nVX4PK\n\nThe attempt came from 203.0.113.9.",
        "VX4PK",
    ),
    ("en", "Guard", "Here is the code you need to sign in:\n\nJWQKD\n\nCheers", "JWQKD"),
    (
        "en",
        "Security",
        "Account ab**1@mail.example\nSecurity code: 4820175\nThanks, the account team",
        "4820175",
    ),
    ("en", "Let's confirm it's you", "In order to continue, enter 4491 in your browser.", "4491"),
    ("en", "Pick up order 48213097", "Your order 48213097 is ready.\nPickup code: 7316", "7316"),
    ("en", "Offer", "Your verification code is 239809 EUR 20 EUR 10", "239809"),
    ("en", "Activate", "Activation code (case-sensitive): aB3xQ9", "aB3xQ9"),
    (
        "en",
        "Hi",
        "Your one time password (OTP) for txn of Rs 1,250.00 on card XX4821 is 742095. Valid for 5 min.",
        "742095",
    ),
    ("en", "Confirm", "Copy and paste this code:\n\nABCD-EFGH\n\nIt expires in 10 minutes.", "ABCD-EFGH"),
    ("en", "Pair", "Type 90-21-77 on your TV. This code expires in 5 minutes.", "90-21-77"),
    (
        "de",
        "TAN",
        "TAN 640218 für Ihre Überweisung über 1.204,00 EUR an DE89 3704 0044 0532 0130 00 vom 14.03.2025",
        "640218",
    ),
    ("de", "Code", "Code: 640-218", "640-218"),
    ("fr", "Connexion", "Bonjour,\n\n640 218\n\nVoici votre code. Il expire dans 10 minutes.", "640218"),
    ("es", "PIN", "Tu PIN es 4417.", "4417"),
    ("pt", "Acesso", "Use o código 441 790 para entrar. Não compartilhe.", "441790"),
    ("it", "Accesso", "Inserisci 441791 per accedere al tuo account.", "441791"),
    ("pl", "Logowanie", "441792 to Twój kod do logowania", "441792"),
    ("ru", "Вход", "Чтобы войти, введите 441793", "441793"),
    ("ru", "Пароль", "Одноразовый пароль для входа: 4417. Заказ № 48213", "4417"),
    ("tr", "Giriş", "Giriş yapmak için 441794 kodunu kullanın.", "441794"),
    ("zh", "动态密码", "您的动态密码是441795，请在10分钟内输入。订单号4821309712", "441795"),
    ("ko", "본인확인", "[노드] 본인확인 인증번호는 551904 입니다.", "551904"),
    ("ja", "コード", "コード：441796\n\n有効期限は10分です。", "441796"),
    ("ar", "رمز", "رمزك هو 441797. لا تشاركه مع أي شخص.", "441797"),
    ("he", "קוד", "441798 הוא קוד הכניסה שלך", "441798"),
    ("vi", "OTP", "441799 là mã OTP của bạn. Không chia sẻ cho bất kỳ ai.", "441799"),
    ("th", "OTP", "OTP คือ 441800 (Ref: ABCD) หมดอายุใน 5 นาที", "441800"),
    ("ca", "Inici", "El teu codi de verificació és 551907.", "551907"),
];

#[test]
fn codes_are_found_in_many_languages() {
    check(LANGUAGES.iter().map(|(language, subject, body, expected)| {
        let mail = text(subject, body);
        (
            format!("{language} {body:?} {:?}", mail.findings.codes),
            code(&mail).map(str::to_owned),
            Some((*expected).to_owned()),
        )
    }));
}

const TRAPS: &[(&str, &str)] = &[
    ("Your order 482913", "Thank you! Order number: 482913\nTotal: $48.20\nWe ship in 3 days."),
    ("Order confirmation", "Your order #20481937 is confirmed. Track it with 1Z999AA10123456784."),
    ("Invoice INV-2024-10482", "Invoice number 104829 of March 14, 2025. Amount due: EUR 1,204.00"),
    (
        "New sign-in",
        "A new sign-in to your account from 203.0.113.77 on 2025-03-14 10:42. If this wasn't you, change your password.",
    ),
    ("Password changed", "The password of your account was changed. Reference 5518204."),
    (
        "Newsletter 2024",
        "In 2024 we grew to 20481 readers. Read more. © 2024 Nord Ltd, 1200 Market St, Wilmington, DE 19801",
    ),
    ("20% off", "Use promo code SPRING2024 at checkout. Offer ends 03/31/2025."),
    ("Your voucher", "Voucher code: RGL4-8X21"),
    ("Booking confirmed", "Booking reference: X7K2PQ\nFlight NX 4821, seat 14C"),
    ("Your parcel", "Tracking number: 00340434161094042557. Call 0800 482 9510."),
    ("Ticket 482951", "Your request (482951) has been updated."),
    ("Statement", "Your card ending in 4821 was charged $20.48. Balance 4,829.51"),
    ("Meeting", "Meeting ID: 845 1234 5678\nDial +1 669 444 9171"),
    (
        "Five ways scammers ask for your code",
        "Never share your verification code. A caller says: read me the code, e.g. 123456. We never ask.",
    ),
    ("Ihre Rechnung", "Rechnungsnummer: 4829510\nKundennummer: 771204\nBetrag 48,20 €"),
    ("Ваш заказ", "Номер заказа: 482951. Сумма 1 480 руб. Телефон 8 800 555-35-35"),
    ("ご注文", "注文番号：48213097\n合計 12,480円\nお問い合わせ 0120-482-951"),
    ("订单", "订单号：4821309712，金额 ¥482.00，客服热线 95588"),
    ("주문", "주문번호 48213097 결제금액 12,480원"),
    ("Votre commande", "Commande n° 482951 expédiée. Suivi : 8R41290488173"),
    ("Su pedido", "Número de pedido: 482951. Importe: 48,20 €"),
    ("Release 2.14.0731", "Version 4821 fixes error code 80070005. Build 20481."),
    ("Hello", "My number is 4155550132, call me. Room 4821, 2nd floor."),
    ("Minutes", "Attached are the minutes of 14.03.2025, 10:00-11:30. 2500 words."),
    ("Survey", "1048 people answered. 4821 said yes."),
    ("Re: hello", "Thanks!\n\nOn Mon, Ada wrote:\n> Your verification code is 482951"),
    ("Gift", "Your gift card code is AB12-CD34-EF56"),
    ("Welcome", "Welcome, user2048! Your member number is 20481937."),
    ("Support", "Call us at 1-800-482-9510, fax 555-0132, P.O. Box 1688"),
    ("Receipt", "Visa ending 4821\nAuth code: 048261\nTotal: $48.20\nTip: $2.00"),
    ("Your receipt", "Approval code 048261. Amount $48.20, tax $2.00."),
    ("Job 48213", "We received your application 48213 for the position 2025-118."),
    ("Backup done", "Backup finished: 482951 files, 20481937 bytes in 4821 seconds."),
    ("Weather", "Postcode 80010: 21 degrees. Source code at github.com/nord/482951."),
    ("Fahrplan", "Zug 4821 fährt um 10:42 von Gleis 7. Buchungscode: X7K2PQ"),
    ("Kassenbon", "Beleg 482951, Summe 48,20 €, Steuernummer 12/345/67890"),
    ("Чек", "Кассовый чек № 4821. ИТОГО: 1 480.00 руб. ФН 9960440302451823 ФД 48213"),
    ("Bilet", "Numer rezerwacji: 482951. Cena 48,20 zł, infolinia 783 300 800"),
    ("Fatura", "Sipariş no: 482951 toplam 1.480,00 TL. Müşteri no 20481937."),
    ("Security alert", "If you did not request a code, ignore this. Reference 5518204."),
    ("Your statement", "Your PIN was mailed to you. Card number ends 4821."),
    ("CVE-2024-48213", "CVE-2024-48213 affects version 4.8.21 of libnord. Issue 20481."),
    ("Payment", "Authorization code: 048261\nVisa 4821\nTotal $48.20\nTax $2.00"),
    ("Poll", "Vote by texting 48213 to 72466. Terms at nord.example"),
    ("Wi-Fi", "Room 4821. Breakfast 7:00-10:30. Call 0 for help."),
    ("Build failed", "Job 20481937 failed at commit 3f9a1c2 with exit code 127. Error code 4821."),
    ("New device", "iPhone15 signed in, serial CN0482951, from 203.0.113.9"),
    ("Reminder", "Your appointment is on 2025-03-14 at 10:30. Ref: AB4821"),
    ("Colours", "Use #482951 for headings and #ffffff for the rest."),
];

#[test]
fn other_numbers_are_not_claimed() {
    check(TRAPS.iter().map(|(subject, body)| {
        let mail = text(subject, body);
        (format!("{body:?} {:?}", mail.findings.codes), code(&mail).map(str::to_owned), None)
    }));
}

const PAGES: &[(&str, &str, &str)] = &[
    (
        "cells",
        "<p>Your one-time code:</p><table><tr><td>6</td><td>2</td><td>0</td><td>8</td><td>7</td><td>4</td></tr></table><p>Case 2024-118.</p>",
        "620874",
    ),
    (
        "picture",
        "<p>Your verification code is in the picture</p><img src=x alt='Verification code 904127' width=200>",
        "904127",
    ),
    ("split markup", "<p>Your code: <b>12</b><b>34</b><span>56</span></p>", "123456"),
    ("zero width", "<p>Your code is 57&#8203;19&#8203;36</p>", "571936"),
    ("soft hyphen", "<p>Your code is 294&shy;610</p>", "294610"),
    (
        "hidden decoy",
        "<div style='display:none'>Your code is 111222</div><p>Your code is <b>571936</b></p>",
        "571936",
    ),
    (
        "style sheet",
        "<style>.a482951{color:#482951}</style><p>Your code is 571936</p><p style='color:#999'>Nord, DE 19801</p>",
        "571936",
    ),
    (
        "big number",
        "<h1>Confirm your email address</h1><p>Enter it in your open browser window.</p><p style='font-size:30px'>DJZ-TLX</p><p>Your confirmation code is above.</p>",
        "DJZ-TLX",
    ),
    (
        "data table",
        "<p>Your verification code</p><table><tr><th>Account</th><th>Verification code</th></tr><tr><td>48201234</td><td>771204</td></tr></table>",
        "771204",
    ),
    ("input", "<p>Your verification code:</p><input value='558013'>", "558013"),
    ("prefix", "<p>G-583201 is your verification code.</p>", "G-583201"),
    (
        "words",
        "<p>Or type this temporary login code:</p><p><code>sparo-ndigo-amurt-secan</code></p>",
        "sparo-ndigo-amurt-secan",
    ),
    ("year", "<p>Your PIN is <b>2024</b></p><p>© 2025 Nord</p>", "2024"),
    ("order beside", "<p>Order 48213097</p><p>Your pickup code: <b>7316</b></p>", "7316"),
];

#[test]
fn the_structure_of_a_mail_is_used() {
    check(PAGES.iter().map(|(name, body, expected)| {
        let mail = html("Nord", body);
        (
            format!("{name} {:?}", mail.findings.codes),
            code(&mail).map(str::to_owned),
            Some((*expected).to_owned()),
        )
    }));
}

#[test]
fn a_code_only_in_the_subject_is_found() {
    let mail = text("Your Nord verification code is 482951", "Thanks for joining us. See you soon!");
    assert_eq!(code(&mail), Some("482951"));
    let mail = text("Nord", "Hello\n\n@nord.example #771204");
    assert_eq!(code(&mail), Some("771204"), "an origin-bound code is found");
}

const TOKEN: &str = "https://nord.example/go/klOceQfktwBsRTkT71LELKnOI5i2oY06";

const BUTTONS: &[(&str, &str, LinkKind)] = &[
    ("Verify your email", "Verify email", LinkKind::Verify),
    ("Sign in to Nord", "Sign in", LinkKind::SignIn),
    ("Reset your password", "Choose a new password", LinkKind::Reset),
    ("Ada invited you", "Accept invitation", LinkKind::Invite),
    ("Your export", "Download your data", LinkKind::Download),
    ("E-Mail bestätigen", "E-Mail-Adresse bestätigen", LinkKind::Verify),
    ("Connexion", "Se connecter", LinkKind::SignIn),
    ("Contraseña", "Restablecer contraseña", LinkKind::Reset),
    ("Confirme", "Confirmar e-mail", LinkKind::Verify),
    ("Conferma", "Conferma indirizzo", LinkKind::Verify),
    ("Bevestig", "E-mailadres bevestigen", LinkKind::Verify),
    ("Bekräfta", "Bekräfta e-post", LinkKind::Verify),
    ("Potwierdź", "Potwierdź adres", LinkKind::Verify),
    ("Ověření", "Ověřit e-mail", LinkKind::Verify),
    ("Подтверждение", "Подтвердить почту", LinkKind::Verify),
    ("Підтвердження", "Підтвердити", LinkKind::Verify),
    ("Doğrulama", "E-postamı doğrula", LinkKind::Verify),
    ("Xác nhận", "Xác nhận email", LinkKind::Verify),
    ("Verifikasi", "Verifikasi email", LinkKind::Verify),
    ("تأكيد", "تأكيد البريد", LinkKind::Verify),
    ("אימות", "אימות כתובת", LinkKind::Verify),
    ("メール確認", "メールアドレスを確認する", LinkKind::Verify),
    ("验证邮箱", "验证邮箱", LinkKind::Verify),
    ("이메일 인증", "이메일 인증하기", LinkKind::Verify),
    ("ยืนยัน", "ยืนยันอีเมล", LinkKind::Verify),
    ("Επιβεβαίωση", "Επιβεβαίωση email", LinkKind::Verify),
];

#[test]
fn the_link_of_the_main_action_is_first() {
    check(BUTTONS.iter().map(|(subject, words, kind)| {
        let mail = html(
            subject,
            &format!(
                "<a href='https://nord.example/'><img src=l.png alt=Nord width=90></a><p>Hello!</p>\
                 <p><a href='{TOKEN}' style='display:inline-block;background:#06f;padding:9px'>{words}</a></p>\
                 <p><a href='https://nord.example/help'>Help</a> <a href='https://twitter.com/nord'>Twitter</a>\
                 <a href='https://nord.example/unsubscribe?u=klOceQfktwBsRTkT71'>Unsubscribe</a></p>"
            ),
        );
        let found = link(&mail).map(|(url, kind)| (url.to_owned(), kind));
        (format!("{words} {:?}", mail.findings.links), found, Some((TOKEN.to_owned(), *kind)))
    }));
}

#[test]
fn no_link_is_claimed_in_a_mail_without_an_action() {
    let mails = [
        html(
            "News",
            "<p>Hello</p><a href='https://nord.example/blog/47'>Read more</a> <a href='https://nord.example/unsubscribe?u=klOceQfktwBsRTkT71'>Unsubscribe</a>",
        ),
        html(
            "New sign-in",
            "<p>A new sign-in.</p><a href='https://nord.example/security'>This wasn't me</a> <a href='https://nord.example/help'>Help center</a>",
        ),
        text("Hi", "See https://nord.example/ and https://example.org/about"),
    ];
    check(mails.iter().map(|mail| (format!("{:?}", mail.findings.links), link(mail), None)));
}

#[test]
fn machine_readable_markup_is_used() {
    let url = "https://nord.example/a/1";
    let mail = html(
        "Nord",
        &format!(
            "<script type='application/ld+json'>{{\"@type\":\"EmailMessage\",\"potentialAction\":{{\"@type\":\"ConfirmAction\",\
             \"name\":\"Approve\",\"handler\":{{\"@type\":\"HttpActionHandler\",\"url\":\"{url}\"}}}}}}</script>\
             <p>Hello</p><a href='{url}' class=button>Go on</a>"
        ),
    );
    assert_eq!(link(&mail), Some((url, LinkKind::Verify)), "{:?}", mail.findings.links);
}

#[test]
fn an_unsubscribe_header_is_a_separate_entry() {
    let mail = mail_codes::parse(b"Subject: News\nList-Unsubscribe: <mailto:leave@nord.example>, <https://nord.example/u/1>\n\nHello\n");
    let kinds: Vec<_> = mail.findings.links.iter().map(|link| (link.url.as_str(), link.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("mailto:leave@nord.example", LinkKind::Unsubscribe),
            ("https://nord.example/u/1", LinkKind::Unsubscribe)
        ]
    );
}

#[test]
fn suspicious_links_are_reported() {
    let mail = html(
        "Nord",
        "<a href='https://evil.example.org/x'>https://nord.com/login</a> <a href='http://192.0.2.7/x'>go</a>\
         <a href='https://nord.com@evil.example.org/y'>nord</a> <a href='https://xn--pple-43d.com/'>apple</a>\
         <a href='javascript:alert(1)'>click</a> <a href='https://nord.example/ok'>fine</a>",
    );
    let told = |part: &str| {
        mail.findings.links.iter().find(|link| link.url.contains(part)).map(|link| link.warnings.len())
    };
    for part in ["/x", "192.0.2.7", "/y", "xn--", "javascript"] {
        assert_eq!(told(part), Some(1), "{part} {:?}", mail.findings.links);
    }
    assert_eq!(told("/ok"), Some(0));
    assert!(
        mail.findings
            .links
            .iter()
            .filter(|link| !link.url.starts_with("http"))
            .all(|link| !link.confidence.is_confident())
    );
}

#[test]
fn a_url_broken_over_lines_is_joined() {
    let mail = text(
        "Activate your account",
        "Please activate your account by opening this link:\n\n<https://nord.example/confirm?user=482951&signature=935f61da\n43b06ed29676915b>\n",
    );
    assert_eq!(
        link(&mail).map(|(url, _)| url),
        Some("https://nord.example/confirm?user=482951&signature=935f61da43b06ed29676915b")
    );
}

#[test]
fn the_json_line_has_the_documented_shape() {
    let mail = text("Code", "Your code is 482951");
    let line = mail_codes::to_json("a/b.eml", &mail.findings);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["file"], "a/b.eml");
    assert_eq!(value["codes"][0]["value"], "482951");
    assert!(value["codes"][0]["confidence"].as_f64().unwrap() > 0.5);
    assert!(value["codes"][0]["reason"].as_str().unwrap().contains("6 digits"));
    assert!(!line.contains('\n'));
}

/// Tests that the code in the body is found even if the subject mentions a phone or order number, and that terminal
/// escape sequences around the code (such as bold) do not become part of it.
#[test]
fn a_code_is_claimed_beside_a_verified_number_and_escape_sequences() {
    let rows = [
        ("Verify your phone number", "Your code is 482913", Some("482913")),
        ("Verify your phone", "Your code is 482913", Some("482913")),
        ("Verify your phone number", "Enter this code: 482913", Some("482913")),
        ("Hello", "your code is \u{1b}[1m482913\u{1b}[0m", Some("482913")),
        ("Hello", "code: \u{1b}[1;32m482913\u{1b}[0m", Some("482913")),
        ("Your order number", "Order number 48291356", None),
        ("Confirm your phone number", "Call 0800 482913 for help with order 48291356.", None),
    ];
    check(rows.map(|(subject, body, expected)| {
        let mail = text(subject, body);
        (format!("{subject} / {body:?}"), code(&mail).map(str::to_owned), expected.map(str::to_owned))
    }));
}
