"""How the targets of effects are called: paths, addresses, commands; and which are of no interest to anybody."""

import os
import re
from typing import Any

_SHOWN = 200
# Caches that come back by themselves, devices, and what the system shows as files.
_NOBODYS = re.compile(
    r"/__pycache__(/|$)|\.pyc(\.\d+)?$|^/(dev|proc|sys)/|/\.?(cache|config)/matplotlib(/|$)|/\.matplotlib(/|$)"
    r"|/matplotlib-[^/]+(/|$)|/fontconfig/|/\.matplotlib-lock$"
)
# Scheme, host, port, path; without user and password before the host, and without the query.
_URL = re.compile(r"([\w+.-]+)://(?:[^/@?#]*@)?(\[[^\]]+\]|[^/:?#]*)(?::(\d+))?([^?#]*)")
_PORTS = {"https": 443, "ftp": 21}


def is_our_business(path: str) -> bool:
    """True for files that a program does not mean to write: caches and devices."""
    configured = os.environ.get("MPLCONFIGDIR")
    return bool(_NOBODYS.search(path)) or bool(configured and path.startswith(configured))


def path_name(path: Any, folder: Any = -1) -> str | None:
    """Absolute; None for what is no path. A relative one is below the folder of this descriptor, or the current one."""
    if path is None or isinstance(path, int):
        return None
    name = os.fsdecode(path)
    if not os.path.isabs(name) and isinstance(folder, int) and folder >= 0:
        try:
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
        except OSError:
            return None
    return os.path.abspath(name)


def address_name(address: Any, hosts: dict[str, str]) -> str | None:
    """Of a peer: `host:port`, with the name that was looked up for that port last; a path for a Unix socket."""
    if isinstance(address, (str, bytes)):
        text = os.fsdecode(address).replace("\0", "@")
        return text or None
    if not isinstance(address, tuple) or len(address) < 2:
        return None
    return f"{hosts.get(str(address[1]), address[0])}:{address[1]}"


def url_name(url: Any) -> tuple[str, str]:
    """The address without what may be secret in it, and its `host:port`."""
    parts = _URL.match(str(url))
    if parts is None:
        return str(url)[:_SHOWN], ""
    scheme, host, port, path = parts.groups()
    shown = host if port is None else f"{host}:{port}"
    return f"{scheme}://{shown}{path}"[:_SHOWN], f"{host}:{port or _PORTS.get(scheme, 80)}"


def command_name(words: Any) -> str:
    """In one line; of a shell, the command that it is given."""
    if isinstance(words, (str, bytes, os.PathLike)):
        text = os.fsdecode(words)
    else:
        parts = [os.fsdecode(word) if isinstance(word, (str, bytes, os.PathLike)) else str(word) for word in words]
        shell = len(parts) == 3 and parts[1] == "-c" and parts[0].endswith("sh")
        text = parts[2] if shell else " ".join(parts)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
