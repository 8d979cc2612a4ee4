//! The Elm core: messages into state and effects.
