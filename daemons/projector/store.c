/* mmap's MAP_ANONYMOUS: memory of a past report goes back to the system when the report is told. */
#define _DEFAULT_SOURCE
#include "daemons/projector/store.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/base/ensure.h"

enum { CHUNK_BYTES = 1 << 18, SLOTS_FIRST = 1 << 12, CHUNK_SHIFT_MIN = 4 };

struct pool {
    uint8_t **chunks;
    size_t chunk_count, chunk_bytes;
    size_t stride, count;
    unsigned shift; /* 1 << shift facts a chunk: finding one needs no division */
};

struct vector {
    struct dossier **items;
    size_t count, capacity;
};

/* The hash beside the dossier: a look-up visits no dossier but the one it finds. */
struct slot {
    struct dossier *dossier; /* NULL: free */
    uint64_t hash;
};

struct store {
    struct pool pools[SHELVES_MAX];
    struct vector dirty;
    struct slot *slots;
    size_t slot_count, used;
};

static void pool_init(struct pool *p, uint8_t shelf) {
    p->stride = (sizeof(struct dossier) + shelf_size(shelf) + 7) & ~(size_t)7;
    p->shift = CHUNK_SHIFT_MIN;
    while (p->stride << (p->shift + 1) <= CHUNK_BYTES)
        p->shift++;
    p->chunk_bytes = p->stride << p->shift;
}

struct store *store_new(void) {
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->slots = calloc(SLOTS_FIRST, sizeof *s->slots);
    if (!s->slots) {
        free(s);
        return NULL;
    }
    s->slot_count = SLOTS_FIRST;
    for (size_t i = 0; i < shelves_count(); i++)
        pool_init(&s->pools[i], (uint8_t)i);
    return s;
}

void store_free(struct store *s) {
    if (!s)
        return;
    for (size_t i = 0; i < shelves_count(); i++) {
        struct pool *p = &s->pools[i];
        for (size_t c = 0; c < p->chunk_count; c++)
            munmap(p->chunks[c], p->chunk_bytes);
        free(p->chunks);
    }
    free(s->dirty.items);
    free(s->slots);
    free(s);
}

static int vector_push(struct vector *v, struct dossier *dossier) {
    if (v->count == v->capacity) {
        size_t capacity = v->capacity ? v->capacity * 2 : 1024;
        struct dossier **items = realloc(v->items, capacity * sizeof *items);
        if (!items)
            return 1;
        v->items = items;
        v->capacity = capacity;
    }
    v->items[v->count++] = dossier;
    return 0;
}

static int pool_grow(struct pool *p) {
    uint8_t **chunks = realloc(p->chunks, (p->chunk_count + 1) * sizeof *chunks);
    if (!chunks)
        return 1;
    p->chunks = chunks;
    void *chunk =
        mmap(NULL, p->chunk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED)
        return 1;
    p->chunks[p->chunk_count++] = chunk;
    return 0;
}

static struct dossier *pool_at(const struct pool *p, size_t index) {
    size_t inside = index & (((size_t)1 << p->shift) - 1);
    return (void *)(p->chunks[index >> p->shift] + inside * p->stride);
}

/* Ids are random or hashed in their last bytes; multiplication spreads them over the high bits. */
static uint64_t hash_of(uint16_t category, struct id id) {
    uint64_t head, tail;
    memcpy(&head, id.bytes, sizeof head);
    memcpy(&tail, id.bytes + 8, sizeof tail);
    return (tail ^ (head * 0x9e3779b97f4a7c15u) ^ category) * 0xbf58476d1ce4e5b9u;
}

static bool is_of(const struct slot *slot, uint64_t hash, uint16_t category, struct id id) {
    return slot->hash == hash && slot->dossier->stream.category == category &&
           id_equal(slot->dossier->stream.id, id);
}

/* The stream's slot, or the free one where it belongs. */
static struct slot *find_slot(const struct store *s, uint64_t hash, uint16_t category,
                              struct id id) {
    size_t at = (size_t)(hash >> 32) & (s->slot_count - 1);
    while (s->slots[at].dossier && !is_of(&s->slots[at], hash, category, id))
        at = (at + 1) & (s->slot_count - 1);
    return &s->slots[at];
}

static int rehash(struct store *s) {
    struct slot *old = s->slots;
    size_t count = s->slot_count;
    struct slot *slots = calloc(count * 2, sizeof *slots);
    if (!slots)
        return 1;
    s->slots = slots;
    s->slot_count = count * 2;
    for (size_t i = 0; i < count; i++)
        if (old[i].dossier)
            *find_slot(s, old[i].hash, old[i].dossier->stream.category, old[i].dossier->stream.id) =
                old[i];
    free(old);
    return 0;
}

struct dossier *store_find(const struct store *s, uint16_t category, struct id id) {
    return find_slot(s, hash_of(category, id), category, id)->dossier;
}

struct dossier *store_get(struct store *s, struct stream stream) {
    uint64_t hash = hash_of(stream.category, stream.id);
    struct slot *slot = find_slot(s, hash, stream.category, stream.id);
    if (slot->dossier)
        return slot->dossier;
    uint8_t shelf = shelves_of(stream.category);
    if (shelf == NO_SHELF)
        return NULL;
    struct pool *p = &s->pools[shelf];
    if (p->count == p->chunk_count << p->shift && pool_grow(p))
        return NULL;
    struct dossier *dossier = pool_at(p, p->count);
    p->count++;
    dossier->stream = stream;
    dossier->shelf = shelf;
    *slot = (struct slot){dossier, hash};
    if (++s->used * 2 > s->slot_count)
        ensure(rehash(s) == 0);
    return dossier;
}

size_t store_count(const struct store *s, uint8_t shelf) {
    return shelf == NO_SHELF ? 0 : s->pools[shelf].count;
}

struct dossier *store_at(const struct store *s, uint8_t shelf, size_t index) {
    return pool_at(&s->pools[shelf], index);
}

void store_touch(struct store *s, struct dossier *dossier) {
    if (dossier->is_dirty)
        return;
    dossier->is_dirty = true;
    ensure(vector_push(&s->dirty, dossier) == 0);
}

size_t store_dirty_count(const struct store *s) {
    return s->dirty.count;
}

struct dossier *store_dirty_at(const struct store *s, size_t index) {
    return s->dirty.items[index];
}

void store_clean(struct store *s) {
    for (size_t i = 0; i < s->dirty.count; i++)
        s->dirty.items[i]->is_dirty = false;
    s->dirty.count = 0;
}
