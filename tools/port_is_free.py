"""Say in one line that a port cannot be used, before the app starts: port_is_free.py PORT."""

from __future__ import annotations

import socket
import sys


def problem(given: str) -> str | None:
    """Return why the app cannot listen on that port, or None if it can."""
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        return f"PORT is {given!r}; it must be a whole number from 1 to 65535."
    with socket.socket() as probe:
        # As the server does it: a port that was in use a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", int(given)))
            probe.listen()
        except PermissionError:
            return f"Port {given} is reserved: choose one above 1023, such as make run PORT=8501"
        except OSError:
            another = int(given) + 1 if int(given) < 65535 else 8501
            return f"Port {given} is in use: stop what uses it, or say make run PORT={another}"
    return None


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1] if len(sys.argv) > 1 else ""))
