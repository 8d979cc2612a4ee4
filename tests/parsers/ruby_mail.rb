# frozen_string_literal: true

# Parses mails with Ruby's mail. Reads file names from standard input, and prints one JSON object per mail.
require 'digest'
require 'json'
require 'mail'

def file(part)
  bytes = part.decoded.b
  lines = bytes.gsub(/\r\n?/n, "\n".b).sub(/\n+\z/n, ''.b)
  { name: part.filename.to_s, mime: part.mime_type.to_s, size: bytes.bytesize,
    sha256: Digest::SHA256.hexdigest(bytes), lines: Digest::SHA256.hexdigest(lines) }
end

def addresses(field)
  field.respond_to?(:addresses) ? field.addresses.map(&:to_s) : []
end

# Returns the text of all parts of a MIME type that are not files, in the order of the parts.
def text(mail, kind)
  leaves = mail.multipart? ? mail.all_parts.reject(&:multipart?) : [mail]
  found = leaves.reject(&:attachment?).select { |part| (part.mime_type || 'text/plain') == kind }
  found.empty? ? nil : found.map { |part| part.decoded.to_s.scrub }.join("\n")
end

$stdout.sync = true
$stdin.each_line(chomp: true) do |path|
  out = { file: path }
  started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  begin
    mail = Mail.read_from_string(File.binread(path))
    from = mail[:from]
    out.merge!(
      subject: mail.subject.to_s.scrub, from: addresses(from).first.to_s,
      sender: (from.respond_to?(:display_names) ? from.display_names.first : '').to_s.scrub,
      to: addresses(mail[:to]), text: text(mail, 'text/plain'), html: text(mail, 'text/html'),
      files: mail.attachments.map { |part| file(part) }
    )
    line = JSON.generate(out)
  rescue StandardError, SystemStackError => e
    line = JSON.generate(file: path, error: e.class.name)
  end
  ms = (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000
  puts line.sub(/\}\z/, ",\"ms\":#{ms.round(3)}}")
end
