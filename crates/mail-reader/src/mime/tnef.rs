//! Lists the names and sizes of the files in a `winmail.dat` file, the attachment container format of Microsoft Outlook
//! (TNEF, \[MS-OXTNEF\]).

const SIGNATURE: [u8; 4] = 0x223e_9f78_u32.to_le_bytes();
/// Number of the TNEF attribute that marks the start of an attachment.
const RENDER_DATA: u32 = 0x0006_9002;
/// Number of the TNEF attribute that contains the file name of an attachment.
const TITLE: u32 = 0x0001_8010;
/// Number of the TNEF attribute that contains the content of an attachment.
const DATA: u32 = 0x0006_800f;
/// Maximum number of files listed from a TNEF container; further files are ignored.
const MAX_PARTS: usize = 100;

/// Returns the name and the size in bytes of each file in a TNEF container; empty if the bytes are not TNEF.
pub(super) fn list(bytes: &[u8]) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    // The container starts with a signature of four bytes and a key of two bytes.
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE.as_slice()).and_then(|rest| rest.get(2..)) else {
        return found;
    };
    while let Some((id, data, after)) = attribute(rest) {
        match id {
            RENDER_DATA if found.len() < MAX_PARTS => found.push((String::new(), 0)),
            TITLE => {
                if let Some((name, _)) = found.last_mut() {
                    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
                    *name = super::charset::guess(data.get(..end).unwrap_or_default());
                }
            }
            DATA => {
                if let Some((_, size)) = found.last_mut() {
                    *size = data.len();
                }
            }
            _ => {}
        }
        rest = after;
    }
    found
}

/// Splits off the first TNEF attribute. Returns its number, its data, and the bytes after its checksum; `None` if the
/// attribute is incomplete.
fn attribute(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (id, length) = (number(1)?, number(5)? as usize);
    let data = bytes.get(9..9_usize.checked_add(length)?)?;
    Some((id, data, bytes.get(9 + length + 2..)?))
}
