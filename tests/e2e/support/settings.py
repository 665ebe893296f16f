"""Where things are. Set by tests/e2e/CMakeLists.txt, with defaults for a run by hand."""

import os
import pathlib
import shutil

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[3]
BUILD_DIR = pathlib.Path(os.environ.get("RINGFENCE_BUILD_DIR", SOURCE_DIR / "build" / "release"))
# Debian's MTA packages taken apart by contrib/install-packages; they are never installed.
MTA_DIR = pathlib.Path(os.environ.get("RINGFENCE_MTA_DIR", SOURCE_DIR / "build" / "mta"))

DAEMON = BUILD_DIR / "ringfence"
CONTROL_TOOL = BUILD_DIR / "ringfencectl"


def postfix_root():
    root = MTA_DIR / "postfix"
    return root if (root / "usr/lib/postfix/sbin/master").exists() else None


def sendmail_root():
    root = MTA_DIR / "sendmail"
    return root if (root / "usr/libexec/sendmail/sendmail").exists() else None


def program(name):
    return shutil.which(name)
