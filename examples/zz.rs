//! x
use std::time::Instant;
fn main() {
    let raw = std::fs::read("/tmp/code.eml").unwrap();
    for _ in 0..3 {
        let t = Instant::now();
        let m = dropmail_tui::domain::mime::parse(&raw);
        eprintln!("{:?} {}", t.elapsed(), m.codes.len());
    }
    if std::env::args().count() > 1 {
        for _ in 0..20000 {
            std::hint::black_box(dropmail_tui::domain::mime::parse(&raw));
        }
    }
}
