"""What runs inside a Python process of Hindsight: zygote, worker, shadow and analyst.

Importing this package does nothing; `__main__` decides by the start line which role the process has.
Nothing here knows the protocol between the runtime and its clients: only the links of docs/architecture.md.
"""
