//! The numbers that describe a candidate. The models score a candidate by these numbers alone.

/// The features of one candidate, in the order that the model expects.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    values: Vec<i16>,
    /// The names of the features; `None` except during training.
    names: Option<Vec<String>>,
}

impl Features {
    /// Creates an empty list of features that records the feature names.
    pub(super) fn named() -> Self {
        Self { values: Vec::new(), names: Some(Vec::new()) }
    }

    /// Creates a list of features that begins with these values, without names and with capacity for `count`
    /// values.
    pub(super) fn beginning(first: &[i16], count: usize) -> Self {
        let mut values = Vec::with_capacity(count);
        values.extend_from_slice(first);
        Self { values, names: None }
    }

    /// Adds a feature that is true (1) or false (0).
    #[inline]
    pub(super) fn flag(&mut self, name: [&str; 2], value: bool) {
        self.push(name, i16::from(value));
    }

    /// Adds a count; a count above `max` becomes `max`.
    #[inline]
    pub(super) fn count(&mut self, name: [&str; 2], value: usize, max: i16) {
        self.push(name, i16::try_from(value).unwrap_or(max).min(max));
    }

    /// Adds a number as a feature. The two parts of the feature name are joined with a space.
    #[inline]
    pub(super) fn push(&mut self, name: [&str; 2], value: i16) {
        self.values.push(value);
        if self.names.is_some() {
            self.record(name);
        }
    }

    /// Records the name of a feature. Only training needs the names.
    #[cold]
    fn record(&mut self, name: [&str; 2]) {
        if let Some(names) = &mut self.names {
            names.push(name.join(" ").trim().to_owned());
        }
    }

    /// Returns the values of the features, in order.
    pub(super) fn values(&self) -> &[i16] {
        &self.values
    }

    /// Returns the values and the names of the features.
    pub(super) fn into_parts(self) -> (Vec<i16>, Vec<String>) {
        (self.values, self.names.unwrap_or_default())
    }
}
