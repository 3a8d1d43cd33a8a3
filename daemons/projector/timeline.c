/*
 * The history of one household: every entry of every stream that is about it, in the order of the
 * days, mistakes and their corrections included. Read from the log itself, not from facts.
 */
#include "daemons/projector/view.h"

#include "common/messages/registry.h"
#include "daemons/projector/refold.h"

static struct timeline_row fill(const struct record *r, const struct history_entry *entry) {
    const struct category *category = registry_category((uint16_t)r->said.category);
    return (struct timeline_row){
        .position = r->log.position,
        .day = entry->said.occurred_on,
        .event = text_of(r->schema->about->name),
        .kind = text_of(category ? category->name : "?"),
        .stream = r->said.stream,
        .actor = r->said.actor,
        .role = r->said.role,
        .breaches = r->said.breach.count,
        .is_void = entry->is_void,
        .corrected = entry->event.payload != r->payload,
        .known_at = r->log.known_at,
    };
}

static void tell(void *context, const struct record *records, const struct history_entry *entries,
                 size_t count) {
    struct question *q = context;
    for (size_t i = 0; i < count; i++) {
        bool is_shown =
            is_known_entry(&records[i], q->limit) && entries[i].said.occurred_on <= q->limit.as_of;
        struct timeline_row row = fill(&records[i], &entries[i]);
        if (is_shown)
            rows_add(q->rows, row_key_of_day(row.day) << 31 | ((uint64_t)row.position & INT32_MAX),
                     &row);
    }
}

static bool is_about(const struct dossier *dossier, struct id key) {
    return id_equal(household_of(dossier), key) || id_equal(dossier->stream.id, key);
}

void timeline_view(struct question *q) {
    for (uint8_t shelf = 0; shelf < shelves_count(); shelf++)
        for (size_t i = 0; i < store_count(q->store, shelf); i++) {
            const struct dossier *dossier = store_at(q->store, shelf, i);
            if (id_is_zero(q->query->key) || !is_about(dossier, q->query->key))
                continue;
            if (read_history(q->source, dossier->stream, q->limit, q->position, tell, q))
                q->is_source_broken = true;
        }
}
