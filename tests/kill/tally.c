#include "tests/kill/tally.h"

#include <stdlib.h>

#include "common/base/ensure.h"

static void take(struct tally *t, size_t size) {
    *t = (struct tally){calloc(size, sizeof *t->entries), size, 0};
    ensure(t->entries != NULL);
}

void tally_open(struct tally *t) {
    take(t, 4096);
}

void tally_free(struct tally *t) {
    free(t->entries);
}

static size_t hash(uint32_t kind, struct id id) {
    uint64_t h = 14695981039346656037ull ^ kind;
    for (size_t i = 0; i < sizeof id.bytes; i++)
        h = (h ^ id.bytes[i]) * 1099511628211ull;
    return (size_t)(h ^ h >> 32);
}

static struct tally_entry *place(const struct tally *t, uint32_t kind, struct id id) {
    for (size_t at = hash(kind, id);; at++) {
        struct tally_entry *e = &t->entries[at & (t->size - 1)];
        if (e->kind == 0 || (e->kind == kind && id_equal(e->id, id)))
            return e;
    }
}

static void grow(struct tally *t) {
    struct tally larger;
    take(&larger, t->size * 2);
    for (size_t i = 0; i < t->size; i++)
        if (t->entries[i].kind)
            *place(&larger, t->entries[i].kind, t->entries[i].id) = t->entries[i];
    larger.used = t->used;
    free(t->entries);
    *t = larger;
}

struct tally_entry *tally_get(struct tally *t, uint32_t kind, struct id id) {
    if ((t->used + 1) * 2 > t->size)
        grow(t);
    struct tally_entry *e = place(t, kind, id);
    if (e->kind == 0) {
        *e = (struct tally_entry){.kind = kind, .id = id};
        t->used++;
    }
    return e;
}
