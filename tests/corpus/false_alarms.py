#!/usr/bin/env python3
"""False alarms at scale: ringfencectl over the text of a machine that is full of digits and holds few numbers.

usage: false_alarms.py [--bin ringfencectl] [--region R] [--sample N] [--list FILE] [FOLDER...]
(default folders: /usr/share/doc /usr/include)

Does: takes every text file below the folders once (links are not followed; .gz is inflated; a file with a NUL
  byte in its first 64 KiB is no text), wraps each 2,000 lines of it as a text/plain mail, and prints files,
  lines, lines that show a number and their share per folder, the files with most, the commonest numbers, and a
  random sample.
  --list writes every number with its line, for reading by hand.
A line is counted once per number it shows; `ringfencectl` says how often a number stood in the mail.
Does not: say which of them are real telephone numbers; read the sample.
"""
import argparse
import collections
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

LINES_A_MAIL = 2000
FILES_A_RUN = 500
SNIFF_BYTES = 64 << 10
FILE_BYTES_MAX = 64 << 20
HEAD = (b"From: text <text@example.org>\r\nSubject: text\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")


def text_of(path: pathlib.Path):
    """The bytes of a text file, inflated; None if it is none or cannot be read."""
    try:
        opened = gzip.open(path) if path.suffix == ".gz" else open(path, "rb")
        with opened as file:
            data = file.read(FILE_BYTES_MAX)
    except (OSError, EOFError, gzip.zlib.error):
        return None
    return None if b"\0" in data[:SNIFF_BYTES] else data


def files_below(folder: str):
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = pathlib.Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path


def line_with(lines: list, shown: str) -> str:
    """The line in which `shown` stands, by its first digits; for people to read."""
    first = re.split(r"\s*\n", shown)[0]
    for line in lines:
        if first.encode(errors="replace") in line:
            return line.decode(errors="replace").strip()[:160]
    digits = re.findall(r"\d+", shown)
    needle = (digits[-1] if digits else shown).encode()
    return next((line.decode(errors="replace").strip()[:160] for line in lines if needle in line), "")


class Run:
    def __init__(self, binary: str, region: str, folder: pathlib.Path):
        self.command = [binary, "scan", "--json", "--region", region]
        self.folder = folder
        self.waiting = {}
        self.hits = []          # (path, number, shown, valid, line, times it stood there)
        self.shown_lines = 0
        self.partial = 0

    def add(self, path: pathlib.Path, lines: list) -> None:
        mail = self.folder / f"{len(self.waiting):06}.eml"
        mail.write_bytes(HEAD + b"\r\n".join(lines) + b"\r\n")
        self.waiting[mail.name] = (path, lines, mail)
        if len(self.waiting) == FILES_A_RUN:
            self.flush()

    def flush(self) -> None:
        if not self.waiting:
            return
        done = subprocess.run([*self.command, *(str(w[2]) for w in self.waiting.values())],
                              capture_output=True, text=True, errors="replace")
        if done.returncode:
            sys.exit(f"scan ended with {done.returncode}: {done.stderr.strip()[:500]}")
        for row in map(json.loads, done.stdout.splitlines()):
            path, lines, mail = self.waiting.pop(os.path.basename(row["file"]))
            self.partial += bool(row["partial"])
            for number in row["numbers"]:
                self.shown_lines += number["count"]
                self.hits.append((path, number["number"], number["shown"], number["valid"],
                                  line_with(lines, number["shown"]), number["count"]))
            mail.unlink()
        self.waiting.clear()


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folders", nargs="*", default=["/usr/share/doc", "/usr/include"])
    ap.add_argument("--bin", default=os.environ.get("RINGFENCECTL", "build/release/ringfencectl"))
    ap.add_argument("--region", default="US")
    ap.add_argument("--sample", type=int, default=30)
    ap.add_argument("--list", help="write every number found, with its line, to this file")
    args = ap.parse_args()

    hits = []
    print(f"{'folder':<24}{'files':>8}{'lines':>11}{'lines with a number':>21}{'share':>11}{'partial':>9}")
    for folder in args.folders or ["/usr/share/doc", "/usr/include"]:
        with tempfile.TemporaryDirectory() as temporary:
            run = Run(args.bin, args.region, pathlib.Path(temporary))
            files = total = 0
            for path in files_below(folder):
                data = text_of(path)
                if data is None:
                    continue
                lines = data.splitlines()
                files, total = files + 1, total + len(lines)
                for i in range(0, len(lines), LINES_A_MAIL):
                    run.add(path, lines[i:i + LINES_A_MAIL])
            run.flush()
        hits += run.hits
        share = run.shown_lines / total if total else 0.0
        print(f"{folder:<24}{files:>8}{total:>11}{run.shown_lines:>21}{share:>11.5%}{run.partial:>9}")

    print("\nfiles with most:")
    by_file = collections.Counter()
    for hit in hits:
        by_file[str(hit[0])] += hit[5]
    for path, count in by_file.most_common(8):
        print(f"  {count:>6}  {path}")

    print("\ncommonest numbers (mails):")
    common = collections.Counter(hit[1] for hit in hits)
    for number, count in common.most_common(15):
        shown = next(hit for hit in hits if hit[1] == number)
        print(f"  {count:>6}  {number:<16} {shown[4][:90]}")
    print(f"\nsample of {min(args.sample, len(hits))} out of {len(hits)} (distinct numbers {len(common)}):")
    for path, number, shown, valid, line, _ in random.Random(3).sample(hits, min(args.sample, len(hits))):
        print(f"  {number:<16} {'' if valid else 'possible '}{str(path)[-40:]}: {line[:100]}")
    if args.list:
        with open(args.list, "w", encoding="utf-8") as out:
            for hit in hits:
                print("\t".join(str(value).replace("\t", " ").replace("\n", " ") for value in hit), file=out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
