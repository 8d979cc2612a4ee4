//! The letters and digits of captchas, as strokes on a grid that is 4 units wide and 6 units high. Characters that are
//! easily confused (0 and O, 1 and I, 5 and S, 8 and B) are left out.

/// A stroke of a captcha character: the grid points, as (x, y), that the stroke connects.
pub(super) type Stroke = &'static [(u8, u8)];

const GLYPHS: [(char, &[Stroke]); 18] = [
    ('A', &[&[(0, 6), (2, 0), (4, 6)], &[(1, 4), (3, 4)]]),
    ('C', &[&[(4, 1), (3, 0), (1, 0), (0, 1), (0, 5), (1, 6), (3, 6), (4, 5)]]),
    ('E', &[&[(4, 0), (0, 0), (0, 6), (4, 6)], &[(0, 3), (3, 3)]]),
    ('F', &[&[(4, 0), (0, 0), (0, 6)], &[(0, 3), (3, 3)]]),
    ('H', &[&[(0, 0), (0, 6)], &[(4, 0), (4, 6)], &[(0, 3), (4, 3)]]),
    ('K', &[&[(0, 0), (0, 6)], &[(4, 0), (0, 3), (4, 6)]]),
    ('L', &[&[(0, 0), (0, 6), (4, 6)]]),
    ('M', &[&[(0, 6), (0, 0), (2, 3), (4, 0), (4, 6)]]),
    ('N', &[&[(0, 6), (0, 0), (4, 6), (4, 0)]]),
    ('P', &[&[(0, 6), (0, 0), (3, 0), (4, 1), (4, 2), (3, 3), (0, 3)]]),
    ('R', &[&[(0, 6), (0, 0), (3, 0), (4, 1), (4, 2), (3, 3), (0, 3)], &[(2, 3), (4, 6)]]),
    ('T', &[&[(0, 0), (4, 0)], &[(2, 0), (2, 6)]]),
    ('X', &[&[(0, 0), (4, 6)], &[(4, 0), (0, 6)]]),
    ('Y', &[&[(0, 0), (2, 3), (4, 0)], &[(2, 3), (2, 6)]]),
    ('2', &[&[(0, 1), (1, 0), (3, 0), (4, 1), (4, 2), (0, 6), (4, 6)]]),
    ('3', &[&[(0, 0), (4, 0), (2, 3), (4, 4), (4, 5), (3, 6), (1, 6), (0, 5)]]),
    ('4', &[&[(3, 6), (3, 0), (0, 4), (4, 4)]]),
    ('7', &[&[(0, 0), (4, 0), (1, 6)]]),
];

/// Maps a random byte to a captcha character (a letter or a digit).
pub(super) fn letter(byte: u8) -> char {
    GLYPHS.get(usize::from(byte) % GLYPHS.len()).map_or('A', |(letter, _)| *letter)
}

/// Returns the strokes of a captcha letter or digit; an empty slice for an unknown character.
pub(super) fn strokes(letter: char) -> &'static [Stroke] {
    GLYPHS.iter().find(|(known, _)| *known == letter).map_or(&[], |(_, strokes)| *strokes)
}
