"""Runs a command in a pseudo-terminal until its output contains a text, then sends `q` and waits for its exit.

usage: in_terminal.py TEXT COMMAND...

Prints the time in milliseconds from the start to the first output, and from the start to the text.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

LIMIT = 30.0


def main():
    wanted, command = sys.argv[1].encode(), sys.argv[2:]
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    seen, first, found = b"", None, None
    while time.monotonic() - start < LIMIT:
        if select.select([master], [], [], 0.2)[0]:
            try:
                chunk = os.read(master, 1 << 16)
            except OSError:
                break
            seen += chunk
            first = first or time.monotonic()
        if found is None and wanted in seen:
            found = time.monotonic()
            os.write(master, b"q")
        if found is not None and child.poll() is not None:
            break
    if child.poll() is None:
        child.kill()
    code = child.wait()
    if found is None or code != 0:
        sys.exit(f"{command}: exit code {code}, the text {'was' if found else 'was not'} shown:\n{seen[-600:]!r}")
    print(f"{(first - start) * 1000:.0f} ms to the first output, {(found - start) * 1000:.0f} ms to {wanted.decode()!r}")


main()
