"""A Dovecot authentication server for Postfix's SASL (smtpd_sasl_type = dovecot): PLAIN, one user.

Source: Dovecot's authentication protocol 1.1 (doc/auth-protocol.txt).
"""

import base64
import os
import socketserver
import threading

USER = "alice"
PASSWORD = "correct horse"


class _Connection(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("VERSION", "1", "1")
        self._say("MECH", "PLAIN", "plaintext")
        self._say("SPID", str(os.getpid()))
        self._say("CUID", "1")
        self._say("COOKIE", "0123456789abcdef0123456789abcdef")
        self._say("DONE")
        for line in self.rfile:
            words = line.decode().rstrip("\n").split("\t")
            if words[0] == "AUTH":
                self._authenticate(words)

    def _say(self, *words):
        self.wfile.write(("\t".join(words) + "\n").encode())

    def _authenticate(self, words):
        response = next((word[5:] for word in words if word.startswith("resp=")), "")
        _, user, password = base64.b64decode(response).decode().split("\0")
        if (user, password) == (USER, PASSWORD):
            self._say("OK", words[1], f"user={user}")
        else:
            self._say("FAIL", words[1], f"user={user}")


class SaslServer:
    def __init__(self, path):
        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
        self._server = Server(str(path), _Connection)
        os.chmod(path, 0o666)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
