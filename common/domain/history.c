#include "common/domain/history.h"

#include "common/codec/codec.h"

static bool is_known(const struct record *r, struct history_limit limit) {
    return (uint64_t)r->log.position <= limit.at && r->log.known_at <= limit.known_at_us;
}

static void start(const struct record *r, struct history_entry *e) {
    e->said = r->said;
    e->is_void = false;
    e->event = (struct event){
        .position = (uint64_t)r->log.position,
        .known_at_us = r->log.known_at,
        .said = &e->said,
        .schema = r->schema,
        .type = (uint16_t)r->said.type,
        .payload = r->payload,
    };
}

static struct history_entry *entry_at(struct history_entry *entries, size_t count,
                                      int64_t position) {
    for (size_t i = 0; i < count; i++)
        if ((int64_t)entries[i].event.position == position)
            return &entries[i];
    return NULL;
}

static int correct(struct history_entry *entry, const struct EntryCorrected *c,
                   struct arena *arena) {
    void *payload = arena_get(arena, entry->event.schema->size);
    if (!payload)
        return 1;
    /* The daemon has checked the payload; what does not decode leaves the entry as it was. */
    if (codec_decode(entry->event.schema, c->payload, arena, payload).result)
        return 0;
    entry->event.payload = payload;
    entry->said.occurred_on = c->occurred_on;
    return 0;
}

static int amend(struct history_entry *entries, size_t count, const struct history_entry *by,
                 struct arena *arena) {
    if (by->event.type == EVENT_EntryVoided) {
        const struct EntryVoided *v = by->event.payload;
        struct history_entry *entry = entry_at(entries, count, v->entry);
        if (entry)
            entry->is_void = true;
        return 0;
    }
    const struct EntryCorrected *c = by->event.payload;
    struct history_entry *entry = entry_at(entries, count, c->entry);
    return entry ? correct(entry, c, arena) : 0;
}

int history_apply(const struct record *records, size_t count, struct history_limit limit,
                  uint64_t skip, struct arena *arena, struct history_entry *out) {
    for (size_t i = 0; i < count; i++)
        start(&records[i], &out[i]);
    /* Amendments in log order: the last one counts, and a void amendment amends nothing. */
    for (size_t i = 0; i < count; i++) {
        bool is_amendment =
            out[i].event.type == EVENT_EntryVoided || out[i].event.type == EVENT_EntryCorrected;
        if (is_amendment && is_known(&records[i], limit) && amend(out, i, &out[i], arena))
            return 1;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_known(&records[i], limit) || out[i].said.occurred_on > limit.as_of ||
            out[i].event.position == skip)
            out[i].is_void = true;
    return 0;
}

void history_fold(const struct aggregate *aggregate, const struct history_entry *entries,
                  size_t count, void *state) {
    memset(state, 0, aggregate->state_size);
    for (size_t i = 0; i < count; i++) {
        struct life *life = state;
        if (!entries[i].is_void) {
            evolve(aggregate, state, &entries[i].event);
            continue;
        }
        life->version++;
        life->last_position = entries[i].event.position;
    }
}
