/* Memory of what the worker does in the middle of the program: the program does not notice it, neither then nor in a replay.
 *
 * Where a snapshot was taken while a program was recorded, a replay passes, and it stops where the recorded run did not. So between
 * `step_aside` and `step_back` memory comes from a heap of the worker's own; the interpreter's free lists are the worker's own; the collector
 * counts nothing, and knows nothing of what is made. A block tells by its address whose it is. What belongs to the program and is freed
 * meanwhile stays taken: to give it back would be noticed.
 *
 * Also outside of that: the program's arenas lie in a range of their own, or their addresses would depend on what else the process maps.
 */
#ifndef HINDSIGHT_ASIDE_H
#define HINDSIGHT_ASIDE_H

#include <limits.h>
#include <stdlib.h>
#include "heap.h"
#include "lists.h"

/* Not in the limited API, and the same since 3.5. */
typedef struct {
    void *context;
    void *(*take)(void *context, size_t size);
    void *(*take_cleared)(void *context, size_t count, size_t size);
    void *(*resize)(void *context, void *block, size_t size);
    void (*give)(void *context, void *block);
} Allocator;

typedef struct {
    void *context;
    void *(*take)(void *context, size_t size);
    void (*give)(void *context, void *arena, size_t size);
} Arenas;

extern void PyMem_GetAllocator(int domain, Allocator *allocator);
extern void PyMem_SetAllocator(int domain, Allocator *allocator);
extern void PyObject_GetArenaAllocator(Arenas *arenas);
extern void PyObject_SetArenaAllocator(Arenas *arenas);

enum { RAW = 0, MEM = 1, OBJ = 2 };
enum { UNKNOWN, POSSIBLE, IMPOSSIBLE };

static int aside_possible = UNKNOWN;
static int aside_depth;
static Heap heap;
static Allocator below, programs[3]; /* of the raw domain; of the others, while the worker's are in place */
static void *kept;                   /* blocks of the program that were freed meanwhile, each begins with the next */
static Generation outside = {.next = (uintptr_t)&outside, .previous = (uintptr_t)&outside};
static int counts[3];

static void *take_aside(void *context, size_t size) {
    Allocator *program = context;
    if (!is_counted_thread) return program->take(program->context, size);
    void *block = heap_take(&heap, size);
    return block != NULL ? block : below.take(below.context, size);
}

static void *take_cleared_aside(void *context, size_t count, size_t size) {
    Allocator *program = context;
    if (!is_counted_thread) return program->take_cleared(program->context, count, size);
    if (size != 0 && count > PTRDIFF_MAX / size) return NULL;
    void *block = heap_take(&heap, count * size);
    return block != NULL ? memset(block, 0, count * size) : below.take_cleared(below.context, count, size);
}

static void give_aside(void *context, void *block) {
    Allocator *program = context;
    if (is_in_heap(&heap, block)) {
        heap_give(&heap, block);
    } else if (!is_counted_thread) {
        program->give(program->context, block);
    } else if (block != NULL) {
        *(void **)block = kept;
        kept = block;
    }
}

static void *resize_aside(void *context, void *block, size_t size) {
    Allocator *program = context;
    if (block == NULL) return take_aside(context, size);
    /* How large it is, only the program's allocator knows. What the worker keeps and extends was made by it aside. */
    if (!is_in_heap(&heap, block)) return program->resize(program->context, block, size);
    size_t old = heap_size_of(block);
    if (size <= old && size >= old / 4) return block;
    void *other = take_aside(context, size);
    if (other == NULL) return NULL;
    memcpy(other, block, size < old ? size : old);
    heap_give(&heap, block);
    return other;
}

/* The program frees or moves what was the worker's: the allocators of small blocks do not know it, and ask the raw one. */
static void give_below(void *context, void *block) {
    if (is_in_heap(&heap, block))
        heap_give(&heap, block);
    else
        below.give(context, block);
}

static void *resize_below(void *context, void *block, size_t size) {
    if (block == NULL || !is_in_heap(&heap, block)) return below.resize(context, block, size);
    size_t old = heap_size_of(block);
    void *other = below.take(context, size);
    if (other == NULL) return NULL;
    memcpy(other, block, size < old ? size : old);
    heap_give(&heap, block);
    return other;
}

