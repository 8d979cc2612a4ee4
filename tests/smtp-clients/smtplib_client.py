"""Sends a mail with smtplib and its default settings."""

import os
import smtplib
import ssl
from email.message import EmailMessage

mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "app@app.example", "user@example.com", os.environ["SUBJECT"]
mail.set_content("Your verification code is 482913.\n")
host, port, tls = os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"]), os.environ["SMTP_TLS"]
if tls == "implicit":
    smtp = smtplib.SMTP_SSL(host, port, context=ssl.create_default_context())
else:
    smtp = smtplib.SMTP(host, port)
with smtp:
    if tls == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if os.environ["SMTP_USER"]:
        smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
    smtp.send_message(mail)
