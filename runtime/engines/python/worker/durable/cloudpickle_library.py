"""The vendored cloudpickle under a name of our own, so that the user's own copy, or none, stays what it is.

The name stands in pickles: reading one needs no cloudpickle in the user's environment.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from types import ModuleType

from hindsight_worker import vendor

NAME = "hindsight_worker.durable.cloudpickle"


def load() -> ModuleType:
    """Give the module, importing it on the first call.

    Raises:
        ImportError: It is not among the vendored libraries: the build was not run.
    """
    present = sys.modules.get(NAME)
    if present is not None:
        return present
    file = os.path.join(vendor.folder(), "cloudpickle", "cloudpickle.py")
    spec = importlib.util.spec_from_file_location(NAME, file)
    if spec is None or spec.loader is None or not os.path.exists(file):
        raise ImportError(f"no cloudpickle in {vendor.folder()}: run `npm run build`")
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[NAME]
        raise
    return module
