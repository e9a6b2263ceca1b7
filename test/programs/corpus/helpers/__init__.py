"""A package of one's own, which `local_import.py` imports."""

LOADED = ["helpers"]
