/* The code objects that were seen and are kept: a hash table from the pointer of each to what is known of it.
 *
 * It holds a reference to each, so that a pointer is never another code's. Its memory is malloc's, not Python's, and grows at the same
 * places in each run of the same program. Knows nothing of events.
 */
#ifndef HINDSIGHT_CODES_H
#define HINDSIGHT_CODES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    MINE = 1,     /* the user's own: counted */
    WATCHED = 2,  /* its lines are told */
    LINES_ON = 4, /* its LINE events are on */
    HOLED = 8,    /* ... save at some instructions, where they were disabled */
};

typedef struct {
    PyObject *code;
    uint32_t flags;
    uint32_t file; /* index of its file, where it is mine */
} Code;

static Code *codes;            /* dense, in the order in which they were seen */
static uint32_t *slots;        /* index into `codes`, plus 1; 0 is free */
static size_t code_count, code_room, slot_mask;

static size_t slot_of(PyObject *code) {
    uintptr_t key = (uintptr_t)code;
    return (size_t)((key >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & slot_mask;
}

static Code *find_code(PyObject *code) {
    if (slots == NULL) return NULL;
    for (size_t slot = slot_of(code); slots[slot] != 0; slot = (slot + 1) & slot_mask)
        if (codes[slots[slot] - 1].code == code) return &codes[slots[slot] - 1];
    return NULL;
}

static void fill_slots(void) {
    memset(slots, 0, (slot_mask + 1) * sizeof *slots);
    for (size_t i = 0; i < code_count; i++) {
        size_t slot = slot_of(codes[i].code);
        while (slots[slot] != 0) slot = (slot + 1) & slot_mask;
        slots[slot] = (uint32_t)(i + 1);
    }
}

/* Gives up what only this table still holds: a program that makes code in a loop must not keep it all. */
static void drop_unused_codes(void) {
    size_t kept = 0, dropped = 0;
    PyObject **unused = malloc(code_count * sizeof *unused + 1);
    if (unused == NULL) return;
    for (size_t i = 0; i < code_count; i++) {
        if (Py_REFCNT(codes[i].code) == 1)
            unused[dropped++] = codes[i].code;
        else
            codes[kept++] = codes[i];
    }
    code_count = kept;
    fill_slots();
    /* Last, because giving one up may run anything. */
    for (size_t i = 0; i < dropped; i++) Py_DECREF(unused[i]);
    free(unused);
}

static int make_room(void) {
    if (code_count < code_room) return 0;
    if (code_room > 0) {
        drop_unused_codes();
        if (code_count < code_room / 2) return 0;
    }
    size_t room = code_room == 0 ? 256 : code_room * 2;
    Code *more = realloc(codes, room * sizeof *codes);
    if (more == NULL) return -1;
    codes = more;
    uint32_t *wider = realloc(slots, room * 4 * sizeof *slots);
    if (wider == NULL) return -1;
    slots = wider;
    code_room = room;
    slot_mask = room * 4 - 1;
    fill_slots();
    return 0;
}

/* Keeps one that is not in the table. NULL with MemoryError. */
static Code *add_code(PyObject *code, uint32_t flags, uint32_t file) {
    if (make_room() < 0) {
        PyErr_NoMemory();
        return NULL;
    }
    size_t slot = slot_of(code);
    while (slots[slot] != 0) slot = (slot + 1) & slot_mask;
    Code *added = &codes[code_count++];
    *added = (Code){.code = Py_NewRef(code), .flags = flags, .file = file};
    slots[slot] = (uint32_t)code_count;
    return added;
}

static void forget_codes(void) {
    Code *old = codes;
    size_t count = code_count;
    free(slots);
    codes = NULL;
    slots = NULL;
    code_count = code_room = slot_mask = 0;
    for (size_t i = 0; i < count; i++) Py_DECREF(old[i].code);
    free(old);
}

#endif
