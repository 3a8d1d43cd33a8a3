#ifndef COMMON_MESSAGES_ATTRIBUTES_H
#define COMMON_MESSAGES_ATTRIBUTES_H

/*
 * The envelope of a record as CloudEvents 1.0 attributes, the same for JSON and for the named form
 * of the feed. Every value is ASCII text, `sequence` is the position; extension attributes have
 * names without underscores, as the standard asks.
 */
#include "common/messages/record.h"

enum { ATTRIBUTES_MAX = 24, ATTRIBUTES_TEXT = 2048 };

struct attribute {
    const char *name;
    struct text value; /* points into the struct attributes or the record */
};

struct attributes {
    struct attribute items[ATTRIBUTES_MAX];
    size_t count, used;
    char text[ATTRIBUTES_TEXT];
};

/* All but datacontenttype and data, which are the form's own. The payload need not be decoded. */
void attributes_of(const struct record *r, struct attributes *out);

/* Of the stream's category; "unknown" for one of a newer schema. */
const char *attributes_category(const struct said *said);

#endif
