/* Counts lines and takes samples of them. Knows no events; who counts says what a line is. */
#ifndef HINDSIGHT_LINES_H
#define HINDSIGHT_LINES_H

#include "codes.h"
#include "muted.h"
#include "samples.h"

static int counting_lines;
static uint64_t line_count, line_alarm, sample_every, next_sample;
static int64_t depth, deepest;     /* frames of mine, while samples are taken */
static unsigned long line_changes; /* how often it was changed which lines are told or counted */

static void begin_counting(uint64_t alarm, uint64_t every, int64_t frames) {
    line_alarm = alarm;
    sample_every = next_sample = every;
    depth = frames;
    deepest = 0;
    line_count = 0;
    counting_lines = 1;
    line_changes++;
    forget_samples();
}

/* Counts a line at this time. Answers whether it is due. */
static int count_line(Code *code, long line, uint64_t time) {
    line_count++;
    if (depth > deepest) deepest = depth;
    if (line_count == next_sample) {
        next_sample += sample_every;
        add_sample((Sample){time, line_count, (uint32_t)deepest, code->file, (uint32_t)line});
        deepest = 0;
    }
    return line_count == line_alarm;
}

/* Gives the samples away, as tuples. */
static PyObject *take_samples(void) {
    PyObject *taken = PyList_New((Py_ssize_t)sample_count);
    for (size_t i = 0; taken != NULL && i < sample_count; i++) {
        Sample *sample = &samples[i];
        PyObject *entry = Py_BuildValue("KKIII", (unsigned long long)sample->time, (unsigned long long)sample->lines,
                                        sample->deepest, sample->file, sample->line);
        if (entry == NULL || PyList_SetItem(taken, (Py_ssize_t)i, entry) < 0) Py_CLEAR(taken);
    }
    forget_samples();
    return taken;
}

#endif
