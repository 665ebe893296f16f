"""What a program writes to a terminal, read from the other side of a pty."""
import os


def read_until_closed(leader):
    """All bytes until nobody has the terminal open any more. Closes nothing."""
    seen = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # the other side is closed
            return seen
        if not chunk:
            return seen
        seen += chunk
