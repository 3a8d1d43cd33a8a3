#ifndef TOOLS_LATARNIA_CHAIN_H
#define TOOLS_LATARNIA_CHAIN_H

/*
 * What the envelopes of a log must say of each other: the record knows its position, its place in
 * its append and in its stream, time does not run backwards, and every payload fits its schema.
 * Records are given in order.
 */
#include "common/messages/record.h"

enum chain_fault {
    CHAIN_SOUND = 0,
    CHAIN_FORM,     /* not one canonical record */
    CHAIN_TYPE,     /* a type that no schema has */
    CHAIN_PAYLOAD,  /* the payload does not fit its schema */
    CHAIN_POSITION, /* the record says another position than its key */
    CHAIN_APPEND,   /* first and count of the append do not continue */
    CHAIN_VERSION,  /* not the next version of the stream */
    CHAIN_PREVIOUS, /* not the previous position of the stream */
    CHAIN_TIME,     /* the clock of the log, or its epoch, runs backwards */
    CHAIN_SEEN,     /* knows a position that was not written yet */
};

struct chain;

struct chain *chain_new(void);
void chain_free(struct chain *c);

enum chain_fault chain_check(struct chain *c, uint64_t position, struct bytes record);

/* In the user's language. */
const char *chain_text(enum chain_fault fault);

#endif
