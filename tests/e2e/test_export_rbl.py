"""Exported zones, served by a real rbldnsd and asked for by real SpamAssassin and rspamd.

The configurations of the filters are those of docs/export.md, taken from there.
"""

import base64
import hashlib
import pathlib
import re
import tempfile
import unittest

from support import filters, mails, settings
from support.processes import run, wait_until

ZONE = "bl.example.org"
LISTED = "+18885550123"   # toad
BRITISH = "+442079460123"  # scam
WEAK = "+18885550124"     # listed, and faint
PARTNER = "+18885550125"  # listed, and allowed
UNLISTED = "+18885550199"
TEST_NUMBER = "+15555550100"  # in every zone
LISTS = {"soc": f"number,category,score\n{LISTED},toad,95\n{BRITISH},scam,80\n{WEAK},toad,30\n{PARTNER},toad,95\n"}


def sha1(digits):
    return hashlib.sha1(digits.encode()).hexdigest()


def sha256(digits):
    return base64.b32encode(hashlib.sha256(digits.encode()).digest()).decode().lower().rstrip("=")


def documented(name):
    """The block of docs/export.md that is marked as tested."""
    text = (settings.SOURCE_DIR / "docs" / "export.md").read_text()
    [block] = re.findall(rf"<!-- tested: {re.escape(name)} -->\n```[a-z]*\n(.*?)```", text, re.DOTALL)
    return block


def shows(words):
    return mails.header() + f"\r\nYour renewal is due. Call {words} today.\r\n".encode()


