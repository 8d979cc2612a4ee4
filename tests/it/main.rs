//! One test binary; a feature a file.
