#ifndef COMMON_MESSAGES_NAMED_H
#define COMMON_MESSAGES_NAMED_H

/*
 * The named form of the feed: an event as one msgpack map with CloudEvents attributes and the names
 * of fields, for readers without our tables. The values are those of the JSON form, except that a
 * blob is bin. Ids are told as they are stored: pairwise ids come with certificates and grants.
 */
#include "common/messages/record.h"

/* Appends the map to `out`, which is left as it was when there is no room: 1, else 0. The record is
 * decoded with its payload. */
int named_encode(const struct record *r, struct pack_writer *out);

#endif
