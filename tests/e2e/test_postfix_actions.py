"""Every action of the policy, through a real Postfix."""

import unittest

from support import mails
from support.case import PostfixCase, value
from support.ringfence import (HOLD, LATER, LISTS, LOSE, REFUSAL, REFUSE, TAG, UNLISTED, RULES)
from support.smtp import SmtpSession


class PostfixActions(PostfixCase):
    def test_clean_mail_is_delivered_with_header_and_unchanged(self):
        postfix = self.postfix(self.daemon())
        message = mails.plain()
        self.assertEqual(self.sent(message, postfix.port), (250, []))
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), r"^no; v=1; score=0; action=accept; "
                                      r"host=filter\.ringfence\.test$")
        self.assertNotIn("X-Ringfence-Number", mail)
        [raw] = postfix.delivered_bytes()
        self.assertTrue(raw.endswith(message.split(b"\r\n\r\n")[1].replace(b"\r\n", b"\n")))

    def test_unlisted_number_is_shown_in_a_header(self):
        postfix = self.postfix(self.daemon())
        self.assertEqual(self.sent(mails.plain(UNLISTED), postfix.port), (250, []))
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "^no; v=1; score=0; action=accept;")
        self.assertRegex(value(mail, "X-Ringfence-Number"),
                         r"^\+18885550106; score=0; state=unlisted; in=plain; line=toll-free; "
                         r'shown="\+1 \(888\) 555-0106"$')

    def test_tagged(self):
        postfix = self.postfix(self.daemon())
        for ident, message in (("html", mails.html_base64(TAG, "html")),
                               ("subject", mails.in_subject(TAG, "subject"))):
            self.assertEqual(self.sent(message, postfix.port), (250, []), ident)
        by_ident = {mail["X-Test-Id"]: mail for mail in postfix.wait_delivered(2)}
        for place in ("html", "subject"):
            mail = by_ident[place]
            self.assertRegex(value(mail), "^yes; v=1; score=95; action=tag; rule=tag-rule; ")
            self.assertEqual(value(mail, "X-Ringfence-Score"), "95")
            self.assertRegex(value(mail, "X-Ringfence-Number"),
                             rf"^\+18885550105; score=95; .*lists=tag; in={place}; ")

    def test_quarantined_mail_is_held_and_can_be_released(self):
        postfix = self.postfix(self.daemon())
        self.assertEqual(self.sent(mails.html_base64(HOLD), postfix.port), (250, []))
        [queued] = postfix.settle()
        self.assertEqual(queued["queue_name"], "hold")
        self.assertRegex(value(postfix.queued_mail(queued["queue_id"])),
                         "^yes; v=1; score=95; action=quarantine; rule=hold-rule; ")
        self.assertEqual(postfix.delivered(), [])
        postfix.release(queued["queue_id"])
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "action=quarantine")

    def test_refused_with_our_text(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        with SmtpSession(postfix.port) as client:
            client.begin()
            client.end(mails.plain(REFUSE))
            reply = client.read()
            client.quit()
        self.assertEqual(reply.code, 550)
        self.assertEqual(reply.lines, ["5.7.1 " + line for line in REFUSAL])
        self.assertEqual(postfix.settle(), [])
        self.assertEqual(postfix.delivered(), [])

    def test_tempfailed(self):
        postfix = self.postfix(self.daemon())
        code, lines = self.sent(mails.plain(LATER), postfix.port)
        self.assertEqual((code, lines), (451, ["4.7.1 Please try again later"]))
        self.assertEqual(postfix.settle(), [])
        self.assertEqual(postfix.delivered(), [])

    def test_discarded_is_accepted_and_gone(self):
        postfix = self.postfix(self.daemon())
        self.assertEqual(self.sent(mails.plain(LOSE), postfix.port), (250, []))
        # What came after it has been delivered: it had its time.
        self.assertEqual(self.sent(mails.plain(ident="after"), postfix.port), (250, []))
        self.assertEqual([mail["X-Test-Id"] for mail in postfix.wait_delivered(1)], ["after"])
        self.assertEqual(postfix.settle(), [])
        self.assertIn("milter triggers DISCARD action", postfix.log())

    def test_shadow_mode_of_the_policy_says_and_does_not(self):
        postfix = self.postfix(self.daemon(policy="mode: shadow"))
        would = {"hold": "quarantine", "refuse": "reject", "later": "tempfail", "lose": "discard",
                 "tag": "tag"}
        for name, number in LISTS.items():
            self.assertEqual(self.sent(mails.plain(number, name), postfix.port), (250, []), name)
        delivered = {mail["X-Test-Id"]: value(mail) for mail in postfix.wait_delivered(5)}
        for name, action in would.items():
            self.assertRegex(delivered[name],
                             f"^yes; v=1; score=95; action=accept; shadow={action}; "
                             f"shadow-rule={name}-rule; ")
        self.assertEqual(postfix.settle(), [])

    def test_shadow_mode_of_one_rule_goes_on_below(self):
        rules = """\
    - {name: trial, when: {number: {lists: [tag]}}, action: reject, mode: shadow}
""" + RULES
        postfix = self.postfix(self.daemon(rules=rules))
        self.assertEqual(self.sent(mails.plain(TAG), postfix.port), (250, []))
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "action=tag; rule=tag-rule; shadow=reject; shadow-rule=trial;")

    def test_strictest_of_two_recipients_decides(self):
        rules = """\
    - name: careful-domain
      when: {recipient_domains: [example.net], number: {lists: [tag]}}
      action: quarantine
""" + RULES
        postfix = self.postfix(self.daemon(rules=rules))
        both = ("bob@example.org", "carol@example.net")
        self.assertEqual(self.sent(mails.plain(TAG, "both"), postfix.port, recipients=both),
                         (250, []))
        self.assertEqual(self.sent(mails.plain(TAG, "one"), postfix.port), (250, []))
        self.assertEqual([mail["X-Test-Id"] for mail in postfix.wait_delivered(1)], ["one"])
        [held] = postfix.settle()
        self.assertEqual(sorted(to["address"] for to in held["recipients"]), sorted(both))

    def test_mildest_of_two_recipients_decides_when_so_configured(self):
        rules = """\
    - name: careful-domain
      when: {recipient_domains: [example.net], number: {lists: [tag]}}
      action: quarantine
""" + RULES
        postfix = self.postfix(self.daemon(rules=rules, policy="several_recipients: mildest"))
        both = ("bob@example.org", "carol@example.net")
        self.assertEqual(self.sent(mails.plain(TAG), postfix.port, recipients=both), (250, []))
        for mail in postfix.wait_delivered(2):
            self.assertRegex(value(mail), "action=tag; rule=tag-rule;")
        self.assertEqual(postfix.settle(), [])

    def test_operator_overrides_count_for_the_next_mail(self):
        daemon = self.daemon(rules=RULES + """\
    - {name: denied, when: {number: {states: [denied]}}, action: reject}
""")
        postfix = self.postfix(daemon)
        self.assertEqual(self.sent(mails.plain(UNLISTED), postfix.port), (250, []))
        daemon.ctl("deny", "add", UNLISTED, "--reason", "seen by hand")
        self.assertEqual(self.sent(mails.plain(UNLISTED), postfix.port)[0], 550)
        daemon.ctl("deny", "remove", UNLISTED)
        self.assertEqual(self.sent(mails.plain(UNLISTED), postfix.port), (250, []))

    def test_queue_id_is_in_the_log(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        self.sent(mails.plain(HOLD), postfix.port)
        [held] = postfix.settle()
        lines = [line for line in daemon.log().splitlines() if held["queue_id"] in line]
        self.assertTrue(any("quarantine" in line for line in lines), daemon.log())


class PostfixMessages(PostfixCase):
    """Odd and large messages."""

    def test_number_at_the_end_of_a_20_megabyte_mail(self):
        postfix = self.postfix(self.daemon())
        filler = mails.text_lines(20_000_000)
        self.assertEqual(self.sent(mails.plain(TAG, "scam", filler=filler), postfix.port),
                         (250, []))
        self.assertEqual(self.sent(mails.plain(ident="clean", filler=filler), postfix.port),
                         (250, []))
        by_ident = {mail["X-Test-Id"]: mail for mail in postfix.wait_delivered(2)}
        self.assertRegex(value(by_ident["scam"]), "^yes; .*action=tag;")
        self.assertRegex(value(by_ident["clean"]), "^no; .*action=accept;")
        self.assertGreater(min(len(raw) for raw in postfix.delivered_bytes()), 19_000_000)

    def test_8bitmime_and_smtputf8(self):
        postfix = self.postfix(self.daemon())
        text = f"Überweisung läuft. Rufen Sie an: {mails.shown(TAG)}\r\n".encode()
        more = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: 8bit"]
        self.assertEqual(self.sent(mails.header("8bit", more=more) + b"\r\n" + text, postfix.port,
                                   options=("BODY=8BITMIME",)), (250, []))
        header = mails.header("utf8", subject=f"Verlängerung: {mails.shown(TAG)}", more=more)
        self.assertEqual(self.sent(header + b"\r\nHallo\r\n", postfix.port,
                                   sender="jürgen@example.com",
                                   options=("BODY=8BITMIME", "SMTPUTF8")), (250, []))
        by_ident = {mail["X-Test-Id"]: mail for mail in postfix.wait_delivered(2)}
        self.assertRegex(value(by_ident["8bit"], "X-Ringfence-Number"), "in=plain;")
        self.assertRegex(value(by_ident["utf8"], "X-Ringfence-Number"), "in=subject;")
        for raw in postfix.delivered_bytes():
            for line in raw.split(b"\n"):
                if line.lower().startswith(b"x-ringfence"):
                    self.assertTrue(line.isascii(), line)

    def test_several_messages_pipelined_on_one_connection(self):
        postfix = self.postfix(self.daemon())
        numbers = [TAG, None, REFUSE, HOLD, None]
        with SmtpSession(postfix.port) as client:
            for ident, number in enumerate(numbers):
                client.send(b"MAIL FROM:<billing@example.com>\r\nRCPT TO:<bob@example.org>\r\n"
                            b"RSET\r\nMAIL FROM:<billing@example.com>\r\n"
                            b"RCPT TO:<bob@example.org>\r\nDATA\r\n")
                self.assertEqual([client.read().code for _ in range(6)],
                                 [250, 250, 250, 250, 250, 354])
                client.end(mails.plain(number, str(ident)))
                self.assertEqual(client.read().code, 550 if number == REFUSE else 250)
            client.quit()
        words = {mail["X-Test-Id"]: value(mail).split(";")[0] for mail in postfix.wait_delivered(3)}
        self.assertEqual(words, {"0": "yes", "1": "no", "4": "no"})
        self.assertEqual(len(postfix.settle()), 1)

    def test_inet_socket(self):
        postfix = self.postfix(self.daemon(inet=True))
        self.assertEqual(self.sent(mails.plain(TAG), postfix.port), (250, []))
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "^yes; .*action=tag;")

    def test_forged_headers_are_removed(self):
        postfix = self.postfix(self.daemon())
        forged = ["X-Ringfence: no; v=1; score=0; action=accept; host=forged",
                  "x-ringfence: no; v=1;\r\n\tscore=0; host=forged",
                  "X-RINGFENCE-SCORE: 0",
                  "X-Ringfence-Number: +18885550199; score=0; host=forged",
                  "X-Ringfence-Number: +18885550198; score=0; host=forged",
                  "X-Ringfence-Later-Invention: forged"]
        self.assertEqual(self.sent(mails.plain(TAG, "scam", more=forged), postfix.port), (250, []))
        self.assertEqual(self.sent(mails.plain(None, "clean", more=forged), postfix.port),
                         (250, []))
        for mail in postfix.wait_delivered(2):
            ours = [(name, text) for name, text in mail.items()
                    if name.lower().startswith("x-ringfence")]
            self.assertNotIn("forged", str(ours))
            self.assertEqual(len(ours), 3 if mail["X-Test-Id"] == "scam" else 1, ours)
            self.assertRegex(value(mail), "^yes;" if mail["X-Test-Id"] == "scam" else "^no;")


if __name__ == "__main__":
    unittest.main()
