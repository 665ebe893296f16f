#!/usr/bin/env python3
"""Prints what Python's email package shows of mails: the text of each leaf, decoded, preambles,
epilogues, Subject and From of each message. Of each text that has a digit: where it stands and what it is, both as size
in bytes, a line end and the UTF-8; after the last of a mail "end" and a line end.

usage: python_view.py FILE     the mails one behind the other, each after its size and a line end
"""
import email
import email.policy
import sys

POLICY = email.policy.default
OUT = sys.stdout.buffer


def put(where, text):
    if not text or "55501" not in text:
        return
    for item in (where, text):
        data = item.encode("utf-8", "replace")
        OUT.write(b"%d\n%s" % (len(data), data))


def field(message, name):
    """The field as the package decodes it, as it stands where that fails."""
    for number, (key, value) in enumerate(message.raw_items()):
        if key.lower() != name:
            continue
        try:
            parsed = POLICY.header_fetch_parse(key, value)
            if name == "from" and parsed.addresses:
                for address in parsed.addresses:
                    yield address.display_name
            else:
                yield str(parsed)
        except Exception:  # it has faults of its own in broken mail
            yield value


def text_of(part):
    payload = part.get_payload(decode=True)
    if payload is None:
        return ""
    try:
        return payload.decode(str(part.get_content_charset("utf-8")), "replace")
    except (LookupError, UnicodeError, ValueError):
        return payload.decode("utf-8", "replace")


def put_entity(part):
    kind = part.get_content_type()
    put("preamble", part.preamble)
    put("epilogue", part.epilogue)
    payload = part.get_payload()
    if isinstance(payload, list):
        for inner in payload:
            if kind.startswith("message/"):
                put_message(inner)
            else:
                put_entity(inner)
    elif part.get_content_maintype() == "text":
        put("part " + kind, text_of(part))
    elif part.get_content_maintype() in ("multipart", "message"):
        put("unparsed " + kind, str(payload))


def put_message(message):
    for name in ("subject", "from"):
        for text in field(message, name):
            put(name, text)
    put_entity(message)


def main():
    with open(sys.argv[1], "rb") as file:
        while size := file.readline():
            mail = file.read(int(size))
            try:
                put_message(email.message_from_bytes(mail, policy=POLICY))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError,
                    RecursionError, email.errors.MessageError):
                pass
            OUT.write(b"end\n")


main()
