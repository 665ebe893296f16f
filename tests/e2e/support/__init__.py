"""What the end-to-end tests share: private MTAs, the daemon under test, mails and SMTP clients."""
