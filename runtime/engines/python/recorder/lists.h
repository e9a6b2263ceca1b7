/* Where the interpreter keeps what it does not give back to its allocator (free lists), and what its collector counts.
 *
 * No header says where that is, for a library that serves several versions; so it is found by what is seen there, and used only where all
 * agrees. A copy of each list, empty at first, is the worker's: `swap_lists` exchanges them.
 */
#ifndef HINDSIGHT_LISTS_H
#define HINDSIGHT_LISTS_H

#include <stdint.h>
#include <string.h>

typedef struct {
    char *at;
    size_t size;
} Region;

enum { MOST_REGIONS = 4, REGION_BYTES = 4096, SCANNED_WORDS = 1 << 16 };

static Region regions[MOST_REGIONS];
static int region_count;
static uint64_t other_lists[REGION_BYTES / 8];

/* A generation of the collector. */
typedef struct {
    uintptr_t next, previous; /* of the list of its objects */
    int threshold, count;
} Generation;

static Generation *generations;      /* three, youngest first */
static Generation **youngest;        /* whither new objects go: to the first, or elsewhere while the worker is at work */

static void swap_lists(void) {
    uint64_t *other = other_lists;
    for (int i = 0; i < region_count; i++) {
        uint64_t *here = (uint64_t *)regions[i].at;
        for (size_t word = 0; word < regions[i].size / 8; word++, other++) {
            uint64_t kept = here[word];
            here[word] = *other;
            *other = kept;
        }
    }
}

static void add_region(void *at, size_t size) { regions[region_count++] = (Region){at, size}; }

/* The address of an object that has just been freed: it is at the front of its list, if it has one. */
static void *address_of_freed(PyObject *object) {
    void *address = object;
    Py_XDECREF(object);
    return address;
}

enum { FLOATS = 110 };

/* {int, pointer} of the list of floats. NULL where it is not found. */
static char *find_floats(void **words) {
    PyObject *floats[FLOATS]; /* More than the list holds, so that it is empty. */
    for (int i = 0; i < FLOATS; i++) floats[i] = PyFloat_FromDouble(i + 0.5);
    void *first = address_of_freed(floats[0]);
    int at = 1;
    /* No further than it must: what is behind the interpreter's state may not be memory. */
    while (at < SCANNED_WORDS && (words[at] != first || *(int *)&words[at - 1] != 1)) at++;
    void *second = address_of_freed(floats[1]);
    char *found = NULL;
    if (at < SCANNED_WORDS && words[at] == second && *(int *)&words[at - 1] == 2) found = (char *)&words[at - 1];
    for (int i = 2; i < FLOATS; i++) Py_DECREF(floats[i]);
    return found;
}

static char *find_slices(void **words, char *floats) {
    PyObject *slice = PySlice_New(NULL, NULL, NULL);
    void *address = address_of_freed(slice);
    for (int i = (int)((void **)floats - words); i < SCANNED_WORDS; i++)
        if (words[i] == address) return (char *)&words[i];
    return NULL;
}

enum {
    POINTER = 8,
    LIST_ITEMS = 80,
    TUPLE_SIZES = 20,
    FLOATS_BYTES = 16,
    TUPLES_BYTES = TUPLE_SIZES * (8 + 4),
    LISTS_BYTES = LIST_ITEMS * 8 + 8, /* pointers and a count, of lists, dicts, and so on */
    CONTEXTS_BYTES = 16,
};

static int is_front_of_tuples(char *at) {
    void *address = address_of_freed(PyTuple_New(3));
    return ((void **)at)[2] == address;
}

static int is_front(char *items, char *count, void *address) {
    int number = *(int *)count;
    return number > 0 && number <= LIST_ITEMS && ((void **)items)[number - 1] == address;
}

static int is_front_of_lists(char *at) { return is_front(at, at + LIST_ITEMS * POINTER, address_of_freed(PyList_New(0))); }

static int find_lists_of_12(void **words) {
    char *floats = find_floats(words), *slices = floats == NULL ? NULL : find_slices(words, floats);
    if (slices == NULL) return -1;
    char *tuples = slices + POINTER, *lists = tuples + TUPLES_BYTES, *dicts = lists + LISTS_BYTES + 16;
    char *counts = dicts + 2 * LIST_ITEMS * POINTER, *generators = counts + 8 + 8 * POINTER;
    if (!is_front_of_tuples(tuples) || !is_front_of_lists(lists)) return -1;
    if (!is_front(dicts, counts, address_of_freed(PyDict_New()))) return -1;
    add_region(floats, FLOATS_BYTES);
    add_region(slices, (size_t)(lists + LISTS_BYTES - slices));
    add_region(dicts, (size_t)(counts + 8 - dicts));
    add_region(generators, 2 * LISTS_BYTES + CONTEXTS_BYTES);
    return 0;
}

static int find_lists_of_13(void **words) {
    char *floats = find_floats(words);
    if (floats == NULL) return -1;
    char *tuples = floats + FLOATS_BYTES, *lists = tuples + TUPLES_BYTES, *dicts = lists + LISTS_BYTES;
    char *slices = dicts + 2 * LISTS_BYTES, *end = slices + POINTER + CONTEXTS_BYTES + 2 * LISTS_BYTES + 16;
    if (!is_front_of_tuples(tuples) || !is_front_of_lists(lists)) return -1;
    if (!is_front(dicts, dicts + LIST_ITEMS * POINTER, address_of_freed(PyDict_New()))) return -1;
    if (*(void **)slices != address_of_freed(PySlice_New(NULL, NULL, NULL))) return -1;
    add_region(floats, (size_t)(end - floats));
    return 0;
}

/* Behind its three generations the collector keeps a pointer to the first. */
static int find_generations(void **words) {
    for (int i = 9; i < SCANNED_WORDS; i++)
        if (words[i] == &words[i - 9]) {
            generations = (Generation *)&words[i - 9];
            youngest = (Generation **)&words[i];
            return 0;
        }
    return -1;
}

/* -1 where something is not as it was in the versions that are known. */
static int find_lists(void) {
    void **words = (void **)PyInterpreterState_Get();
    unsigned minor = Py_Version >> 16 & 0xff;
    if (minor != 12 && minor != 13) return -1;
    if (find_generations(words) < 0) return -1;
    return minor == 12 ? find_lists_of_12(words) : find_lists_of_13(words);
}

#endif
