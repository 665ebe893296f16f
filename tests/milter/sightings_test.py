#!/usr/bin/env python3
"""Sightings of the real daemon: seconds from mail to evidence, killed, full, locked, garbage.

usage: sightings_test.py RINGFENCE RINGFENCECTL
RINGFENCE_KILL_ROUNDS: how often the daemon is killed under load (default 4; figures are printed).
Uses a temporary folder for everything and ends only what it started.
"""
import datetime
import json
import os
import pathlib
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from milter_process import SECONDS, Daemon, Mta

RINGFENCE, RINGFENCECTL = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
ROUNDS = int(os.environ.get("RINGFENCE_KILL_ROUNDS", "4"))
NUMBER = b"+1 888 555 0144"
BODY = b"Your plan was renewed. Call " + NUMBER + b" today.\r\n"
LOSS_SECONDS = 3.0  # docs/sightings.md promises 1.0; machines that run tests are busy, so it is printed


def number_header(actions):
    """The last X-Ringfence-Number inserted, "" without one."""
    for command, data in actions:
        if command == b"i" and data[4:].split(b"\0")[0] == b"X-Ringfence-Number":
            return data[4:].split(b"\0")[1].decode()
    return ""


def messages_seen(header):
    """`messages=` of a header; a number seen for the first time has none."""
    found = re.search(r"messages=(\d+)", header)
    return int(found[1]) if found else 1


