//! The ports, fulfilled by the real world.
