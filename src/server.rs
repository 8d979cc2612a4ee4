//! The local server: the whole DropMail API and real SMTP on loopback.
