//! The exit codes of the program, by which a script decides what to do next.

/// Exit code for a failure of the network, the server or the disk.
pub(super) const FAILED: u8 = 1;
/// Exit code for wrong usage or a wrong setting.
pub(super) const USAGE: u8 = 2;
/// Exit code of `wait` after its timeout.
pub(super) const TIMED_OUT: u8 = 3;
/// Exit code of `wait` if the mail contains no code or link as requested, and of `assert` if its mails are not
/// as expected.
pub(super) const NO_MATCH: u8 = 4;
/// Exit code if a mail, session, address or domain does not exist.
pub(super) const NOT_FOUND: u8 = 5;
/// Exit code if the service refuses the request.
pub(super) const REFUSED: u8 = 6;
/// Exit code after SIGINT (Ctrl-C).
pub(super) const INTERRUPTED: u8 = 130;

/// All exit codes with their meanings, for the help and the documentation.
const TABLE: [(u8, &str); 8] = [
    (0, "done"),
    (FAILED, "failed: network, server or disk"),
    (USAGE, "wrong usage or a wrong setting"),
    (TIMED_OUT, "`wait` ran out of time"),
    (NO_MATCH, "`wait` received a mail without a code or link as requested; `assert` found other mails"),
    (NOT_FOUND, "not found: mail, session, address or domain"),
    (REFUSED, "the service refuses: token, rate limit or captcha"),
    (INTERRUPTED, "ended by Ctrl-C; another signal gives 128 and its number"),
];

/// Returns the list of exit codes, which is the last paragraph of the help.
pub(super) fn help() -> String {
    let codes: Vec<String> = TABLE.iter().map(|(code, meaning)| format!("  {code:<4} {meaning}")).collect();
    format!("Exit codes:\n{}", codes.join("\n"))
}

/// Returns the table of exit codes for the documentation, in Markdown.
pub fn exit_code_rows() -> String {
    let row = |(code, meaning): &(u8, &str)| format!("| {code} | {meaning} |\n");
    let rows: String = TABLE.iter().map(row).collect();
    format!("| exit code | meaning |\n|---|---|\n{rows}")
}
