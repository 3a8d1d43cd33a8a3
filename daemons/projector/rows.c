#include "daemons/projector/rows.h"

#include <stdlib.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"

enum { ROW_BYTES_MAX = 2048 };

void rows_init(struct rows *rows, const struct schema *schema) {
    *rows = (struct rows){.schema = schema};
}

void rows_deinit(struct rows *rows) {
    free(rows->bytes);
    free(rows->items);
    *rows = (struct rows){0};
}

static int make_room(struct rows *rows) {
    if (rows->capacity - rows->size < ROW_BYTES_MAX) {
        size_t capacity = rows->capacity ? rows->capacity * 2 : 16 * ROW_BYTES_MAX;
        uint8_t *bytes = realloc(rows->bytes, capacity);
        if (!bytes)
            return 1;
        rows->bytes = bytes;
        rows->capacity = capacity;
    }
    if (rows->count == rows->item_capacity) {
        size_t capacity = rows->item_capacity ? rows->item_capacity * 2 : 64;
        struct row *items = realloc(rows->items, capacity * sizeof *items);
        if (!items)
            return 1;
        rows->items = items;
        rows->item_capacity = capacity;
    }
    return 0;
}

void rows_add(struct rows *rows, uint64_t key, const void *row) {
    if (rows->is_broken || make_room(rows)) {
        rows->is_broken = true;
        return;
    }
    struct pack_writer w = {rows->bytes + rows->size, 0, ROW_BYTES_MAX, false};
    if (codec_encode(rows->schema, row, &w).result) {
        rows->is_broken = true;
        return;
    }
    rows->items[rows->count++] = (struct row){key, rows->size, w.size};
    rows->size += w.size;
}

struct bytes rows_at(const struct rows *rows, size_t index) {
    const struct row *row = &rows->items[index];
    return bytes_of(rows->bytes + row->offset, row->size);
}

static int compare(const struct rows *rows, const struct row *a, const struct row *b) {
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    size_t common = a->size < b->size ? a->size : b->size;
    int order = memcmp(rows->bytes + a->offset, rows->bytes + b->offset, common);
    if (order != 0)
        return order;
    return a->size < b->size ? -1 : a->size > b->size;
}

static void merge(const struct rows *rows, struct row *out, const struct row *left,
                  size_t left_count, const struct row *right, size_t right_count) {
    while (left_count > 0 && right_count > 0) {
        if (compare(rows, left, right) <= 0) {
            *out++ = *left++;
            left_count--;
        } else {
            *out++ = *right++;
            right_count--;
        }
    }
    memcpy(out, left_count > 0 ? left : right, (left_count + right_count) * sizeof *out);
}

/* Bottom-up merge sort: qsort would need the rows' bytes in a global. */
void rows_sort(struct rows *rows) {
    struct row *from = rows->items, *to = malloc((rows->count + 1) * sizeof *to);
    if (!to) {
        rows->is_broken = true;
        return;
    }
    for (size_t width = 1; width < rows->count; width *= 2) {
        for (size_t at = 0; at < rows->count; at += 2 * width) {
            size_t left = rows->count - at < width ? rows->count - at : width;
            size_t right = rows->count - at - left < width ? rows->count - at - left : width;
            merge(rows, to + at, from + at, left, from + at + left, right);
        }
        struct row *swap = from;
        from = to;
        to = swap;
    }
    if (from != rows->items)
        rows->item_capacity = rows->count + 1;
    rows->items = from;
    free(to);
}

uint64_t row_key_of_day(civil_day day) {
    return day ? (uint64_t)((int64_t)day - INT32_MIN) : UINT64_MAX;
}
