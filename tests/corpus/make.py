#!/usr/bin/env python3
"""The project's labelled mail, made from the texts in cases/: *.eml and labels.jsonl.

usage: make.py OUT_DIR [--list]

Does: reads cases/*.txt, writes one mail a case (two or more for a case with `each=`), encoded as the case
  asks, and one line of labels a mail, in the shape the shared scorer reads, with what ours adds (`lines`,
  `tricks`). The same input gives the same bytes.
Does not: judge; score.py does. Every number in cases/ is one reserved for fiction, or no number in use.

A case:
    === ID | KIND | REGION | LINE[,LINE...] [| OPTION ...]
    Header: value            what a mail needs and the case does not say is added
                             (From, To, Date, Message-ID, MIME-Version, Content-Type)
    the text, after an empty line
    +++ TYPE; parameters [| TRANSFER-ENCODING [| Header: value ...]]
    the next part; then the mail is multipart (of the Content-Type said, else multipart/alternative)
KIND: toad, phish, ham, list. LINE: the line of the issue the case is for. OPTIONs: `raw` (the case is the whole
mail, byte for byte; nothing is added), `lf` (line ends are LF), `each=STYLE,...` (one mail a style of styles.py),
`place=P` (of the numbers in a raw mail), `lures=NAME,...` and `brands=NAME,...` (of the lexicon, what a reader
would say the mail has, near a number or not; empty for none; not given: not judged).
Marks in the text, which the mail does not keep:
    ⟦+18885550123|(888) 555-0123⟧             a number a reader sees, as it stands
    ⟦+18885550123 spelled|...⟧                ... the trick a finding must name
    ⟦+18885550123 @href|tel:...⟧              ... standing in another place than its part's
    ⟦-|2801-1396259⟧                          what looks like a number and is none
    ⟦?+18885550123|...⟧                       either answer is right
    {...} inside a mark                       dressed up by the style of `each=`
    \\u{200b}, \\x{e9}                          a character; a byte that is no UTF-8
    a backslash at the end of a line          joins it to the next
"""
import base64
import json
import pathlib
import quopri
import re
import sys

import styles

HERE = pathlib.Path(__file__).resolve().parent
MARK = re.compile(r"⟦([^|⟧]*)\|(.*?)⟧", re.S)
PLACES = {"text/html": "html", "text/calendar": "ics", "text/vcard": "vcf", "text/x-vcard": "vcf"}
HEADER_PLACES = {"subject": "subject", "from": "from", "reply-to": "from", "sender": "from"}
DEFAULT_HEADERS = (("From", "Sender <sender@example.org>"), ("To", "Reader <reader@example.net>"),
                   ("Subject", "(no subject)"), ("Date", "Tue, 03 Mar 2026 09:14:27 +0000"))


class Labels:
    """What the marks of one mail say."""

    def __init__(self):
        self.where, self.tricks, self.ambiguous, self.not_numbers = {}, {}, [], []

    def take(self, text: str, place: str, style=None) -> str:
        """`text` without its marks, which are noted as standing in `place`."""
        def replace(match):
            label, shown = match.group(1).strip(), match.group(2)
            number, trick, where = None, None, place
            if label.startswith("?"):
                self.ambiguous.append(label[1:].split()[0])
            elif label == "-":
                self.not_numbers.append(shown)
            else:
                number, *rest = label.split()
                for word in rest:
                    if word.startswith("@"):
                        where = word[1:]
                    else:
                        trick = word
            if style and "{" in shown:
                function, style_trick = styles.ALL[style]
                shown = re.sub(r"\{(.*?)\}", lambda m: function(m.group(1)), shown, flags=re.S)
                trick = style_trick
            if number:
                assert re.fullmatch(r"\+\d{7,15}", number), f"no E.164: {label}"
                places = self.where.setdefault(number, [])
                if where not in places:
                    places.append(where)
                if trick:
                    self.tricks.setdefault(number, []).append(trick)
            return shown
        return MARK.sub(replace, text)


def unescape(text: str) -> str:
    text = re.sub(r"\\\n", "", text)
    text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda m: chr(int(m.group(1), 16)), text)
    return re.sub(r"\\x\{([0-9a-fA-F]{2})\}", lambda m: chr(0xDC00 + int(m.group(1), 16)), text)


def charset_of(content_type: str) -> str:
    found = re.search(r'charset="?([\w.:-]+)', content_type, re.I)
    return found.group(1) if found else "utf-8"


def encode(text: str, content_type: str, cte: str) -> bytes:
    """The text in its charset and transfer encoding; unknown encodings leave the bytes as they are."""
    data = text.replace("\n", "\r\n").encode(charset_of(content_type), "surrogateescape")
    if cte == "base64":
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    if cte == "quoted-printable":
        return b"\r\n".join(quopri.encodestring(line).replace(b"=\n", b"=\r\n") for line in data.split(b"\r\n"))
    return data


def header_value(value: str) -> str:
    """ASCII as it stands, else RFC 2047 words; a folded value keeps its folds."""
    if value.isascii():
        return value
    words = []
    for i in range(0, len(value), 12):
        words.append("=?utf-8?B?" + base64.b64encode(value[i:i + 12].encode()).decode() + "?=")
    return "\r\n ".join(words)


