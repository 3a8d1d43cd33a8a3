#ifndef COMMON_BASE_ID_H
#define COMMON_BASE_ID_H

/*
 * Pseudonymous 16-byte identifiers (UUID). Nobody's name, address or number is derivable from one.
 * Clients make version 7 (time ordered); reactions and timers make version 8 that starts with the
 * position of their cause, so that a repetition after a crash has the same id (DESIGN.md 4).
 */
#include "common/base/view.h"

struct id {
    uint8_t bytes[16];
};

enum { ID_TEXT_SIZE = 37 }; /* 36 characters and a zero */

static inline bool id_equal(struct id a, struct id b) {
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static inline bool id_is_zero(struct id a) {
    return id_equal(a, (struct id){{0}});
}

/* Version 7: milliseconds since 1970 and 10 random bytes that the caller brings. */
struct id id_v7(uint64_t unix_ms, const uint8_t random[10]);

/* Version 8: cause position (48 bits kept), daemon number and ordinal among the cause's effects. */
struct id id_v8(uint64_t cause_position, uint8_t daemon, uint16_t ordinal);

/* A stable id made from a name inside a name space (version 8 over FNV-128); used for registers
 * whose rows have printed keys, such as building B003, never for persons. */
struct id id_named(const char *space, struct text name);

void id_format(struct id id, char out[ID_TEXT_SIZE]);

/* 0, or 1 when the text is not 36 characters of lower-case hexadecimal UUID. */
int id_parse(struct text text, struct id *out);

#endif
