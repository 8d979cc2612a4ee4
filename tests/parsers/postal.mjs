// Parses mails with postal-mime. Reads file names from standard input, and prints one JSON object per mail.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Returns the properties of a file. `lines` is the hash of the bytes with LF line ends, without blank lines at the end. */
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
