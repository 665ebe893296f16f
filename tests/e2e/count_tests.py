#!/usr/bin/env python3
"""count_tests.py NAME=JUNIT.xml | failed=STAGE ...: what ctest ran, for the end of contrib/test.

Prints the skipped tests with their reasons, the failed ones, and as the last line the sum, in which a
stage that failed counts as one. Exit 1 when something failed or nothing ran.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

# What GoogleTest prints for GTEST_SKIP() << "why", and what our own scripts print.
REASON = re.compile(r"^(?:.*: Skipped\n|(?i:skip(?:ped)?:) )(.*)", re.MULTILINE)


def reason(case):
    """What a test said when it skipped itself."""
    output = case.findtext("system-out") or ""
    found = REASON.search(output)
    lines = output.strip().splitlines()
    return found[1] if found else (lines[-1] if lines else "no reason given")


def main():
    passed, failed, skipped = 0, [], {}
    for argument in sys.argv[1:]:
        name, _, path = argument.partition("=")
        if name == "failed":
            failed.append(path)
            continue
        try:
            cases = ElementTree.parse(path).getroot().findall("testcase")
        except (OSError, ElementTree.ParseError) as error:
            failed.append(f"{name}: no report ({error})")
            continue
        if not cases:
            failed.append(f"{name}: no test ran")
        for case in cases:
            label = f"{name}: {case.get('name')}"
            if case.find("skipped") is not None:
                skipped.setdefault(reason(case), []).append(label)
            elif case.get("status") == "run":
                passed += 1
            else:
                failed.append(label)
    for why, labels in skipped.items():
        print(f"skipped {len(labels)}: {why}")
        for label in labels[:5]:
            print(f"    {label}")
    for label in failed:
        print(f"FAILED  {label}")
    count = sum(map(len, skipped.values()))
    print(f"{passed} passed, {len(failed)} failed" + (f", {count} skipped" if count else ""))
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
