// Sends a mail with nodemailer and its default settings.
import nodemailer from "nodemailer";

const { SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER, SMTP_PASSWORD, SUBJECT } = process.env;
const transport = nodemailer.createTransport({
  host: SMTP_HOST,
  port: Number(SMTP_PORT),
  secure: SMTP_TLS === "implicit",
  requireTLS: SMTP_TLS === "starttls",
  ...(SMTP_USER ? { auth: { user: SMTP_USER, pass: SMTP_PASSWORD } } : {}),
});
await transport.sendMail({
  from: "app@app.example",
  to: "user@example.com",
  subject: SUBJECT,
  text: "Your verification code is 482913.",
});
transport.close();
