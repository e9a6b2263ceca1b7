"""What the tests of looking and analysing share: the package, built or from the checkout, and a text with a cursor in it."""

import importlib.util
import pathlib
import sys
from typing import Any

_WORKER = pathlib.Path(__file__).parents[2] / "runtime" / "engines" / "python" / "worker"


def import_worker_package() -> None:
    """Make `hindsight_worker` the package in the checkout, where none is built: only beside that are the libraries in C."""
    if importlib.util.find_spec("hindsight_worker") is not None:
        return
    spec = importlib.util.spec_from_file_location(
        "hindsight_worker", _WORKER / "__init__.py", submodule_search_locations=[str(_WORKER)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hindsight_worker"] = module
    spec.loader.exec_module(module)


import_worker_package()


def at_cursor(code: str, **more: Any) -> dict[str, Any]:
    """Give the request fields for a text in which `|` marks the cursor."""
    before, _, after = code.partition("|")
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
    return {"code": before + after, "line": line, "column": column, **more}
