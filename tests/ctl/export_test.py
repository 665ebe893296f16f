#!/usr/bin/env python3
"""ringfencectl export: what it writes is read back, is STIX by the letter, and is whole or not there.

usage: export_test.py PATH_OF_RINGFENCECTL [unittest arguments]
"""
import csv
import io
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

CTL = os.path.abspath(sys.argv.pop(1))
MANY = 60_000  # of a table that takes long enough to be killed while it is exported
FORMATS = ("csv", "jsonl", "stix", "misp", "rbldnsd")

SOC = """number,category,score,first_seen,last_seen
+18885550123,toad,95,2026-01-02T03:04:05Z,{now}
+18885550124,scam,30,2026-01-02T03:04:05Z,{now}
+18885550125,spam,70,{now},{now}
+442079460123,toad,80,{now},{now}
+1888555017#,toad,90,{now},{now}
"""

# STIX 2.1: required properties, common ones included (3.2, 4.5, 4.7, 5.2, 7.3).
COMMON = {"type", "spec_version", "id", "created", "modified"}
REQUIRED = {
    "identity": COMMON | {"name"},
    "extension-definition": COMMON | {"created_by_ref", "name", "schema", "version", "extension_types"},
    "indicator": COMMON | {"pattern", "pattern_type", "valid_from"},
    "sighting": COMMON | {"sighting_of_ref"},
}
OPTIONAL = {
    "identity": {"identity_class"},
    "extension-definition": {"description"},
    "indicator": {"created_by_ref", "name", "description", "indicator_types", "pattern_version", "valid_until",
                  "confidence", "labels"},
    "sighting": {"created_by_ref", "first_seen", "last_seen", "count", "where_sighted_refs"},
}
TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
PATTERN = re.compile(r"^\[phone-number:value = '\+[1-9]\d{6,14}'\]$")
IDENTITY_CLASSES = {"individual", "group", "system", "organization", "class", "unknown"}
# Not for objects other than observables (2.9).
STIX_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")


def stix_faults(bundle):
    """What is against the specification, a sentence each."""
    faults = []
    if set(bundle) != {"type", "id", "objects"} or bundle["type"] != "bundle":
        faults.append(f"bundle has {sorted(bundle)}")
    objects = bundle["objects"]
    ids = [thing.get("id") for thing in objects]
    if len(set(ids)) != len(ids):
        faults.append("an id stands twice")
    if len({name.split("--")[1] for name in ids}) != len(ids):
        faults.append("a UUID is that of objects of two types (2.9)")
    for thing in [bundle, *objects]:
        kind, _, given = thing["id"].partition("--")
        parsed = uuid.UUID(given)
        if kind != thing["type"] or str(parsed) != given or parsed.variant != uuid.RFC_4122 or parsed.version not in (4, 5):
            faults.append(f"id {thing['id']} of a {thing['type']}")
        if kind == "indicator" and uuid.uuid5(STIX_NAMESPACE, thing["pattern"]) == parsed:
            faults.append("the namespace of observables is used")
    for thing in objects:
        kind = thing["type"]
        if kind not in REQUIRED:
            faults.append(f"type {kind}")
            continue
        faults += [f"{kind} lacks {name}" for name in REQUIRED[kind] - set(thing)]
        faults += [f"{kind} has {name}" for name in set(thing) - REQUIRED[kind] - OPTIONAL[kind]]
        for name, value in thing.items():
            if value in ("", [], None):
                faults.append(f"{kind}: {name} is empty (3.1)")
            if name in ("created", "modified", "valid_from", "valid_until", "first_seen", "last_seen") \
                    and not TIMESTAMP.match(value):
                faults.append(f"{kind}: {name} is {value}")
            if name.endswith("_ref") and value not in ids:
                faults.append(f"{kind}: {name} names nothing of the bundle")
            if name.endswith("_refs") and not set(value) <= set(ids):
                faults.append(f"{kind}: {name} names nothing of the bundle")
        if thing["spec_version"] != "2.1" or thing["modified"] < thing["created"]:
            faults.append(f"{kind}: version {thing['spec_version']}, {thing['created']} to {thing['modified']}")
        if kind == "indicator":
            if thing["pattern_type"] != "stix" or not PATTERN.match(thing["pattern"]):
                faults.append(f"pattern {thing['pattern']}")
            if "valid_until" in thing and thing["valid_until"] <= thing.get("valid_from", ""):
                faults.append("valid_until is not later than valid_from")
            if not 0 <= thing.get("confidence", 0) <= 100:
                faults.append(f"confidence {thing['confidence']}")
        if kind == "sighting":
            if not 0 <= thing.get("count", 0) <= 999_999_999:
                faults.append(f"count {thing['count']}")
            if thing.get("last_seen", "9") < thing.get("first_seen", ""):
                faults.append("last_seen is before first_seen")
        if kind == "identity" and thing.get("identity_class") not in IDENTITY_CLASSES:
            faults.append(f"identity_class {thing.get('identity_class')}")
    return faults


