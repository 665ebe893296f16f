#!/usr/bin/env python3
"""How long after a mail its number's evidence is there, with the real daemon.

usage: evidence_delay.py RINGFENCE RINGFENCECTL [MAILS]
Sends MAILS (40) mails over the milter protocol, each with a number of its own, to a daemon in a
temporary folder; after the answer to each asks `ringfencectl lookup --json` until the mail is
counted. The time includes those calls, of which a single one is timed too. Then the same as the
next mail sees it: the header's `messages=`. Prints times as they are; nothing is judged.
"""
import json
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "milter"))
from milter_process import Daemon, Mta  # noqa: E402

GIVE_UP = 30.0


def number(i):
    return f"+1 {201 + i // 100} 555 01{i % 100:02}"


def told(what, times):
    times = sorted(times)
    print(f"{what}: n={len(times)}, median {statistics.median(times):.3f} s, "
          f"worst {times[-1]:.3f} s, best {times[0]:.3f} s")


def main():
    ringfence, ctl = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    mails = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    with tempfile.TemporaryDirectory(prefix="ringfence-delay.") as folder:
        daemon = Daemon(ringfence, ctl, folder)
        daemon.start()
        mta = Mta(daemon.milter).greet()
        mta.message(body=b"Call +1 888 555 0199 today.\r\n")  # the tables are made with the first

        def local(e164):
            done = subprocess.run([ctl, "--config", daemon.config, "lookup", "--json", e164],
                                  capture_output=True, text=True, check=True)
            return json.loads(done.stdout)["local"]

        def seen(header_actions):
            for command, data in header_actions:
                if command == b"i" and data[4:].split(b"\0")[0] == b"X-Ringfence-Number":
                    found = re.search(rb"messages=(\d+)", data)
                    return int(found[1]) if found else 1
            return 0

        time.sleep(1)
        by_lookup, by_mail, calls = [], [], []
        for i in range(mails):
            time.sleep(random.uniform(0, 0.5))  # anywhere in the time between two batches
            shown = number(i)
            e164 = shown.replace(" ", "")
            mta.message(body=f"Call {shown} today.\r\n".encode())
            begun = time.monotonic()
            while not local(e164):
                if time.monotonic() - begun > GIVE_UP:
                    sys.exit(f"{e164} is not counted after {GIVE_UP} s")
            by_lookup.append(time.monotonic() - begun)
            call = time.monotonic()
            local(e164)
            calls.append(time.monotonic() - call)
        for i in range(mails, 2 * mails):
            time.sleep(random.uniform(0, 0.5))
            body = f"Call {number(i)} today.\r\n".encode()
            mta.message(body=body)
            begun = time.monotonic()
            # What is asked is counted itself, so the mail's own count is what was recorded, and one.
            while seen(mta.message(body=body)[0]) < 2:
                if time.monotonic() - begun > GIVE_UP:
                    sys.exit(f"{number(i)} is not counted after {GIVE_UP} s")
                time.sleep(0.01)
            by_mail.append(time.monotonic() - begun)
        mta.close()
        told("from the answer to a mail to lookup", by_lookup)
        told("one call of lookup", calls)
        told("from the answer to a mail to the header of another", by_mail)
        daemon.stop()


if __name__ == "__main__":
    main()
