"""The first thing that runs in a process started by the runtime: reads the start line, chooses the role.

No file of the current folder or of PYTHONPATH may shadow what we import, so while our own modules are
imported, `sys.path` holds the standard library alone; user code gets the path of an ordinary REPL back.
"""

import os
import sys


def main() -> None:
    """Runs the role that the start line names; returns when the process is to end."""
    start_line = _read_start_line()
    package = os.path.dirname(os.path.abspath(__file__))
    user_path = ["", *sys.path[_is_folder(sys.path[0], package) :]]
    sys.path[:] = [os.path.dirname(package), *_standard_library(user_path)]
    try:
        from hindsight_worker import roles

        start = roles.read_start(start_line, package)
    finally:
        sys.path[:] = user_path
    sys.argv[:] = [""]
    roles.run(start)


def _read_start_line() -> bytes:
    """The one line of standard input, which is then replaced: user code must not read our socket."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 65536)
        if not chunk:
            break
        line += chunk
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0, inheritable=True)
    os.close(null)
    return line


def _is_folder(entry: str, package: str) -> bool:
    """True for the entry that Python adds for a script: its folder, with symbolic links resolved."""
    return os.path.realpath(entry) == os.path.realpath(package)


def _standard_library(path: list[str]) -> list[str]:
    home = os.path.dirname(os.path.abspath(os.__file__))
    zipped = f"python{sys.version_info[0]}{sys.version_info[1]}.zip"
    return [
        entry
        for entry in path
        if entry == home
        or os.path.basename(entry) in (zipped, "lib-dynload", "DLLs")
    ]


if __name__ == "__main__":
    main()
