//! Evaluates the scores of a model: calibrates the confidences, and counts correct choices and false positives.

use crate::data::LabelledMail;
use std::collections::BTreeMap;

/// A model's choice in a mail: the candidate for a code or link with the highest score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelChoice {
    pub(crate) score: i32,
    pub(crate) right: bool,
    /// Index of the chosen code or link in the mail's list of candidates.
    pub(crate) at: usize,
}

/// Returns the candidate for a code or link with the highest score, ignoring candidates that count as neither correct
/// nor incorrect; `None` if no other candidate exists. `scores` contains one score per candidate, in thousandths of a
/// logit.
pub(crate) fn choice(mail: &LabelledMail, scores: &[i32]) -> Option<ModelChoice> {
    let all = mail.candidates.iter().zip(scores).enumerate().filter(|(_, (one, _))| !one.neutral);
    all.map(|(at, (one, score))| ModelChoice { score: *score, right: one.right, at })
        .max_by_key(|choice| choice.score)
}

/// Fits a logistic curve that maps scores to the share of correct choices (Platt scaling, 1999). Each choice is given
/// with its weight. Returns points on the curve: scores in thousandths of a logit, each with its confidence in per
/// mille.
pub(crate) fn calibrate(choices: &[(ModelChoice, f64)]) -> Vec<(i32, u16)> {
    // The curve is `chance(slope * score + shift)`; Newton's method finds `slope` and `shift`.
    let (mut slope, mut shift) = (1.0, 0.0);
    for _ in 0..NEWTON_STEPS {
        let (mut gradient, mut curvature) = ([0.0; 2], [1e-6, 0.0, 1e-6]);
        for (choice, weight) in choices {
            let score = f64::from(choice.score) / 1000.0;
            let chance = chance(slope * score + shift);
            let miss = weight * (chance - f64::from(u8::from(choice.right)));
            let spread = weight * chance * (1.0 - chance);
            gradient = [gradient[0] + miss * score, gradient[1] + miss];
            curvature =
                [curvature[0] + spread * score * score, curvature[1] + spread * score, curvature[2] + spread];
        }
        let [a, b, c] = curvature;
        let size = a * c - b * b;
        slope -= (c * gradient[0] - b * gradient[1]) / size;
        shift -= (a * gradient[1] - b * gradient[0]) / size;
    }
    let point = |score: i32| {
        let chance = chance(slope * f64::from(score) / 1000.0 + shift);
        (score, (chance * 1000.0).round().clamp(1.0, 995.0) as u16)
    };
    let mut points: Vec<(i32, u16)> = (-MAX_SCORE..=MAX_SCORE).step_by(SCORE_STEP).map(point).collect();
    points.dedup_by_key(|point| point.1);
    points
}

fn chance(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Number of Newton iterations for fitting the calibration curve to the scores.
const NEWTON_STEPS: usize = 40;
/// Highest score on the calibration curve, in thousandths of a logit. The lowest score is its negative.
const MAX_SCORE: i32 = 8000;
/// Difference between the scores of two neighbouring points for which the calibration curve is computed, in thousandths
/// of a logit.
const SCORE_STEP: usize = 200;

/// Returns the confidence for a score, in per mille, interpolated linearly between calibration points. The
/// library interpolates in the same way.
pub(crate) fn confidence(points: &[(i32, u16)], score: i32) -> u16 {
    let above = points.partition_point(|(known, _)| *known <= score);
    match (above.checked_sub(1).map(|at| points[at]), points.get(above)) {
        (Some((low, from)), Some((high, to))) => {
            let step =
                (i64::from(*to) - i64::from(from)) * i64::from(score - low) / i64::from((high - low).max(1));
            (i64::from(from) + step) as u16
        }
        (Some((_, confidence)), None) => confidence,
        (None, Some((_, confidence))) => *confidence,
        (None, None) => 0,
    }
}

/// Counts of correct choices in the mails with a code or link, false positives in the other mails, and correct choices
/// in the mails with a high-confidence choice. Each count is a pair: the number of these choices, and the number of
/// these mails.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChoiceCounts {
    pub(crate) right: [u32; 2],
    pub(crate) alarms: [u32; 2],
    pub(crate) sure: [u32; 2],
}

