//! Reads the tokens of the local server from a file. Unlike tokens in command-line arguments, tokens in a file do not
//! appear in the process list.

use super::CliError;
use dropmail_client::domain::secrets::Token;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Maximum size of the token file in bytes. A larger file is an error, because its path is probably wrong.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// Reads the tokens from the token file, one token per line. Error messages contain no text from the file, because the
/// text may be secret.
pub(super) fn read(path: &Path) -> Result<Vec<Token>, CliError> {
    let flag = format!("--token-file {}", path.display());
    let failed = |why: std::io::Error| CliError::failed(format!("{flag}: {why}"));
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    let bytes = file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > MAX_FILE_BYTES) {
        return Err(CliError::usage(format!("{flag}: the file is larger than {MAX_FILE_BYTES} bytes")));
    }
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let tokens: Vec<Token> = lines
        .map(|(number, line)| {
            let wrong = |why| CliError::usage(format!("{flag}, line {}: {why}", number + 1));
            Token::parse(line).map_err(wrong)
        })
        .collect::<Result<_, _>>()?;
    if tokens.is_empty() {
        return Err(CliError::usage(format!("{flag}: the file contains no token; write one per line")));
    }
    Ok(tokens)
}
