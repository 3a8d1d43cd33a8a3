#ifndef TESTS_GOLDEN_LINES_H
#define TESTS_GOLDEN_LINES_H

/*
 * What has been published of a message, a line for each fact:
 *
 *   category 0x0106 Case intake
 *   event 0x0152 LsAssigned 0x0106 own P1
 *   message 0x0a01 ReadFeed
 *   record breach
 *   field LsAssigned 2 skip code(SKIP_REASON) optional P2
 *   code SKIP_REASON 1 language
 */
#include "common/codec/schema.h"

enum { LINE_BYTES = 320 };

struct line {
    char text[LINE_BYTES];
    size_t name_size; /* of what it speaks of: "field LsAssigned 2" */
};

struct lines {
    struct line *items;
    size_t count, capacity;
};

void lines_free(struct lines *l);
void lines_add(struct lines *l, const char *text);
void lines_set(struct lines *l, size_t index, const char *text);
/* All lines of the schemas as they are compiled in, nested records and code lists once each. */
void lines_of_schemas(struct lines *l);
/* The line that speaks of the same thing as `text`, whatever it says of it; NULL: none. */
const struct line *lines_same_thing(const struct lines *l, const char *text);
/* 0, or -errno. */
int lines_read(struct lines *l, const char *path);
int lines_write(const struct lines *l, const char *path);

#endif
