"""The frozen process: a copy of the worker that holds one state, waits in one `recv`, and thaws on demand.

It runs no user code and no Python between thaws. What belongs to the world (files, sockets, loops) is
`world`'s; when a state is taken is decided in `taking.py`.

Its link to the runtime is made by the worker before the fork. On it the frozen process says its hello, a
frame as on every link: `hello {role: 'frozen', id, token, pid, python, worker, generation, warnings, took_ms}`.
All that follows is binary, so that nothing is allocated here. All numbers are 32-bit little-endian.

To the frozen process, 2048 bytes a thaw:

    offset  size
         0     4  role of the new process: 1 worker, 2 shadow
         4     4  length of the hello below
         8    64  id of the new process, ASCII, at most 63 bytes, padded with zeros
        72   256  path of the FIFO for its fd 1, absolute, at most 255 bytes, padded with zeros (worker only)
       328   256  path of the FIFO for its fd 2, likewise
       584  1464  the hello that the new process is to say: a whole frame, its 4 bytes of length included

From the frozen process, 8 bytes for each thaw, in order:

         0     4  pid of the new process, or 0 where there is none
         4     4  errno of what failed, or 0

Both FIFOs exist (0600) when the answer comes; a worker opens them for writing, which waits for the runtime,
before its hello. Nothing is patched into the hello: its `pid` is whatever the runtime put there, the true
one is in the answer, which may come after the hello. The new process leads a session and group of its own
(pid = group). A worker takes no `configure` and says no `configured`: its loop goes on as if nothing had
been; frames that the original had received and not handled are dropped. A shadow serves looks.
The frozen process ends when its link closes. It can be ended at any time; what was thawed of it lives on.
"""
