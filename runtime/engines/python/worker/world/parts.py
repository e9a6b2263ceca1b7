"""All parts in their order: from what others rest on (descriptors) to what rests on others.

`before` runs in reverse order, so that what writes or ends something comes before what notes positions.
"""

from hindsight_worker.world import connections, files, pairs, polling
from hindsight_worker.world.moment import Part

# `connections` must come after `pairs` has found what is none: it stands before it here.
PARTS: tuple[Part, ...] = (files.PART, connections.PART, pairs.PART, polling.PART)
