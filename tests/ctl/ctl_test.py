#!/usr/bin/env python3
"""ringfencectl as people and programs call it: output, errors, exit codes.

usage: ctl_test.py PATH_OF_RINGFENCECTL [unittest arguments]
"""
import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

from terminal import read_until_closed

CTL = os.path.abspath(sys.argv.pop(1))

SCAM = """From: "Billing" <b@freemail.example>
Subject: renewal
Content-Type: text/plain

Call 1 (888) 555-0123 now.
"""


class Ctl(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="ringfence-ctl-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.config = self.path / "ringfence.yaml"
        self.config.write_text(f"reputation:\n  directory: {self.path}/reputation\n"
                               f"sightings:\n  directory: {self.path}/sightings\n"
                               f"milter:\n  control_socket: {self.path}/control.sock\n")
        (self.path / "reputation").mkdir()
        self.mail = self.path / "scam.eml"
        self.mail.write_text(SCAM)

    def run_ctl(self, *arguments, stdin="", config=True):
        options = ["--config", str(self.config)] if config else []
        return subprocess.run([CTL, *options, *map(str, arguments)], input=stdin, text=True,
                              capture_output=True, timeout=120, check=False)

    def good(self, *arguments, **more):
        done = self.run_ctl(*arguments, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def rows(self, *arguments, **more):
        return [json.loads(line) for line in self.good(*arguments, **more).splitlines()]

    # scan

    def test_scan_json_has_the_members_of_the_contract(self):
        (row,) = self.rows("scan", "--json", self.mail)
        self.assertEqual(row["file"], str(self.mail))
        self.assertEqual((row["action"], row["rule"], row["defects"], row["partial"]),
                         ("accept", None, ["bare-lf"], []))
        (number,) = row["numbers"]
        self.assertEqual((number["number"], number["where"], number["shown"], number["score"]),
                         ("+18885550123", ["plain"], "1 (888) 555-0123", 0))

    def test_scan_shows_lures_and_brands(self):
        mail = "Subject: N\u043erton renewal\n\nYour refund: call +1 888 555 0123\n"
        (row,) = self.rows("scan", "--json", "-", stdin=mail)
        self.assertEqual(row["lures"][0],
                         {"name": "refund", "count": 1, "distance": 7, "where": ["plain"]})
        self.assertEqual(row["lures"][1],
                         {"name": "renewal", "count": 1, "distance": None, "where": ["subject"]})
        self.assertEqual(row["brands"],
                         [{"name": "norton", "count": 1, "distance": None, "where": ["subject"]}])
        text = self.good("scan", "-", stdin=mail)
        self.assertIn("lures: refund (7 bytes from a number), renewal", text)
        self.assertIn("brands: norton\n", text)

    def test_scan_uses_lexicon_files(self):
        words = self.path / "words.yaml"
        words.write_text("brands: {example-bank: [Example Bank]}\n")
        self.config.write_text(self.config.read_text() +
                               f"matcher: {{lexicon_builtin: false, lexicon_files: [{words}]}}\n")
        mail = "Subject: x\n\nExample Bank, Norton\n"
        (row,) = self.rows("scan", "--json", "-", stdin=mail)
        self.assertEqual([brand["name"] for brand in row["brands"]], ["example-bank"])
        words.write_text("brands: {Example: [Example Bank]}\n")
        done = self.run_ctl("scan", "-", stdin=mail)
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"{words}:1:10: brands: 'Example' is not a name", done.stderr)

    def test_scan_reads_stdin_and_folders(self):
        (row,) = self.rows("scan", "--json", "-", stdin=SCAM)
        self.assertEqual(row["file"], "-")
        box = self.path / "box" / "cur"
        box.mkdir(parents=True)
        for name in ("b", "a"):
            (box / name).write_text(SCAM)
        self.assertEqual([pathlib.Path(row["file"]).name
                          for row in self.rows("scan", "--json", self.path / "box")], ["a", "b"])

    def test_scan_goes_on_behind_a_file_it_cannot_read(self):
        done = self.run_ctl("scan", "--json", self.path / "none", self.mail)
        self.assertEqual(done.returncode, 66)
        self.assertIn("none: No such file", done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 1)

    def test_scan_region_and_explain(self):
        mail = "Subject: x\n\nTel. (030) 23125-042, server 192.0.2.17\n"
        (row,) = self.rows("scan", "--json", "--explain", "--region", "DE", "-", stdin=mail)
        self.assertEqual([n["number"] for n in row["numbers"]], ["+493023125042"])
        self.assertIn("number", [c["outcome"] for c in row["candidates"]])
        text = self.good("scan", "--explain", "--region", "DE", "-", stdin=mail)
        self.assertIn("+493023125042", text)
        self.assertIn("candidate in plain", text)
        self.assertEqual(self.run_ctl("scan", "--region", "QQ", self.mail).returncode, 78)

    def test_scan_escapes_hostile_text(self):
        mail = "Subject: \x1b[31mred\n\n+1 888\u202e 555 0123\n"
        out = self.good("scan", "-", stdin=mail)
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\u202e", out)
        self.assertNotIn("\x1b", self.good("scan", "--json", "-", stdin=mail))

    def test_scan_of_bytes_that_are_no_text(self):
        blob = self.path / "blob"
        blob.write_bytes(bytes(range(256)) * 40)
        self.assertEqual(len(self.rows("scan", "--json", blob)), 1)
        (self.path / "empty").write_bytes(b"")
        (row,) = self.rows("scan", "--json", self.path / "empty")
        self.assertEqual(row["numbers"], [])

    def test_policy_is_tried_with_an_envelope(self):
        self.config.write_text(self.config.read_text() + """
policy:
  rules:
    - {name: ours, when: {recipient_domains: [example.org], client_networks: [192.0.2.0/24]}, action: tag}
""")
        (row,) = self.rows("scan", "--json", self.mail)
        self.assertEqual(row["action"], "accept")
        (row,) = self.rows("scan", "--json", "--rcpt", "a@example.org", "--rcpt", "b@example.net",
                           "--client", "192.0.2.7", self.mail)
        self.assertEqual((row["action"], row["rule"]), ("tag", "ours"))

    # the table

    def test_import_lookup_scan(self):
        csv = self.path / "list.csv"
        csv.write_text('number,category,score\n"1 (888) 555-0123",toad,95\nnonsense,x,1\n')
        out = self.good("feeds", "import", csv, "--list", "soc")
        self.assertIn("list soc: 1 numbers", out)
        self.assertIn("not-a-number: 1", out)
        (row,) = self.rows("lookup", "--json", "(888) 555-0123")
        self.assertEqual((row["number"], row["score"], row["state"], row["listings"][0]["list"]),
                         ("+18885550123", 95, "active", "soc"))
        (row,) = self.rows("scan", "--json", self.mail)
        self.assertEqual((row["score"], row["action"]), (95, "quarantine"))
        status = self.rows("feeds", "status", "--json")[0]
        self.assertEqual((status["numbers"], status["lists"][0]["name"]), (1, "soc"))
        self.assertIn("soc", self.good("feeds", "status"))

    def test_import_that_holds_nothing_is_refused(self):
        self.good("feeds", "import", "-", "--list", "soc", stdin="+18885550123\n")
        done = self.run_ctl("feeds", "import", "-", "--list", "soc", stdin="nothing\n")
        self.assertEqual(done.returncode, 65)
        self.assertEqual(self.rows("lookup", "--json", "+18885550123")[0]["state"], "active")
        self.assertEqual(self.run_ctl("feeds", "import", self.path / "none", "--list", "x").returncode, 66)
        self.assertEqual(self.run_ctl("feeds", "import", "-", "--list", "x", "--score", "101").returncode, 64)

    def test_allow_and_deny(self):
        self.good("deny", "add", "1-888-555-0123", "--reason", "ticket 4711", "--expires", "30d")
        (row,) = self.rows("deny", "list", "--json")
        self.assertEqual((row["number"], row["reason"]), ("+18885550123", "ticket 4711"))
        self.assertEqual(self.rows("scan", "--json", self.mail)[0]["action"], "reject")
        self.good("allow", "add", "+18885550123")
        self.assertEqual(self.good("deny", "list"), "")
        self.assertEqual(self.rows("lookup", "--json", "+18885550123")[0]["state"], "allowed")
        self.good("allow", "remove", "+18885550123")
        self.assertEqual(self.run_ctl("allow", "remove", "+18885550123").returncode, 65)
        self.assertEqual(self.run_ctl("deny", "add", "12", "hello").returncode, 65)

    def test_ranges_of_numbers(self):
        out = self.good("deny", "add", "(888) 555-01##", "+339475*", "--reason", "bought in one go")
        self.assertEqual(out, "+188855501## (100 numbers) added to the deny list\n"
                              "+339475* (all that begin so) added to the deny list\n")
        self.assertEqual([row["number"] for row in self.rows("deny", "list", "--json")],
                         ["+188855501##", "+339475*"])
        self.assertEqual(self.rows("scan", "--json", self.mail)[0]["action"], "reject")
        out = self.good("allow", "add", "+18885550120-+18885550124")
        self.assertEqual(len(out.splitlines()), 5)
        self.assertEqual(self.rows("scan", "--json", self.mail)[0]["action"], "accept")
        self.assertEqual(self.rows("lookup", "--json", "+18885550125")[0]["state"], "denied")
        self.good("deny", "remove", "+188855501##")
        self.assertEqual(self.rows("lookup", "--json", "+18885550125")[0]["state"], "unlisted")
        done = self.run_ctl("deny", "add", "+18885550123", "888555*")
        self.assertEqual(done.returncode, 65)
        self.assertIn("country code is needed", done.stderr)
        self.assertEqual(len(self.rows("deny", "list", "--json")), 1)

    def test_history_tells_who_changed_what(self):
        self.assertEqual(self.good("overrides", "history"), "")
        self.good("deny", "add", "+18885550123", "--reason", "ticket \"4711\"", "--expires", "30d")
        self.assertIn("in place of an entry on the deny list by ",
                      self.good("allow", "add", "+18885550123", "+442079460123"))
        self.good("deny", "add", "+1888*")
        self.good("allow", "remove", "+18885550123", "--reason", "no longer ours")
        rows = self.rows("overrides", "history", "--json")
        self.assertEqual([(row["change"], row["action"], row["kind"], row["number"], row["reason"],
                           row["in_effect"]) for row in rows],
                         [(1, "add", "deny", "+18885550123", "ticket \"4711\"", True),
                          (2, "add", "allow", "+18885550123", "", True),
                          (2, "add", "allow", "+442079460123", "", True),
                          (3, "add", "deny", "+1888*", "", True),
                          (4, "remove", "allow", "+18885550123", "no longer ours", True)])
        self.assertEqual(rows[1]["replaced"]["reason"], "ticket \"4711\"")
        self.assertEqual([row["number"] for row in
                          self.rows("overrides", "history", "--json", "020 7946 0123", "--region", "GB")],
                         ["+442079460123"])
        self.assertEqual(len(self.rows("overrides", "history", "--json", "888-555-0123")), 4)
        self.assertEqual(len(self.rows("overrides", "history", "--json", "+1888555####")), 4)
        text = self.good("overrides", "history", "888-555-0123")
        self.assertRegex(text, r'(?m)^\S+Z  \+18885550123      add    deny  by \S+, until \S+: ticket "4711"$')
        self.assertRegex(text, r'(?m)^ +in place of deny added \S+ by ')

    def test_nothing_is_changed_without_a_trace(self):
        self.good("deny", "add", "+18885550123")
        trail = self.path / "reputation" / "overrides-history.jsonl"
        whole = trail.read_bytes()
        trail.unlink()
        trail.symlink_to("/dev/full")
        done = self.run_ctl("deny", "add", "+18885550124")
        self.assertEqual(done.returncode, 74)
        self.assertIn("nothing is changed without a trace", done.stderr)
        self.assertEqual(len(self.rows("deny", "list", "--json")), 1)
        trail.unlink()
        trail.write_bytes(whole + whole[:40])
        done = self.run_ctl("overrides", "history")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 1))
        self.assertIn("1 broken lines passed over", done.stderr)

    def test_lookup_and_scan_say_what_is_known_around_a_number(self):
        lists = {"members": (["--category", "toad", "--score", "90"],
                             "+18885550121\n+18885550124\n+18885550126\n+18885550129\n"),
                 "range": (["--score", "50"], "+188855501##\n"),
                 "own": (["--role", "genuine"], "number,brand\n+18775550111,norton\n"),
                 "carriers": (["--role", "provider"],
                              "prefix,provider,type\n1888,Example Telecom,voip\n")}
        for name, (words, text) in lists.items():
            path = self.path / (name + (".csv" if "," in text else ".txt"))
            path.write_text(text)
            self.good("feeds", "import", path, "--list", name, *words)
        (row,) = self.rows("lookup", "--json", "+18885550123")
        self.assertEqual([part["kind"] for part in row["parts"]], ["listing", "block"])
        self.assertEqual(sum(part["points"] for part in row["parts"]), row["score"])
        self.assertEqual((row["parts"][0]["range"], row["parts"][0]["remaining"]), ("+188855501##", 1))
        self.assertEqual((row["block"]["range"], row["block"]["members"]), ("+1888555012#", 4))
        self.assertEqual((row["line_type"], row["provider"]["name"]), ("voip", "Example Telecom"))
        text = self.good("lookup", "+18885550123", "+18775550111")
        self.assertIn("    +50  block list range, by its range +188855501##: other, listed with 50\n", text)
        self.assertIn("block +1888555012#: 4 listed neighbours in 4 of its ten parts, mostly toad\n", text)
        self.assertIn("\n+18775550111: unlisted, score 0\n  US, toll-free\n"
                      "  genuine number of norton by list own\n", text)
        mail = "Subject: Norton renewal\n\nCall +1 888 555 0123 or +1 877 555 0111\n"
        (row,) = self.rows("scan", "--json", "-", stdin=mail)
        first, second = row["numbers"]
        self.assertEqual((first["mismatch"], first["ranges"], first["lists"], first["block"]["members"]),
                         (["norton"], ["+188855501##"], ["range"], 4))
        self.assertEqual((second["mismatch"], second["genuine"], second["provider"]), ([], ["norton"], None))
        text = self.good("scan", "-", stdin=mail)
        self.assertIn("\n      not a number of norton, which the mail names\n", text)
        self.assertIn("\n      genuine number of norton\n", text)

    def test_lookup_names_every_text_that_is_no_number(self):
        done = self.run_ctl("lookup", "hello", "+18885550123", "12")
        self.assertEqual(done.returncode, 65)
        self.assertEqual(len(done.stderr.splitlines()), 2)

    # configuration and control

    def test_config_check(self):
        self.assertIn("good", self.good("config", "check", self.config))
        self.config.write_text("milter:\n  sockt: x\nmatcher:\n  regions: [US, QQ1]\n")
        done = self.run_ctl("config", "check")
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"{self.config}:2:3:", done.stderr)
        self.assertIn(f"{self.config}:4:", done.stderr)
        self.assertEqual(self.run_ctl("config", "check", self.path / "none").returncode, 66)

    def test_no_daemon(self):
        for command in ("status", "reload", "stop", "metrics"):
            done = self.run_ctl(command)
            self.assertEqual(done.returncode, 69, command)
            self.assertIn("cannot reach the daemon", done.stderr)
        done = self.run_ctl("probe", "--socket", f"unix:{self.path}/none", self.mail)
        self.assertEqual(done.returncode, 69)

    def test_usage(self):
        for arguments in ([], ["nonsense"], ["scan"], ["feeds", "import", "x"], ["scan", "--nonsense", "x"]):
            self.assertEqual(self.run_ctl(*arguments, config=False).returncode, 64, arguments)
        self.assertIn("usage", self.good("--help", config=False).lower())
        self.assertIn("ringfencectl 0.", self.good("--version", config=False))

    # terminal

    def test_progress_is_for_terminals_only(self):
        """A long import draws a bar on a terminal and takes it away again."""
        big = self.path / "big.txt"
        with big.open("w", encoding="ascii") as out:
            for number in range(300_000):
                out.write(f"+4915{number:09}\n")
        leader, follower = pty.openpty()
        done = subprocess.Popen([CTL, "--config", str(self.config), "feeds", "import", str(big), "--list", "big"],
                                stdout=subprocess.PIPE, stderr=follower, stdin=subprocess.DEVNULL)
        os.close(follower)
        seen = read_until_closed(leader)
        out, _ = done.communicate(timeout=60)
        os.close(leader)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"300000 numbers", out)
        if seen:  # faster machines are done before the bar is due
            self.assertIn(b"%", seen)
            self.assertTrue(seen.endswith(b"\r\x1b[K"), seen[-40:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
