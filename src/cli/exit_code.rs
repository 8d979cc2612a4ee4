//! The program's exit codes, by which scripts can distinguish the results of commands.

/// Exit code for a failure of the network, the server or the disk.
pub(super) const FAILED: u8 = 1;
/// Exit code for invalid arguments or an invalid setting.
pub(super) const USAGE: u8 = 2;
/// Exit code of the `wait` and `quick` commands if their timeout expires.
pub(super) const TIMED_OUT: u8 = 3;
/// Exit code of the `wait` command if the mail does not contain the requested code or link, and of the `assert` command
/// if its check failed.
pub(super) const NO_MATCH: u8 = 4;
/// Exit code if the mail, session, address or domain that the user specified does not exist.
pub(super) const NOT_FOUND: u8 = 5;
/// Exit code if the service refuses a request because of the token, the rate limit or a missing captcha answer.
pub(super) const REFUSED: u8 = 6;
/// Exit code after SIGINT (Ctrl-C).
pub(super) const INTERRUPTED: u8 = 130;

/// All exit codes and their meanings, for the help text, the manual page and the documentation.
pub(super) const TABLE: [(u8, &str); 8] = [
    (0, "done"),
    (FAILED, "failed: network, server or disk"),
    (USAGE, "wrong usage or a wrong setting"),
    (TIMED_OUT, "`wait` or `quick` ran out of time"),
    (NO_MATCH, "`wait` received a mail without a code or link as requested; `assert` found other mails"),
    (NOT_FOUND, "not found: mail, session, address or domain"),
    (REFUSED, "the service refuses: token, rate limit or captcha"),
    (INTERRUPTED, "ended by Ctrl-C; another signal gives 128 and its number"),
];

/// Returns the list of exit codes, which forms the last paragraph of the help text.
pub(super) fn help_text() -> String {
    let codes: Vec<String> = TABLE.iter().map(|(code, meaning)| format!("  {code:<4} {meaning}")).collect();
    format!("Exit codes:\n{}", codes.join("\n"))
}

/// Returns the table of exit codes in Markdown, for the documentation.
pub fn exit_code_rows() -> String {
    let row = |(code, meaning): &(u8, &str)| format!("| {code} | {meaning} |\n");
    let rows: String = TABLE.iter().map(row).collect();
    format!("| exit code | meaning |\n|---|---|\n{rows}")
}
