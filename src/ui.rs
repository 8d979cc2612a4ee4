//! The view: the model, drawn.
