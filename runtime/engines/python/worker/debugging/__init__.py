"""The debugger inside a worker: counts and records a program, stops it, takes snapshots of it, and answers while it stands.

The parts, from below: `mine` (whose code is the user's), `places` (what names a moment), `recorder` (counts and calls back),
`replaying` (what is not deterministic, and what acts outside), `points` (breakpoints), `goals` (what ends a run), `walking` (what
is noted on the way), `moments` (snapshots), `looking` and `assigning` (questions to frames), `debugger` (puts them
together). Knows the frames of docs/debugging.md; where to go is the runtime's.
"""