class Sightings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringfence-sightings.")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.directory = self.folder / "sightings"
        self.daemon = Daemon(RINGFENCE, RINGFENCECTL, folder.name)
        self.addCleanup(self.end)

    def end(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.process.kill()
            self.daemon.process.wait()

    def mta(self):
        mta = Mta(self.daemon.milter)
        self.addCleanup(mta.close)
        return mta.greet()

    def sightings(self):
        return self.daemon.status()["sightings"]

    def wait_for(self, condition):
        self.daemon.wait_for(lambda: condition(self.sightings()))

    def recorded(self, count):
        self.wait_for(lambda s: s["recorded"] >= count)

    def days(self):
        return sorted((self.directory / "journal").glob("????-??-??.sqlite"))

    def rows(self, sql, day=None):
        with sqlite3.connect(f"file:{day or self.days()[-1]}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def test_evidence_comes_within_moments_and_outlives_reload_and_restart(self):
        self.daemon.start()
        mta = self.mta()
        begun = time.monotonic()
        mta.message(body=BODY)
        self.recorded(1)
        spent = time.monotonic() - begun
        print(f"from message to evidence: {spent:.3f} s")
        self.assertEqual(messages_seen(number_header(mta.message(body=BODY)[0])), 2)
        self.assertTrue(self.daemon.control("reload")["ok"])
        self.recorded(2)
        self.assertEqual(messages_seen(number_header(mta.message(body=BODY)[0])), 3)
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.wait_for(lambda s: s["numbers"] == 1)
        self.assertEqual(messages_seen(number_header(self.mta().message(body=BODY)[0])), 4)
        metrics = self.daemon.control("metrics")["metrics"]
        self.recorded(1)
        metrics = self.daemon.control("metrics")["metrics"]
        self.assertIn('ringfence_sightings_total{result="recorded"} 1', metrics)
        self.assertIn("ringfence_sightings_queue 0", metrics)

    def test_ringfencectl_reads_what_was_seen_and_records_nothing(self):
        self.daemon.start()
        mta = self.mta()
        for _ in range(3):
            mta.message(body=BODY)
        self.recorded(3)
        mail = self.folder / "mail.eml"
        mail.write_bytes(b"Subject: hello\r\n\r\n" + BODY)
        def ask(*arguments):
            done = subprocess.run([RINGFENCECTL, "--config", self.daemon.config, *arguments],
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return done.stdout
        for _ in range(2):
            (number,) = json.loads(ask("scan", "--json", mail))["numbers"]
            self.assertEqual(number["local"]["messages"], 4, "this mail is counted")
        local = json.loads(ask("lookup", "--json", "+18885550144"))["local"]
        self.assertEqual((local["messages"], local["days"], local["formats"]), (3, 1, 1))
        self.assertIn("seen here in 3 mails on 1 day", ask("lookup", "+18885550144"))
        self.assertIsNone(json.loads(ask("lookup", "--json", "+18885550145"))["local"])
        self.assertEqual(self.sightings()["recorded"], 3)
        self.assertEqual(self.daemon.stop(), 0)
        local = json.loads(ask("lookup", "--json", "+18885550144"))["local"]
        self.assertEqual(local["messages"], 3, "and after the daemon's end")

    def test_mails_that_share_a_number_are_one_campaign(self):
        self.daemon.start()
        mta = self.mta()
        body = (b"Your Norton plan was renewed and 399.99 USD was charged to your account today. To cancel "
                b"this order and get a refund call " + NUMBER + b" within 24 hours.\r\n")
        self.assertNotIn("campaign=", number_header(mta.message(body=body)[0]))
        self.recorded(1)
        header = number_header(mta.message(body=body + b"Or call +1 877 555 0145.\r\n")[0])
        self.recorded(2)
        def campaign(number):
            done = subprocess.run([RINGFENCECTL, "--config", self.daemon.config, "lookup", "--json", number],
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return json.loads(done.stdout)["local"]["campaign"]
        name = campaign("+18885550144")
        self.assertRegex(name, r"^c[0-9a-f]{8}$")
        self.assertEqual(campaign("+18775550145"), name)
        third = number_header(mta.message(body=body)[0])
        self.assertIn(f"campaign={name}", third.replace("\n", "").replace("\t", " "), header)
        # The same when the aggregates are made anew, and after the daemon was killed.
        self.recorded(3)
        self.daemon.process.kill()
        self.daemon.process.wait()
        (self.directory / "aggregates.mdb").unlink()
        self.daemon.start()
        self.wait_for(lambda s: s["numbers"] == 2)
        self.assertEqual(campaign("+18885550144"), name)
        self.assertEqual(campaign("+18775550145"), name)

    def flood(self, sent, stop):
        """Messages of one connection until the daemon is gone; when each was answered."""
        mta = None
        try:
            mta = Mta(self.daemon.milter).greet()
            while not stop.is_set():
                name = f"<{random.getrandbits(64):016x}@load.test>"
                mta.step(b"M", b"<a@sender.example>\0")
                mta.step(b"R", b"<b@example.org>\0")
                mta.step(b"T")
                mta.step(b"L", b"Message-ID\0 " + name.encode() + b"\0")
                mta.step(b"L", b"Subject\0 hello\0")
                mta.step(b"N")
                mta.step(b"B", BODY)
                mta.end()
                sent[name] = time.monotonic()
        except (OSError, EOFError):
            pass
        if mta:
            mta.close()

    def kill_under_load(self):
        """The messages answered, with their times, and when the daemon was killed."""
        sent, stop = {}, threading.Event()
        threads = [threading.Thread(target=self.flood, args=(sent, stop)) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.2, 1.6))  # the instant of the kill is what varies
        killed = time.monotonic()
        self.daemon.process.send_signal(signal.SIGKILL)
        self.daemon.process.wait()
        stop.set()
        for thread in threads:
            thread.join(SECONDS)
        return sent, killed

    def test_killed_at_any_instant(self):
        sent_all, lost_all, oldest, replayed = 0, 0, 0.0, 0
        for _ in range(ROUNDS):
            self.daemon.start()
            # Ready to write: what the journal had is counted, and a first message is recorded.
            self.mta().message(body=BODY)
            self.recorded(1)
            replayed += self.sightings()["replayed"]
            sent, killed = self.kill_under_load()
            for day in self.days():
                self.assertEqual(self.rows("PRAGMA integrity_check", day), [("ok",)])
            known = {name for day in self.days()
                     for (name,) in self.rows("SELECT message_id FROM message", day)}
            lost = [killed - at for name, at in sent.items() if name not in known]
            sent_all += len(sent)
            lost_all += len(lost)
            oldest = max([oldest, *lost])
        self.daemon.start()
        mta = self.mta()
        journal = sum(self.rows("SELECT count(*) FROM message", day)[0][0] for day in self.days())
        mta.message(body=BODY)
        self.recorded(1)
        aggregates = messages_seen(number_header(mta.message(body=BODY)[0])) - 2
        print(f"{ROUNDS} kills: {sent_all} sent, {sent_all - lost_all} recorded, {lost_all} lost, "
              f"the oldest {oldest:.3f} s before its kill; {replayed} replayed; journal {journal}, "
              f"aggregates {aggregates}; integrity_check ok")
        self.assertGreater(sent_all, 0)
        self.assertLess(oldest, LOSS_SECONDS)
        self.assertEqual(aggregates, journal)

    def test_a_garbage_journal_and_aggregates_are_moved_aside(self):
        (self.directory / "journal").mkdir(parents=True)
        today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
        (self.directory / "journal" / f"{today}.sqlite").write_bytes(b"x" * 5000)
        (self.directory / "aggregates.mdb").write_bytes(b"x" * 20000)
        self.daemon.start()
        self.assertEqual(self.mta().message(body=BODY)[1], b"c")
        self.recorded(1)
        self.assertEqual(self.sightings()["faults"], 2)
        self.assertEqual(len(list(self.directory.rglob("*.broken-*"))), 2)
        self.assertIn("moved to", self.daemon.text())

    def test_a_second_daemon_waits_for_the_first(self):
        self.daemon.start()
        self.recorded(0)
        other = Daemon(RINGFENCE, RINGFENCECTL, tempfile.mkdtemp(dir=self.folder))
        other.config.write_text(other.config.read_text().replace(
            f"{other.folder}/sightings", str(self.directory)))
        first, self.daemon = self.daemon, other
        other.start()
        try:
            self.wait_for(lambda s: "another daemon" in s.get("fault", ""))
            self.assertEqual(self.mta().message(body=BODY)[1], b"c")
            self.assertEqual(first.stop(), 0)
            self.recorded(1)
            self.assertNotIn("fault", self.sightings())
            self.assertEqual(other.text().count("sightings cannot be written down"), 1)
        finally:
            if first.process.poll() is None:
                first.process.kill()
                first.process.wait()

    def test_mail_goes_on_while_a_day_is_locked(self):
        self.daemon.start()
        mta = self.mta()
        mta.message(body=BODY)
        self.recorded(1)
        with sqlite3.connect(self.days()[-1], isolation_level=None) as db:
            db.execute("BEGIN IMMEDIATE")
            for _ in range(20):
                self.assertEqual(mta.message(body=BODY)[1], b"c")
            self.wait_for(lambda s: "locked" in s.get("fault", ""))
            self.assertEqual(self.sightings()["recorded"], 1)
            db.execute("ROLLBACK")
        self.recorded(21)
        self.assertNotIn("fault", self.sightings())

    def test_mail_goes_on_when_the_disk_takes_no_more(self):
        self.daemon.start()
        mta = self.mta()
        mta.message(body=BODY)
        self.recorded(1)
        process = self.daemon.process.pid
        before = resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        for _ in range(5):
            self.assertEqual(mta.message(body=BODY)[1], b"c")
        self.wait_for(lambda s: "fault" in s)
        self.assertEqual(self.sightings()["queue"], 5)
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
        self.recorded(6)
        self.assertNotIn("fault", self.sightings())
        self.assertEqual(self.sightings()["dropped"], 0)

    def test_switched_off_there_is_nothing(self):
        text = self.daemon.config.read_text()
        self.daemon.config.write_text(text.replace("sightings:\n", "sightings:\n  enabled: false\n"))
        self.daemon.start()
        self.mta().message(body=BODY)
        self.assertEqual(self.sightings(), {"enabled": False})
        self.assertFalse(self.directory.exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
