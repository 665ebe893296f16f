#!/usr/bin/env python3
"""The analyst's commands on what a real daemon recorded: sightings list, hunt, campaigns.

usage: sightings_test.py RINGFENCE RINGFENCECTL
Uses a temporary folder for everything and ends only what it started.
"""
import csv
import fcntl
import io
import json
import os
import pathlib
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "milter"))
from milter_process import SECONDS, Daemon  # noqa: E402
from terminal import read_until_closed  # noqa: E402

RINGFENCE, RINGFENCECTL = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
del sys.argv[1:3]

HOSTILE = "=1+1 \x1b[31mred\u202egpj \u200b\"]; n99 [label=\"x <b>&#60;"


def mail(number, subject, sender="billing@freemail.example", brand="Norton", queue=""):
    return (f"From: \"{brand} billing\" <{sender}>\r\nMessage-ID: <{queue or number[-4:]}@mail.example>\r\n"
            f"Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            f"Dear customer, your {brand} subscription was renewed for $399.99. If you did not place this order, "
            f"call our refund department at {number} within 24 hours to cancel it.\r\n").encode()


class Recorded(unittest.TestCase):
    """One daemon's record for all tests; they only read, or work on a copy."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="ringfence-hunt.")
        cls.folder = pathlib.Path(cls.temporary.name)
        daemon = Daemon(RINGFENCE, RINGFENCECTL, cls.folder)
        config = daemon.config.read_text()
        config += "".join(f"    - name: rule-{action}\n      when: {{recipient_domains: [{action}.example]}}\n"
                          f"      action: {action}\n" for action in ("quarantine", "reject", "tag"))
        daemon.config.write_text(config)
        cls.config = daemon.config
        daemon.start()
        try:
            cls.send(daemon)
            daemon.wait_for(lambda: daemon.status()["sightings"]["numbers"] >= 3)
            cls.live = [subprocess.run([RINGFENCECTL, "--config", cls.config, *words], capture_output=True, text=True,
                                       timeout=SECONDS, check=False)
                        for words in (("hunt", "+1888555012#"), ("campaigns", "show", "+18885550123"))]
        finally:
            if daemon.stop() != 0:
                raise AssertionError(daemon.text())

    @classmethod
    def send(cls, daemon):
        def probe(message, *recipients):
            path = cls.folder / "mail.eml"
            path.write_bytes(message)
            words = [word for recipient in recipients for word in ("--rcpt", recipient)]
            subprocess.run([RINGFENCECTL, "--config", daemon.config, "probe", "--socket", f"unix:{daemon.milter}",
                            "--from", "bounce@freemail.example", *words, path],
                           check=True, capture_output=True, timeout=SECONDS)
        probe(mail("+1 888 555 0123", "your renewal"), "ada@accept.example", "bob@accept.example")
        probe(mail("+1 888 555 0123", "your order"), "bob@accept.example")
        probe(mail("+1 888 555 0124", HOSTILE), "cleo@tag.example")
        probe(mail("+1 888 555 0123", "your refund", brand="PayPal"), "dora@quarantine.example")
        probe(mail("+1 888 555 0123", "your invoice"), "emil@reject.example")
        probe(mail("+44 20 7946 0123", "lunch", sender="x@other.example"), "ada@accept.example")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def run_ctl(self, *arguments, config=None, **more):
        return subprocess.run([RINGFENCECTL, "--config", config or self.config, *map(str, arguments)], text=True,
                              capture_output=True, timeout=SECONDS, check=False, **more)

    def good(self, *arguments, **more):
        done = self.run_ctl(*arguments, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def rows(self, *arguments, **more):
        return [json.loads(line) for line in self.good(*arguments, "--json", **more).splitlines()]

    def copy(self):
        """A folder of its own with the same record, and a configuration for it."""
        folder = tempfile.TemporaryDirectory(prefix="ringfence-hunt.")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        shutil.copytree(self.folder / "sightings", path / "sightings")
        (path / "reputation").mkdir()
        config = path / "ringfence.yaml"
        config.write_text(f"reputation: {{directory: {path}/reputation}}\nsightings: {{directory: {path}/sightings}}\n")
        return config

    def on_terminal(self, columns, *arguments):
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([RINGFENCECTL, "--config", self.config, *arguments], stdout=follower,
                              stdin=subprocess.DEVNULL) as process:
            os.close(follower)
            out = read_until_closed(leader)
            self.assertEqual(process.wait(SECONDS), 0)
        os.close(leader)
        return out.decode().replace("\r\n", "\n")

    # sightings list

    def test_list(self):
        rows = self.rows("sightings", "list")
        self.assertEqual([row["numbers"][0]["number"] for row in rows],
                         ["+442079460123", "+18885550123", "+18885550123", "+18885550124", "+18885550123",
                          "+18885550123"], "the newest first")
        self.assertEqual([row["action"] for row in rows], ["accept", "reject", "quarantine", "tag", "accept", "accept"])
        self.assertEqual(rows[5]["recipients"], ["ada@accept.example", "bob@accept.example"])
        self.assertEqual((rows[5]["brand"], rows[5]["from_domain"], rows[5]["numbers"][0]["where"]),
                         ("norton", "freemail.example", ["plain"]))
        self.assertEqual(rows[3]["subject"], HOSTILE, "JSON has the subject itself")
        text = self.good("sightings", "list").splitlines()
        self.assertRegex(text[0], r"^TIME +ACTION +FROM +TO +NUMBERS +IN +SUBJECT$")
        self.assertEqual(len(text), 7)
        self.assertIn("ada@accept.example, bob@accept.example  +18885550123", text[6])

    def test_list_is_narrowed_down(self):
        def count(*arguments):
            return len(self.rows("sightings", "list", *arguments))
        self.assertEqual(count("--number", "1-888-555-0123"), 4)
        self.assertEqual(count("--number", "(888) 555-01##"), 5)
        self.assertEqual(count("--number", "+18885550124", "--number", "+442079460123"), 2)
        self.assertEqual(count("--from", "Other.example"), 1)
        self.assertEqual(count("--from", "x@other.example", "--number", "+1888*"), 0)
        self.assertEqual(count("--since", "1h"), 6)
        self.assertEqual(count("--until", "1h"), 0)
        self.assertEqual(count("--since", "2020-01-01", "--until", "2020-12-31"), 0)
        self.assertEqual(count("--limit", "2"), 2)
        self.assertIn("the newest 2; there may be more", self.good("sightings", "list", "--limit", "2"))
        self.assertIn("no such mail (recorded are the days from 2", self.good("sightings", "list", "--until", "1h"))

    def test_hostile_text_is_harmless_in_every_output(self):
        campaign = self.rows("campaigns", "list")[0]["campaign"]
        outputs = [self.good(*words) for words in (
            ("sightings", "list"), ("sightings", "list", "--json"), ("hunt", "+1888555012#"),
            ("hunt", "+1888555012#", "--json"), ("hunt", campaign), ("campaigns", "list"),
            ("campaigns", "list", "--json"), ("campaigns", "show", campaign),
            ("campaigns", "show", campaign, "--json"),
            *(("campaigns", "export", campaign, "--format", form) for form in ("json", "csv", "dot")))]
        for out in outputs:
            for bad in ("\x1b", "\u202e", "\u200b"):
                self.assertNotIn(bad, out)
        self.assertIn("\\x1b[31mred\\u{202e}gpj", outputs[0])

    def test_terminal_lines_fit(self):
        for words in (("sightings", "list"), ("hunt", "+1888555012#"), ("campaigns", "list"),
                      ("campaigns", "show", "+18885550123")):
            for columns in (60, 100):
                lines = self.on_terminal(columns, *words).splitlines()
                self.assertGreaterEqual(len(lines), 2)
                if words[0] != "hunt":
                    self.assertLessEqual(max(map(len, lines)), columns, (words, columns))
                else:
                    self.assertLessEqual(max(map(len, lines[:-1])), columns, "the last is the summary")
        self.assertIn("ada@accept.example +1", self.on_terminal(200, "sightings", "list"))

    def test_while_the_daemon_records(self):
        for done in self.live:
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            self.assertIn("+18885550123", done.stdout)

    # hunt

    def test_hunt_number(self):
        text = self.good("hunt", "+1 888 555 0123").splitlines()
        self.assertRegex(text[0], r"^TIME +QUEUE-ID +ACTION +FROM +TO +NUMBERS +IN +MESSAGE-ID +SUBJECT$")
        self.assertEqual(text[-1], "4 mails to 5 recipients (4 different): 2 delivered, 1 held, 1 refused")
        self.assertEqual(len(text), 6)
        rows = self.rows("hunt", "+1 888 555 0123")
        self.assertEqual([row["action"] for row in rows], ["reject", "quarantine", "accept", "accept"])
        self.assertTrue(all(row["queue_id"] and row["message_id"] for row in rows), rows)
        self.assertEqual(len(self.rows("hunt", "(888) 555-01##")), 5)
        self.assertEqual(len(self.rows("hunt", "(888) 555-01##", "+442079460123", "--since", "1d")), 6)
        self.assertEqual(len(self.rows("hunt", "(888) 555-01##", "--limit", "3")), 3)

    def test_hunt_recipients(self):
        self.assertEqual(self.good("hunt", "+18885550123", "--recipients").splitlines(),
                         ["ada@accept.example", "bob@accept.example", "dora@quarantine.example",
                          "emil@reject.example"])
        self.assertEqual(self.rows("hunt", "+18885550124", "--recipients"), [{"recipient": "cleo@tag.example"}])
        done = self.run_ctl("hunt", "+18885550199", "--recipients")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("no mail showed that", done.stderr)

    def test_hunt_nothing_is_no_failure(self):
        self.assertIn("no mail showed that (recorded are the days from", self.good("hunt", "+18885550199"))
        self.assertEqual(self.good("hunt", "+18885550199", "--json"), "")

    def test_hunt_campaign(self):
        campaign = self.rows("campaigns", "list")[0]["campaign"]
        rows = self.rows("hunt", campaign)
        self.assertEqual({row["numbers"][0]["number"] for row in rows}, {"+18885550123", "+18885550124"})
        self.assertEqual(len(self.rows("hunt", campaign.upper().replace("C", "c", 1), "--limit", "1")), 1)
        self.assertEqual(self.rows("hunt", campaign, "--until", "1h"), [])
        done = self.run_ctl("hunt", "c00000001")
        self.assertEqual((done.returncode, done.stdout), (65, ""))
        self.assertIn("there is no campaign c00000001", done.stderr)

    def test_hunt_newly_listed(self):
        config = self.copy()
        self.assertIn("no delivered mail shows a number that is bad only since then",
                      self.good("hunt", "--newly-listed", config=config))
        listed = config.parent / "list.txt"
        listed.write_text("+18885550123\n+442079460123\n")
        self.good("feeds", "import", listed, "--list", "soc", "--score", "70", config=config)
        self.good("deny", "add", "+18885550124", config=config)
        rows = self.rows("hunt", "--newly-listed", config=config)
        self.assertEqual([(row["action"], row["newly_listed"][0]["number"], row["newly_listed"][0]["score_then"],
                           row["newly_listed"][0]["score_now"], row["newly_listed"][0]["by"]) for row in rows],
                         [("accept", "+442079460123", 0, 70, "soc"), ("tag", "+18885550124", 0, 100, "deny"),
                          ("accept", "+18885550123", 0, 70, "soc"), ("accept", "+18885550123", 0, 70, "soc")],
                         "what was held or refused needs no hunt")
        text = self.good("hunt", "--newly-listed", config=config).splitlines()
        self.assertRegex(text[0], r" THEN +NOW +LISTED +BY +MESSAGE-ID +SUBJECT$")
        self.assertEqual(text[-1], "4 mails to 5 recipients (3 different): 4 delivered")
        self.assertEqual(len(self.rows("hunt", "--newly-listed", "--score", "71", config=config)), 1)
        self.assertEqual(self.rows("hunt", "--newly-listed", "--until", "1d", config=config), [])
        self.assertEqual(self.good("hunt", "--newly-listed", "--recipients", "--since", "1h", config=config),
                         "ada@accept.example\nbob@accept.example\ncleo@tag.example\n")

    # campaigns

    def test_campaigns_list_and_show(self):
        (row,) = self.rows("campaigns", "list")
        self.assertRegex(row["campaign"], r"^c[0-9a-f]{6,}$")
        self.assertGreaterEqual(row["messages"], 4)
        self.assertEqual((row["numbers"], row["state"]), (2, "active"))
        self.assertIn("norton", [brand["name"] for brand in row["brands"]])
        self.assertEqual(row["newest"]["messages"], row["messages"])
        text = self.good("campaigns", "list").splitlines()
        self.assertRegex(text[0], r"^CAMPAIGN +STATE +FIRST +LAST +MAILS +NUMBERS +RCPTS +ACTIONS +BRANDS +LURE +SENDERS$")
        self.assertTrue(text[1].startswith(row["campaign"]), text)
        shown = self.good("campaigns", "show", row["campaign"])
        self.assertEqual(shown, self.good("campaigns", "show", "+1 888 555 0124"), "by a number of it, too")
        for part in ("held by ", "+1888555012# (2 numbers)", "+18885550123 ", "##########", "refused", "norton"):
            self.assertIn(part, shown)
        (whole,) = self.rows("campaigns", "show", row["campaign"])
        self.assertEqual(sum(day["messages"] for day in whole["days"]), row["messages"])
        self.assertEqual(whole["graph"]["nodes"][0]["name"], row["campaign"])
        self.assertEqual(self.good("campaigns", "list", "--until", "1h"), "no such campaign\n")
        for target in ("c00000001", "+442079460999"):
            self.assertEqual(self.run_ctl("campaigns", "show", target).returncode, 65)

    def test_campaigns_export(self):
        campaign = self.rows("campaigns", "list")[0]["campaign"]
        whole = json.loads(self.good("campaigns", "export", campaign))
        rows = list(csv.DictReader(io.StringIO(self.good("campaigns", "export", campaign, "--format", "csv"))))
        self.assertEqual(len(rows), len(whole["mails"]))
        self.assertIn("tel:+18885550123", [row["numbers"] for row in rows])
        self.assertTrue(any(row["subject"].startswith("'=1+1") for row in rows), rows)
        dot = self.good("campaigns", "export", campaign, "--format", "dot")
        self.assertTrue(dot.startswith("digraph campaign {") and dot.endswith("}\n"))
        if shutil.which("dot") is None:
            self.skipTest("Graphviz is not installed")
        svg = self.good("campaigns", "export", campaign, "--format", "svg")
        texts = [node.text for node in xml.etree.ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn(campaign, texts)
        self.assertIn("+18885550123", texts)

    def test_no_graphviz_is_said_so(self):
        campaign = self.rows("campaigns", "list")[0]["campaign"]
        done = self.run_ctl("campaigns", "export", campaign, "--format", "svg", env={"PATH": "/nonexistent"})
        self.assertEqual((done.returncode, done.stdout), (69, ""))
        self.assertIn("package graphviz", done.stderr)

    # bad days

    def test_usage(self):
        for words in (["sightings", "list", "--since", "yesterday"], ["sightings", "list", "--since", "1h", "--until", "2h"],
                      ["hunt"], ["hunt", "+18885550123", "--newly-listed"], ["hunt", "+18885550123", "--score", "5"],
                      ["hunt", "c00000001", "+18885550123"], ["campaigns"], ["campaigns", "list", "--since", "x"],
                      ["campaigns", "export", "c1", "--format", "pdf"]):
            self.assertEqual(self.run_ctl(*words).returncode, 64, words)
        self.assertEqual(self.run_ctl("hunt", "nonsense").returncode, 65)

    def test_nothing_was_ever_recorded(self):
        config = self.copy()
        shutil.rmtree(config.parent / "sightings")
        for words in (("sightings", "list"), ("hunt", "+18885550123"), ("hunt", "--newly-listed"), ("campaigns", "list"),
                      ("campaigns", "show", "c00000001")):
            done = self.run_ctl(*words, config=config)
            self.assertEqual((done.returncode, done.stdout), (66, ""), done)
            self.assertIn("no sightings", done.stderr)

    def test_a_broken_day_makes_the_answer_incomplete_and_says_so(self):
        config = self.copy()
        journal = config.parent / "sightings" / "journal"
        (journal / "2020-01-01.sqlite").write_bytes(b"x" * 5000)
        done = self.run_ctl("hunt", "+18885550123", config=config)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (74, 6))
        self.assertIn("2020-01-01 cannot be read", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
