//! Prints the results of a model: tables, the choices in held-out mails, and the incorrect choices.

use crate::data::LabelledMail;
use crate::judge::{self, ModelChoice};
use crate::study::{Study, weight_of};

impl Study<'_> {
    /// Prints the tables of the model's results on the held-out mails.
    pub(crate) fn report(&self, mails: &[LabelledMail]) {
        println!(
            "\n=== {}: {} mails, {} features; families held out",
            self.name,
            mails.len(),
            self.names.len()
        );
        let judged: Vec<(&LabelledMail, Option<ModelChoice>)> =
            mails.iter().zip(self.choices.iter().copied()).collect();
        judge::table("set", &judged, &self.points, 1, |mail| &mail.set);
        judge::table("language", &judged, &self.points, 20, |mail| &mail.language);
        judge::table("script", &judged, &self.points, 1, LabelledMail::script);
        judge::table("kind", &judged, &self.points, 1, |mail| &mail.kind);
        judge::table("family", &judged, &self.points, 20, |mail| &mail.family);
        judge::reliability(&judged, &self.points, |mail| weight_of(self.name, mail));
        let missing =
            |mail: &&LabelledMail| mail.wanted == Some(true) && !mail.candidates.iter().any(|one| one.right);
        println!("\nmails whose answer is no candidate: {}", mails.iter().filter(missing).count());
    }

    /// Prints the model's choice in each held-out mail as a JSON line.
    pub(crate) fn list_choices(&self, mails: &[LabelledMail]) {
        for (mail, choice) in mails.iter().zip(&self.choices) {
            let (right, score) = choice.map(|choice| (choice.right, choice.score)).unzip();
            let (set, language, wanted) = (&mail.set, &mail.language, mail.wanted);
            println!(
                "{}",
                serde_json::json!({"what": self.name, "set": set, "language": language, "file": mail.file,
                    "wanted": wanted, "right": right, "score": score})
            );
        }
    }

    /// Prints the mails in which the model chose incorrectly. `choices` contains the model's choice in each mail.
    pub(crate) fn list_faults(&self, mails: &[LabelledMail], choices: &[Option<ModelChoice>]) {
        println!("\nfaults of {}:", self.name);
        for (mail, choice) in mails.iter().zip(choices) {
            let Some(wanted) = mail.wanted else { continue };
            let confidence = choice.map_or(0, |choice| judge::confidence(&self.points, choice.score));
            let is_right = choice.is_some_and(|choice| choice.right && confidence >= 500);
            if wanted && !is_right || !wanted && confidence >= 500 {
                let text =
                    choice.and_then(|choice| mail.candidates.get(choice.at)).map(|one| one.text.as_str());
                let (set, file, language) = (&mail.set, &mail.file, &mail.language);
                let text = text.unwrap_or("-");
                println!("{set} {file} {language} wanted {wanted} answer {text} {confidence}");
            }
        }
    }
}
