"""A private Postfix: own configuration, queue and mailbox directories, one loopback port.

Does not touch a system Postfix, its files or port 25: the binaries come from a package that was only
unpacked. Postfix insists on being started by root.
"""

import email
import email.policy
import grp
import json
import os
import pathlib
import pwd
import subprocess

from . import settings
from .processes import Process, answers, free_port, run, wait_until

MAIN_CF = """\
compatibility_level = 3.6
config_directory = {config}
queue_directory = {queue}
data_directory = {data}
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {root}/etc/postfix
import_environment = MAIL_CONFIG MAIL_LOGTAG POSTLOG_SERVICE POSTLOG_HOSTNAME TZ LANG=C
    LD_LIBRARY_PATH={root}/usr/lib/postfix
export_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH={root}/usr/lib/postfix
mail_owner = {owner}
setgid_group = {setgid_group}
default_privs = nobody
multi_instance_enable = no
maillog_file = {log}
maillog_file_prefixes = {home}

myhostname = mx.ringfence.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
default_transport = error:this Postfix sends nothing out
notify_classes =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
default_process_limit = 250
in_flow_delay = 0
message_size_limit = 52428800
smtputf8_enable = yes

virtual_mailbox_domains = example.org example.net
virtual_mailbox_maps = static:inbox/
virtual_mailbox_base = {mail}
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}

smtpd_milters = {milter}
non_smtpd_milters = {milter}
smtpd_authorized_xclient_hosts = 127.0.0.1
milter_default_action = {default_action}
milter_connect_timeout = 30s
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def _account():
    """(mail_owner, setgid_group): Postfix's own where it is installed, else two of every Debian."""
    for owner, group in (("postfix", "postdrop"), ("daemon", "mail")):
        try:
            return pwd.getpwnam(owner), grp.getgrnam(group)
        except KeyError:
            continue
    raise AssertionError("no account for mail_owner")


class PrivatePostfix:
    def __init__(self, home, milter="", default_action="tempfail", settings_extra=""):
        """`home`: an empty directory of ours. `milter`: as for smtpd_milters."""
        self.port = free_port()
        self._home = pathlib.Path(home)
        self._root = settings.postfix_root()
        self._process = None
        owner, setgid_group = _account()
        for name in ("config", "queue", "data", "mail"):
            (self._home / name).mkdir(parents=True, mode=0o755)
        os.chown(self._home / "data", owner.pw_uid, owner.pw_gid)
        os.chown(self._home / "mail", owner.pw_uid, owner.pw_gid)
        main_cf = self._home / "config/main.cf"
        main_cf.write_text(
            MAIN_CF.format(home=self._home, config=self._home / "config",
                           queue=self._home / "queue", data=self._home / "data",
                           mail=self._home / "mail", log=self.log_path, root=self._root,
                           owner=owner.pw_name, uid=owner.pw_uid, gid=owner.pw_gid,
                           setgid_group=setgid_group.gr_name, milter=milter,
                           default_action=default_action) + settings_extra)
        os.utime(main_cf, (0, 0))  # Postfix waits seconds for a new file to settle
        (self._home / "config/master.cf").write_text(MASTER_CF.format(port=self.port))

    @staticmethod
    def group_id():
        """The group of the processes that connect to milters."""
        return _account()[0].pw_gid

    @property
    def log_path(self):
        return self._home / "mail.log"

    def log(self):
        console = self._home / "console.log"
        return "".join(path.read_text(errors="replace") for path in (console, self.log_path)
                       if path.exists())

    def _command(self, name, *words, **options):
        env = dict(os.environ, LD_LIBRARY_PATH=str(self._root / "usr/lib/postfix"))
        return run(self._root / "usr/sbin" / name, "-c", self._home / "config", *words, env=env,
                   **options)

    def start(self):
        env = dict(os.environ, LD_LIBRARY_PATH=str(self._root / "usr/lib/postfix"))
        self._process = Process(
            [self._root / "usr/sbin/postfix", "-c", self._home / "config", "start-fg"],
            self._home / "console.log", env=env)
        wait_until(lambda: answers(self.port) or self._ended(), "Postfix listens")

    def _ended(self):
        if self._process.returncode() is not None:
            raise AssertionError("Postfix ended at once:\n" + self.log())

    def stop(self):
        if self._process and self._process.returncode() is None:
            self._command("postfix", "stop", check=False)
            self._process.end()

    def queue(self):
        """One value a queued mail: {"queue_name": "hold", "queue_id": ..., ...}."""
        return [json.loads(line) for line in self._command("postqueue", "-j").stdout.splitlines()]

    def queued_mail(self, queue_id):
        """The message of a queued mail, as it would be delivered."""
        return _parsed(self._command("postcat", "-bhq", queue_id).stdout.encode())

    def submit(self, message, sender, recipient):
        """Handed in by a program on the machine itself, without SMTP."""
        path = self._home / "submitted.eml"
        path.write_bytes(message)
        env = dict(os.environ, LD_LIBRARY_PATH=str(self._root / "usr/lib/postfix"))
        with open(path, "rb") as source:
            done = subprocess.run([self._root / "usr/sbin/sendmail", "-C", self._home / "config",
                                   "-i", "-f", sender, recipient], stdin=source, env=env,
                                  capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"sendmail: {done.stdout}{done.stderr}")

    def release(self, queue_id):
        """Takes a mail out of the hold queue, as an operator does."""
        self._command("postsuper", "-H", queue_id)
        self._command("postqueue", "-f")

    def delivered(self):
        """Every mail in the mailbox, one value a recipient."""
        return [_parsed(path.read_bytes()) for path in self._mailbox_files()]

    def delivered_bytes(self):
        return [path.read_bytes() for path in self._mailbox_files()]

    def _mailbox_files(self):
        return sorted((self._home / "mail/inbox/new").glob("*"))

    def wait_delivered(self, count):
        """At least `count` mails are in the mailbox: all of them."""
        wait_until(lambda: len(self._mailbox_files()) >= count, f"{count} mails delivered")
        return self.delivered()

    def settle(self):
        """Waits until no mail is on its way: each is delivered, held, or gone. Returns the queue,
        which then holds only held mail."""
        def settled():
            queue = self.queue()
            return all(mail["queue_name"] == "hold" for mail in queue) and (queue or ["empty"])
        queue = wait_until(settled, "the queue settles")
        return [] if queue == ["empty"] else queue


def _parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)
