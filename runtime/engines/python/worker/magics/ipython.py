"""The user's own IPython, as far as magics need it: a shell over the session's namespace that runs nothing by itself.

Evaluation, results, displays and history stay ours. The shell starts no thread and keeps no history file, so that
the session can still be forked.
"""

import builtins
import sys
from typing import Any

# What IPython puts into the namespace for its own loop; here they would only be in the way of the user's variables.
_LOOP_NAMES = ("In", "Out", "_ih", "_oh", "_i", "_ii", "_iii", "_i1", "exit", "quit", "get_ipython")


def shell_of(namespace: dict[str, Any]) -> Any | None:
    """IPython's shell for this session, made when first asked for; None where IPython cannot be used."""
    try:
        from IPython.core.interactiveshell import InteractiveShell  # type: ignore[import-not-found]
    except Exception:
        return None  # It is there and does not work; ours do.
    if InteractiveShell.initialized():
        return InteractiveShell.instance()
    return _new_shell(InteractiveShell, namespace)


def _new_shell(kind: Any, namespace: dict[str, Any]) -> Any:
    from traitlets.config import Config  # type: ignore[import-not-found]

    config = Config()
    # Its history has a thread and an SQLite file.
    config.HistoryManager.enabled = False
    config.InteractiveShell.autocall = 0
    main = sys.modules["__main__"]
    hook, display_hook = sys.excepthook, sys.displayhook
    before = set(namespace)
    shell = kind.instance(config=config, user_module=main, user_ns=namespace)
    sys.excepthook, sys.displayhook = hook, display_hook
    for name in _LOOP_NAMES:
        if name not in before:
            namespace.pop(name, None)
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    # Children write to our streams themselves, in order and while they run.
    shell.system = shell.system_raw
    _replace_matplotlib(shell)
    _replace_scripts(shell)
    return shell


def _replace_matplotlib(shell: Any) -> None:
    """Figures are shown at the end of each evaluation anyway; IPython's way waits for events of its own loop."""
    from hindsight_worker.magics import lines

    shell.register_magic_function(lambda line: lines.matplotlib(line), magic_kind="line", magic_name="matplotlib")


def _replace_scripts(shell: Any) -> None:
    """IPython runs `%%bash` and the like by a thread that stays, which no captured state could bring back."""
    from hindsight_worker.magics import cells

    def replacement(name: str, original: Any) -> Any:
        def run(line: str, cell: str) -> Any:
            # Its options, such as --bg and --out, are its own.
            return original(line, cell) if line.lstrip().startswith("--") else cells.magics[name](shell, line, cell)

        return run

    for name in ("bash", "sh", "perl", "ruby", "script"):
        original = shell.find_cell_magic(name)
        if original is not None:
            shell.register_magic_function(replacement(name, original), magic_kind="cell", magic_name=name)
