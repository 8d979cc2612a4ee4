"""Sends a mail with Django's mail backend."""

import os

from django.conf import settings
from django.core.mail import send_mail

tls = os.environ["SMTP_TLS"]
settings.configure(
    EMAIL_HOST=os.environ["SMTP_HOST"],
    EMAIL_PORT=int(os.environ["SMTP_PORT"]),
    EMAIL_HOST_USER=os.environ["SMTP_USER"],
    EMAIL_HOST_PASSWORD=os.environ["SMTP_PASSWORD"],
    EMAIL_USE_TLS=tls == "starttls",
    EMAIL_USE_SSL=tls == "implicit",
)
send_mail(os.environ["SUBJECT"], "Your verification code is 482913.", "app@app.example", ["user@example.com"])
