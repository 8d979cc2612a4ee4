# Sends a mail with net-smtp, which Rails' Action Mailer uses.
require "net/smtp"

tls = ENV["SMTP_TLS"]
smtp = Net::SMTP.new(ENV["SMTP_HOST"], Integer(ENV["SMTP_PORT"]))
smtp.disable_tls
smtp.disable_starttls
smtp.enable_tls if tls == "implicit"
smtp.enable_starttls if tls == "starttls"
login = ENV["SMTP_USER"].empty? ? {} : { user: ENV["SMTP_USER"], secret: ENV["SMTP_PASSWORD"], authtype: :plain }
smtp.start(helo: "localhost", **login) do |session|
  mail = "From: app@app.example\r\nTo: user@example.com\r\nSubject: #{ENV['SUBJECT']}\r\n\r\nYour code is 482913.\r\n"
  session.send_message(mail, "app@app.example", "user@example.com")
end
