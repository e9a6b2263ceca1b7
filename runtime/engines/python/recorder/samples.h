/* Samples of the lines that are counted, in memory that no allocator of the program knows of: a replay that takes them must
 * give objects the addresses that the recording gave them.
 */
#ifndef HINDSIGHT_SAMPLES_H
#define HINDSIGHT_SAMPLES_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

typedef struct {
    uint64_t time, lines;
    uint32_t deepest, file, line;
} Sample;

static Sample *samples;
static size_t sample_count, sample_room;

static void forget_samples(void) {
    if (samples != NULL) munmap(samples, sample_room * sizeof *samples);
    samples = NULL;
    sample_count = sample_room = 0;
}

/* -1 without an exception when there is no memory. */
static int add_sample(Sample sample) {
    if (sample_count == sample_room) {
        size_t room = sample_room == 0 ? 16384 : sample_room * 2;
        void *more = mmap(NULL, room * sizeof *samples, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more == MAP_FAILED) return -1;
        size_t count = sample_count;
        if (count > 0) memcpy(more, samples, count * sizeof *samples);
        forget_samples();
        samples = more;
        sample_room = room;
        sample_count = count;
    }
    samples[sample_count++] = sample;
    return 0;
}

#endif
