"""A private Sendmail: own configuration (by m4), queue and mailbox directories, one loopback port.

Debian's sendmail packages conflict with Postfix, so they are unpacked and not installed.
"""

import email
import email.policy
import os
import pathlib
import re

from . import settings
from .processes import WAIT_SECONDS, Process, answers, free_port, run, wait_until

# OSTYPE `unknown' keeps Debian's own paths out; no name is looked up in the DNS.
SENDMAIL_MC = """\
VERSIONID(`private')dnl
OSTYPE(`unknown')dnl
define(`confDOMAIN_NAME', `mx.ringfence.test')dnl
define(`confPID_FILE', `{home}/sendmail.pid')dnl
define(`confHOST_STATUS_DIRECTORY', `')dnl
define(`confSERVICE_SWITCH_FILE', `{home}/service.switch')dnl
define(`confDEF_USER_ID', `daemon:daemon')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_QUEUEWARN', `')dnl
define(`confMAX_MESSAGE_SIZE', `52428800')dnl
define(`confDONT_PROBE_INTERFACES', `true')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`confLOG_LEVEL', `14')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`QUEUE_DIR', `{home}/queue')dnl
define(`LOCAL_MAILER_PATH', `{home}/deliver')dnl
define(`LOCAL_MAILER_ARGS', `deliver $u')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name=MTA')dnl
INPUT_MAIL_FILTER(`ringfence', `S={milter}, F=T, T=C:10s;S:30s;R:30s;E:60s')dnl
define(`LOCAL_MAILER_FLAGS', `Prmn9S')dnl
MODIFY_MAILER_FLAGS(`LOCAL', `-Aw')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
Cw example.org example.net
"""

# Written aside first: what is in new/ is whole.
DELIVER = """\
#!/bin/sh
umask 022
mail=$(mktemp {home}/mail/tmp/XXXXXXXX) && cat > "$mail" && chmod 644 "$mail" &&
  mv "$mail" {home}/mail/new/
"""

# What Sendmail sleeps at its start when the machine's name has no dot and the DNS does not answer.
UNKNOWN_HOST_SECONDS = 60


def _with_hostname():
    """Words that give a command a host name of its own, or none where the kernel does not let us."""
    words = ["unshare", "--uts", "sh", "-c", 'hostname mx.ringfence.test && exec "$0" "$@"']
    return words if run(*words, "true", check=False).returncode == 0 else []


class PrivateSendmail:
    def __init__(self, home, milter):
        """`home`: an empty directory of ours. `milter`: "local:PATH" or "inet:PORT@127.0.0.1"."""
        self.port = free_port()
        self._home = pathlib.Path(home)
        self._root = settings.sendmail_root()
        self._process = None
        for name in ("queue", "mail/tmp", "mail/new"):
            (self._home / name).mkdir(parents=True, mode=0o755)
        (self._home / "queue").chmod(0o700)
        (self._home / "service.switch").write_text("hosts files\npasswd files\n")
        deliver = self._home / "deliver"
        deliver.write_text(DELIVER.format(home=self._home))
        deliver.chmod(0o755)
        source = self._home / "sendmail.mc"
        source.write_text(SENDMAIL_MC.format(home=self._home, port=self.port, milter=milter))
        self._config = self._home / "sendmail.cf"
        macros = self._root / "usr/share/sendmail/cf"
        self._config.write_text(
            run("m4", f"-D_CF_DIR_={macros}/", macros / "m4/cf.m4", source).stdout)

    def _program(self):
        return self._root / "usr/libexec/sendmail/sendmail"

    def log(self):
        return "".join((self._home / name).read_text(errors="replace")
                       for name in ("console.log", "traffic.log") if (self._home / name).exists())

    def start(self):
        env = dict(os.environ, HOME=str(self._home), RES_OPTIONS="timeout:1 attempts:1")
        self._process = Process(
            [*_with_hostname(), self._program(), "-bD", "-C", self._config,
             "-X", self._home / "traffic.log"], self._home / "console.log", env=env)
        wait_until(lambda: answers(self.port) or self._ended(), "Sendmail listens",
                   seconds=UNKNOWN_HOST_SECONDS + WAIT_SECONDS)

    def _ended(self):
        if self._process.returncode() is not None:
            raise AssertionError("Sendmail ended at once:\n" + self.log())

    def stop(self):
        if self._process:
            self._process.end()

    def quarantined(self):
        """{queue id: reason} of what mailq says is quarantined."""
        listed = run(*_with_hostname(), self._program(), "-bp", "-qQ", "-C", self._config).stdout
        return dict(re.findall(r"^(\w{14}).*\n(?:.*\n)*?\s+QUARANTINE: (.*)$", listed, re.MULTILINE))

    def quarantine_files(self):
        """The queue files of quarantined mail, which carry the prefix hf."""
        return sorted(path.name for path in (self._home / "queue").glob("hf*"))

    def delivered(self):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted((self._home / "mail/new").iterdir())]

    def wait_delivered(self, count):
        wait_until(lambda: len(list((self._home / "mail/new").iterdir())) >= count,
                   f"{count} mails delivered")
        return self.delivered()