def split_headers(block: str) -> list:
    """[(name, value)] of lines up to the first empty one; folded lines joined to theirs by CRLF."""
    headers = []
    for line in block.split("\n"):
        if line[:1] in (" ", "\t") and headers:
            headers[-1][1] += "\r\n" + line
        elif ":" in line:
            name, _, value = line.partition(":")
            headers.append([name, value.strip()])
    return headers


def from_value(value: str) -> str:
    """A From field whose display name may need encoding."""
    name, bracket, address = value.rpartition(" <")
    return header_value(name) + bracket + address if bracket else value


def part_bytes(spec: str, text: str, labels: Labels, style) -> bytes:
    """One part of a multipart: its header fields and its body."""
    content_type, *rest = [piece.strip() for piece in spec.split(" | ")]
    kind = content_type.split(";")[0].strip().lower()
    cte = rest[0] if rest else ("7bit" if text.isascii() else "quoted-printable")
    text = unescape(labels.take(text, PLACES.get(kind, "plain"), style))
    cte = "quoted-printable" if cte == "7bit" and not text.isascii() else cte
    fields = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {cte}"]
    fields += [labels.take(field, "filename", style) for field in rest[1:]]
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + encode(text, content_type, cte)


def mail_bytes(case: dict, labels: Labels, style) -> bytes:
    if "raw" in case["options"]:
        text = unescape(labels.take(case["text"], case["options"].get("place", "plain"), style))
        return text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    head, _, body = case["text"].partition("\n\n")
    headers = split_headers(head)
    names = {name.lower(): value for name, value in headers}
    for name, value in DEFAULT_HEADERS:
        if name.lower() not in names:
            headers.append([name, value])
    lines = []
    for name, value in headers:
        if name.lower() in ("content-type", "content-transfer-encoding"):
            continue
        value = unescape(labels.take(value, HEADER_PLACES.get(name.lower(), "header"), style))
        value = from_value(value) if name.lower() == "from" else header_value(value)
        lines.append(f"{name}: {value}")
    if "message-id" not in names:
        lines.append(f"Message-ID: <{case['id']}@example.org>")
    lines.append("MIME-Version: 1.0")
    out = "\r\n".join(lines).encode()

    first, *parts = re.split(r"^\+\+\+ ", body, flags=re.M)
    content_type = names.get("content-type")
    if not parts:
        content_type = content_type or "text/plain; charset=utf-8"
        cte = names.get("content-transfer-encoding", "")
        text = unescape(labels.take(first, PLACES.get(content_type.split(";")[0].strip().lower(), "plain"), style))
        cte = cte or ("7bit" if text.isascii() else "quoted-printable")
        fields = f"\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: {cte}\r\n\r\n"
        return out + fields.encode() + encode(text, content_type, cte)
    boundary = f"=_{case['id']}_part"
    content_type = content_type or "multipart/alternative"
    out += f'\r\nContent-Type: {content_type}; boundary="{boundary}"\r\n'.encode()
    if first.strip():
        parts.insert(0, "text/plain; charset=utf-8\n" + first)
    for part in parts:
        spec, _, text = part.partition("\n")
        out += f"\r\n--{boundary}\r\n".encode() + part_bytes(spec, text, labels, style)
    return out + f"\r\n--{boundary}--\r\n".encode()


def read_cases(path: pathlib.Path):
    for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, text = block.partition("\n")
        name, kind, region, lines, *options = [piece.strip() for piece in head.split("|")]
        options = dict(o.partition("=")[::2] for o in " ".join(options).split())
        yield {"id": name, "kind": kind, "region": region, "lines": lines.split(","), "options": options,
               "text": text.rstrip("\n") + "\n", "source": path.name}


def mails():
    """(label, mail) of every case, in the order of the files."""
    seen = set()
    for path in sorted((HERE / "cases").glob("*.txt")):
        for case in read_cases(path):
            each = case["options"].get("each")
            for style in each.split(",") if each else [None]:
                made = dict(case, id=case["id"] + (f"-{style}" if style else ""))
                assert made["id"] not in seen, f"{path.name}: {made['id']} stands twice"
                seen.add(made["id"])
                labels = Labels()
                mail = mail_bytes(made, labels, style)
                if "lf" in case["options"]:
                    mail = mail.replace(b"\r\n", b"\n")
                label = {"file": made["id"] + ".eml", "id": made["id"], "source": case["source"],
                         "kind": case["kind"], "region": case["region"], "lines": case["lines"],
                         "numbers": sorted(labels.where), "where": labels.where,
                         "not_numbers": labels.not_numbers}
                if labels.ambiguous:
                    label["ambiguous"] = labels.ambiguous
                if labels.tricks:
                    label["tricks"] = labels.tricks
                for names in ("lures", "brands"):
                    if names in case["options"]:
                        label[names] = sorted(name for name in case["options"][names].split(",") if name)
                if style:
                    label["derived"] = True
                yield label, mail


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        return 64
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.eml"):
        old.unlink()
    made = 0
    with open(folder / "labels.jsonl", "w", encoding="utf-8") as labels:
        for label, mail in mails():
            (folder / label["file"]).write_bytes(mail)
            print(json.dumps(label, ensure_ascii=False), file=labels)
            made += 1
    print(f"{made} mails in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
