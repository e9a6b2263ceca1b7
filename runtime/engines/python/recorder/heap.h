/* A heap of its own, in a range of addresses of its own: whose a block is, its address tells. For one thread at a time.
 *
 * Sizes are rounded up to classes, four for each doubling; a block that was freed serves its class again, last in, first out. A block is
 * behind 16 bytes that name its class. Knows nothing of Python.
 */
#ifndef HINDSIGHT_HEAP_H
#define HINDSIGHT_HEAP_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum {
    HEAP_UNIT = 16,
    HEAP_SMALL_UNITS = 64, /* up to this size each number of units is a class */
    HEAP_CLASSES = 192,
    HEAP_STEP = 1 << 20,   /* the range is made accessible in steps of this */
    HEAP_GIVES_BACK = 1 << 18, /* the pages of a block of this size are the system's again when it is freed */
};

typedef struct {
    char *base, *top, *ready, *end;
    void *unused[HEAP_CLASSES]; /* each block begins with the next one */
} Heap;

/* Address space, which is not memory yet. NULL where there is none. */
static char *reserve_range(size_t *size) {
    for (int bits = 36; bits >= 28; bits -= 2) {
        void *range = mmap(NULL, (size_t)1 << bits, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED) continue;
        *size = (size_t)1 << bits;
        return range;
    }
    return NULL;
}

static int open_heap(Heap *heap) {
    size_t size;
    char *range = reserve_range(&size);
    if (range == NULL) return -1;
    heap->base = heap->top = heap->ready = range;
    heap->end = range + size;
    return 0;
}

static inline int is_in_heap(const Heap *heap, const void *block) {
    return (uintptr_t)block - (uintptr_t)heap->base < (uintptr_t)(heap->end - heap->base);
}

/* The class of a size, and in `units` how much a block of it holds. */
static unsigned class_of_size(size_t size, size_t *units) {
    size_t needed = size == 0 ? 1 : (size - 1) / HEAP_UNIT + 1;
    if (needed <= HEAP_SMALL_UNITS) {
        *units = needed;
        return (unsigned)needed;
    }
    unsigned high = 63 - (unsigned)__builtin_clzll((unsigned long long)(needed - 1)), shift = high - 2;
    size_t quarters = ((needed - 1) >> shift) + 1; /* 5 to 8 */
    *units = quarters << shift;
    return HEAP_SMALL_UNITS + 1 + (high - 6) * 4 + (unsigned)quarters - 5;
}

/* NULL where the range is full, or there is no memory. */
static void *heap_take(Heap *heap, size_t size) {
    size_t units;
    if (size > (size_t)(heap->end - heap->base)) return NULL;
    unsigned class = class_of_size(size, &units);
    void *block = heap->unused[class];
    if (block != NULL) {
        memcpy(&heap->unused[class], block, sizeof(void *));
        return block;
    }
    size_t whole = (units + 1) * HEAP_UNIT;
    if (whole > (size_t)(heap->end - heap->top)) return NULL;
    if (whole > (size_t)(heap->ready - heap->top)) {
        size_t more = (whole - (size_t)(heap->ready - heap->top) + HEAP_STEP - 1) / HEAP_STEP * HEAP_STEP;
        if (more > (size_t)(heap->end - heap->ready)) more = (size_t)(heap->end - heap->ready);
        if (mprotect(heap->ready, more, PROT_READ | PROT_WRITE) != 0) return NULL;
        heap->ready += more;
    }
    uint64_t *head = (uint64_t *)heap->top;
    head[0] = class;
    head[1] = units * HEAP_UNIT;
    heap->top += whole;
    return head + 2;
}

static size_t heap_size_of(const void *block) { return ((const uint64_t *)block)[-1]; }

static void heap_give(Heap *heap, void *block) {
    size_t class = ((uint64_t *)block)[-2], size = heap_size_of(block);
    if (size >= HEAP_GIVES_BACK) {
        uintptr_t page = 16384; /* or a part of it */
        uintptr_t first = ((uintptr_t)block + 8 + page - 1) & ~(page - 1), last = ((uintptr_t)block + size) & ~(page - 1);
        if (last > first) madvise((void *)first, last - first, MADV_DONTNEED);
    }
    memcpy(block, &heap->unused[class], sizeof(void *));
    heap->unused[class] = block;
}

#endif
