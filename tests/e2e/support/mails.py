"""Mails written for the tests, with numbers reserved for fiction."""

import base64

SENTENCES = [
    "Dear customer, your yearly membership has been renewed for $399.99.",
    "The amount will show on your statement within the next two days.",
    "If you did not ask for it, call our billing desk at once:",
]


def shown(number):
    """+18885550101 as people write it: +1 (888) 555-0101."""
    return f"+1 ({number[2:5]}) {number[5:8]}-{number[8:]}"


def header(ident="1", subject="Your renewal", more=()):
    lines = ["From: Billing <billing@example.com>", "To: Bob <bob@example.org>",
             f"Subject: {subject}", "Date: Mon, 04 May 2026 10:00:00 +0000",
             f"Message-ID: <{ident}@example.com>", f"X-Test-Id: {ident}", *more]
    return "".join(line + "\r\n" for line in lines).encode()


def plain(number=None, ident="1", more=(), filler=b""):
    """Plain text that shows `number`, or an honest mail without any; `filler` stands amid the text."""
    if number:
        first, *rest, subject = SENTENCES[0], *SENTENCES[1:], shown(number), "Your renewal"
    else:
        first, *rest, subject = "The minutes of Monday are attached.", "See you.", "Minutes"
    text = (first + "\r\n").encode() + filler + "".join(line + "\r\n" for line in rest).encode()
    return header(ident, subject, more) + b"\r\n" + text


def html_base64(number, ident="1"):
    page = f"<html><body><p>{'</p><p>'.join(SENTENCES)}</p><b>{shown(number)}</b></body></html>"
    coded = base64.encodebytes(page.encode()).replace(b"\n", b"\r\n")
    return header(ident, more=["MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8",
                               "Content-Transfer-Encoding: base64"]) + b"\r\n" + coded


def in_subject(number, ident="1"):
    return header(ident, subject=f"Cancel within 24 hours: {shown(number)}") + b"\r\nHello.\r\n"


def text_lines(count_bytes):
    """So many bytes of dull text, digits included, in lines of 76."""
    line = b"Meeting notes, room 4, agenda item 12: nothing was decided on this day.  .\r\n"
    return line * (count_bytes // len(line) + 1)
