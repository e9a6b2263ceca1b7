"""Hazard 20: what a GPU or a display server holds is outside of the process. It is detected, and named."""

import sys
from typing import Any

from hindsight_worker.world.moment import Moment, Part

_GPU = ("/dev/nvidia", "/dev/kfd", "/dev/dri/", "/dev/davinci")
_QT = ("PyQt6", "PySide6", "PyQt5", "PySide2")


def before(moment: Moment) -> None:
    """Names GPUs in use, and toolkits whose application exists."""
    devices = [one.name for one in moment.descriptors if one.kind == "device" and one.name.startswith(_GPU)]
    users = [name for name, used in (("torch", _torch), ("cupy", _cupy)) if name in sys.modules and _quietly(used)]
    if devices or users:
        using = f" ({users[0]})" if users else ""
        message = f"The GPU is in use{using}: what is in its memory is not part of the state; going back loses it."
        moment.warn("gpu", message, devices[0] if devices else None)
    for toolkit in ("tkinter", *_QT):
        if toolkit in sys.modules and _quietly(lambda toolkit=toolkit: _has_windows(toolkit)):
            message = f"Windows of {toolkit} are not part of the state, and cannot be used after going back."
            moment.warn("gui", message, toolkit)


def _torch() -> bool:
    return bool(sys.modules["torch"].cuda.is_initialized())


def _cupy() -> bool:
    """True when its default memory pool was used: asking the driver would initialise it."""
    return sys.modules["cupy"].get_default_memory_pool().total_bytes() > 0  # type: ignore[no-any-return]


def _has_windows(toolkit: str) -> bool:
    if toolkit == "tkinter":
        return getattr(sys.modules["tkinter"], "_default_root", None) is not None
    core = sys.modules.get(f"{toolkit}.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None


def _quietly(ask: Any) -> bool:
    try:
        return bool(ask())
    except Exception:
        return False


PART = Part("devices", before)
