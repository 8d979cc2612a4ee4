//! Finds a mail whose code the program reports as a guess, which means that the code is not certain. The mail is
//! searched for and not hard-coded, so that the tests stay valid when the model that scores codes is retrained.

use mail_codes::Code;

/// A mail whose code the program reports as a guess, which means that the code is not certain.
pub(crate) struct Guess {
    /// Subject of the mail whose code is a guess.
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The code that the program reports for the mail.
    pub(crate) code: Code,
}

impl Guess {
    /// Returns the confidence of the code in per cent, as the program shows it, without decimals.
    pub(crate) fn percent(&self) -> u16 {
        self.code.confidence.thousandths() / 10
    }
}

/// Subjects of the mails that are tried in the search for a guess; `{}` is replaced with the number that may be a code.
const SUBJECTS: [&str; 6] = ["Hello", "Your account", "Welcome", "News of your sign-in", "{}", "Sign in"];
const TEXTS: [&str; 12] = [
    "{}",
    "Number {}",
    "The number is {}.",
    "Here it is: {}",
    "Use {} now.",
    "Your key: {}",
    "Your reference for this sign-in is {}.",
    "{} is for you.",
    "Hello,\r\n\r\n{}\r\n\r\nThe team",
    "We have set {} for you.",
    "Please keep {} at hand when you sign in.",
    "You asked for it: {} (account 5512)",
];

/// Returns the first of the tried mails whose code is reported as a guess.
pub(crate) fn mail() -> Guess {
    let all = SUBJECTS.iter().flat_map(|subject| TEXTS.iter().map(move |text| (subject, text)));
    let guesses = all.flat_map(|pair| ["48213", "4471", "90412877", "K4T9PX"].map(|value| (pair, value)));
    let mut guesses = guesses.filter_map(|((subject, text), value)| {
        let (subject, text) = (subject.replace("{}", value), text.replace("{}", value));
        let raw = format!("From: Shop <no-reply@shop.example>\r\nSubject: {subject}\r\n\r\n{text}\r\n");
        let code = mail_codes::parse(raw.as_bytes()).findings.confident_code()?.clone();
        (!code.confidence.is_certain()).then_some(Guess { subject, text, code })
    });
    guesses.next().expect("the code of at least one mail is a guess")
}
