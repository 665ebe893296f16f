"""The daemon under test, its configuration and its reputation table, and ringfencectl."""

import grp
import json
import os
import pathlib
import signal
import socket

from . import settings
from .processes import WAIT_SECONDS, Process, free_port, run, wait_until

# One number a list, one list an action. All of them are reserved for fiction.
HOLD = "+18885550101"
REFUSE = "+18885550102"
LATER = "+18885550103"
LOSE = "+18885550104"
TAG = "+18885550105"
UNLISTED = "+18885550106"
LISTS = {"hold": HOLD, "refuse": REFUSE, "later": LATER, "lose": LOSE, "tag": TAG}

REFUSAL = ["This message shows a telephone number that we refuse mail for.",
           "100% sure? Write to postmaster@example.org."]

RULES = """\
    - {name: hold-rule, when: {number: {lists: [hold]}}, action: quarantine}
    - name: refuse-rule
      when: {number: {lists: [refuse]}}
      action: reject
      reply:
        code: 550
        enhanced: 5.7.1
        text:
          - This message shows a telephone number that we refuse mail for.
          - 100% sure? Write to postmaster@example.org.
    - name: later-rule
      when: {number: {lists: [later]}}
      action: tempfail
      reply: {code: 451, enhanced: 4.7.1, text: [Please try again later]}
    - {name: lose-rule, when: {number: {lists: [lose]}}, action: discard}
    - {name: tag-rule, when: {number: {lists: [tag]}}, action: tag}
"""

CONFIG = """\
milter:
  socket: {socket}
  socket_mode: 0660
  socket_group: {group}
  control_socket: {control_socket}
  hostname: filter.ringfence.test
{milter_extra}
reputation: {{directory: {directory}, {reputation_extra}}}
sightings: {{directory: {sightings}}}
policy:
{policy_extra}
  rules:
{rules}
log: {{target: stderr, level: info}}
"""


class Daemon:
    def __init__(self, home, group_id=0, inet=False):
        """`home`: an empty directory of ours. `group_id`: who may connect to the unix socket."""
        self._home = pathlib.Path(home)
        self._home.mkdir(mode=0o755)
        self._group = grp.getgrgid(group_id).gr_name
        self._port = free_port() if inet else None
        self.socket_path = self._home / "milter.sock"
        self._notify_path = self._home / "notify.sock"
        self._process = None
        self._starts = 0
        self.control_socket = self._home / "control.sock"
        self.config_path = self._home / "ringfence.yaml"
        (self._home / "reputation").mkdir()
        self.configure()

    # The socket as each program wants it spelt.
    @property
    def socket(self):
        return f"inet:{self._port}@127.0.0.1" if self._port else f"unix:{self.socket_path}"

    @property
    def postfix_milter(self):
        return f"inet:127.0.0.1:{self._port}" if self._port else f"unix:{self.socket_path}"

    @property
    def sendmail_milter(self):
        return f"inet:{self._port}@127.0.0.1" if self._port else f"local:{self.socket_path}"

    @property
    def pid(self):
        return self._process.pid

    def configure(self, rules=RULES, policy="", milter="", reputation="blocks: {enabled: false}"):
        """Writes the configuration; `policy` and `milter` are more lines of these sections. The numbers of
        LISTS are neighbours: without blocks each has the score of its list alone."""
        self.config_path.write_text(CONFIG.format(
            socket=self.socket, group=self._group, control_socket=self.control_socket,
            directory=self._home / "reputation", sightings=self._home / "sightings", rules=rules,
            policy_extra=policy and "  " + policy, milter_extra=milter and "  " + milter,
            reputation_extra=reputation))

    def ctl(self, *words, check=True):
        return run(settings.CONTROL_TOOL, "--config", self.config_path, *words, check=check)

    def status(self):
        return json.loads(self.ctl("status", "--json").stdout)["status"]

    def import_lists(self, lists=None, score=95):
        for name, number in (lists or LISTS).items():
            path = self._home / f"{name}.txt"
            path.write_text(number + "\n")
            self.ctl("feeds", "import", path, "--list", name, "--score", score)

    def start(self):
        """Returns when the daemon has said READY=1 as to a service manager."""
        self._notify_path.unlink(missing_ok=True)
        self._starts += 1
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(self._notify_path))
            notify.settimeout(0.1)
            self._process = Process(
                [settings.DAEMON, "--config", self.config_path],
                self._home / f"daemon.{self._starts}.log",
                env=dict(os.environ, NOTIFY_SOCKET=str(self._notify_path)))

            def ready():
                if self._process.returncode() is not None:
                    raise AssertionError("the daemon ended at once:\n" + self.log())
                try:
                    return b"READY=1" in notify.recv(65536)
                except TimeoutError:
                    return False
            wait_until(ready, "the daemon says READY=1")

    def stop(self):
        """SIGTERM; the exit code."""
        return self._process.end() if self._process else None

    def signal(self, number):
        self._process.signal(number)

    def terminate(self):
        self.signal(signal.SIGTERM)

    def kill(self):
        self.signal(signal.SIGKILL)
        self._process.wait()

    def wait_ended(self, seconds=WAIT_SECONDS):
        return self._process.wait(seconds)

    def log(self):
        return "".join(path.read_text(errors="replace")
                       for path in sorted(self._home.glob("daemon.*.log")))