impl ChoiceCounts {
    pub(crate) fn add(&mut self, wanted: bool, choice: Option<ModelChoice>, points: &[(i32, u16)]) {
        let claimed = choice.filter(|choice| confidence(points, choice.score) >= 500);
        let hit = claimed.is_some_and(|choice| choice.right);
        if wanted {
            count(&mut self.right, hit);
        } else {
            count(&mut self.alarms, claimed.is_some());
        }
        if claimed.is_some_and(|choice| confidence(points, choice.score) >= 900) {
            count(&mut self.sure, hit);
        }
    }
}

fn count(pair: &mut [u32; 2], hit: bool) {
    pair[0] += u32::from(hit);
    pair[1] += 1;
}

fn share([hits, all]: [u32; 2]) -> String {
    if all == 0 {
        return format!("{:>17}", "-");
    }
    let (share, from, to) = interval(hits, all);
    format!("{share:>5.1} {:>11}", format!("{hits}/{all}")) + &format!(" ({from:.0}-{to:.0})")
}

/// Returns the share of `hits` in `all` in percent, and the lower and upper bounds of its 95 % confidence interval
/// (Wilson score interval).
fn interval(hits: u32, all: u32) -> (f64, f64, f64) {
    let (hits, all, z) = (f64::from(hits), f64::from(all), 1.96_f64);
    let share = hits / all;
    let middle = (share + z * z / (2.0 * all)) / (1.0 + z * z / all);
    let half = z / (1.0 + z * z / all) * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
    (share * 100.0, (middle - half).max(0.0) * 100.0, (middle + half).min(1.0) * 100.0)
}

/// Prints a table with one row of counts for each group of mails. `key` returns the name of the group of a mail. Omits
/// groups with fewer than `least` labelled mails.
pub(crate) fn table<'a>(
    title: &str,
    mails: &[(&'a LabelledMail, Option<ModelChoice>)],
    points: &[(i32, u16)],
    least: u32,
    key: impl Fn(&'a LabelledMail) -> &'a str,
) {
    let mut rows: BTreeMap<&str, ChoiceCounts> = BTreeMap::new();
    for (mail, choice) in mails {
        if let Some(wanted) = mail.wanted {
            rows.entry(key(mail)).or_default().add(wanted, *choice, points);
        }
    }
    println!("\n{title:<24} {:>27} {:>27} {:>27}", "right first", "false alarms", "right at 0.9");
    for (name, counts) in rows {
        if counts.right[1] + counts.alarms[1] >= least {
            let [right, alarms, sure] = [counts.right, counts.alarms, counts.sure].map(share);
            println!("{name:<24} {right:>27} {alarms:>27} {sure:>27}");
        }
    }
}

/// Prints the share of correct choices for each range of confidences: once unweighted, and once with the weights that
/// `weight` returns.
pub(crate) fn reliability(
    choices: &[(&LabelledMail, Option<ModelChoice>)],
    points: &[(i32, u16)],
    weight: impl Fn(&LabelledMail) -> f64,
) {
    const BOUNDS_PER_MILLE: [u16; 12] = [10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1001];
    println!("\n{:<12} {:>6} {:>8} {:>10}", "confidence", "mails", "right %", "weighted %");
    let mut from = 0;
    for to in BOUNDS_PER_MILLE {
        let here = choices
            .iter()
            .filter_map(|(mail, choice)| choice.map(|choice| (*mail, choice)))
            .filter(|(_, choice)| (from..to).contains(&confidence(points, choice.score)));
        let (mut right, mut all, mut weighted) = (0.0, 0.0, 0.0);
        for (mail, choice) in here {
            right += f64::from(u8::from(choice.right));
            all += 1.0;
            weighted += weight(mail);
        }
        let share =
            |total: f64| if total == 0.0 { "-".to_owned() } else { format!("{:.1}", right * 100.0 / total) };
        println!(
            "{:<12} {all:>6} {:>8} {:>10}",
            format!("{:.2}-{:.2}", f64::from(from) / 1000.0, f64::from(to.min(1000)) / 1000.0),
            share(all),
            share(weighted)
        );
        from = to;
    }
}
