//! Finds a test mail whose code the program reports only as a guess, that is, with less than full confidence. The mail
//! is not hard-coded: if the model that scores codes is retrained, the program could become certain of the code in that
//! mail.

use mail_codes::Code;

/// A test mail whose code the program reports only as a guess, that is, with less than full confidence.
pub(crate) struct Guess {
    /// Subject of the mail in which the program found the uncertain code.
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The uncertain code that the program reports for the mail.
    pub(crate) code: Code,
}

impl Guess {
    /// Returns the confidence of the code in per cent, rounded down to an integer as on the screen.
    pub(crate) fn percent(&self) -> u16 {
        self.code.confidence.thousandths() / 10
    }
}

/// Subjects of the candidate mails; `{}` is replaced with a number that could be a code.
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

/// Tries the mails in this file in order, and returns the first one whose code is reported as a guess; panics if there
/// is none.
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
