"""All parts in their order: from what others rest on (descriptors) to what rests on others.

`before` runs in reverse order: first what writes, ends threads or says what others need not name; positions last.
In the copies the interpreter itself comes first (`threads`).
"""

from hindsight_worker.world import (
    connections,
    databases,
    devices,
    files,
    identity,
    locks,
    loops,
    openmp,
    pairs,
    polling,
    pools,
    processes,
    shared,
    systems,
    temporary,
    terminals,
    threads,
    timers,
    writers,
)
from hindsight_worker.world.moment import Part

PARTS: tuple[Part, ...] = (
    threads.PART,
    files.PART,
    locks.PART,
    connections.PART,
    pairs.PART,
    terminals.PART,
    polling.PART,
    shared.PART,
    pools.PART,
    processes.PART,
    identity.PART,
    loops.PART,
    timers.PART,
    temporary.PART,
    databases.PART,
    devices.PART,
    openmp.PART,
    writers.PART,
    systems.PART,
)
