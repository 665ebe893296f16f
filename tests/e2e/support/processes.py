"""Processes that a test starts and ends by pid, and waiting without sleeping for luck."""

import os
import signal
import socket
import subprocess
import time

WAIT_SECONDS = 60
POLL_SECONDS = 0.02


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=WAIT_SECONDS):
    """The first true value of condition(), asked every POLL_SECONDS."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(POLL_SECONDS)


def answers(port):
    """True when something listens on the loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def run(*command, check=True, **options):
    """Runs to the end; what it said is in the failure when it fails."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=WAIT_SECONDS, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Process:
    """A child in a process group of its own, with its output in a file."""

    def __init__(self, command, log_path, env=None, pass_fds=()):
        self._log_path = log_path
        with open(log_path, "ab") as log:
            self._child = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, pass_fds=pass_fds, start_new_session=True)

    @property
    def pid(self):
        return self._child.pid

    def returncode(self):
        return self._child.poll()

    def log(self):
        return self._log_path.read_text(errors="replace")

    def signal(self, number):
        if self._child.poll() is None:
            self._child.send_signal(number)

    def wait(self, seconds=WAIT_SECONDS):
        return self._child.wait(seconds)

    def end(self, seconds=WAIT_SECONDS):
        """SIGTERM, then SIGKILL to what is left of the group after `seconds`."""
        self.signal(signal.SIGTERM)
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)
            return self._child.wait()
