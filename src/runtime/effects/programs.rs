//! Shows mails and their MIME parts in other programs: an editor, a pager or the default program of the desktop.

use super::read::lay_out;
use super::{Dependencies, EffectFuture, Foreground, RuntimeEvent, to_text};
use crate::app::effect::ExternalProgram;
use crate::app::message_pane::LoadedMail;
use crate::app::msg::Msg;
use crate::runtime::blocking::run_blocking;
use crate::runtime::charset::TerminalCharset;
use dropmail_client::ports::files::Files;
use dropmail_client::ports::opener::Opener;
use jiff::tz::TimeZone;
use mail_reader::mail::Attachment;
use mail_reader::mime;
use mail_reader::richtext::{RenderOptions, View};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Width in columns at which a mail is laid out for an editor or pager.
const WIDTH: u16 = 80;

/// Writes a view of a mail to a temporary file, and asks the event loop to open the file in the user's editor or pager.
///
/// For a pager on a terminal that can display only ASCII, the text is converted to ASCII, because some pagers do not
/// remove C1 control characters.
pub(super) fn show_view(
    tool: ExternalProgram,
    opened: Arc<LoadedMail>,
    view: View,
    charset: TerminalCharset,
    dependencies: &Dependencies,
    zone: TimeZone,
) -> EffectFuture {
    let scratch = Arc::clone(&dependencies.scratch);
    Box::pin(async move {
        let ending = if view == View::Raw { "eml" } else { "txt" };
        let written = run_blocking(move || {
            let content = file_content(&opened, view, &zone);
            match tool {
                ExternalProgram::Pager => scratch.write(ending, &charset.convert_bytes(&content)),
                ExternalProgram::Editor => scratch.write(ending, &content),
            }
        });
        match written.await {
            Ok(file) => RuntimeEvent::Foreground(Foreground { command: program_command(tool), file }),
            Err(why) => RuntimeEvent::Msg(Msg::Shown(Err(to_text(why)))),
        }
    })
}

/// Saves a MIME part of a mail as a file and opens the file with the default program of the desktop.
pub(super) fn show_part(opened: Arc<LoadedMail>, part: usize, dependencies: &Dependencies) -> EffectFuture {
    let (files, opener) = (Arc::clone(&dependencies.files), Arc::clone(&dependencies.opener));
    Box::pin(async move {
        let shown = run_blocking(move || open_part(&opened, part, files.as_ref(), opener.as_ref())).await;
        RuntimeEvent::Msg(Msg::Shown(shown.map(Some)))
    })
}

/// Returns the content of the file that an editor or pager opens: the raw mail for `View::Raw`, and the text that the
/// screen shows for any other view.
fn file_content(opened: &LoadedMail, view: View, zone: &TimeZone) -> Vec<u8> {
    if view == View::Raw {
        return opened.raw.to_vec();
    }
    let (lines, _) = lay_out(opened, (view, WIDTH), RenderOptions::default(), zone, None);
    let mut out = String::new();
    for line in lines {
        for span in &line.spans {
            out.push_str(&span.text);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out.into_bytes()
}

/// Returns the shell expression for the command of the user's editor or pager. If no environment variable specifies a
/// command, the editor is `vi` and the pager is `less`.
fn program_command(tool: ExternalProgram) -> &'static str {
    match tool {
        ExternalProgram::Editor => "${VISUAL:-${EDITOR:-vi}}",
        ExternalProgram::Pager => "${PAGER:-less}",
    }
}

fn open_part(
    opened: &LoadedMail,
    part: usize,
    files: &dyn Files,
    opener: &dyn Opener,
) -> Result<SafeText, SafeText> {
    let attachment = opened.mail.attachments.iter().find(|attachment| attachment.part == part);
    let attachment = attachment.ok_or_else(|| SafeText::new("This mail has no such part."))?;
    let bytes = mime::attachment_bytes(&opened.raw, part);
    let bytes = bytes
        .ok_or_else(|| SafeText::new("This part cannot be decoded. The whole mail can be saved instead."))?;
    let path =
        files.save(&attachment.name, &bytes).map_err(|why| SafeText::new(&format!("Not saved: {why}")))?;
    if !is_document(attachment) {
        return Ok(format!("Saved {}; not opened, since it may be a program.", path.display()).into());
    }
    opener.open_file(&path).map_err(|why| SafeText::new(&format!("Saved {}, but {why}", path.display())))?;
    Ok(format!("Saved and opened {}", path.display()).into())
}

/// Returns whether an attachment can be opened safely: both its file name and its detected content type must be those
/// of a document. Opening a document only displays it and executes no code from the sender.
fn is_document(attachment: &Attachment) -> bool {
    let by_name = mime::media_type_of_name(attachment.name.as_str()).unwrap_or_default();
    let viewed = |mime: &str| {
        matches!(mime.split('/').next(), Some("image" | "audio" | "video"))
            || matches!(mime, "text/plain" | "text/csv" | "text/calendar" | "application/pdf")
            || mime.starts_with("application/vnd.openxmlformats")
            || mime.starts_with("application/vnd.oasis.opendocument")
    };
    viewed(by_name)
        && by_name != "image/svg+xml"
        && attachment
            .detected_type
            .is_none_or(|detected_type| viewed(detected_type) || detected_type == "application/zip")
}
