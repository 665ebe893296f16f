"""SMTP clients that smtplib does not give: halted in the middle of a message, pipelining."""

import re
import socket

SOCKET_SECONDS = 60


class Reply:
    def __init__(self, code, lines):
        self.code = code
        self.lines = lines  # without code and separator

    def __repr__(self):
        return f"{self.code} {self.lines}"


class SmtpSession:
    """One connection, command by command."""

    def __init__(self, port, helo="client.example.com"):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SOCKET_SECONDS)
        self._file = self._socket.makefile("rb")
        self.banner = self.read()
        self.expect(250, f"EHLO {helo}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._file.close()
        self._socket.close()

    def read(self):
        lines = []
        while True:
            line = self._file.readline().decode("utf-8", "replace")
            match = re.match(r"(\d{3})([- ]?)(.*)\r\n$", line)
            if not match:
                raise AssertionError(f"not an SMTP reply: {line!r}")
            lines.append(match[3])
            if match[2] != "-":
                return Reply(int(match[1]), lines)

    def send(self, data):
        self._socket.sendall(data)

    def command(self, line):
        self.send(line.encode() + b"\r\n")
        return self.read()

    def expect(self, code, line):
        reply = self.command(line)
        if reply.code != code:
            raise AssertionError(f"{line}: {reply}")
        return reply

    def begin(self, sender="billing@example.com", recipients=("bob@example.org",)):
        """Up to and with the 354 of DATA."""
        self.expect(250, f"MAIL FROM:<{sender}>")
        for recipient in recipients:
            self.expect(250, f"RCPT TO:<{recipient}>")
        self.expect(354, "DATA")

    def end(self, rest=b""):
        """The rest of the message and its final dot, unanswered as yet."""
        self.send(dot_stuffed(rest) + b".\r\n")

    def quit(self):
        self.command("QUIT")
        self.close()


def dot_stuffed(message):
    return re.sub(rb"(?m)^\.", b"..", message)