class Export(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringfence-export-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.config = self.path / "ringfence.yaml"
        self.configure()

    def configure(self, more=""):
        self.config.write_text(f"reputation: {{directory: {self.path}/reputation, blocks: {{enabled: false}}}}\n"
                               f"sightings: {{directory: {self.path}/sightings}}\n"
                               "milter: {hostname: mx.example.org}\n" + more)

    def ctl(self, *words):
        return subprocess.run([CTL, "--config", str(self.config), *map(str, words)], text=True, capture_output=True,
                              timeout=120, check=False)

    def good(self, *words):
        done = self.ctl(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def bring(self, name, text, *words):
        path = self.path / (name + ".csv")
        path.write_text(text.format(now=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())))
        self.good("feeds", "import", path, "--list", name, *words)

    def export(self, format_name, *words):
        return self.good("export", "--format", format_name, *words)

    def numbers(self, *words):
        return [json.loads(line)["number"] for line in self.export("jsonl", *words).splitlines()]

    def test_every_format_is_read_back(self):
        self.bring("soc", SOC)
        listed = {row["number"]: row for row in map(json.loads, self.export("jsonl").splitlines())}
        self.assertEqual(list(listed), ["+18885550123", "+18885550125", "+442079460123"])
        for name in ("csv", "jsonl", "stix", "misp"):
            with self.subTest(name):
                file = self.path / f"numbers.{name}"
                self.export(name, "-o", file)
                out = self.good("feeds", "import", file, "--list", "back", "--score", "77", "--category", "none")
                self.assertRegex(out, "list back: 3 numbers .*")
                self.assertNotIn("refused", out)
                for number, row in listed.items():
                    [looked] = map(json.loads, self.good("lookup", number, "--json").splitlines())
                    [back] = [entry for entry in looked["listings"] if entry["list"] == "back"]
                    self.assertEqual((back["first_listed"], back["last_seen"]), (row["first_seen"], row["last_seen"]))
                    if name != "misp":  # has no score, and categories in tags alone
                        self.assertEqual((back["score"], back["category"]), (row["score"], row["category"]))
                self.good("feeds", "drop", "back")

    def test_csv_is_a_table_without_formulas(self):
        self.bring("soc", SOC)
        rows = list(csv.DictReader(io.StringIO(self.export("csv"))))
        self.assertEqual([row["number"] for row in rows], ["tel:+18885550123", "tel:+18885550125", "tel:+442079460123"])
        self.assertEqual((rows[0]["category"], rows[0]["score"], rows[0]["lists"], rows[0]["first_seen"]),
                         ("toad", "95", "soc", "2026-01-02T03:04:05Z"))
        for row in rows:
            self.assertFalse([cell for cell in row.values() if cell and cell[0] in "=+-@\t\r"])

    def test_stix_by_the_letter(self):
        self.bring("soc", SOC)
        bundle = json.loads(self.export("stix"))
        self.assertEqual(stix_faults(bundle), [])
        kinds = [thing["type"] for thing in bundle["objects"]]
        self.assertEqual(kinds, ["identity", "extension-definition", "identity"] + ["indicator"] * 3)
        self.assertEqual(bundle["objects"][2]["name"], "mx.example.org")
        again = json.loads(self.export("stix"))
        self.assertEqual(again["objects"], bundle["objects"])
        named = json.loads(self.export("stix", "--identity", 'Exämple "Org"'))
        self.assertEqual(stix_faults(named), [])
        self.assertEqual(named["objects"][2]["name"], 'Exämple "Org"')
        self.assertNotEqual(named["objects"][3]["id"], bundle["objects"][3]["id"])
        empty = json.loads(self.export("stix", "--score-min", "100"))
        self.assertEqual(stix_faults(empty), [])

    def test_the_checks_of_stix_find_faults(self):
        self.bring("soc", SOC)
        text = self.export("stix")
        for before, after in (('"type":"indicator"', '"type":"indicators"'), ('"confidence":95', '"confidence":950'),
                              ("'+18885550123'", "'18885550123'"), ("indicator--", "sighting--"),
                              ('"valid_from"', '"valid_since"'), ('"labels":["toad"]', '"labels":[]'),
                              (".000Z", "Z")):
            self.assertNotEqual(stix_faults(json.loads(text.replace(before, after))), [], before)

    def test_what_is_told(self):
        self.bring("soc", SOC)
        self.bring("secret", "number,score\n+18885550124,99\n+18885550126,99\n")
        everything = ["+18885550123", "+18885550124", "+18885550125", "+18885550126", "+442079460123"]
        self.assertEqual(self.numbers(), everything)
        self.assertEqual(self.numbers("--list", "soc"), ["+18885550123", "+18885550125", "+442079460123"])
        self.assertEqual(self.numbers("--list", "soc", "--list", "secret", "--score-min", "99"), everything[1::2])
        self.assertEqual(self.numbers("--score-min", "90"), ["+18885550123", "+18885550124", "+18885550126"])
        self.good("allow", "add", "+18885550123")
        self.good("deny", "add", "+18885550188", "+18885550123", "+1888555019#")
        self.bring("partners", "number\n+18885550126\n", "--role", "allow")
        self.bring("brands", "number,brand\n+442079460123,norton\n", "--role", "genuine")
        self.good("allow", "add", "+18885550125")
        self.assertEqual(self.numbers("--score-min", "1"), ["+18885550123", "+18885550124"])
        self.assertEqual(self.numbers("--deny"), ["+18885550123", "+18885550124", "+18885550188"])
        self.bring("soc", "number,score,last_seen\n+18885550124,99,2026-01-01\n+18885550127,99,{now}\n")
        self.good("feeds", "drop", "secret")
        self.assertEqual(self.numbers("--score-min", "1"), ["+18885550124", "+18885550127"])
        self.assertEqual(self.numbers("--score-min", "1", "--since", "7d"), ["+18885550127"])

    def test_the_policy_says_what_is_bad_enough(self):
        self.bring("soc", SOC)
        self.configure("policy: {rules: [{name: a, when: {number: {score_min: 75}}, action: quarantine}, "
                       "{name: b, when: {number: {score_min: 20}}, action: tag}]}\n")
        self.assertEqual(self.numbers(), ["+18885550123", "+442079460123"])

    def test_the_summary(self):
        self.bring("soc", SOC)
        file = self.path / "numbers.csv"
        self.assertRegex(self.export("csv", "-o", file),
                         rf"^{file}: 3 numbers, \d+ bytes; left out: 1 weak, 0 honest, 1 ranges\n$")
        self.assertEqual(file.stat().st_mode & 0o7777, 0o644)
        row = json.loads(self.export("csv", "-o", file, "--json"))
        self.assertEqual((row["numbers"], row["bytes"], row["left_out"]["weak"], row["left_out"]["ranges"]),
                         (3, file.stat().st_size, 1, 1))

    def test_what_cannot_be_done_is_said(self):
        for words, code, message in (
                ([], 66, "no table yet"), (["--local"], 66, "nothing was recorded yet"),
                (["--national", "US"], 64, "--national: is for --format rbldnsd alone")):
            done = self.ctl("export", "--format", "csv", *words)
            self.assertEqual(done.returncode, code, done)
            self.assertIn(message, done.stderr)
            self.assertEqual(done.stdout, "")
        self.bring("soc", SOC)
        self.bring("brands", "number,brand\n+442079460124,norton\n", "--role", "genuine")
        for words, code, message in (
                (["--list", "sock"], 64, 'there is no list "sock"'),
                (["--list", "brands"], 64, "is no block list"),
                (["--national", "XX"], 64, "'XX' is no region"),
                (["--score-min", "0"], 64, "--score-min"),
                (["--zone", "a b"], 64, "'a b' is no name of a zone"),
                (["-o", self.path], 73, "is a folder"),
                (["-o", self.path / "no" / "such"], 73, "cannot create"),
                (["-o", "/dev/full"], 74, "cannot write /dev/full")):
            done = self.ctl("export", "--format", "rbldnsd", *words)
            self.assertEqual(done.returncode, code, done)
            self.assertIn(message, done.stderr)
            self.assertEqual(done.stdout, "")
        (self.path / "sightings").mkdir()
        (self.path / "sightings/aggregates.mdb").write_bytes(b"garbage" * 1000)
        done = self.ctl("export", "--format", "csv")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("without the sightings numbers of honest mail would be exported", done.stderr)
        self.configure("")
        self.config.write_text(self.config.read_text().replace("sightings: {", "sightings: {enabled: false, "))
        self.assertEqual(len(self.numbers()), 3)

    def bring_many(self):
        self.bring("many", "number,score\n" + "".join(f"+1555{2000000 + i},90\n" for i in range(MANY)))

    def test_many_numbers_in_little_memory(self):
        self.bring_many()
        measure = ("import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")

        def kib(*words):
            done = subprocess.run([sys.executable, "-c", measure, CTL, "--config", str(self.config), "export", *words],
                                  capture_output=True, text=True, timeout=120, check=True)
            return int(done.stdout)
        for name in FORMATS:
            few = kib("--format", name, "--score-min", "100")
            # Half of what STIX writes; the table is mapped either way.
            self.assertLess(kib("--format", name), few + 10_000, name)

    def test_a_killed_export_leaves_the_last_one(self):
        self.bring_many()
        file = self.path / "numbers.json"
        self.export("stix", "--score-min", "100", "-o", file)
        before = file.read_bytes()
        partial = self.path / ".numbers.json.partial"
        running = subprocess.Popen([CTL, "--config", str(self.config), "export", "--format", "stix", "-o", str(file)],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        while not (partial.exists() and partial.stat().st_size):
            self.assertIsNone(running.poll(), "it was over before it could be killed")
        running.send_signal(signal.SIGSTOP)
        done = self.ctl("export", "--format", "stix", "-o", file)
        self.assertEqual(done.returncode, 75, done)
        self.assertIn("another export is writing", done.stderr)
        running.kill()
        running.wait()
        self.assertEqual(file.read_bytes(), before)
        self.assertTrue(partial.exists())
        self.export("stix", "-o", file)
        self.assertFalse(partial.exists())
        self.assertEqual(len(json.loads(file.read_text())["objects"]), MANY + 3)

    def test_a_terminal_sees_no_bar_in_the_document(self):
        self.bring("soc", SOC)
        main, terminal = pty.openpty()
        done = subprocess.run([CTL, "--config", str(self.config), "export", "--format", "jsonl"], stdout=subprocess.PIPE,
                              stderr=terminal, timeout=60, check=True)
        os.close(terminal)
        os.close(main)
        self.assertEqual(len(list(map(json.loads, done.stdout.splitlines()))), 3)


if __name__ == "__main__":
    unittest.main()
