#!/usr/bin/env python3
"""ringfencectl feeds: refresh, status, refused, diff, rollback, hold, drop, as an operator has them.

usage: feeds_test.py PATH_OF_RINGFENCECTL [unittest arguments]
The feeds come from tests/feeds/fault_server.py.
"""
import fcntl
import json
import os
import pathlib
import pty
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

from terminal import read_until_closed

CTL = os.path.abspath(sys.argv.pop(1))
SERVER = pathlib.Path(__file__).parent.parent / "feeds" / "fault_server.py"


def numbers(begin, end):
    return "".join(f"+1888555{n:04}\n" for n in range(begin, end))


class Feeds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringfence-feeds-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.www = self.path / "www"
        self.www.mkdir()
        self.table = self.path / "reputation"
        self.table.mkdir()
        self.config = self.path / "ringfence.yaml"
        self.server = subprocess.Popen([sys.executable, "-B", str(SERVER), str(self.www)], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self.addCleanup(self.stop_server)
        self.base = f"http://127.0.0.1:{int(self.server.stdout.readline())}"
        self.environment = {**os.environ, "no_proxy": "*"}

    def stop_server(self):
        self.server.stdin.close()
        self.server.wait(timeout=30)
        self.server.stdout.close()

    def configure(self, *feeds):
        """Each feed: name, path on the server, more keys."""
        lines = [f"reputation: {{directory: {self.table}, blocks: {{enabled: false}}}}", "feeds:"]
        for name, path, *more in feeds:
            lines += [f"  - name: {name}", f"    url: {self.base}{path}", "    allow_http: true",
                      "    limits: {tries_max: 1}", *("    " + line for line in more)]
        self.config.write_text("\n".join(lines if feeds else lines[:1]) + "\n")

    def serve(self, name, text):
        (self.www / name).write_text(text)

    def run_ctl(self, *arguments, **more):
        return subprocess.run([CTL, "--config", str(self.config), *map(str, arguments)], text=True, capture_output=True,
                              env=self.environment, timeout=120, check=False, **more)

    def good(self, *arguments):
        done = self.run_ctl(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def row(self, *arguments):
        (line,) = self.good(*arguments, "--json").splitlines()
        return json.loads(line)

    def requests(self):
        return [json.loads(line) for line in (self.www / "requests.log").read_text().splitlines()]

    def state_of(self, number):
        return self.row("lookup", number)["state"]

    # refresh

    def test_refresh_and_status(self):
        self.serve("soc.csv", "number,category,score\n(888) 555-0123,toad,95\n+44 20 7946 0000,scam,70\nwho?,x,1\n")
        self.serve("ranges.txt", "+33199######\n")
        self.configure(("soc", "/soc.csv?key=secret"), ("ranges", "/ranges.txt"))
        out = self.good("feeds", "status")
        self.assertRegex(out, r"no generation yet: ringfencectl feeds refresh")
        self.assertRegex(out, r"(?m)^soc +new +- +- +never +never +now$")

        out = self.good("feeds", "refresh")
        self.assertRegex(out, r"(?m)^soc: updated, 2 numbers \(2 new, 0 kept, 0 gone\); refused: 1 not-a-number$")
        self.assertRegex(out, r"(?m)^ranges: updated, 0 numbers .*, 1 ranges \(1 new, 0 kept, 0 gone\)$")
        self.assertRegex(out, r"(?m)^generation 1: 2 numbers, 1 ranges, 0 blocks, \d+ bytes$")
        self.assertEqual(self.state_of("1-888-555-0123"), "active")
        self.assertEqual(self.state_of("+33199123456"), "active")
        self.assertEqual(self.good("feeds", "refresh"), "no feed is due\n")
        self.assertEqual(self.good("feeds", "refresh", "soc"), "soc: unchanged\n")

        out = self.good("feeds", "status")
        self.assertRegex(out, r"(?m)^soc +ok +2 +0 +\d+s ago +\d+s ago +in \d+m$")
        status = self.row("feeds", "status")
        soc = status["feeds"][0]
        self.assertEqual((soc["name"], soc["condition"], soc["numbers"], soc["accepted"], soc["failures"], soc["error"]),
                         ("soc", "ok", 2, 2, 0, None))
        self.assertEqual(soc["refused"], {"not-a-number": 1})
        self.assertEqual(soc["examples"], [{"document": "soc.csv", "line": 4, "reason": "not-a-number", "text": "who?"}])
        self.assertEqual([(row["name"], row["role"], row["feed"]) for row in status["lists"]],
                         [("soc", "block", True), ("ranges", "block", True)])
        self.assertNotIn("secret", json.dumps(status) + out)

    def test_a_feed_that_fails_stops_no_other(self):
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt"), ("b", "/status/500"), ("c", "/html"))
        done = self.run_ctl("feeds", "refresh")
        self.assertEqual(done.returncode, 69)
        self.assertIn("a: updated, 100 numbers", done.stdout)
        self.assertIn("b: failed; its last good list stays", done.stdout)
        first, second = done.stderr.splitlines()
        self.assertEqual(first, f"ringfencectl: b: {self.base}/status/500: the server answers with status 500")
        self.assertRegex(second, "^ringfencectl: c: .*web page")
        out = self.good("feeds", "status")
        self.assertRegex(out, r"(?m)^b +failed +- +- +\d+s ago +never +in \d+m$")
        self.assertRegex(out, r"(?m)^    .*status 500 \(once in a row, last good never\)$")
        done = self.run_ctl("feeds", "refresh", "b", "--json")
        row = json.loads(done.stdout)
        self.assertEqual(done.returncode, 69)
        self.assertEqual((row["generation"], row["feeds"][0]["outcome"]), (None, "failed"))

    def test_the_guard(self):
        self.serve("a.txt", numbers(100, 300))
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        self.serve("a.txt", numbers(100, 150))
        done = self.run_ctl("feeds", "refresh", "a")
        self.assertEqual(done.returncode, 69)
        self.assertIn("150 of its 200 numbers are gone (75 %", done.stderr)
        self.assertIn("ringfencectl feeds refresh a --accept-change", done.stderr)
        self.assertIn("150 gone", self.good("feeds", "refresh", "a", "--accept-change"))

    def test_two_at_once(self):
        self.configure(("a", "/a.txt"))
        (self.table / "feeds").mkdir()
        with open(self.table / "feeds" / ".lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.run_ctl("feeds", "refresh")
        self.assertEqual(done.returncode, 75)
        self.assertIn("another refresh is at work there", done.stderr)

    def test_disk_full(self):
        """Files may not grow beyond a bound: first the spool, then the generation."""
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        self.serve("a.txt", numbers(0, 300))

        def bounded(size):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            return limit
        done = self.run_ctl("feeds", "refresh", "a", preexec_fn=bounded(3000))
        self.assertEqual(done.returncode, 69)
        self.assertIn("cannot write", done.stderr)
        done = self.run_ctl("feeds", "refresh", "a", preexec_fn=bounded(16384))
        self.assertEqual(done.returncode, 74, done)
        self.assertIn("table.mdb", done.stderr)
        status = self.row("feeds", "status")
        self.assertEqual((status["generation"], status["numbers"]), (1, 100))
        self.assertEqual(status["feeds"][0]["condition"], "failed")
        self.assertEqual(sorted(path.name for path in (self.table / "generations").iterdir()), ["1"])
        self.assertIn("generation 2: 300 numbers", self.good("feeds", "refresh", "a"))

    def test_words_for_what_cannot_be(self):
        self.configure()
        done = self.run_ctl("feeds", "refresh")
        self.assertEqual(done.returncode, 78)
        self.assertIn("no feeds are configured", done.stderr)
        self.configure(("a", "/a.txt"))
        for command in (["refresh", "b"], ["refused", "b"], ["hold", "../b"], ["release", "../b"]):
            self.assertEqual(self.run_ctl("feeds", *command).returncode, 64, command)
        for command in (["refused", "a"], ["drop", "c"], ["rollback"], ["rollback", "7"], ["diff"]):
            self.assertEqual(self.run_ctl("feeds", *command).returncode, 66, command)
        self.assertEqual(self.run_ctl("feeds", "release", "a").returncode, 65)
        self.assertEqual(self.run_ctl("feeds", "drop", "a").returncode, 64)
        self.config.write_text("feeds: [{name: a}]\n")
        self.assertEqual(self.run_ctl("feeds", "refresh").returncode, 78)

    def test_a_broken_table_is_said(self):
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        table = self.table / "generations" / "1" / "table.mdb"
        table.write_bytes(table.read_bytes()[:10000])
        done = self.run_ctl("feeds", "refresh", "a")
        self.assertEqual(done.returncode, 65)
        self.assertIn("ringfencectl feeds rollback", done.stderr)
        done = self.run_ctl("feeds", "status")
        self.assertEqual(done.returncode, 65)
        self.assertRegex(done.stdout, r"(?m)^a +ok ")

    # by hand

    def test_rollback_diff_and_hold(self):
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        self.serve("a.txt", numbers(110, 215))
        self.good("feeds", "refresh", "a")
        out = self.good("feeds", "diff", "--examples", "2")
        self.assertIn("generation 1 -> 2\na: 15 new, 10 gone, ", out)
        self.assertIn("  + +18885550200 other 80\n  + +18885550201 other 80\n    and 13 more\n", out)
        self.assertIn("  - +18885550100 other 80\n", out)
        diff = self.row("feeds", "diff", "1", "2", "--list", "a")
        self.assertEqual((diff["before"], diff["after"], diff["lists"][0]["numbers"]["removed"]), (1, 2, 10))
        self.assertEqual(diff["lists"][0]["added"][0]["number"], "+18885550200")

        out = self.good("feeds", "rollback")
        self.assertIn("generation 1 is current, 2 was\nof feeds: a\n", out)
        self.assertEqual(self.state_of("+18885550214"), "unlisted")
        self.assertIn("still has what was rolled back", self.good("feeds", "refresh", "a"))
        self.assertRegex(self.good("feeds", "status"), r"(?m)^a +rolled-back +100 ")
        self.assertEqual(self.state_of("+18885550214"), "unlisted")

        self.serve("a.txt", numbers(100, 220))
        self.good("feeds", "hold", "a", "--reason", "publisher\nwas broken into")
        out = self.good("feeds", "status")
        self.assertRegex(out, r"(?m)^a +held ")
        self.assertRegex(out, r"held since .* by .*: publisher\\x0awas broken into")
        self.assertIn("a: held", self.good("feeds", "refresh", "--force"))
        self.assertEqual(self.state_of("+18885550214"), "unlisted")
        self.good("feeds", "release", "a")
        self.assertIn("a: updated, 120 numbers (20 new", self.good("feeds", "refresh", "a"))
        self.assertEqual(self.row("feeds", "rollback", "2")["generation"], 2)

    def test_former_feeds_and_drop(self):
        self.serve("a.txt", numbers(100, 200))
        self.serve("b.txt", numbers(300, 310))
        self.configure(("a", "/a.txt"), ("b", "/b.txt"))
        self.good("feeds", "refresh")
        mine = self.path / "mine.csv"
        mine.write_text("brand,number\nExample Bank,+442079460000\n")
        self.good("feeds", "import", mine, "--list", "mine", "--role", "genuine")
        self.configure(("b", "/b.txt"))
        self.assertIn("a: no longer configured: its list of 100 numbers is dropped", self.good("feeds", "refresh"))
        lists = {row["name"]: row for row in self.row("feeds", "status")["lists"]}
        self.assertEqual(sorted(lists), ["b", "mine"])
        self.assertEqual((lists["mine"]["role"], lists["mine"]["feed"]), ("genuine", False))
        self.assertRegex(self.good("feeds", "status"), r"(?m)^  mine +1 numbers, 0 ranges, imported .* from .*mine.csv$")
        done = self.run_ctl("feeds", "drop", "b")
        self.assertEqual(done.returncode, 64)
        self.assertIn("list mine is dropped: 1 numbers less", self.good("feeds", "drop", "mine"))

    def test_refused_rows(self):
        self.serve("a.txt", numbers(100, 110) + "nonsense\n" * 50 + "# fine\n812\n")
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        out = self.good("feeds", "refused", "a").splitlines()
        self.assertEqual(out[0], "a: 62 rows, 10 accepted; refused: 51 not-a-number")
        self.assertEqual(out[1], "  a.txt:11: not-a-number: nonsense")
        self.assertEqual(len(out), 52)
        self.assertEqual(len(self.row("feeds", "refused", "a", "--examples", "7")["examples"]), 7)

    def test_credentials(self):
        key = self.path / "key"
        key.write_text("Bearer abc-123\n")
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt", f"credentials_file: {key}"))
        key.chmod(0o644)
        done = self.run_ctl("feeds", "refresh")
        self.assertEqual(done.returncode, 69)
        self.assertIn("is open to others (mode 0644)", done.stderr)
        key.chmod(0o640)
        self.good("feeds", "refresh", "a")
        self.assertEqual(self.requests()[-1]["headers"]["authorization"], "Bearer abc-123")
        self.assertNotIn("abc-123", (self.table / "feeds" / "a" / "state.json").read_text())

    def test_hostile_text_is_escaped(self):
        self.serve("a.txt", numbers(100, 110) + "\x1b[31mred\x07 one\n")
        self.configure(("a", "/a.txt"))
        self.good("feeds", "refresh")
        for command in (["refused", "a"], ["refused", "a", "--json"], ["status", "--json"]):
            self.assertNotIn("\x1b", self.good("feeds", *command))

    @unittest.skipUnless(os.geteuid() == 0, "only root makes files for others")
    def test_what_root_makes_belongs_to_the_owner_of_the_folder(self):
        self.serve("a.txt", numbers(100, 200))
        self.configure(("a", "/a.txt"))
        owner = (12345, 12346)
        os.chown(self.table, *owner)
        self.good("feeds", "refresh")
        for name in (".", "lock", "generations", "generations/1", "feeds", "feeds/.lock", "feeds/a"):
            status = os.stat(self.table / name)
            self.assertEqual((status.st_uid, status.st_gid), owner, name)
            if stat.S_ISDIR(status.st_mode) and name != ".":
                self.assertEqual(stat.S_IMODE(status.st_mode), 0o755, name)

    # terminal

    def test_progress_names_the_feed(self):
        """On a terminal a long refresh says what it is at, and takes it away again."""
        with open(self.www / "big.txt", "w", encoding="ascii") as out:
            for number in range(300_000):
                out.write(f"+4915{number:09}\n")
        self.configure(("big", "/big.txt"))
        leader, follower = pty.openpty()
        done = subprocess.Popen([CTL, "--config", str(self.config), "feeds", "refresh"], stdout=subprocess.PIPE,
                                stderr=follower, stdin=subprocess.DEVNULL, env=self.environment)
        os.close(follower)
        seen = read_until_closed(leader)
        out, _ = done.communicate(timeout=120)
        os.close(leader)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"300000 numbers", out)
        if seen:  # faster machines are done before the bar is due
            self.assertRegex(seen, rb"big: (fetching|reading)|writing")
            self.assertTrue(seen.endswith(b"\r\x1b[K"), seen[-40:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
