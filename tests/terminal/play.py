"""Plays a session on a pseudo terminal, as a person at a keyboard would, and checks what a terminal sees of it.

Enters: a JSON object on standard input: the command and its environment. Leaves: exit status 0, or what was otherwise than it should be.
Never here: a terminal emulator; what is written is looked at byte by byte.
"""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

PATIENCE_S = 60
# What the player itself steers the terminal with: the other screen, the cursor, places, colours, clearing.
OWN = re.compile(r"\x1b\[(?:\?1049[hl]|\?25[hl]|\d+;\d+H|[\d;]*m|[KJ])")
# What every frame ends with: the rest of the window cleared.
FRAME_END = "\x1b[J"
# Controls of C0 and C1, and what reorders or hides text.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Terminal:
    def __init__(self, command, columns, rows):
        self.keyboard, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.resize(columns, rows)
        self.seen = b""
        self.looked = 0
        slave = self.slave
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
        )

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.keyboard], [], [], seconds)
        if ready:
            self.seen += os.read(self.keyboard, 65536)
        return bool(ready)

    def until(self, *texts):
        """Reads on until one of `texts` was drawn since the last time, and its frame to the end: a frame comes in pieces, its head first.
        What was drawn in all that time."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            fresh = self.seen[self.looked:].decode(errors="replace")
            for text in texts:
                if text in fresh and FRAME_END in fresh[fresh.index(text):]:
                    self.looked = len(self.seen)
                    return fresh
            if not self.read(0.2) and self.process.poll() is not None:
                break
        raise SystemExit(f"{texts} were not drawn; status {self.process.poll()}; seen {self.seen[-4000:]!r}")

    def press(self, keys):
        os.write(self.keyboard, keys.encode())

    def is_raw(self):
        local = termios.tcgetattr(self.slave)[3]
        return not local & (termios.ECHO | termios.ICANON | termios.ISIG)

    def left(self, how):
        """Waits until the player has gone, and checks that the terminal is as it was."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.1)
        while self.read(0.1):
            pass
        check(self.process.poll() == 0, f"{how}: status {self.process.poll()}")
        check(termios.tcgetattr(self.slave) == self.before, f"{how}: the terminal's settings are others than before")
        text = self.seen.decode()
        check(text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h") >= 0, f"{how}: the other screen was not left")
        check(text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l") >= 0, f"{how}: the cursor was not shown again")
        return text


def check(holds, otherwise):
    if not holds:
        raise SystemExit(otherwise)


def inert(text):
    """Nothing of the record steers the terminal."""
    left = OWN.sub("", text)
    found = STEERING.search(left)
    check(found is None, f"{left[max(found.start() - 60, 0):found.end() + 60]!r} reached the terminal" if found else "")


def main():
    command = json.load(sys.stdin)["command"]

    # Moment by moment through all of it, then away with q.
    terminal = Terminal(command + ["--step"], 80, 24)
    terminal.until("paused")
    check(terminal.is_raw(), "the terminal is not in raw mode")
    terminal.press("G")
    drawn = terminal.until("  end")
    check("DROP TABLE customers" in drawn or "denied" in drawn, "the list does not show what was refused")
    terminal.press("g")
    terminal.until("1/")
    for _ in range(200):
        terminal.press("l")
        if "  end" in terminal.until("paused", "  end"):
            break
    # As wide as it gets, too small, and small again: each drawn anew.
    terminal.resize(200, 50)
    terminal.until("\x1b[45;1H")
    terminal.resize(30, 8)
    terminal.until("too small")
    terminal.resize(80, 24)
    terminal.until("  end")
    terminal.press("r")
    terminal.until('"entry"')
    terminal.press("r?")
    terminal.until("these keys")
    terminal.press("q")
    terminal.until("? keys")
    check(terminal.process.poll() is None, "q closed more than the keys")
    terminal.press("/drop\r")
    terminal.until("found")
    terminal.press("q")
    inert(terminal.left("q"))

    # Ctrl-C leaves whatever is at hand: playing, the keys, half a word.
    for keys, drawn in [("", "+00:"), ("?", "these keys"), ("/half", "enter searches")]:
        terminal = Terminal(command, 80, 24)
        terminal.until("+00:")
        terminal.press(keys)
        if keys:
            terminal.until(drawn)
        terminal.press("\x03")
        inert(terminal.left(f"Ctrl-C after {keys!r}"))


main()
