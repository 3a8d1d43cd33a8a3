#include "common/domain/history.h"

#include "common/codec/codec.h"

static bool is_known(const struct record *r, struct history_limit limit) {
    return (uint64_t)r->log.position <= limit.at && r->log.known_at <= limit.known_at_us;
}

static void start(const struct record *r, struct history_entry *e) {
    e->said = r->said;
    e->is_void = e->is_corrected = false;
    e->event = (struct event){
        .position = (uint64_t)r->log.position,
        .known_at_us = r->log.known_at,
        .said = &e->said,
        .schema = r->schema,
        .type = (uint16_t)r->said.type,
        .payload = r->payload,
    };
}

/* Positions rise, so that a stream with many corrections stays cheap to fold. */
static struct history_entry *entry_at(struct history_entry *entries, size_t count,
                                      int64_t position) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((int64_t)entries[middle].event.position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && (int64_t)entries[low].event.position == position ? &entries[low] : NULL;
}

/* The rules that the right content misses stand with the correction (propose: weighed again): a
 * letter put right has the effect that the wrong one had not, and the other way round. */
static int correct(struct history_entry *entry, const struct history_entry *by,
                   struct arena *arena) {
    const struct EntryCorrected *c = by->event.payload;
    void *payload = arena_get(arena, entry->event.schema->size);
    if (!payload)
        return 1;
    struct codec_fault bad = codec_decode(entry->event.schema, c->payload, arena, payload);
    if (bad.result == CODEC_E_FULL)
        return 1;
    /* The daemon has checked the payload; what does not decode leaves the entry as it was. */
    if (bad.result)
        return 0;
    entry->event.payload = payload;
    entry->said.occurred_on = c->occurred_on;
    entry->said.breach = by->said.breach;
    entry->is_corrected = true;
    return 0;
}

static int64_t entry_of(const struct event *amendment) {
    return amendment->type == EVENT_EntryVoided
               ? ((const struct EntryVoided *)amendment->payload)->entry
               : ((const struct EntryCorrected *)amendment->payload)->entry;
}

/* Newest amendment first: what is decided about an entry later stands, and an amendment that was
 * itself voided or corrected by then amends nothing, or what it should have. */
static int amend(struct history_entry *entries, size_t at, struct arena *arena) {
    const struct history_entry *by = &entries[at];
    struct history_entry *entry = entry_at(entries, at, entry_of(&by->event));
    if (!entry || by->is_void)
        return 0;
    if (by->event.type == EVENT_EntryVoided)
        entry->is_void = true;
    else if (!entry->is_corrected)
        return correct(entry, by, arena);
    return 0;
}

static bool is_amendment(const struct event *event) {
    return event->type == EVENT_EntryVoided || event->type == EVENT_EntryCorrected;
}

int history_apply(const struct record *records, size_t count, struct history_limit limit,
                  uint64_t skip, struct arena *arena, struct history_entry *out) {
    for (size_t i = 0; i < count; i++)
        start(&records[i], &out[i]);
    for (size_t i = count; i-- > 0;)
        if (is_amendment(&out[i].event) && is_known(&records[i], limit) &&
            out[i].event.position != skip && amend(out, i, arena))
            return 1;
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
