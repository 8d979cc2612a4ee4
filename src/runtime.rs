//! The loop, the effects' performer, the only place that spawns.
