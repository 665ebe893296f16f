#!/usr/bin/env python3
"""Scores ringfencectl against the project's own labelled mail, and holds it to floors that only rise.

usage: score.py [--bin ringfencectl] [--out DIR] [--floors FILE] [--raise-floors] [--misses] [--explain]

Does: makes the mail anew (make.py), scans it region by region, prints recall and precision by kind and by line
  of the issue, how many tricks were named, in how many places numbers were found where they stand, and honest
  mail with a trick flag, and lures and brands (words.py). Fails (exit 1) when a rate lies below its floor: of all, of a kind, of a group of lines
  (layout, trick, not, region, mime), of places, of tricks,
  of lures and brands, of honest mail without the shape of callback mail.
  --raise-floors writes every rate that lies above its floor as the new floor; it never lowers one.
A number counts once a mail; `ambiguous` numbers count neither way.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import make
import words

HERE = pathlib.Path(__file__).resolve().parent
FILES_A_RUN = 300
HONEST = ("ham", "list")


def scan(binary: str, folder: pathlib.Path, labels: list, explain: bool) -> dict:
    """The report of each mail, by file name."""
    by_region, reports = collections.defaultdict(list), {}
    for label in labels:
        by_region[label["region"]].append(str(folder / label["file"]))
    for region, files in sorted(by_region.items()):
        for i in range(0, len(files), FILES_A_RUN):
            command = [binary, "scan", "--json", *(["--explain"] if explain else []), "--region", region]
            done = subprocess.run([*command, *files[i:i + FILES_A_RUN]], capture_output=True, text=True,
                                  errors="replace")
            if done.returncode:
                sys.exit(f"{' '.join(command)} ... ended with {done.returncode}: {done.stderr.strip()[:500]}")
            for row in map(json.loads, done.stdout.splitlines()):
                reports[os.path.basename(row["file"])] = row
    return reports


def rate(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


class Tally:
    """Hits, misses and false hits of one group of mails."""

    def __init__(self):
        self.mails = self.tp = self.fn = self.fp = 0

    def add(self, tp: int, fn: int, fp: int) -> None:
        self.mails, self.tp, self.fn, self.fp = self.mails + 1, self.tp + tp, self.fn + fn, self.fp + fp

    def rates(self) -> dict:
        return {"recall": rate(self.tp, self.tp + self.fn), "precision": rate(self.tp, self.tp + self.fp)}

    def row(self, name: str) -> str:
        rates = self.rates()
        return (f"  {name:<24}{self.mails:>6}{self.tp:>6}{self.fn:>6}{self.fp:>6}"
                f"{rates['recall']:>9.4f}{rates['precision']:>11.4f}")


def reason_of(report: dict, number: str) -> str:
    """What `--explain` says of the candidate nearest to a number that was missed."""
    tail = number[-4:]
    notes = [f"{note['shown']!r} {note['outcome']} {note['reason']}" for note in report.get("candidates", [])
             if note["outcome"] == "rejected" and tail in "".join(c for c in note["shown"] if c.isdigit())]
    return "; ".join(notes) or "no candidate"


def check_floors(measured: dict, path: pathlib.Path, raise_floors: bool) -> list:
    """The rates below their floors, as lines to print; writes the floors anew when they are to rise."""
    floors = json.loads(path.read_text()) if path.exists() else {}
    below = []
    for group, rates in measured.items():
        for name, value in rates.items():
            floor = floors.get(group, {}).get(name, 0.0)
            if value < floor - 1e-9:
                below.append(f"{group}: {name} {value:.4f} is below its floor {floor:.4f}")
            elif raise_floors:
                floors.setdefault(group, {})[name] = max(floor, math.floor(value * 10000) / 10000)
    if raise_floors:
        path.write_text(json.dumps(dict(sorted(floors.items())), indent=1) + "\n")
    return below


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", default=os.environ.get("RINGFENCECTL", "build/release/ringfencectl"))
    ap.add_argument("--out", help="where the mail goes (default: a temporary directory)")
    ap.add_argument("--floors", default=HERE / "floors.json", type=pathlib.Path)
    ap.add_argument("--raise-floors", action="store_true")
    ap.add_argument("--misses", action="store_true", help="print every miss and every false hit")
    ap.add_argument("--explain", action="store_true", help="as --misses, with the reason of each miss")
    args = ap.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(args.out or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        labels = []
        for label, mail in make.mails():
            (folder / label["file"]).write_bytes(mail)
            labels.append(label)
        (folder / "labels.jsonl").write_text("".join(json.dumps(label, ensure_ascii=False) + "\n"
                                                     for label in labels), encoding="utf-8")
        reports = scan(args.bin, folder, labels, args.explain)

    total, kinds = Tally(), collections.defaultdict(Tally)
    lines, groups = collections.defaultdict(Tally), collections.defaultdict(Tally)
    lexicon = words.Words()
    places, tricks, honest_tricks = collections.Counter(), collections.Counter(), []
    for label in labels:
        report = reports.get(label["file"])
        if report is None:
            sys.exit(f"no report of {label['file']}")
        found = {number["number"]: number for number in report["numbers"]}
        want, skip = set(label["numbers"]), set(label.get("ambiguous", []))
        hit, missed, false = want & set(found), want - set(found) - skip, set(found) - want - skip
        lexicon.add(label, report, label["kind"] in HONEST)
        of_group = {line.split(".")[0] for line in label["lines"]}
        for tally in (total, kinds[label["kind"]], *(lines[line] for line in label["lines"]),
                      *(groups[group] for group in of_group)):
            tally.add(len(hit), len(missed), len(false))
        for number in hit:
            standing = set(label["where"][number])
            places["right" if standing <= set(found[number]["where"]) else "wrong"] += 1
            named = set(found[number]["tricks"])
            for trick in label.get("tricks", {}).get(number, []):
                tricks["named" if trick in named else "unnamed"] += 1
            if named and not label.get("tricks", {}).get(number) and label["kind"] in HONEST:
                honest_tricks.append(f"{label['file']} {number} {','.join(sorted(named))}")
        if args.misses or args.explain:
            for number in sorted(missed):
                print(f"MISS  {label['source']} {label['id']} {number}" +
                      (f"  ({reason_of(report, number)})" if args.explain else ""))
            for number in sorted(false):
                print(f"FALSE {label['source']} {label['id']} {number}  ({found[number]['shown']!r})")

    honest = sum(kinds[kind].mails for kind in HONEST)
    print(f"{len(labels)} mails, {honest} of them honest")
    print(f"  {'':<24}{'mails':>6}{'tp':>6}{'fn':>6}{'fp':>6}{'recall':>9}{'precision':>11}")
    for group in (kinds, lines, groups):
        for name, tally in sorted(group.items()):
            print(tally.row(name))
    print(total.row("all"))
    print(lexicon.table())
    print(f"  standing where labelled: {places['right']} of {sum(places.values())}; tricks named: "
          f"{tricks['named']} of {sum(tricks.values())}; honest numbers with a trick: {len(honest_tricks)}")
    if args.misses or args.explain:
        print("\n".join([f"TRICK {line}" for line in honest_tricks] +
                        [f"WORD  {line}" for line in lexicon.differences] +
                        [f"SHAPE {name}" for name in lexicon.shaped_honest]))

    measured = {"all": total.rates(), "places": {"right": rate(places["right"], sum(places.values()))},
                "tricks": {"named": rate(tricks["named"], sum(tricks.values()))}}
    measured |= lexicon.rates()
    measured |= {f"kind {name}": tally.rates() for name, tally in kinds.items()}
    measured |= {f"lines {name}": tally.rates() for name, tally in groups.items()}
    below = check_floors(measured, args.floors, args.raise_floors)
    print("\n".join(below))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
