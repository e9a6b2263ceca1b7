/* Lines that are not told any more, while their events must stay on because they are counted: pairs of code and number.
 * In memory of its own, as samples are.
 */
#ifndef HINDSIGHT_MUTED_H
#define HINDSIGHT_MUTED_H

#include <stdint.h>
#include <sys/mman.h>

typedef struct {
    void *code; /* NULL: free */
    long line;
} Muted;

static Muted *muted;
static size_t muted_count, muted_room; /* the room is a power of two */

static Muted *muted_slot(Muted *table, size_t room, void *code, long line) {
    size_t slot = ((uintptr_t)code >> 4) * 31 + (size_t)line * UINT64_C(0x9E3779B1);
    for (slot &= room - 1; table[slot].code != NULL; slot = (slot + 1) & (room - 1))
        if (table[slot].code == code && table[slot].line == line) break;
    return &table[slot];
}

static int is_muted(void *code, long line) {
    return muted_count > 0 && muted_slot(muted, muted_room, code, line)->code != NULL;
}

static void forget_muted(void) {
    if (muted != NULL) munmap(muted, muted_room * sizeof *muted);
    muted = NULL;
    muted_count = muted_room = 0;
}

/* Without memory it does nothing: the line is then told again. */
static void mute(void *code, long line) {
    if (muted_count * 2 >= muted_room) {
        size_t room = muted_room == 0 ? 1024 : muted_room * 2, count = muted_count;
        Muted *more = mmap(NULL, room * sizeof *more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more == MAP_FAILED) return;
        for (size_t i = 0; i < muted_room; i++)
            if (muted[i].code != NULL) *muted_slot(more, room, muted[i].code, muted[i].line) = muted[i];
        forget_muted();
        muted = more;
        muted_room = room;
        muted_count = count;
    }
    Muted *slot = muted_slot(muted, muted_room, code, line);
    if (slot->code == NULL) muted_count++;
    *slot = (Muted){code, line};
}

#endif
