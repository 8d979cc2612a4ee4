//! Prints the results of a model: tables, the choices in held-out mails, and the incorrect choices.

use crate::data::Labelled;
use crate::judge::{self, Answer};
use crate::study::{Study, weight_of};

impl Study<'_> {
    /// Prints the tables of the model's results on the held-out mails.
    pub(crate) fn report(&self, mails: &[Labelled]) {
        println!(
            "\n=== {}: {} mails, {} features; families held out",
            self.name,
            mails.len(),
            self.names.len()
        );
        let judged: Vec<(&Labelled, Option<Answer>)> =
            mails.iter().zip(self.answers.iter().copied()).collect();
        judge::table("set", &judged, &self.points, 1, |mail| &mail.set);
        judge::table("language", &judged, &self.points, 20, |mail| &mail.language);
        judge::table("script", &judged, &self.points, 1, Labelled::script);
        judge::table("kind", &judged, &self.points, 1, |mail| &mail.kind);
        judge::table("family", &judged, &self.points, 20, |mail| &mail.family);
        judge::reliability(&judged, &self.points, |mail| weight_of(self.name, mail));
        let missing =
            |mail: &&Labelled| mail.wanted == Some(true) && !mail.candidates.iter().any(|one| one.right);
        println!("\nmails whose answer is no candidate: {}", mails.iter().filter(missing).count());
    }

    /// Prints the model's choice in each held-out mail as a JSON line.
    pub(crate) fn list_answers(&self, mails: &[Labelled]) {
        for (mail, answer) in mails.iter().zip(&self.answers) {
            let (right, score) = answer.map(|answer| (answer.right, answer.score)).unzip();
            let (set, language, wanted) = (&mail.set, &mail.language, mail.wanted);
            println!(
                "{}",
                serde_json::json!({"what": self.name, "set": set, "language": language, "file": mail.file,
                    "wanted": wanted, "right": right, "score": score})
            );
        }
    }

    /// Prints the mails in which the model chose incorrectly. `answers` contains the model's choice in each mail.
    pub(crate) fn list_faults(&self, mails: &[Labelled], answers: &[Option<Answer>]) {
        println!("\nfaults of {}:", self.name);
        for (mail, answer) in mails.iter().zip(answers) {
            let Some(wanted) = mail.wanted else { continue };
            let confidence = answer.map_or(0, |answer| judge::confidence(&self.points, answer.score));
            let is_right = answer.is_some_and(|answer| answer.right && confidence >= 500);
            if wanted && !is_right || !wanted && confidence >= 500 {
                let text =
                    answer.and_then(|answer| mail.candidates.get(answer.at)).map(|one| one.text.as_str());
                let (set, file, language) = (&mail.set, &mail.file, &mail.language);
                let text = text.unwrap_or("-");
                println!("{set} {file} {language} wanted {wanted} answer {text} {confidence}");
            }
        }
    }
}
