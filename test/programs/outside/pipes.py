"""Pipes and pairs of sockets within one process."""

import os
import select
import socket

seen = []
reading, writing = os.pipe()
for number in range(4):
    os.write(writing, b"x" * (number + 1))
    seen.append(select.select([reading], [], [], 0)[0] == [reading])
    seen.append(os.read(reading, 100))
os.close(reading)
os.close(writing)
left, right = socket.socketpair()
left.sendall(b"hello")
seen.append(right.recv(10))
right.sendall(b"back")
seen.append(left.recv(2))
seen.append(left.recv(2))
left.close()
right.close()
seen
