"""The clock in all its forms: each call answers in a replay what it answered first."""

import datetime
import time

seen = []
for number in range(4):
    seen.append(time.time())
    seen.append(time.time_ns())
    seen.append(time.monotonic())
    seen.append(time.perf_counter_ns())
    seen.append(time.process_time())
seen.append(str(datetime.datetime.now()))
seen.append(str(datetime.datetime.now(datetime.timezone.utc)))
seen.append(datetime.date.today().isoformat())
seen.append(time.strftime("%H:%M:%S"))
seen.append(time.localtime()[:6])
time.sleep(0.001)
seen.append(time.time())
seen
