"""matplotlib in a session: chooses our backend where the user chose none, shows open figures at the end.

Does nothing until matplotlib is imported. Child processes inherit nothing: no environment variable is set.
"""

import io
import os
import sys
from types import ModuleType
from typing import Any

from hindsight_worker import importing, values

_BACKEND = "hindsight_worker.matplotlib_backend"


def install() -> None:
    """Waits for the import of matplotlib."""
    importing.after_import("matplotlib", _choose_backend)
    importing.after_import("matplotlib.figure", _render_figures)


def show_open_figures() -> None:
    """Shows the figures that the program left open, and closes them. Runs as user code: it may be interrupted."""
    backend = sys.modules.get(_BACKEND)
    if backend is not None:
        backend.show()


def picture(figure: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """`figure` as PNG with its width and height in pixels: a MIME bundle and its metadata."""
    written = io.BytesIO()
    figure.savefig(written, format="png", bbox_inches="tight", dpi=figure.dpi)
    png = written.getvalue()
    # A PNG begins with its signature and the IHDR chunk: 4 bytes width, 4 bytes height, at 16 and 20.
    size = {"width": int.from_bytes(png[16:20], "big"), "height": int.from_bytes(png[20:24], "big")}
    return {"image/png": png}, {"image/png": size}


def _render_figures(module: ModuleType) -> None:
    """A figure that is a result, or given to display(), is a picture as well."""
    kind = module.Figure
    values.renderers.append(lambda value: picture(value) if isinstance(value, kind) else None)


def _choose_backend(matplotlib: ModuleType) -> None:
    if os.environ.get("MPLBACKEND"):
        return
    settings = matplotlib.rcParams
    # Read without resolving: the automatic choice is an object that is not a string.
    if isinstance(dict.__getitem__(settings, "backend"), str):
        return
    settings["backend"] = f"module://{_BACKEND}"