/* The range of the program's arenas; those that were freed serve again, the last one first. */
static struct {
    Arenas below;
    char *base, *top, *end;
    struct { char *at; size_t size; } *unused;
    size_t count, room;
} arenas;

enum { ARENA_UNIT = 16384 }; /* the largest page there is */

static void *take_arena(void *context, size_t size) {
    if (aside_depth > 0 && is_counted_thread) return arenas.below.take(context, size);
    char *at = arenas.top;
    size_t i = arenas.count;
    while (i > 0 && arenas.unused[i - 1].size != size) i--;
    if (i > 0) {
        at = arenas.unused[i - 1].at;
    } else if (size % ARENA_UNIT != 0 || size > (size_t)(arenas.end - arenas.top)) {
        return arenas.below.take(context, size);
    }
    if (mprotect(at, size, PROT_READ | PROT_WRITE) != 0) return NULL;
    if (i == 0) {
        arenas.top += size;
    } else {
        arenas.count--;
        memmove(&arenas.unused[i - 1], &arenas.unused[i], (arenas.count - (i - 1)) * sizeof *arenas.unused);
    }
    return at;
}

static void give_arena(void *context, void *arena, size_t size) {
    char *at = arena;
    if (at < arenas.base || at >= arenas.end) {
        arenas.below.give(context, arena, size);
        return;
    }
    mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    if (arenas.count == arenas.room) {
        size_t room = arenas.room == 0 ? 4096 : arenas.room * 2, bytes = sizeof *arenas.unused;
        void *more = mmap(NULL, room * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more == MAP_FAILED) return;
        if (arenas.room > 0) {
            memcpy(more, arenas.unused, arenas.count * bytes);
            munmap(arenas.unused, arenas.room * bytes);
        }
        arenas.unused = more;
        arenas.room = room;
    }
    arenas.unused[arenas.count].at = at;
    arenas.unused[arenas.count++].size = size;
}

/* Whether small blocks are Python's own allocator's: others could not free what is not theirs. */
static int has_own_allocator(void) {
    Allocator raw, mem, obj;
    PyMem_GetAllocator(RAW, &raw);
    PyMem_GetAllocator(MEM, &mem);
    PyMem_GetAllocator(OBJ, &obj);
    const char *named = getenv("PYTHONMALLOC");
    if (named != NULL && *named != 0 && strcmp(named, "default") != 0 && strcmp(named, "pymalloc") != 0) return 0;
    return raw.take != obj.take && mem.take == obj.take;
}

/* Once a process, before the first recording. */
static void prepare_aside(void) {
    if (aside_possible != UNKNOWN) return;
    aside_possible = IMPOSSIBLE;
    size_t size;
    if (!has_own_allocator() || find_lists() < 0 || open_heap(&heap) < 0) return;
    if ((arenas.base = arenas.top = reserve_range(&size)) == NULL) return;
    arenas.end = arenas.base + size;
    PyObject_GetArenaAllocator(&arenas.below);
    PyObject_SetArenaAllocator(&(Arenas){arenas.below.context, take_arena, give_arena});
    PyMem_GetAllocator(RAW, &below);
    PyMem_SetAllocator(RAW, &(Allocator){below.context, below.take, below.take_cleared, resize_below, give_below});
    aside_possible = POSSIBLE;
}

static void exchange_memory(int enters) {
    swap_lists();
    *youngest = enters ? &outside : generations;
    for (int domain = MEM; domain <= OBJ; domain++) {
        if (enters) {
            PyMem_GetAllocator(domain, &programs[domain]);
            Allocator ours = {&programs[domain], take_aside, take_cleared_aside, resize_aside, give_aside};
            PyMem_SetAllocator(domain, &ours);
        } else {
            PyMem_SetAllocator(domain, &programs[domain]);
        }
    }
}

/* May be nested. In the counted thread. */
static void step_aside(void) {
    if (aside_possible != POSSIBLE || aside_depth++ > 0) return;
    exchange_memory(1);
    for (int i = 0; i < 3; i++) {
        counts[i] = generations[i].count;
        generations[i].count = INT_MIN / 2; /* Nothing is collected, and what is freed is not subtracted. */
    }
}

