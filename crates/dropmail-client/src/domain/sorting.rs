//! Sorts items by a number. The standard library's sort methods are compiled separately for each item type and key
//! function, which adds 4 KB to the program each time. Almost all code in this module is compiled only once.

/// Sorts items by the number that `key` returns for each. Items with equal numbers keep their order.
pub fn sort_by_number<T>(items: &mut [T], key: impl Fn(&T) -> i128) {
    let keys: Vec<i128> = items.iter().map(key).collect();
    sort_by_keys(&keys, &mut |a, b| items.swap(a, b));
}

/// Sorts items by their keys; `keys` contains the key of each item. Calls `swap` with two positions to swap the items
/// at these positions.
fn sort_by_keys(keys: &[i128], swap: &mut dyn FnMut(usize, usize)) {
    let mut order: Vec<(i128, usize)> = keys.iter().copied().zip(0..).collect();
    order.sort_unstable();
    // The position of each item after the sort.
    let mut positions = vec![0; order.len()];
    for (position, (_, at)) in order.into_iter().enumerate() {
        if let Some(of_item) = positions.get_mut(at) {
            *of_item = position;
        }
    }
    // Each swap moves one item to its position, so there are fewer swaps than items.
    for at in 0..positions.len() {
        while let Some(&position) = positions.get(at)
            && position != at
        {
            swap(at, position);
            positions.swap(at, position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by_number;

    #[test]
    fn items_are_sorted_as_by_the_standard_library() {
        for length in 0..8 {
            for number in 0..3_u32.pow(length) {
                let digit = |at: u32| i128::from(number / 3_u32.pow(at) % 3) - 1;
                let mut items: Vec<(i128, u32)> = (0..length).map(|at| (digit(at), at)).collect();
                let mut expected = items.clone();
                expected.sort_by_key(|(key, _)| *key);
                sort_by_number(&mut items, |(key, _)| *key);
                assert_eq!(items, expected);
            }
        }
    }
}
