"""Accounts for each mail by its unique id: what the client was told, and where the mail is."""

import collections
import smtplib
import threading

from . import mails
from .smtp import SOCKET_SECONDS


class Ledger:
    """Filled by senders on threads of their own; judged when all is quiet."""

    def __init__(self):
        self._lock = threading.Lock()
        self.answers = {}  # id -> (number shown, SMTP code)

    def note(self, ident, number, code):
        with self._lock:
            self.answers[ident] = (number, code)

    def count(self, code=None):
        with self._lock:
            return sum(code in (None, told) for _, told in self.answers.values())

    def audit(self, case, postfix):
        """Every mail answered with 250 is delivered or held, once, and every other one is nowhere.

        Returns {id: "delivered" or "held"} and {id: delivered mail}.
        """
        places = collections.defaultdict(list)
        held = postfix.settle()
        for queued in held:
            places[postfix.queued_mail(queued["queue_id"])["X-Test-Id"]].append("held")
        delivered = {}
        for mail in postfix.delivered():
            places[mail["X-Test-Id"]].append("delivered")
            delivered[mail["X-Test-Id"]] = mail
        for ident, (number, code) in self.answers.items():
            case.assertEqual(len(places.get(ident, [])), 1 if code == 250 else 0,
                             f"{ident} ({number}) answered with {code} is {places.get(ident)}")
        case.assertEqual(set(places) - set(self.answers), set(), "mail that nobody sent")
        return {ident: place[0] for ident, place in places.items()}, delivered


class Senders:
    """Threads that send one mail after the other, each on a connection of its own, until stopped."""

    def __init__(self, ledger, port, numbers, threads=6):
        self._stop = threading.Event()
        self._ledger = ledger
        self._port = port
        self._numbers = numbers
        self.faults = []
        self._threads = [threading.Thread(target=self._run, args=(index,))
                         for index in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Returns when the last answer is in."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, index):
        sent = 0
        while not self._stop.is_set():
            number = self._numbers[sent % len(self._numbers)]
            ident = f"{index}.{sent}"
            sent += 1
            try:
                self._ledger.note(ident, number, self._send(mails.plain(number, ident)))
            except Exception as error:  # pylint: disable=broad-except
                self.faults.append(f"{ident}: {error!r}")
                return

    def _send(self, message):
        with smtplib.SMTP("127.0.0.1", self._port, timeout=SOCKET_SECONDS) as client:
            try:
                client.sendmail("billing@example.com", ["bob@example.org"], message)
                return 250
            except smtplib.SMTPRecipientsRefused as error:
                return error.recipients["bob@example.org"][0]
            except smtplib.SMTPResponseException as error:
                return error.smtp_code
