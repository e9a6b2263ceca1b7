"""Loads the vendored msgpack and hides it again, so that user code finds its own, or none."""

import sys
from types import ModuleType

_folder = ""
_msgpack: ModuleType | None = None


def load(folder: str) -> None:
    """Imports msgpack from `folder` and takes it out of `sys.modules` and `sys.path`.

    Raises:
        SystemExit: The folder does not hold it: the build was not run.
    """
    global _folder, _msgpack
    _folder = folder
    sys.path.insert(0, folder)
    try:
        import msgpack  # type: ignore[import-not-found]
        import msgpack.fallback  # type: ignore[import-not-found]
    except ImportError as error:
        raise SystemExit(f"no msgpack in {folder}: run `npm run build` ({error})") from None
    finally:
        sys.path.remove(folder)
    _msgpack = msgpack
    hide("msgpack")


def hide(*names: str) -> None:
    """Takes the modules `names` and all below them out of `sys.modules`."""
    for module in list(sys.modules):
        if module.partition(".")[0] in names:
            del sys.modules[module]


def folder() -> str:
    """Where the vendored libraries are."""
    return _folder


def msgpack() -> ModuleType:
    """The vendored msgpack; `load` has been called."""
    assert _msgpack is not None, "vendor.load was not called"
    return _msgpack
