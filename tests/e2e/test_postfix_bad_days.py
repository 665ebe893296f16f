"""The daemon is killed, stopped, reloaded or absent while mail flows: no mail is lost or doubled."""

import signal
import unittest

from support import mails
from support.case import PostfixCase, value
from support.ledger import Ledger, Senders
from support.processes import wait_until
from support.ringfence import HOLD, REFUSE, RULES, TAG, UNLISTED
from support.smtp import SmtpSession

PARALLEL_SESSIONS = 200
TAG_ALL = "    - {name: everything, action: tag}\n"


def halves(message):
    return message[:len(message) // 2], message[len(message) // 2:]


class KilledDaemon(PostfixCase):
    def kill_while_client_sends(self, default_action):
        daemon = self.daemon()
        postfix = self.postfix(daemon, default_action=default_action)
        first, rest = halves(mails.plain(TAG, "cut", filler=mails.text_lines(200_000)))
        with SmtpSession(postfix.port) as client:
            client.begin()
            client.send(first)
            daemon.kill()
            client.end(rest)
            reply = client.read()
            client.quit()
        return daemon, postfix, reply

    def kill_while_mta_waits(self, default_action):
        """Killed with the whole message on its way and no answer given."""
        daemon = self.daemon()
        postfix = self.postfix(daemon, default_action=default_action)
        with SmtpSession(postfix.port) as client:
            client.begin()
            daemon.signal(signal.SIGSTOP)
            client.end(mails.plain(TAG, "cut", filler=mails.text_lines(5_000_000)))
            daemon.kill()
            reply = client.read()
            client.quit()
        return daemon, postfix, reply

    def assert_passed_unread(self, postfix, reply):
        self.assertEqual(reply.code, 250)
        [mail] = postfix.wait_delivered(1)
        self.assertNotIn("X-Ringfence", mail)
        self.assertEqual(mail["X-Test-Id"], "cut")

    def assert_put_off(self, postfix, reply):
        self.assertEqual(reply.code, 451)
        self.assertEqual(postfix.settle(), [])
        self.assertEqual(postfix.delivered(), [])

    def assert_works_again(self, daemon, postfix):
        daemon.start()
        self.assertEqual(self.sent(mails.plain(TAG, "again"), postfix.port), (250, []))
        wait_until(lambda: any(mail["X-Test-Id"] == "again" and
                               value(mail).startswith("yes; v=1; score=95; action=tag;")
                               for mail in postfix.delivered()), "the next mail is tagged")

    def test_killed_while_client_sends_accept(self):
        daemon, postfix, reply = self.kill_while_client_sends("accept")
        self.assert_passed_unread(postfix, reply)
        self.assert_works_again(daemon, postfix)

    def test_killed_while_client_sends_tempfail(self):
        daemon, postfix, reply = self.kill_while_client_sends("tempfail")
        self.assert_put_off(postfix, reply)
        self.assert_works_again(daemon, postfix)

    def test_killed_while_mta_waits_accept(self):
        daemon, postfix, reply = self.kill_while_mta_waits("accept")
        self.assert_passed_unread(postfix, reply)
        self.assert_works_again(daemon, postfix)

    def test_killed_while_mta_waits_tempfail(self):
        daemon, postfix, reply = self.kill_while_mta_waits("tempfail")
        self.assert_put_off(postfix, reply)
        self.assert_works_again(daemon, postfix)

    def test_killed_and_restarted_while_mail_flows(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon, default_action="tempfail")
        ledger = Ledger()
        senders = Senders(ledger, postfix.port, [None, TAG, HOLD, REFUSE])
        self.addCleanup(senders.stop)
        for _ in range(3):
            before = ledger.count(250)
            wait_until(lambda: ledger.count(250) >= before + 30 or senders.faults, "mail flows")
            put_off = ledger.count(451)
            daemon.kill()
            wait_until(lambda: ledger.count(451) > put_off or senders.faults, "mail is put off")
            daemon.start()
        senders.stop()
        self.assertEqual(senders.faults, [])
        places, delivered = ledger.audit(self, postfix)
        for ident, (number, _) in ledger.answers.items():
            if ident in places:
                self.assertEqual(places[ident], "held" if number == HOLD else "delivered")
                self.assertNotEqual(number, REFUSE)
        for mail in delivered.values():
            self.assertRegex(value(mail), "^(yes|no);")

    def test_absent_daemon(self):
        daemon = self.daemon(start=False)
        postfix = self.postfix(daemon, default_action="tempfail")
        ledger = Ledger()
        senders = Senders(ledger, postfix.port, [TAG], threads=1)
        self.addCleanup(senders.stop)
        wait_until(lambda: ledger.count(451) or senders.faults, "mail is put off")
        daemon.start()
        wait_until(lambda: ledger.count(250) or senders.faults, "mail is taken")
        senders.stop()
        self.assertEqual(senders.faults, [])
        _, delivered = ledger.audit(self, postfix)
        for mail in delivered.values():
            self.assertRegex(value(mail), "^yes;")

    def test_restart_over_a_stale_socket(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        daemon.kill()
        self.assertTrue(daemon.socket_path.is_socket() and daemon.control_socket.is_socket())
        daemon.start()
        self.assertEqual(self.sent(mails.plain(TAG), postfix.port), (250, []))
        self.assertIn('"', daemon.ctl("status", "--json").stdout)


class StoppedDaemon(PostfixCase):
    def stop_while_mail_flows(self, default_action):
        daemon = self.daemon()
        postfix = self.postfix(daemon, default_action=default_action)
        ledger = Ledger()
        senders = Senders(ledger, postfix.port, [None, TAG, HOLD, REFUSE])
        self.addCleanup(senders.stop)
        wait_until(lambda: ledger.count(250) >= 60 or senders.faults, "mail flows")
        refused_before = {ident for ident, (number, _) in dict(ledger.answers).items()
                          if number == REFUSE}
        daemon.terminate()
        self.assertEqual(daemon.wait_ended(), 0)
        after = ledger.count()
        wait_until(lambda: ledger.count() >= after + 40 or senders.faults, "mail goes on")
        daemon.start()
        after = ledger.count()
        wait_until(lambda: ledger.count() >= after + 40 or senders.faults, "mail is read again")
        senders.stop()
        self.assertEqual(senders.faults, [])
        places, delivered = ledger.audit(self, postfix)
        for ident in refused_before:
            self.assertEqual(ledger.answers[ident], (REFUSE, 550))
        return ledger, places, delivered

    def test_stop_while_mail_flows_tempfail(self):
        ledger, places, delivered = self.stop_while_mail_flows("tempfail")
        self.assertGreater(ledger.count(451), 0)
        for ident, place in places.items():
            number, _ = ledger.answers[ident]
            self.assertEqual(place, "held" if number == HOLD else "delivered", ident)
            self.assertNotEqual(number, REFUSE, ident)
        for mail in delivered.values():
            self.assertRegex(value(mail), "^(yes|no);")

    def test_stop_while_mail_flows_accept(self):
        _, _, delivered = self.stop_while_mail_flows("accept")
        unread = [mail for mail in delivered.values() if "X-Ringfence" not in mail]
        self.assertGreater(len(unread), 0)
        self.assertGreater(len(delivered), len(unread))

    def test_messages_under_way_finish_on_stop(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        sessions = []
        for index in range(20):
            client = SmtpSession(postfix.port)
            self.addCleanup(client.close)
            first, rest = halves(mails.plain([TAG, HOLD, REFUSE][index % 3], f"s{index}"))
            client.begin()
            client.send(first)
            sessions.append((client, rest))
        daemon.terminate()
        wait_until(lambda: "SIGTERM received" in daemon.log(), "the daemon stops")
        codes = []
        for client, rest in sessions:
            client.end(rest)
            codes.append(client.read().code)
        self.assertEqual(codes, [[250, 250, 550][index % 3] for index in range(20)])
        self.assertEqual(daemon.wait_ended(), 0)
        self.assertEqual(len(postfix.settle()), 7)
        mails_delivered = postfix.delivered()
        self.assertEqual(len(mails_delivered), 7)
        for mail in mails_delivered:
            self.assertRegex(value(mail), "^yes; .*action=tag;")

    def test_stop_by_control_socket_removes_the_sockets(self):
        daemon = self.daemon()
        daemon.ctl("stop")
        self.assertEqual(daemon.wait_ended(), 0)
        self.assertFalse(daemon.socket_path.exists())
        self.assertFalse(daemon.control_socket.exists())


class ReloadedDaemon(PostfixCase):
    def test_reload_while_200_sessions_run(self):
        """Each message keeps the policy that it began with."""
        daemon = self.daemon(rules=RULES)
        postfix = self.postfix(daemon)
        sessions = []

        def begin(count):
            for _ in range(count):
                ident = f"s{len(sessions)}"
                client = SmtpSession(postfix.port)
                self.addCleanup(client.close)
                first, rest = halves(mails.plain(UNLISTED, ident))
                client.begin()
                client.send(first)
                sessions.append((client, rest))

        begin(PARALLEL_SESSIONS // 2)
        daemon.configure(rules=TAG_ALL)
        daemon.ctl("reload")
        begin(PARALLEL_SESSIONS // 2)
        for _ in range(10):
            daemon.ctl("reload")
        for client, rest in sessions:
            client.end(rest)
        self.assertEqual([client.read().code for client, _ in sessions], [250] * PARALLEL_SESSIONS)
        delivered = postfix.wait_delivered(PARALLEL_SESSIONS)
        by_ident = {mail["X-Test-Id"]: value(mail) for mail in delivered}
        self.assertEqual(len(by_ident), PARALLEL_SESSIONS)
        self.assertEqual(len(delivered), PARALLEL_SESSIONS)
        for index in range(PARALLEL_SESSIONS):
            before = index < PARALLEL_SESSIONS // 2
            self.assertRegex(by_ident[f"s{index}"],
                             "^no; .*action=accept;" if before else "^yes; .*rule=everything;")
        self.assertEqual(postfix.settle(), [])

    def test_reload_while_mail_flows(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        ledger = Ledger()
        senders = Senders(ledger, postfix.port, [None, TAG, HOLD, REFUSE])
        self.addCleanup(senders.stop)
        for _ in range(10):
            before = ledger.count()
            daemon.ctl("reload")
            wait_until(lambda: ledger.count() >= before + 10 or senders.faults, "mail flows")
        senders.stop()
        self.assertEqual(senders.faults, [])
        places, _ = ledger.audit(self, postfix)
        for ident, (number, code) in ledger.answers.items():
            self.assertEqual(code, 550 if number == REFUSE else 250)
            if code == 250:
                self.assertEqual(places[ident], "held" if number == HOLD else "delivered")

    def test_broken_reload_changes_nothing(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        daemon.configure(rules="    - {name: broken, action: explode}\n")
        failed = daemon.ctl("reload", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertRegex(failed.stdout + failed.stderr, r"ringfence\.yaml:\d+:\d+: ")
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port)[0], 550)

    def test_hangup_reloads(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        daemon.configure(rules=TAG_ALL)
        daemon.signal(signal.SIGHUP)
        wait_until(lambda: "reloaded" in daemon.log(), "the reload")
        self.assertEqual(self.sent(mails.plain(REFUSE), postfix.port), (250, []))
        [mail] = postfix.wait_delivered(1)
        self.assertRegex(value(mail), "rule=everything;")

    def test_imported_list_counts_without_reload(self):
        daemon = self.daemon()
        postfix = self.postfix(daemon)
        self.assertEqual(self.sent(mails.plain(UNLISTED), postfix.port), (250, []))
        self.assertEqual(len(postfix.wait_delivered(1)), 1)
        daemon.import_lists({"refuse": UNLISTED})
        wait_until(lambda: self.sent(mails.plain(UNLISTED), postfix.port)[0] == 550,
                   "the new table is in use")
        self.assertEqual(self.sent(mails.plain(HOLD), postfix.port), (250, []))
        self.assertEqual(len([1 for mail in postfix.queue() if mail["queue_name"] == "hold"]), 1)


if __name__ == "__main__":
    unittest.main()