/* What an interpreter's frame and the object that stands for it know of each other, in words, and a byte; so since 3.12. */
enum { FRAME_OF_OBJECT = 3, CALLER = 1, OBJECT_OF_FRAME = 6, OWNER = 70, OWNED_BY_C = 3, MOST_BETWEEN = 16 };

/* Takes the objects that were made for frames on the stack from them: the program would find them, where it makes its own in a replay. */
static void forget_frames(void) {
    void **object = (void **)PyEval_GetFrame();
    void **frame = object == NULL ? NULL : object[FRAME_OF_OBJECT];
    /* Who asks for a frame asks for its callers in turn. Some in between are only the interpreter's. */
    for (int without = 0; frame != NULL && without < MOST_BETWEEN; frame = frame[CALLER], without++) {
        object = ((char *)frame)[OWNER] == OWNED_BY_C ? NULL : frame[OBJECT_OF_FRAME];
        if (object == NULL) continue;
        without = 0;
        if (object[FRAME_OF_OBJECT] != frame || !is_in_heap(&heap, object) || Py_REFCNT((PyObject *)object) != 1) continue;
        frame[OBJECT_OF_FRAME] = NULL;
        Py_DECREF((PyObject *)object);
    }
}

/* A collection that was due before comes right after; what is made here lets the interpreter know. */
static void let_collect(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    generations[0].count = counts[0] - 1;
    Py_XDECREF(PySet_New(NULL));
    PyErr_Restore(type, value, traceback);
}

static void step_back(void) {
    if (aside_depth == 0) return;
    if (aside_depth == 1) forget_frames();
    if (--aside_depth > 0) return;
    for (int i = 1; i < 3; i++) generations[i].count = counts[i];
    if (counts[0] > generations[0].threshold) let_collect();
    exchange_memory(0);
    generations[0].count = counts[0];
}

/* What the program's next objects would get, and what it has in store: a replay that takes memory otherwise has another mark, at once or soon.
 *
 * A block that is taken and given back at once is the next one again. */
static uint64_t mark_of_memory(void) {
    uint64_t mark = UINT64_C(0xcbf29ce484222325);
    size_t words = 0;
    for (int i = 0; i < region_count; i++) words += regions[i].size / 8;
    for (size_t word = 0; word < words; word++) mark = (mark ^ other_lists[word]) * UINT64_C(0x100000001b3);
    for (int i = 0; i < 3; i++) mark = (mark ^ (unsigned)counts[i]) * UINT64_C(0x100000001b3);
    Allocator *program = &programs[OBJ];
    int depth = aside_depth;
    aside_depth = 0; /* An arena that is needed now is the program's. */
    for (size_t size = 16; size <= 512; size += 16) {
        void *next = program->take(program->context, size);
        mark = (mark ^ (uintptr_t)next) * UINT64_C(0x100000001b3);
        program->give(program->context, next);
    }
    aside_depth = depth;
    return mark;
}

/* The recording ends: all is the program's from now on, also where it ends while the worker is at work. */
static void end_aside(void) {
    if (aside_depth > 0) {
        aside_depth = 1;
        step_back();
    }
    if (outside.next != (uintptr_t)&outside) {
        /* The collector takes over what the worker has made: at the end of its oldest list. */
        Generation *oldest = &generations[2];
        uintptr_t *first = (uintptr_t *)outside.next, *last = (uintptr_t *)outside.previous, *end = (uintptr_t *)oldest->previous;
        end[0] = (uintptr_t)first;
        first[1] = (uintptr_t)end | (first[1] & 3);
        last[0] = (uintptr_t)oldest;
        oldest->previous = (uintptr_t)last;
        outside.next = outside.previous = (uintptr_t)&outside;
    }
    while (kept != NULL) {
        void *block = kept;
        kept = *(void **)block;
        PyMem_GetAllocator(OBJ, &programs[OBJ]);
        programs[OBJ].give(programs[OBJ].context, block);
    }
}

#endif
