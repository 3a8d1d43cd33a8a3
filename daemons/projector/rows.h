#ifndef DAEMONS_PROJECTOR_ROWS_H
#define DAEMONS_PROJECTOR_ROWS_H

/* The rows of one answer: canonical encodings, kept in the order of a key. */
#include "common/codec/schema.h"

struct rows {
    const struct schema *schema;
    uint8_t *bytes;
    size_t size, capacity;
    struct row *items;
    size_t count, item_capacity;
    bool is_broken; /* memory ran out, or a row did not fit its schema */
};

struct row {
    uint64_t key; /* ascending; equal keys: ascending bytes */
    size_t offset, size;
};

void rows_init(struct rows *rows, const struct schema *schema);
void rows_deinit(struct rows *rows);
void rows_add(struct rows *rows, uint64_t key, const void *row);
void rows_sort(struct rows *rows);
struct bytes rows_at(const struct rows *rows, size_t index);

/* A key that sorts like the day, absent days last. */
uint64_t row_key_of_day(civil_day day);

#endif
