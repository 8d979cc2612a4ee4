//! Judges scores: fits the confidence to them, and counts right answers and false alarms.

use crate::data::Labelled;
use std::collections::BTreeMap;

/// The best candidate of a mail and its score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) score: i32,
    pub(crate) right: bool,
}

/// The first answer of a mail among its candidates that are right or wrong.
pub(crate) fn answer(mail: &Labelled, scores: &[i32]) -> Option<Answer> {
    let all = mail.candidates.iter().zip(scores).filter(|(one, _)| !one.neutral);
    all.map(|(one, score)| Answer { score: *score, right: one.right }).max_by_key(|answer| answer.score)
}

/// Fits the share of right answers to their scores: isotonic regression, thinned to a few points.
pub(crate) fn calibrate(answers: &[(Answer, f64)]) -> Vec<(i32, u16)> {
    let mut sorted: Vec<(Answer, f64)> = answers.to_vec();
    sorted.sort_by_key(|(answer, _)| answer.score);
    // Each block has a sum of scores, of right answers and of weights.
    let mut blocks: Vec<(f64, f64, f64)> = Vec::new();
    for (answer, weight) in sorted {
        blocks.push((f64::from(answer.score) * weight, f64::from(u8::from(answer.right)) * weight, weight));
        while let [.., before, last] = blocks.as_slice()
            && before.1 / before.2 >= last.1 / last.2
        {
            let merged = sum(*before, *last);
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged);
        }
    }
    // Blocks of few answers are joined with those above them.
    let mut large: Vec<(f64, f64, f64)> = Vec::new();
    for block in blocks {
        match large.last_mut().filter(|last| last.2 < MIN_BLOCK) {
            Some(last) => *last = sum(*last, block),
            None => large.push(block),
        }
    }
    let blocks = large;
    let smooth = |block: &(f64, f64, f64)| (block.1 + 0.5 * PRIOR) / (block.2 + PRIOR);
    let mut points: Vec<(i32, u16)> = blocks
        .iter()
        .map(|block| {
            ((block.0 / block.2).round() as i32, (smooth(block) * 1000.0).round().clamp(1.0, 995.0) as u16)
        })
        .collect();
    points.dedup_by(|later, first| later.1 <= first.1);
    points
}

fn sum(a: (f64, f64, f64), b: (f64, f64, f64)) -> (f64, f64, f64) {
    (a.0 + b.0, a.1 + b.1, a.2 + b.2)
}

/// Minimum total weight of the answers in a block of scores; a lighter block is joined with the block above.
const MIN_BLOCK: f64 = 6.0;
/// Weight of the answers that are assumed beforehand, half of them right.
const PRIOR: f64 = 0.3;

/// The confidence for a score, interpolated as the program does it.
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

/// Counts of answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) right: [u32; 2],
    pub(crate) alarms: [u32; 2],
    pub(crate) sure: [u32; 2],
}

impl Counts {
    pub(crate) fn add(&mut self, wanted: bool, answer: Option<Answer>, points: &[(i32, u16)]) {
        let claimed = answer.filter(|answer| confidence(points, answer.score) >= 500);
        let hit = claimed.is_some_and(|answer| answer.right);
        if wanted {
            count(&mut self.right, hit);
        } else {
            count(&mut self.alarms, claimed.is_some());
        }
        if claimed.is_some_and(|answer| confidence(points, answer.score) >= 900) {
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

/// The share in percent with its 95 % confidence interval (Wilson).
fn interval(hits: u32, all: u32) -> (f64, f64, f64) {
    let (hits, all, z) = (f64::from(hits), f64::from(all), 1.96_f64);
    let share = hits / all;
    let middle = (share + z * z / (2.0 * all)) / (1.0 + z * z / all);
    let half = z / (1.0 + z * z / all) * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
    (share * 100.0, (middle - half).max(0.0) * 100.0, (middle + half).min(1.0) * 100.0)
}

/// Prints a table of counts by a key; rows with fewer than `least` labelled mails are left out.
pub(crate) fn table<'a>(
    title: &str,
    mails: &[(&'a Labelled, Option<Answer>)],
    points: &[(i32, u16)],
    least: u32,
    key: impl Fn(&'a Labelled) -> &'a str,
) {
    let mut rows: BTreeMap<&str, Counts> = BTreeMap::new();
    for (mail, answer) in mails {
        if let Some(wanted) = mail.wanted {
            rows.entry(key(mail)).or_default().add(wanted, *answer, points);
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

/// Prints how often answers are right, by their confidence.
pub(crate) fn reliability(answers: &[(&Labelled, Option<Answer>)], points: &[(i32, u16)]) {
    const BOUNDS: [u16; 12] = [10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1001];
    println!("\n{:<12} {:>6} {:>8}", "confidence", "mails", "right %");
    let mut from = 0;
    for to in BOUNDS {
        let here = answers
            .iter()
            .filter_map(|(_, answer)| *answer)
            .filter(|answer| (from..to).contains(&confidence(points, answer.score)));
        let (mut right, mut all) = (0, 0);
        for answer in here {
            right += u32::from(answer.right);
            all += 1;
        }
        let share = if all == 0 {
            "-".to_owned()
        } else {
            format!("{:.1}", f64::from(right) * 100.0 / f64::from(all))
        };
        println!(
            "{:<12} {all:>6} {share:>8}",
            format!("{:.2}-{:.2}", f64::from(from) / 1000.0, f64::from(to.min(1000)) / 1000.0)
        );
        from = to;
    }
}
