// Parses mails with postal-mime: file names on standard input, one JSON object a line on standard output.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The hash of a file, and that of the same file with LF line ends and without blank lines at its end. */
const file = (name, mime, content) => {
  const bytes = Buffer.from(content);
  const lines = Buffer.from(bytes.toString('latin1').replace(/\r\n?/g, '\n').replace(/\n+$/, ''), 'latin1');
  return { name: name ?? '', mime: mime ?? '', size: bytes.length, sha256: sha256(bytes), lines: sha256(lines) };
};

const mailboxes = (list) => (list ?? []).flatMap((one) => one.group ?? [one]);

for await (const path of createInterface({ input: process.stdin })) {
  const raw = readFileSync(path);
  const started = process.hrtime.bigint();
  let out = { file: path };
  try {
    const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true });
    const from = mailboxes(mail.from ? [mail.from] : [])[0] ?? {};
    out = {
      ...out,
      subject: mail.subject ?? '',
      from: from.address ?? '',
      sender: from.name ?? '',
      to: mailboxes(mail.to).map((one) => one.address ?? ''),
      text: mail.text ?? null,
      html: mail.html ?? null,
      files: mail.attachments.map((one) => file(one.filename, one.mimeType, one.content)),
    };
  } catch (why) {
    out.error = String(why);
  }
  out.ms = Number((process.hrtime.bigint() - started) / 1000n) / 1000;
  console.log(JSON.stringify(out));
}
