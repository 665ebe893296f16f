#!/usr/bin/env python3
"""Google's own matcher test, put to ringfencectl: how many cases come out as Google's matcher has them.

usage: run.py [--bin ringfencectl] [--cases FILE] [--floor R] [--floor-purpose R] [--floor-all R] [--differences] [--keep DIR]

Does: makes each usable case of libphonenumber_matcher_cases.jsonl a minimal text/plain mail in UTF-8, scans
  them region by region, compares the set of numbers, and sorts every difference into a class.
Usable: cases whose expectation holds with the released metadata (`expect` is not null; the other 30 need the
  library's made-up test metadata). The cases whose Google test looks at the first match only are held to
  that number; others to the whole set. A case of region ZZ ("no default region") is scanned as TA, whose
  national numbers are four digits long.
Does not: contain the cases, which are the library's; without the file it exits 77 (skipped).
Exit: 0, 1 below a floor, 77 skipped.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("RINGFENCE_SHARED", HERE.parents[2] / "shared"))
STRICTER = ("VALID", "STRICT_GROUPING", "EXACT_GROUPING")
REGION_WITHOUT_NUMBERS = "TA"
GLUED = "a label glued to the digits"
GROUPING = "grouping odd, number valid (Google: with VALID)"
SPLIT = "missed: split as no one does (Google: not with STRICT_GROUPING)"
FEW_TRIES = "Google's matcher gives up after a few tries"
# Of the first three, more is found than Google's matcher finds, and is wanted.
ON_PURPOSE = (GLUED, GROUPING, FEW_TRIES, SPLIT)
FILES_A_RUN = 400


def mail_of(text: str) -> bytes:
    head = ("From: Case <case@example.org>\r\nSubject: case\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
    return (head + text).encode() + b"\r\n"


def scan(binary: str, region: str, files: list) -> dict:
    """(numbers found, reason of the first candidate turned down) of each file, by file name."""
    found = {}
    for i in range(0, len(files), FILES_A_RUN):
        command = [binary, "scan", "--json", "--explain", "--region", region,
                   *files[i:i + FILES_A_RUN]]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode:
            sys.exit(f"{' '.join(command[:5])} ... ended with {done.returncode}: {done.stderr.strip()}")
        for line in done.stdout.splitlines():
            row = json.loads(line)
            reasons = [note["reason"] for note in row["candidates"] if note["outcome"] == "rejected"]
            found[os.path.basename(row["file"])] = ({number["number"] for number in row["numbers"]},
                                                    reasons[-1] if reasons else "no candidate")
    return found


def agrees(case: dict, got: set) -> bool:
    if case.get("test_checks_first_match_only"):
        return case["expect"][0] in got
    return set(case["expect"]) == got


def class_of(case: dict, got: set, reason: str, looser: dict) -> str:
    """Why `got` differs; `looser` has what Google finds in the same text with each leniency."""
    want, extra = set(case["expect"]), got - set(case["expect"])
    origin = case["origin"]
    stricter = looser.get((case["text"], case["region"], "STRICT_GROUPING"))
    if want - got and not extra and case["leniency"] == "VALID" and stricter == set():
        return SPLIT
    if want - got and not extra:
        return f"missed: {reason}"
    if want - got:
        return "read as another number"
    if origin.startswith("MatchesWithSurroundingLatin"):
        return GLUED
    if "WithSurroundingPunctuation" in origin or "NonMatchingBrackets" in origin:
        return "punctuation glued to the digits"
    if "MaxMatches" in origin:
        return FEW_TRIES
    for leniency in ("VALID", "POSSIBLE"):
        if extra <= looser.get((case["text"], case["region"], leniency), set()):
            return GROUPING if leniency == "VALID" else "possible, not valid (Google: with POSSIBLE)"
    return "found where Google finds nothing"


def most_reachable(cases: list) -> int:
    """How many cases agree at most with one answer a text, whatever it is: with VALID Google's matcher finds
    "650/253/1234", with STRICT_GROUPING it does not, and both are cases."""
    texts = collections.defaultdict(list)
    for case in cases:
        texts[case["text"], case["region"]].append(case)
    return sum(max(sum(agrees(case, answer) for case in same)
                   for answer in [set(), *(set(case["expect"]) for case in same)]) for same in texts.values())


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", default=os.environ.get("RINGFENCECTL", "build/release/ringfencectl"))
    ap.add_argument("--cases", default=SHARED / "corpus/libphonenumber_matcher_cases.jsonl")
    ap.add_argument("--floor", type=float, default=0.0, help="least share of the cases with VALID or stricter")
    ap.add_argument("--floor-purpose", type=float, default=0.0,
                    help="least share of those that agree or differ on purpose")
    ap.add_argument("--floor-all", type=float, default=0.0, help="least share of all usable cases")
    ap.add_argument("--differences", action="store_true", help="print every case that differs")
    ap.add_argument("--keep", help="write the mails here instead of a temporary directory")
    args = ap.parse_args()

    if not os.path.exists(args.cases):
        print(f"skipped: {args.cases} is not there")
        return 77
    with open(args.cases, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    cases = [row for row in rows if row["expect"] is not None]
    looser = collections.defaultdict(set)
    for row in cases:
        looser[row["text"], row["region"], row["leniency"]] |= set(row["expect"])

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(args.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        by_region = collections.defaultdict(list)
        for number, case in enumerate(cases):
            case["file"] = f"m{number:04}.eml"
            (folder / case["file"]).write_bytes(mail_of(case["text"]))
            region = REGION_WITHOUT_NUMBERS if case["region"] == "ZZ" else case["region"]
            by_region[region].append(str(folder / case["file"]))
        found = {}
        for region, files in sorted(by_region.items()):
            found.update(scan(args.bin, region, files))

    table = collections.defaultdict(collections.Counter)
    classes = collections.defaultdict(collections.Counter)
    examples = {}
    for case in cases:
        got, reason = found[case["file"]]
        good = agrees(case, got)
        table[case["leniency"]]["agree" if good else "differ"] += 1
        if good:
            continue
        kind = class_of(case, got, reason, looser)
        classes[kind]["strict" if case["leniency"] in STRICTER else "possible"] += 1
        examples.setdefault(kind, case)
        if args.differences:
            print(f"{case['file']} {case['region']} {case['leniency']:<15} {kind}: {case['text'][:100]!r} "
                  f"want {sorted(set(case['expect']))[:4]} got {sorted(got)[:4]}")

    def share(leniencies) -> tuple:
        agree = sum(table[name]["agree"] for name in leniencies)
        total = agree + sum(table[name]["differ"] for name in leniencies)
        return agree, total, agree / total if total else 1.0

    print(f"{'leniency':<18}{'agree':>7}{'of':>7}{'share':>9}")
    for name in ("POSSIBLE", *STRICTER):
        agree, total, rate = share([name])
        print(f"{name:<18}{agree:>7}{total:>7}{rate:>9.4f}")
    agree, total, strict = share(STRICTER)
    print(f"{'VALID or stricter':<18}{agree:>7}{total:>7}{strict:>9.4f}")
    purpose = sum(classes[kind]["strict"] for kind in ON_PURPOSE)
    wanted = (agree + purpose) / total
    print(f"{'  or on purpose':<18}{agree + purpose:>7}{total:>7}{wanted:>9.4f}")
    most = most_reachable([case for case in cases if case["leniency"] in STRICTER])
    print(f"{'  reachable at all':<18}{most:>7}{total:>7}{most / total:>9.4f}")
    agree, total, everything = share(("POSSIBLE", *STRICTER))
    print(f"{'all usable':<18}{agree:>7}{total:>7}{everything:>9.4f}")
    print("\nclasses of difference                                  VALID+  POSSIBLE  example"
          "\n(* on purpose)")
    for kind, counts in sorted(classes.items(), key=lambda item: -sum(item[1].values())):
        case = examples[kind]
        print(f"{'*' if kind in ON_PURPOSE else ' '} {kind:<54}{counts['strict']:>5}{counts['possible']:>10}  {case['region']} {case['text'][:50]!r}")
    if strict < args.floor or wanted < args.floor_purpose or everything < args.floor_all:
        print(f"below a floor: {strict:.4f} ({args.floor}), or on purpose {wanted:.4f} "
              f"({args.floor_purpose}), all {everything:.4f} ({args.floor_all})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
