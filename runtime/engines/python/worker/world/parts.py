"""All parts in their order: from what others rest on (descriptors) to what rests on others."""

from hindsight_worker.world import files
from hindsight_worker.world.moment import Part

PARTS: tuple[Part, ...] = (files.PART,)
