#include "common/domain/streams.h"

#include <stdlib.h>

#include "common/base/ensure.h"

struct saved {
    struct slot *slot;
    void *state;
};

struct streams {
    struct slot **table; /* open addressing, a power of two */
    size_t table_size;
    struct slot **order;
    size_t count, capacity;
    struct saved *saved;
    size_t saved_count, saved_capacity;
};

static void *must(void *memory) {
    ensure(memory != NULL);
    return memory;
}

struct streams *streams_new(void) {
    struct streams *s = must(calloc(1, sizeof *s));
    s->table_size = 1024;
    s->table = must(calloc(s->table_size, sizeof *s->table));
    return s;
}

void streams_free(struct streams *s) {
    if (!s)
        return;
    streams_restore(s);
    for (size_t i = 0; i < s->count; i++) {
        free(s->order[i]->state);
        free(s->order[i]->feeders);
        free(s->order[i]);
    }
    free(s->order);
    free(s->table);
    free(s->saved);
    free(s);
}

static uint16_t kind_of(const struct aggregate *a, const struct copy *c) {
    return a ? a->category : c->number;
}

static size_t hash(uint16_t kind, bool is_copy, struct id id) {
    uint64_t h = 1469598103934665603ull ^ kind ^ (is_copy ? 1ull << 32 : 0);
    for (size_t i = 0; i < sizeof id.bytes; i++)
        h = (h ^ id.bytes[i]) * 1099511628211ull;
    return (size_t)(h ^ h >> 29);
}

static struct slot **place(struct streams *s, const struct aggregate *a, const struct copy *c,
                           struct id id) {
    size_t at = hash(kind_of(a, c), c != NULL, id);
    for (;; at++) {
        struct slot **p = &s->table[at & (s->table_size - 1)];
        if (!*p || ((*p)->aggregate == a && (*p)->copy == c && id_equal((*p)->key.id, id)))
            return p;
    }
}

static void grow(struct streams *s) {
    free(s->table);
    s->table_size *= 2;
    s->table = must(calloc(s->table_size, sizeof *s->table));
    for (size_t i = 0; i < s->count; i++) {
        struct slot *slot = s->order[i];
        *place(s, slot->aggregate, slot->copy, slot->key.id) = slot;
    }
}

struct slot *streams_find(struct streams *s, const struct aggregate *a, const struct copy *c,
                          struct id id) {
    return *place(s, a, c, id);
}

struct slot *streams_get(struct streams *s, const struct aggregate *a, const struct copy *c,
                         struct id id) {
    struct slot *slot = streams_find(s, a, c, id);
    if (slot)
        return slot;
    if ((s->count + 1) * 2 > s->table_size)
        grow(s);
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 1024;
        s->order = must(realloc(s->order, s->capacity * sizeof(struct slot *)));
    }
    slot = must(calloc(1, sizeof *slot));
    slot->key = (struct stream){a ? a->category : 0, id};
    slot->aggregate = a;
    slot->copy = c;
    slot->size = a ? a->state_size : c->size;
    slot->state = must(calloc(1, slot->size));
    slot->next_due = CIVIL_NEVER;
    *place(s, a, c, id) = slot;
    return s->order[s->count++] = slot;
}

size_t streams_count(const struct streams *s) {
    return s->count;
}

struct slot *streams_at(struct streams *s, size_t index) {
    return s->order[index];
}

void streams_save(struct streams *s, struct slot *slot) {
    if (slot->is_saved)
        return;
    if (s->saved_count == s->saved_capacity) {
        s->saved_capacity = s->saved_capacity ? s->saved_capacity * 2 : 64;
        s->saved = must(realloc(s->saved, s->saved_capacity * sizeof *s->saved));
    }
    void *aside = must(malloc(slot->size));
    memcpy(aside, slot->state, slot->size);
    s->saved[s->saved_count++] = (struct saved){slot, aside};
    slot->is_saved = true;
}

void streams_restore(struct streams *s) {
    for (size_t i = 0; i < s->saved_count; i++) {
        struct slot *slot = s->saved[i].slot;
        free(slot->state);
        slot->state = s->saved[i].state;
        slot->is_saved = false;
    }
    s->saved_count = 0;
}

void streams_note_feeder(struct slot *slot, struct stream feeder) {
    for (size_t i = 0; i < slot->feeder_count; i++)
        if (slot->feeders[i].category == feeder.category &&
            id_equal(slot->feeders[i].id, feeder.id))
            return;
    if (slot->feeder_count == slot->feeder_capacity) {
        slot->feeder_capacity = slot->feeder_capacity ? slot->feeder_capacity * 2 : 2;
        slot->feeders = must(realloc(slot->feeders, slot->feeder_capacity * sizeof(struct stream)));
    }
    slot->feeders[slot->feeder_count++] = feeder;
}
