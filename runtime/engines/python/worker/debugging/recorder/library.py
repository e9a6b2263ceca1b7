"""Loads the libraries in C that the build puts beside the worker's package, where it could make them."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from typing import Any

import hindsight_worker

_loaded: dict[str, Any] = {}


def load(name: str, file: str) -> Any:
    """The library, loaded once a process.

    Args:
        name: Of the module.
        file: Its name in the folder that holds the worker's package.

    Raises:
        ImportError: There is none, or it is for another platform or Python.
    """
    if name not in _loaded:
        path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(hindsight_worker.__file__))), file)
        if sys.implementation.name != "cpython":
            raise ImportError("it is for CPython")
        if not os.path.exists(path):
            raise ImportError(f"{path} was not built")
        loader = importlib.machinery.ExtensionFileLoader(name, path)
        spec = importlib.util.spec_from_file_location(name, path, loader=loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
        _loaded[name] = module
    return _loaded[name]
