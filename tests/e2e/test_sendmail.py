"""The same daemon behind a real Sendmail: its quarantine, its header order, its replies."""

import unittest

from support import mails, settings
from support.case import E2ECase, value
from support.ringfence import HOLD, LATER, LOSE, REFUSAL, REFUSE, TAG, Daemon
from support.sendmail import PrivateSendmail
from support.smtp import SmtpSession


class SendmailActions(E2ECase):
    home_parent = "/run"  # Sendmail trusts no socket below a directory that all may write

    def setUp(self):
        super().setUp()
        if settings.sendmail_root() is None or not settings.program("m4"):
            self.skipTest("no Sendmail: contrib/install-packages test unpacks one")

    def both(self, inet=False, milter=""):
        daemon = Daemon(self.home / "rf", inet=inet)
        self.addCleanup(daemon.stop)
        self.keep_log("ringfence", daemon.log)
        daemon.configure(milter=milter)
        daemon.import_lists()
        daemon.start()
        sendmail = PrivateSendmail(self.home / "sm", daemon.sendmail_milter)
        self.addCleanup(sendmail.stop)
        self.keep_log("Sendmail", sendmail.log)
        sendmail.start()
        return daemon, sendmail

    def test_header(self):
        _, sendmail = self.both()
        self.assertEqual(self.sent(mails.html_base64(TAG, "scam"), sendmail.port), (250, []))
        self.assertEqual(self.sent(mails.plain(None, "clean"), sendmail.port), (250, []))
        by_ident = {mail["X-Test-Id"]: mail for mail in sendmail.wait_delivered(2)}
        self.assertRegex(value(by_ident["scam"]),
                         "^yes; v=1; score=95; action=tag; rule=tag-rule; "
                         "lures=[a-z,-]+; host=filter.ringfence.test$")
        self.assertRegex(value(by_ident["scam"], "X-Ringfence-Number"),
                         r"^\+18885550105; score=95; .*lists=tag; in=html; ")
        self.assertRegex(value(by_ident["clean"]), "^no; v=1; score=0; action=accept; ")

    def test_quarantine(self):
        _, sendmail = self.both()
        self.assertEqual(self.sent(mails.in_subject(HOLD), sendmail.port), (250, []))
        self.assertEqual(self.sent(mails.plain(None, "after"), sendmail.port), (250, []))
        self.assertEqual([mail["X-Test-Id"] for mail in sendmail.wait_delivered(1)], ["after"])
        [(queue_id, reason)] = sendmail.quarantined().items()
        self.assertEqual(reason, "ringfence: rule hold-rule, +18885550101 score 95")
        self.assertEqual(sendmail.quarantine_files(), ["hf" + queue_id])

    def test_refused_with_our_text(self):
        _, sendmail = self.both()
        with SmtpSession(sendmail.port) as client:
            client.begin()
            client.end(mails.plain(REFUSE))
            reply = client.read()
            client.quit()
        self.assertEqual((reply.code, reply.lines),
                         (550, ["5.7.1 " + line for line in REFUSAL]))
        self.assertEqual(self.sent(mails.plain(LATER), sendmail.port),
                         (451, ["4.7.1 Please try again later"]))

    def test_discarded_is_accepted_and_gone(self):
        _, sendmail = self.both(inet=True)
        self.assertEqual(self.sent(mails.plain(LOSE), sendmail.port), (250, []))
        self.assertEqual(self.sent(mails.plain(None, "after"), sendmail.port), (250, []))
        self.assertEqual([mail["X-Test-Id"] for mail in sendmail.wait_delivered(1)], ["after"])
        self.assertEqual(sendmail.quarantined(), {})

    def test_forged_headers_are_removed(self):
        forged = ["X-Ringfence: no; v=1; score=0; action=accept; host=forged",
                  "x-ringfence: no;\r\n\tscore=0; host=forged",
                  "X-Ringfence-Number: +18885550199; score=0; host=forged",
                  "X-Ringfence-Number: +18885550198; score=0; host=forged"]
        for skip, first_word in (("", "yes"), ("skip: {client_networks: [127.0.0.1]}", "skip")):
            with self.subTest(skip=skip):
                self.home = self.home / first_word
                self.home.mkdir(mode=0o755)
                _, sendmail = self.both(milter=skip)
                self.assertEqual(self.sent(mails.plain(TAG, more=forged), sendmail.port),
                                 (250, []))
                [mail] = sendmail.wait_delivered(1)
                self.assertRegex(value(mail), f"^{first_word};")
                self.assertNotIn("forged", str(mail.items()))


if __name__ == "__main__":
    unittest.main()
