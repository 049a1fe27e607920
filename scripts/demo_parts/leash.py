"""
Run a command for as long as somebody holds the other end of standard input.

Arguments: FOLDER COMMAND [ARGUMENT ...]. However the holder ends, `kill -9` included, the kernel closes the pipe: then
COMMAND is stopped, and FOLDER, if it is not empty, is removed. Ends with the exit code of COMMAND.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading

PATIENCE_SECONDS = 5.0


def main(folder: str, command: list[str]) -> int:
    """Return the exit code of *command*, which ended by itself or was stopped."""
    released = threading.Event()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=stop_when_released, args=(child, released), daemon=True).start()
    code = child.wait()
    if folder and released.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return code


def stop_when_released(child: subprocess.Popen[bytes], released: threading.Event) -> None:
    """Wait for the end of standard input, then end *child*."""
    while os.read(0, 4096):
        pass
    released.set()
    child.terminate()
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
