"""The real daemon as a process of its own, and an MTA that speaks the milter protocol with it."""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 30  # more than anything here takes; reaching it is a failure
LISTED = b"Your renewal: call +1 888 555 0123 today.\r\n"
ALL_ACTIONS, ALL_STEPS = 0x1FF, 0x1FFFFF
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"L": 0x80,
            b"N": 0x40000, b"B": 0x80000}


class Mta:
    """One milter connection."""

    def __init__(self, address, actions=ALL_ACTIONS, steps=ALL_STEPS):
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(SECONDS)
        try:
            self.socket.connect(address)
            self.send(b"O", struct.pack(">III", 6, actions, steps))
            command, data = self.receive()
        except (OSError, EOFError):
            self.socket.close()
            raise
        assert command == b"O", command
        self.version, self.actions, self.steps = struct.unpack(">III", data[:12])
        self.macro_lists = data[12:]

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack(">I", 1 + len(data)) + command + data)

    def receive(self):
        size = struct.unpack(">I", self.exactly(4))[0]
        data = self.exactly(size)
        return data[:1], data[1:]

    def exactly(self, size):
        out = b""
        while len(out) < size:
            more = self.socket.recv(size - len(out))
            if not more:
                raise EOFError("the daemon closed the connection")
            out += more
        return out

    def step(self, command, data=b""):
        self.send(command, data)
        if self.steps & NO_REPLY.get(command, 0):
            return b"c", b""
        return self.receive()

    def macro(self, command, **names):
        pairs = b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in names.items())
        self.send(b"D", command + pairs)

    def greet(self, address="192.0.2.1"):
        self.macro(b"C", j="mta.test.example")
        port = struct.pack(">H", 1025)
        self.step(b"C", b"client.example\0" + b"4" + port + address.encode() + b"\0")
        self.step(b"H", b"client.example\0")
        return self

    def begin(self, recipient="b@example.org"):
        """MAIL to end of headers; the reply to MAIL."""
        reply = self.step(b"M", b"<a@sender.example>\0")
        if reply[0] != b"c":
            return reply
        self.step(b"R", b"<" + recipient.encode() + b">\0")
        self.macro(b"T", i="4TEST1")
        self.step(b"T")
        self.step(b"L", b"Subject\0 hello\0")
        self.step(b"N")
        return reply

    def end(self):
        """The actions and the final reply."""
        self.send(b"E")
        actions = []
        while True:
            command, data = self.receive()
            if command in (b"c", b"a", b"r", b"t", b"d", b"y"):
                return actions, command, data
            actions.append((command, data))

    def message(self, recipient="b@example.org", body=LISTED):
        reply = self.begin(recipient)
        if reply[0] != b"c":
            return [], reply[0], reply[1]
        self.step(b"B", body)
        return self.end()

    def close(self):
        self.socket.close()


class Daemon:
    def __init__(self, program, ctl_program, folder, socket_spec=None):
        self.program, self.ctl_program = program, ctl_program
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "ringfence.yaml"
        text = (HERE / "ringfence.yaml.in").read_text().replace("@RUN@", str(folder))
        if socket_spec:
            text = text.replace(f"unix:{folder}/milter.sock", socket_spec)
        self.config.write_text(text)
        self.milter = str(self.folder / "milter.sock")
        (self.folder / "reputation").mkdir(exist_ok=True)
        self.process = None

    def start(self, **environment):
        pid_file = self.folder / "pid"
        pid_file.unlink(missing_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "--config", self.config, "--pid-file", pid_file],
                stderr=log, env={**os.environ, **environment})
        self.wait_for(pid_file.exists)
        assert pid_file.read_text() == f"{self.process.pid}\n"
        return self

    def wait_for(self, condition):
        until = time.monotonic() + SECONDS
        while not condition():
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended: {self.process.returncode}\n{self.text()}")
            if time.monotonic() > until:
                raise AssertionError("timed out\n" + self.text())
            time.sleep(0.02)

    def text(self):
        return (self.folder / "log").read_text(errors="replace")

    def control(self, command):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(SECONDS)
            client.connect(str(self.folder / "control.sock"))
            client.sendall(json.dumps({"command": command}).encode() + b"\n")
            out = b""
            while more := client.recv(65536):
                out += more
        return json.loads(out)

    def status(self):
        return self.control("status")["status"]

    def stop(self):
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def ctl(self, *arguments):
        subprocess.run([self.ctl_program, "--config", self.config, *arguments], check=True,
                       stdout=subprocess.DEVNULL)
