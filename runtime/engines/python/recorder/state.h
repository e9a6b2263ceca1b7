/* What the recorder is doing: one for the process, since the interpreter has one set of callbacks a tool. */
#ifndef HINDSIGHT_STATE_H
#define HINDSIGHT_STATE_H

#include <stdint.h>
#include <time.h>

#define NEVER UINT64_MAX

static int running;
static int tells_threads;     /* what is watched is told of other threads, too; none of it is counted */
static __thread int is_counted_thread __attribute__((tls_model("initial-exec")));
static uint64_t now;          /* counted events */
static uint64_t attention;    /* the count at which there is more to do than to count */
static uint64_t alarm_time;   /* 0: none */

static int clock_on;
static uint64_t clock_due_ns, next_look;
static uint64_t tick, tick_began; /* the tick that was looked at last, and the event at which it was new */
static uint32_t stride; /* events between two looks at the clock */

static PyObject *is_mine, *on_due, *on_line, *on_start, *on_return, *on_raise;
static PyObject *wanted_codes;                        /* asked once a code whether its lines are told; or NULL */
static int all_lines;                                 /* all code of mine is told */
static PyObject *disable, *set_local_events, *tool;   /* of sys.monitoring */
static PyObject *line_events, *no_events;             /* what set_local_events takes */
static PyObject *files, *file_indexes;                /* list of names; name to index, or to -1 for what is not mine */
static PyObject *filename_name, *return_kind, *yield_kind, *unwind_kind;

#ifndef CLOCK_MONOTONIC_COARSE
#define CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC
#endif

static uint64_t clock_ns(clockid_t which) {
    struct timespec at;
    clock_gettime(which, &at);
    return (uint64_t)at.tv_sec * UINT64_C(1000000000) + (uint64_t)at.tv_nsec;
}

static void set_attention(void) {
    attention = alarm_time > now ? alarm_time : NEVER;
    if (clock_on && next_look < attention) attention = next_look;
}

static void set_clock_ns(uint64_t wait_ns) {
    uint64_t at_ns = clock_ns(CLOCK_MONOTONIC);
    clock_on = wait_ns > 0;
    clock_due_ns = at_ns + wait_ns;
    tick = at_ns >> 22;
    tick_began = now;
    stride = 1;
    next_look = now + 1;
    set_attention();
}

/* Looks at the clock, and chooses the next look by how many events the last tick (4 ms) had: in a tight loop 64 events later, where events
 * are rare at the next one. The clock that is looked at costs little, and is late by 4 ms at most, never early. */
static int clock_is_due(void) {
    uint64_t at_ns = clock_ns(CLOCK_MONOTONIC_COARSE);
    if (at_ns >= clock_due_ns) {
        clock_on = 0;
        return 1;
    }
    if (at_ns >> 22 == tick) {
        stride = stride < 64 ? stride * 2 : 64;
    } else {
        uint64_t events = (now - tick_began) / 16;
        stride = events < 1 ? 1 : events > 64 ? 64 : (uint32_t)events;
        tick = at_ns >> 22;
        tick_began = now;
    }
    next_look = now + stride;
    return 0;
}

#endif
