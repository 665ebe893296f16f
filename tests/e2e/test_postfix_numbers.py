"""What is known around a number acts on real mail: ranges, neighbours, allow lists, brands."""

import unittest

from support import mails
from support.case import PostfixCase, value

# The thresholds of the built-in policy, and what a brand's own numbers are for.
RULES = """\
    - {name: held, when: {number: {score_min: 60}}, action: quarantine}
    - {name: mismatch, when: {number: {brand_mismatch: [norton]}, lures_min: 1}, action: reject}
    - {name: tagged, when: {number: {score_min: 20}}, action: tag}
"""

RANGED = "+18885550177"      # of a range that is listed
MEMBERS = ["+18445550121", "+18445550124", "+18445550126", "+18445550129"]
NEIGHBOUR = "+18445550123"   # in a row of ten with these
PARTNER = "+18885550178"     # of the listed range, and on an allow list
GENUINE = "+18775550111"     # Norton's own
OTHER = "+18775550144"       # nothing is known of it


class PostfixNumbers(PostfixCase):
    def daemon_with_lists(self):
        daemon = self.daemon(lists=False, rules=RULES, reputation="blocks: {enabled: true}")
        for name, words, text in (
                ("ranges", [], "+1888555017#\n"),
                ("members", ["--category", "toad", "--score", "90"], "\n".join(MEMBERS) + "\n"),
                ("partners", ["--role", "allow"], PARTNER + "\n"),
                ("directory", ["--role", "genuine"], f"number,brand\n{GENUINE},norton\n")):
            path = self.home / (name + (".csv" if "," in text else ".txt"))
            path.write_text(text)
            daemon.ctl("feeds", "import", path, "--list", name, *words)
        return daemon

    def test_ranges_neighbours_allow_lists_and_brands_act(self):
        postfix = self.postfix(self.daemon_with_lists())
        for number in (RANGED, NEIGHBOUR, PARTNER, GENUINE, OTHER):
            self.assertEqual(self.sent(mails.plain(number, number), postfix.port), (250, []), number)
        norton = "Norton: your renewal"
        for number, code in ((GENUINE, 250), (OTHER, 550)):
            message = mails.header("norton" + number, norton) + b"\r\n" + \
                f"Your renewal is due. Call {mails.shown(number)}\r\n".encode()
            self.assertEqual(self.sent(message, postfix.port)[0], code, number)
        by_ident = {mail["X-Test-Id"]: mail for mail in postfix.wait_delivered(5)}
        [held] = postfix.settle()
        mail = postfix.queued_mail(held["queue_id"])
        self.assertEqual((held["queue_name"], mail["X-Test-Id"]), ("hold", RANGED))
        self.assertRegex(value(mail, "X-Ringfence-Number"),
                         r"score=80; class=other; state=active; lists=ranges; range=\+1888555017#; in=")
        neighbour = by_ident[NEIGHBOUR]
        self.assertRegex(value(neighbour), "action=tag; rule=tagged;")
        self.assertRegex(value(neighbour, "X-Ringfence-Number"),
                         r"score=4\d; class=toad; state=unlisted; block=4/10; in=")
        partner = by_ident[PARTNER]
        self.assertRegex(value(partner), "^no; v=1; score=0; action=accept;")
        self.assertRegex(value(partner, "X-Ringfence-Number"),
                         r"score=0; class=other; state=allowed; lists=ranges,partners; range=")
        genuine = by_ident["norton" + GENUINE]
        self.assertRegex(value(genuine), "action=accept; .*brands=norton;")
        self.assertRegex(value(genuine, "X-Ringfence-Number"), "state=unlisted; genuine=norton; in=")
        self.assertRegex(value(by_ident[OTHER]), "action=accept;")


if __name__ == "__main__":
    unittest.main()
