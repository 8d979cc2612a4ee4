//! Defines feature vectors: the numbers that describe a candidate for a code or link. A model scores the candidate by
//! these numbers alone.

/// The feature vector of one candidate for a code or link, with the values in the order that the model expects.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    values: Vec<i16>,
    /// The names of all features, which are needed only for training a model; `None` if names are not recorded.
    names: Option<Vec<String>>,
}

impl Features {
    /// Creates an empty feature vector that records the name of each added feature.
    pub(super) fn named() -> Self {
        Self { values: Vec::new(), names: Some(Vec::new()) }
    }

    /// Creates a feature vector that starts with the values in `first`, has capacity for `count` values, and records no
    /// feature names.
    pub(super) fn beginning(first: &[i16], count: usize) -> Self {
        let mut values = Vec::with_capacity(count);
        values.extend_from_slice(first);
        Self { values, names: None }
    }

    /// Appends a feature with the value 1 (true) or 0 (false).
    #[inline]
    pub(super) fn flag(&mut self, name: [&str; 2], value: bool) {
        self.push(name, i16::from(value));
    }

    /// Appends a count as a feature; counts above `max` are clamped.
    #[inline]
    pub(super) fn count(&mut self, name: [&str; 2], value: usize, max: i16) {
        self.push(name, i16::try_from(value).unwrap_or(max).min(max));
    }

    /// Appends a feature. Its name consists of the two strings of `name`, joined by a space.
    #[inline]
    pub(super) fn push(&mut self, name: [&str; 2], value: i16) {
        self.values.push(value);
        if self.names.is_some() {
            self.record(name);
        }
    }

    /// Records the name of a feature, which is needed only for training a model.
    #[cold]
    fn record(&mut self, name: [&str; 2]) {
        if let Some(names) = &mut self.names {
            names.push(name.join(" ").trim().to_owned());
        }
    }

    /// Returns the values of all features, in the order in which they were added.
    pub(super) fn values(&self) -> &[i16] {
        &self.values
    }

    /// Returns the values and the names of all features; the names are empty if they were not recorded.
    pub(super) fn into_parts(self) -> (Vec<i16>, Vec<String>) {
        (self.values, self.names.unwrap_or_default())
    }
}
