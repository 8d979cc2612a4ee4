//! The command line: verbs over the service.
