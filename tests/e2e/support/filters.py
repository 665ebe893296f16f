"""A private rbldnsd, and SpamAssassin and rspamd that ask it and nobody else.

The programs come from packages that were only unpacked (contrib/packages). Each runs in a directory of
the test's, on a port of its own on 127.0.0.1, and is ended by its pid.
"""

import json
import os
import pathlib
import pwd
import signal
import socket
import struct
import urllib.request

from . import settings
from .processes import Process, free_port, run, wait_until

A, SOA, TXT = 1, 6, 16
NXDOMAIN = 3
DNS_SECONDS = 0.5


def root_of(package, program):
    """Where a package was unpacked, or nothing."""
    root = settings.MTA_DIR / package
    return root if (root / program).exists() else None


def rbldnsd_root():
    return root_of("rbldnsd", "usr/sbin/rbldnsd")


def spamassassin_root():
    return root_of("spamassassin", "usr/bin/spamassassin")


def rspamd_root():
    return root_of("rspamd", "usr/bin/rspamd")


def drop_to():
    """An account without rights, to be when we are root: none of these servers wants to be root."""
    return "nobody" if os.geteuid() == 0 else None


def give(path):
    if drop_to():
        entry = pwd.getpwnam(drop_to())
        os.chown(path, entry.pw_uid, entry.pw_gid)


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def packed_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def skip_name(packet, at):
    while packet[at] and packet[at] < 0xC0:
        at += packet[at] + 1
    return at + (2 if packet[at] else 1)


