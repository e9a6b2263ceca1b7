"""What is not deterministic in a recorded program, and what it does outside: recorded, played back, kept from happening again."""

from hindsight_worker.debugging.replaying.world import World

world_of_program = World()

__all__ = ["World", "world_of_program"]
