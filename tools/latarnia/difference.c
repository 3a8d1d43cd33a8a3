#include "tools/latarnia/difference.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/codec/render.h"

enum { ROW_KEY_BYTES = 512, COUNT_BYTES = 24 };

/* Behind what stands there already. */
static void add_value(char key[ROW_KEY_BYTES], const json_t *value) {
    size_t used = strlen(key);
    char *dumped = json_is_string(value) ? NULL : json_dumps(value, RENDER_DUMP | JSON_ENCODE_ANY);
    const char *text = json_is_string(value) ? json_string_value(value) : dumped;
    snprintf(key + used, ROW_KEY_BYTES - used, used ? " %s" : "%s", text ? text : "-");
    free(dumped);
}

/* `seen` counts the rows of each key. */
static void key_of(const json_t *row, const json_t *columns, json_t *seen,
                   char key[ROW_KEY_BYTES]) {
    size_t i;
    json_t *column;
    key[0] = 0;
    json_array_foreach(columns, i, column)
        add_value(key, json_object_get(row, json_string_value(column)));
    json_int_t same = json_integer_value(json_object_get(seen, key));
    json_object_set_new(seen, key, json_integer(same + 1));
    size_t used = strlen(key);
    if (same)
        snprintf(key + used, ROW_KEY_BYTES - used, "#%" JSON_INTEGER_FORMAT, same);
}

static json_t *by_key(const json_t *rows, const json_t *columns) {
    char key[ROW_KEY_BYTES];
    json_t *out = json_object(), *seen = json_object(), *row;
    size_t i;
    json_array_foreach(rows, i, row) {
        key_of(row, columns, seen, key);
        json_object_set(out, key, row);
    }
    json_decref(seen);
    return out;
}

void difference_find(const json_t *before_rows, const json_t *after_rows, const json_t *columns,
                     struct difference *out) {
    json_t *before = by_key(before_rows, columns), *after = by_key(after_rows, columns), *row;
    const char *key;
    *out = (struct difference){json_array(), json_array(), json_array()};
    json_object_foreach(before, key, row) {
        json_t *now = json_object_get(after, key);
        if (!now)
            json_array_append(out->removed, row);
        else if (!json_equal(row, now))
            json_array_append_new(out->changed, json_pack("{s:s, s:O, s:O}", "key", key, "before",
                                                          row, "after", now));
    }
    json_object_foreach(after, key, row) if (!json_object_get(before, key))
        json_array_append(out->added, row);
    json_decref(before);
    json_decref(after);
}

void difference_free(struct difference *d) {
    json_decref(d->added);
    json_decref(d->removed);
    json_decref(d->changed);
}

size_t difference_rows(const struct difference *d) {
    return json_array_size(d->added) + json_array_size(d->removed) + json_array_size(d->changed);
}
