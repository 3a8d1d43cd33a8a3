#include "daemons/eventlog/index.h"

#include <stdlib.h>

#include "common/base/ensure.h"

/* Two tables with open addressing; sizes are powers of two, at most half full. */
struct index {
    struct head *heads;
    size_t head_size, head_count;
    struct known_command *commands;
    size_t command_size, command_count;
};

static void *zeroed(size_t count, size_t size) {
    void *memory = calloc(count, size);
    ensure(memory != NULL);
    return memory;
}

struct index *index_new(void) {
    struct index *x = zeroed(1, sizeof *x);
    x->head_size = x->command_size = 4096;
    x->heads = zeroed(x->head_size, sizeof *x->heads);
    x->commands = zeroed(x->command_size, sizeof *x->commands);
    return x;
}

void index_free(struct index *x) {
    if (!x)
        return;
    free(x->heads);
    free(x->commands);
    free(x);
}

static size_t hash(struct id id, uint64_t salt) {
    uint64_t a, b;
    memcpy(&a, id.bytes, 8);
    memcpy(&b, id.bytes + 8, 8);
    uint64_t h = (a ^ salt * 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull;
    h = (h ^ h >> 31 ^ b) * 0x94d049bb133111ebull;
    return (size_t)(h ^ h >> 29);
}

static struct head *head_place(struct head *table, size_t size, uint16_t category, struct id id) {
    for (size_t at = hash(id, category);; at++) {
        struct head *h = &table[at & (size - 1)];
        if (h->category == 0 || (h->category == category && id_equal(h->stream, id)))
            return h;
    }
}

static void grow_heads(struct index *x) {
    struct head *larger = zeroed(x->head_size * 2, sizeof *larger);
    for (size_t i = 0; i < x->head_size; i++)
        if (x->heads[i].category)
            *head_place(larger, x->head_size * 2, x->heads[i].category, x->heads[i].stream) =
                x->heads[i];
    free(x->heads);
    x->heads = larger;
    x->head_size *= 2;
}

struct head *index_head(struct index *x, uint16_t category, struct id stream) {
    struct head *h = head_place(x->heads, x->head_size, category, stream);
    if (h->category)
        return h;
    if ((x->head_count + 1) * 2 > x->head_size) {
        grow_heads(x);
        h = head_place(x->heads, x->head_size, category, stream);
    }
    *h = (struct head){.category = category, .stream = stream};
    x->head_count++;
    return h;
}

const struct head *index_find(const struct index *x, uint16_t category, struct id stream) {
    const struct head *h = head_place(x->heads, x->head_size, category, stream);
    return h->category ? h : NULL;
}

size_t index_streams(const struct index *x) {
    return x->head_count;
}

static struct known_command *command_place(struct known_command *table, size_t size, struct id id) {
    for (size_t at = hash(id, 1);; at++) {
        struct known_command *c = &table[at & (size - 1)];
        if (c->count == 0 || id_equal(c->id, id))
            return c;
    }
}

static void grow_commands(struct index *x) {
    struct known_command *larger = zeroed(x->command_size * 2, sizeof *larger);
    for (size_t i = 0; i < x->command_size; i++)
        if (x->commands[i].count)
            *command_place(larger, x->command_size * 2, x->commands[i].id) = x->commands[i];
    free(x->commands);
    x->commands = larger;
    x->command_size *= 2;
}

const struct known_command *index_command(const struct index *x, struct id id) {
    const struct known_command *c = command_place(x->commands, x->command_size, id);
    return c->count ? c : NULL;
}

void index_add_command(struct index *x, const struct known_command *command) {
    ensure(command->count > 0);
    if ((x->command_count + 1) * 2 > x->command_size)
        grow_commands(x);
    struct known_command *c = command_place(x->commands, x->command_size, command->id);
    x->command_count += c->count == 0;
    *c = *command;
}

uint64_t index_digest(struct bytes digest) {
    uint64_t out = 0;
    memcpy(&out, digest.data, digest.size < sizeof out ? digest.size : sizeof out);
    return out;
}

void index_take(struct index *x, const struct record *r) {
    struct head *h = index_head(x, (uint16_t)r->said.category, r->said.stream);
    h->version = (uint64_t)r->log.version;
    h->position = (uint64_t)r->log.position;
    if (r->log.position != r->log.first)
        return;
    struct known_command c = {
        .id = r->said.command,
        .digest = index_digest(r->said.digest),
        .first = (uint64_t)r->log.first,
        .count = (uint32_t)r->log.count,
    };
    index_add_command(x, &c);
}
