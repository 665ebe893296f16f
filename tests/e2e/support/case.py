"""What every end-to-end test stands on: its directory, the MTA and the daemon, and their logs."""

import os
import pathlib
import smtplib
import tempfile
import unittest

from . import settings
from .postfix import PrivatePostfix
from .ringfence import Daemon
from .smtp import SOCKET_SECONDS


def missing():
    """Why the tests cannot run here, or nothing."""
    if os.geteuid() != 0:
        return "a private mail server has to be started by root"
    if not settings.DAEMON.exists() or not settings.CONTROL_TOOL.exists():
        return f"not built: {settings.DAEMON}"
    return None


class E2ECase(unittest.TestCase):
    home_parent = None  # of the test's directory: where temporary files go

    def setUp(self):
        why_not = missing()
        if why_not:
            self.skipTest(why_not)
        directory = tempfile.TemporaryDirectory(prefix="rf-e2e-", dir=self.home_parent)
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)
        self.home.chmod(0o755)  # the MTA's user connects to sockets in here
        self._logs = []

    def keep_log(self, what, log):
        """`log()` is shown when the test fails."""
        self._logs.append((what, log))

    def run(self, result=None):
        result = super().run(result)
        if result and not result.wasSuccessful():
            for what, text in getattr(self, "_failure_logs", []):
                print(f"--- {what}\n{text[-20000:]}")
        return result

    def tearDown(self):
        self._failure_logs = [(what, log()) for what, log in self._logs]

    def sent(self, message, port, sender="billing@example.com", recipients=("bob@example.org",),
             login=None, options=()):
        """(code, [lines]) of what the client is told about the whole message."""
        with smtplib.SMTP("127.0.0.1", port, timeout=SOCKET_SECONDS) as client:
            client.ehlo("client.example.com")
            if login:
                client.login(*login)
            try:
                client.sendmail(sender, list(recipients), message, mail_options=list(options))
                return 250, []
            except smtplib.SMTPDataError as error:
                return error.smtp_code, error.smtp_error.decode().split("\n")


class PostfixCase(E2ECase):
    def setUp(self):
        super().setUp()
        if settings.postfix_root() is None:
            self.skipTest("no Postfix: contrib/install-packages test unpacks one")

    def daemon(self, inet=False, start=True, lists=True, **configuration):
        daemon = Daemon(self.home / "rf", PrivatePostfix.group_id(), inet=inet)
        self.addCleanup(daemon.stop)
        self.keep_log("ringfence", daemon.log)
        if configuration:
            daemon.configure(**configuration)
        if lists:
            daemon.import_lists()
        if start:
            daemon.start()
        return daemon

    def postfix(self, daemon, **options):
        postfix = PrivatePostfix(self.home / "pf", milter=daemon.postfix_milter, **options)
        self.addCleanup(postfix.stop)
        self.keep_log("Postfix", postfix.log)
        postfix.start()
        return postfix


def value(mail, name="X-Ringfence"):
    """A header field's value with its folding taken out; fails when there is not exactly one."""
    values = mail.get_all(name, [])
    if len(values) != 1:
        raise AssertionError(f"{len(values)} fields {name}: {values}")
    return " ".join(values[0].split())
