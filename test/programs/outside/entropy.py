"""Entropy in all its forms: unseeded random numbers, urandom, uuids, secrets."""

import os
import random
import secrets
import uuid

seen = []
for number in range(3):
    seen.append(random.random())
    seen.append(os.urandom(4).hex())
    seen.append(str(uuid.uuid4()))
    seen.append(secrets.token_hex(4))
seen.append(random.SystemRandom().randint(0, 10**9))
seen.append(random.Random().random())
random.seed()
seen.append(random.random())
seen.append(os.getpid() > 0)
seen
