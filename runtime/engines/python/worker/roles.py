"""From the start line to a running role. Knows which roles there are, not what they do."""

import json
import os
import sys
from typing import Any, NamedTuple

from hindsight_worker import vendor
from hindsight_worker.link import Link, connect


class Start(NamedTuple):
    """What the runtime says to a process that it starts; see "Links" in docs/architecture.md."""

    address: dict[str, Any]
    token: str
    id: str
    role: str
    fork: bool


def read_start(line: bytes, package: str) -> Start:
    """Parses the start line and loads what must be imported before user code is.

    Args:
        line: One JSON object.
        package: Folder of this package; the vendored libraries lie beside it unless the line says where.

    Raises:
        SystemExit: The line is missing or not valid; the message says what was expected.
    """
    try:
        fields = json.loads(line)
        start = Start(fields["address"], fields["token"], fields["id"], fields["role"], fields.get("fork", True))
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(
            "hindsight_worker is started by the Hindsight runtime, with one JSON line on standard input"
            f" ({type(error).__name__}: {error})"
        ) from None
    vendor.load(fields.get("vendor") or os.path.join(os.path.dirname(package), "vendor"))
    _import_role(start)
    return start


def run(start: Start) -> None:
    """Connects to the runtime and runs the role of `start` until its link closes."""
    if start.role == "zygote":
        from hindsight_worker import zygote

        zygote.serve(open_link(start), start)
    elif start.role == "worker":
        from hindsight_worker import worker

        worker.run(start)
    elif start.role == "analyst":
        run_analyst(start)
    else:
        raise SystemExit(f"unknown role {start.role!r}")


def run_analyst(start: Start) -> None:
    """Serves `locate` and static looks; the vendored libraries may stay importable here: no user code runs."""
    sys.path.insert(0, vendor.folder())
    link = open_link(start)
    from hindsight_worker import analyst

    try:
        analyst.serve(link)
    except EOFError:
        return


def open_link(start: Start, **more: Any) -> Link:
    """A new link to the runtime, on which hello has been said.

    Args:
        start: Address and token, and the id and role to say.
        more: Further fields of the hello.

    Raises:
        OSError: The runtime does not listen any more.
    """
    link = connect(start.address)
    link.send({**hello(start), **more})
    return link


def hello(start: Start) -> dict[str, Any]:
    """The first frame on each link."""
    python = {
        "version": "{}.{}.{}".format(*sys.version_info[:3]),
        "executable": sys.executable,
        "prefix": sys.prefix,
    }
    said = {"type": "hello", "role": start.role, "id": start.id, "token": start.token, "pid": os.getpid()}
    return {**said, "python": python}


def _import_role(start: Start) -> None:
    """All modules of a role are imported now: later, user code decides what `sys.path` is."""
    if start.role == "analyst":
        return
    from hindsight_worker import worker  # noqa: F401

    if start.role == "zygote":
        from hindsight_worker import zygote  # noqa: F401
