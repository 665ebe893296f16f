#!/usr/bin/env python3
"""Prints the texts that Python's email package finds in mails: the decoded text/plain parts and the
Subject, each as its size in bytes, a line end and its UTF-8; after the last of a mail "end".

usage: email_texts.py MAIL...
"""
import email
import email.policy
import sys


def put(text):
    data = text.encode("utf-8", "replace")
    sys.stdout.buffer.write(b"%d\n%s" % (len(data), data))


def put_texts(path):
    with open(path, "rb") as mail:
        message = email.message_from_bytes(mail.read(), policy=email.policy.default)
    if message["subject"] and "=?" not in str(message["subject"]):
        put(str(message["subject"]))
    for part in message.walk():
        if part.get_content_type() != "text/plain" or part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        charset = part.get_content_charset("utf-8")
        # As mail programs do, and WHATWG says: these names mean their supersets.
        charset = {"iso-8859-1": "windows-1252", "us-ascii": "utf-8"}.get(charset, charset)
        try:
            put(data.decode(charset, "replace"))
        except LookupError:
            put(data.decode("utf-8", "replace"))
    sys.stdout.buffer.write(b"end\n")


for argument in sys.argv[1:]:
    put_texts(argument)
