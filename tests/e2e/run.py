#!/usr/bin/env python3
"""run.py MODULE TEST: runs one test. Exit 0 passed, 77 skipped, 1 failed.

With RINGFENCE_E2E_SUDO set it runs itself again under sudo when not root. With
RINGFENCE_E2E_REQUIRED set a test that would be skipped fails.
"""

import importlib
import os
import pathlib
import sys
import unittest

SKIPPED = 77
KEPT = ("RINGFENCE_BUILD_DIR", "RINGFENCE_MTA_DIR", "RINGFENCE_E2E_REQUIRED", "PATH",
        "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS")


def every_test(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from every_test(item)
        else:
            yield item


def main():
    module, name = sys.argv[1:]
    if os.geteuid() != 0 and os.environ.get("RINGFENCE_E2E_SUDO"):
        kept = [f"{key}={os.environ[key]}" for key in KEPT if key in os.environ]
        os.execvp("sudo", ["sudo", "-n", "env", *kept, sys.executable, "-B", __file__, module, name])
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    loaded = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module))
    tests = [test for test in every_test(loaded) if test.id().split(".")[-1] == name]
    if len(tests) != 1:
        sys.exit(f"{len(tests)} tests {name} in {module}")
    result = unittest.TextTestRunner(verbosity=2).run(tests[0])
    if result.skipped and not os.environ.get("RINGFENCE_E2E_REQUIRED"):
        print("skipped:", result.skipped[0][1])
        sys.exit(SKIPPED)
    sys.exit(0 if result.wasSuccessful() and not result.skipped else 1)


if __name__ == "__main__":
    main()