def ask(port, name, kind=A):
    """(response code, [data of each answer of that kind]), nothing when there is no answer in time."""
    question = struct.pack("!6H", 4711, 0x0100, 1, 0, 0, 0) + packed_name(name) + struct.pack("!2H", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(DNS_SECONDS)
        client.connect(("127.0.0.1", port))
        try:
            client.send(question)
            packet = client.recv(4096)
        except OSError:
            return None
    ident, flags, questions, answers = struct.unpack("!4H", packet[:8])
    assert (ident, questions) == (4711, 1), packet
    at = skip_name(packet, 12) + 4
    found = []
    for _ in range(answers):
        at = skip_name(packet, at)
        got, _, _, size = struct.unpack("!2HIH", packet[at:at + 10])
        at += 10
        if got == kind:
            found.append(packet[at:at + size])
        at += size
    return flags & 15, found


def address(answer):
    """The A record of an answer as text; nothing for NXDOMAIN."""
    code, found = answer
    assert (code == NXDOMAIN) == (not found), answer
    return socket.inet_ntoa(found[0]) if found else None


def text(answer):
    code, found = answer
    assert code == 0 and len(found) == 1, answer
    return found[0][1:].decode()


class Rbldnsd:
    """Serves zones ({name: file}); returns when it answers."""

    def __init__(self, home, zones):
        self.port = free_udp_port()
        self._log = pathlib.Path(home) / "rbldnsd.log"
        words = [rbldnsd_root() / "usr/sbin/rbldnsd", "-n", "-b", f"127.0.0.1/{self.port}", "-c", "1h"]
        if drop_to():
            words += ["-u", drop_to()]
        self._process = Process([*words, *(f"{zone}:dnset:{file}" for zone, file in zones.items())], self._log)

        def ready():
            if self._process.returncode() is not None:
                raise AssertionError("rbldnsd ended at once:\n" + self.log())
            return all(ask(self.port, "test." + zone) for zone in zones)
        wait_until(ready, "rbldnsd answers")

    def address(self, name):
        return address(self._asked(name, A))

    def text(self, name):
        return text(self._asked(name, TXT))

    def soa(self, name):
        code, found = self._asked(name, SOA)
        assert code == 0 and len(found) == 1, (code, found)
        return found[0]

    def _asked(self, name, kind):
        return wait_until(lambda: ask(self.port, name, kind), f"an answer about {name}")

    def reload(self):
        self._process.signal(signal.SIGHUP)

    def log(self):
        return self._process.log()

    def stop(self):
        return self._process.end()


class SpamAssassin:
    """Rules of ours and no others, asking the DNS server at `port`."""

    def __init__(self, home, rules, port):
        self._home = pathlib.Path(home)
        self._config = self._home / "config"
        self._config.mkdir(parents=True)
        (self._config / "private.pre").write_text("loadplugin Mail::SpamAssassin::Plugin::Check\n")
        (self._config / "ringfence.cf").write_text(
            f"dns_available yes\ndns_server 127.0.0.1:{port}\n"
            "add_header all Status \"_YESNO_ tests=_TESTS_\"\nreport_safe 0\n" + rules)

    def tests(self, mail):
        """The names of the rules that a mail hits."""
        root = spamassassin_root()
        path = self._home / "mail.eml"
        path.write_bytes(mail)
        [arch] = (root / "usr/lib").glob("*/perl5/5.*")
        done = run("perl", "-T", f"-I{root}/usr/share/perl5", f"-I{arch}", root / "usr/bin/spamassassin", "-x", "-t",
                   "-C", self._config, f"--siteconfigpath={self._config}", "-p", "/dev/null", path,
                   env=dict(os.environ, HOME=str(self._home), LANG="C"))
        [status] = [line for line in done.stdout.splitlines() if line.startswith("X-Spam-Status:")]
        names = status.split("tests=")[1].split(",")
        return set() if names == ["none"] else set(names)


RSPAMD_CONF = """\
options {{
  filters = "";
  pidfile = "{home}/rspamd.pid";
  control_socket = "{home}/control.sock mode=0600";
  tempdir = "{home}";
  cache_file = "{home}/symbols.cache";
  dynamic_conf = "{home}/dynamic";
  history_rows = 10;
  url_tld = "{home}/tld.dat";
  disable_hyperscan = true;
  dns {{ nameserver = ["127.0.0.1:{dns_port}:1"]; timeout = 2s; retransmits = 3; sockets = 1; }}
}}
logging {{ type = "console"; level = "info"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
modules {{ path = "{root}/usr/share/rspamd/plugins/rbl.lua"; }}
lua = "{home}/rspamd.local.lua";
actions {{ reject = 15; add_header = 6; greylist = 4; }}
rbl {{
{rbl}
}}
"""


class Rspamd:
    """rspamd with its rbl module alone, asking the DNS server at `dns_port`; returns when it answers."""

    def __init__(self, home, lua, rbl, dns_port):
        self._home = pathlib.Path(home)
        self._home.mkdir()
        give(self._home)
        self._port = free_port()
        root = rspamd_root()
        (self._home / "tld.dat").write_text("com\norg\n")  # its own list takes a minute to compile
        (self._home / "rspamd.local.lua").write_text(lua)
        config = self._home / "rspamd.conf"
        config.write_text(RSPAMD_CONF.format(home=self._home, root=root, port=self._port, dns_port=dns_port, rbl=rbl))
        share = root / "usr/share/rspamd"
        paths = {"SHAREDIR": share, "LUALIBDIR": share / "lualib", "PLUGINSDIR": share / "plugins",
                 "RULESDIR": share / "rules",
                 **{name: self._home for name in ("CONFDIR", "LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")}}
        words = [root / "usr/bin/rspamd", "-f", "-c", config, *(f"--var={name}={path}" for name, path in paths.items())]
        if drop_to():
            words += ["-i", "-u", drop_to(), "-g", "nogroup"]
        [arch] = (root / "usr/lib").glob("*-linux-gnu*")
        self._process = Process(words, self._home / "rspamd.log",
                                env=dict(os.environ, LD_LIBRARY_PATH=f"{root}/usr/lib/rspamd:{arch}"))

        def ready():
            if self._process.returncode() is not None:
                raise AssertionError("rspamd ended at once:\n" + self.log())
            try:
                return b"pong" in self._get("/ping")
            except OSError:
                return False
        wait_until(ready, "rspamd answers")

    def _get(self, path, data=None):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self._port}{path}", data, timeout=20) as answer:
            return answer.read()

    def symbols(self, mail):
        """{symbol: options} of a mail."""
        found = json.loads(self._get("/checkv2", mail))["symbols"]
        return {name: symbol.get("options", []) for name, symbol in found.items()}

    def log(self):
        return self._process.log()

    def stop(self):
        return self._process.end()
