"""Who is skipped, and that no client can bring our headers along."""

import unittest

from support import mails, settings
from support.case import PostfixCase, value
from support.processes import run, wait_until
from support.ringfence import HOLD, REFUSE, TAG
from support.sasl import PASSWORD, USER, SaslServer
from support.smtp import SmtpSession

FORGED = ["X-Ringfence: no; v=1; score=0; action=accept; host=forged", "X-Ringfence-Score: 0",
          "X-Ringfence-Number: +18885550199; score=0; host=forged"]


class PostfixClients(PostfixCase):
    def assert_skipped(self, mail, reason):
        """Skipped for `reason`, and nothing else of ours is in the header."""
        ours = [name for name in mail.keys() if name.lower().startswith("x-ringfence")]
        self.assertEqual(ours, ["X-Ringfence"])
        self.assertRegex(value(mail), f"^skip; v=1; reason={reason}; host=filter.ringfence.test$")

    def postfix_with_login(self, daemon):
        sasl = SaslServer(self.home / "sasl.sock")
        self.addCleanup(sasl.stop)
        return self.postfix(daemon, settings_extra=(
            "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\n"
            f"smtpd_sasl_path = {self.home}/sasl.sock\n"))

    def test_authenticated_client_is_skipped(self):
        postfix = self.postfix_with_login(self.daemon())
        message = mails.plain(REFUSE, more=FORGED)
        self.assertEqual(self.sent(message, postfix.port)[0], 550)
        self.assertEqual(self.sent(message, postfix.port, login=(USER, PASSWORD)), (250, []))
        [mail] = postfix.wait_delivered(1)
        self.assert_skipped(mail, "authenticated")

    def test_authenticated_client_is_read_when_so_configured(self):
        daemon = self.daemon(milter="skip: {authenticated: false}")
        postfix = self.postfix_with_login(daemon)
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port, login=(USER, PASSWORD))[0],
                         550)

    def test_rule_on_authenticated_clients(self):
        daemon = self.daemon(milter="skip: {authenticated: false}", rules="""\
    - {name: ours, when: {authenticated: true}, action: tag}
    - {name: others, when: {number: {lists: [refuse]}}, action: reject}
""")
        postfix = self.postfix_with_login(daemon)
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port, login=(USER, PASSWORD)),
                         (250, []))
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "action=tag; rule=ours;")

    def test_client_network_is_skipped(self):
        daemon = self.daemon(milter="skip: {client_networks: [127.0.0.0/8]}")
        postfix = self.postfix(daemon)
        self.assertEqual(self.sent(mails.plain(REFUSE, more=FORGED), postfix.port), (250, []))
        [mail] = postfix.wait_delivered(1)
        self.assert_skipped(mail, "client-network")

    def test_network_of_others_is_not_skipped(self):
        daemon = self.daemon(milter="skip: {client_networks: [192.0.2.0/24, 2001:db8::/32]}")
        postfix = self.postfix(daemon)
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)

    def test_rule_on_client_networks(self):
        daemon = self.daemon(rules="""\
    - {name: outside, when: {client_networks: [192.0.2.0/24, 2001:db8::/32]}, action: reject}
""")
        postfix = self.postfix(daemon)
        for address, code in (("192.0.2.7", 550), ("192.0.3.7", 250)):
            with SmtpSession(postfix.port) as client:
                client.expect(220, f"XCLIENT ADDR={address} NAME=outside.example.com")
                client.expect(250, "EHLO outside.example.com")
                client.begin()
                client.end(mails.plain(ident=address))
                self.assertEqual(client.read().code, code, address)

    def test_mail_handed_in_without_smtp(self):
        postfix = self.postfix(self.daemon())
        postfix.submit(mails.plain(TAG, "local", more=FORGED).replace(b"\r\n", b"\n"),
                       "cron@example.org", "bob@example.org")
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "^yes; .*action=tag;")
        postfix.submit(mails.plain(HOLD, "local").replace(b"\r\n", b"\n"), "cron@example.org",
                       "bob@example.org")
        wait_until(lambda: any(mail["queue_name"] == "hold" for mail in postfix.queue()),
                   "the mail is held")

    def test_client_that_hangs_up_leaves_nothing(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        for _ in range(5):
            with SmtpSession(postfix.port) as client:
                client.begin()
                client.send(mails.plain(TAG)[:-20])
        self.assertEqual(self.sent(mails.plain(TAG, "whole"), postfix.port), (250, []))
        self.assertEqual([mail["X-Test-Id"] for mail in postfix.wait_delivered(1)], ["whole"])
        wait_until(lambda: daemon.status()["messages"]["under_way"] == 0, "the daemon is idle")
        self.assertEqual(postfix.settle(), [])

    def test_announced_size_is_skipped(self):
        daemon = self.daemon(milter="skip: {message_bytes_max: 100KiB}")
        postfix = self.postfix(daemon)
        large = mails.plain(REFUSE, more=FORGED, filler=mails.text_lines(200_000))
        self.assertEqual(self.sent(large, postfix.port), (250, []))
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)
        [mail] = postfix.wait_delivered(1)
        self.assert_skipped(mail, "size")

    def test_swaks_as_a_client(self):
        if not settings.program("swaks"):
            self.skipTest("no swaks")
        postfix = self.postfix_with_login(self.daemon())
        message = self.home / "mail.eml"
        message.write_bytes(mails.html_base64(TAG, "swaks"))
        refused = self.home / "refused.eml"
        refused.write_bytes(mails.html_base64(REFUSE, "swaks"))
        words = ["swaks", "--server", "127.0.0.1", "--port", postfix.port, "--to",
                 "bob@example.org", "--from", "billing@example.com", "--pipeline"]
        run(*words, "--data", f"@{message}")
        done = run(*words, "--data", f"@{refused}", check=False)
        self.assertEqual(done.returncode, 26, done.stdout)  # swaks: error after the message
        self.assertIn("550-5.7.1 This message shows", done.stdout)
        login = ["--auth", "PLAIN", "--auth-user", USER, "--auth-password", PASSWORD]
        run(*words, *login, "--data", f"@{refused}")
        first_words = sorted(value(mail).split(";")[0] for mail in postfix.wait_delivered(2))
        self.assertEqual(first_words, ["skip", "yes"])


if __name__ == "__main__":
    unittest.main()
