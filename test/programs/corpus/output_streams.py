"""Output: print with its options, writes to both streams, redirected, without an end of line."""

import contextlib
import io
import sys

print("one", 2, sep="-", end="!\n")
sys.stdout.write("written\n")
for number in range(3):
    print(number, end=" ")
print()
captured = io.StringIO()
with contextlib.redirect_stdout(captured):
    print("hidden")
print("wrong", file=sys.stderr)
print("größe ✓", flush=True)
captured.getvalue()