class ExportRbl(unittest.TestCase):
    def setUp(self):
        if not settings.CONTROL_TOOL.exists():
            self.skipTest(f"not built: {settings.CONTROL_TOOL}")
        self.need(filters.rbldnsd_root(), "rbldnsd")
        directory = tempfile.TemporaryDirectory(prefix="rf-rbl-")
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)
        self.home.chmod(0o755)
        self.config = self.home / "ringfence.yaml"
        self.config.write_text(f"reputation: {{directory: {self.home}/reputation, blocks: {{enabled: false}}}}\n"
                               f"sightings: {{directory: {self.home}/sightings}}\n")
        for name, text in LISTS.items():
            path = self.home / f"{name}.csv"
            path.write_text(text)
            self.ctl("feeds", "import", path, "--list", name)
        self.ctl("allow", "add", PARTNER)

    def need(self, root, name):
        if root is None:
            self.skipTest(f"no {name}: contrib/install-packages test unpacks one")

    def ctl(self, *words):
        return run(settings.CONTROL_TOOL, "--config", self.config, *words)

    def export(self, name, *words):
        path = self.home / name
        self.ctl("export", "--format", "rbldnsd", "-o", path, *words)
        return path

    def serve(self, zones):
        server = filters.Rbldnsd(self.home, zones)
        self.addCleanup(server.stop)
        return server

    def served(self, *words):
        """A server of one zone."""
        return self.serve({ZONE: self.export("zone", "--zone", ZONE, "--ns", "ns1.example.org", *words)})

    def test_rbldnsd_answers(self):
        for hash_name, hashed in (("sha1", sha1), ("sha256", sha256)):
            with self.subTest(hash_name):
                server = self.served("--hash", hash_name)

                def of(name):
                    return server.address(f"{name}.{ZONE}")
                self.assertEqual(of(hashed("18885550123")), "127.0.0.3")
                self.assertEqual(of(hashed("18885550123").upper()), "127.0.0.3")
                self.assertEqual(of(hashed("442079460123")), "127.0.0.4")
                self.assertEqual(server.text(f"{hashed('18885550123')}.{ZONE}"),
                                 "Telephone number in mail fraud: toad")
                for number in (WEAK, PARTNER, UNLISTED):
                    self.assertIsNone(of(hashed(number[1:])), number)
                for no_number in ("18885550123", "8885550123", hashed(LISTED), hashed("8885550123")):
                    self.assertIsNone(of(no_number), no_number)
                # Test points, RFC 5782, and the number that is always listed.
                for listed in ("test", "TEST", hashed("test"), hashed(TEST_NUMBER[1:])):
                    self.assertEqual(of(listed), "127.0.0.2", listed)
                for unlisted in ("invalid", "INVALID", hashed("invalid")):
                    self.assertIsNone(of(unlisted), unlisted)
                self.assertEqual(server.text(f"test.{ZONE}"), "Test entry")
                self.assertIn(b"hostmaster", server.soa(ZONE))
                self.assertIn("e/w=5/0", server.log())  # entries, wildcards
                self.assertNotRegex(server.log(), "(?i)warn|error|invalid|unrecognized")
                server.stop()

    def test_national_forms(self):
        server = self.served("--national", "US,GB")
        for digits, answer in (("18885550123", "127.0.0.3"), ("8885550123", "127.0.0.3"),
                               ("442079460123", "127.0.0.4"), ("02079460123", "127.0.0.4"),
                               ("2079460123", None), ("018885550123", None)):
            self.assertEqual(server.address(f"{sha1(digits)}.{ZONE}"), answer, digits)

    def test_a_new_export_is_taken_up(self):
        server = self.served()
        name = f"{sha1(LISTED[1:])}.{ZONE}"
        self.assertEqual(server.address(name), "127.0.0.3")
        self.ctl("allow", "add", LISTED)
        self.export("zone", "--zone", ZONE)
        server.reload()
        wait_until(lambda: server.address(name) is None, "the allowed number is gone")
        self.assertEqual(server.address(f"{sha1(BRITISH[1:])}.{ZONE}"), "127.0.0.4")

    def test_spamassassin(self):
        self.need(filters.spamassassin_root(), "SpamAssassin")
        server = self.served("--national", "US")
        rules = documented("spamassassin")
        found = filters.SpamAssassin(self.home / "sa", rules, server.port)
        toad = {"RINGFENCE_PHONE", "RINGFENCE_TOAD"}
        for words, expected in (("+1 (888) 555-0123", toad), ("1.888.555.0123", toad), ("(888) 555-0123", toad),
                                ("+44 20 7946 0123", {"RINGFENCE_PHONE"}), ("+1 555 555 0100", {"RINGFENCE_PHONE"}),
                                ("+1 (888) 555-0199", set()), ("+1 (888) 555-0125", set()), ("nobody", set())):
            self.assertEqual(found.tests(shows(words)), expected, words)
        server.stop()
        server = self.served("--hash", "sha256")
        found = filters.SpamAssassin(self.home / "sa256", rules.replace("sha1/", "sha256/"), server.port)
        self.assertEqual(found.tests(shows("+1 (888) 555-0123")), toad)
        self.assertEqual(found.tests(shows("+1 (888) 555-0199")), set())

    def test_rspamd(self):
        self.need(filters.rspamd_root(), "rspamd")
        longer = "bl256.example.org"
        server = self.serve({ZONE: self.export("zone", "--zone", ZONE, "--national", "US"),
                             longer: self.export("longer", "--zone", longer, "--hash", "sha256")})
        rules = documented("rbl.conf")
        rules256 = rules.replace(ZONE, longer).replace("RINGFENCE_", "LONGER_").replace("ringfence {", "longer {")
        rules256 = rules256.replace('selector = "phones";', "selector = \"phones.digest('rbase32','sha256')\";")
        rules256 = rules256.replace('hash = "sha1";', "")
        inner = [text.strip().removeprefix("rbls {").removesuffix("}") for text in (rules, rules256)]
        found = filters.Rspamd(self.home / "rspamd", documented("rspamd.local.lua"),
                               "rbls {" + "\n".join(inner) + "}", server.port)
        self.addCleanup(found.stop)
        toad = {"RINGFENCE_TOAD", "LONGER_TOAD"}
        phone = {"RINGFENCE_PHONE", "LONGER_PHONE"}
        for words, expected in (("+1 (888) 555-0123", toad), ("(888) 555-0123", {"RINGFENCE_TOAD"}),
                                ("+44 20 7946 0123", phone), ("+1 555 555 0100", phone),
                                ("+1 (888) 555-0199", set()), ("+1 (888) 555-0125", set()), ("nobody", set())):
            self.assertEqual(set(found.symbols(shows(words))), expected, words + "\n" + found.log()[-3000:])
        self.assertEqual(found.symbols(shows("+1 (888) 555-0123"))["RINGFENCE_TOAD"], ["18885550123:selector"])


if __name__ == "__main__":
    unittest.main()
