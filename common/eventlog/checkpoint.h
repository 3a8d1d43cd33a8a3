#ifndef COMMON_EVENTLOG_CHECKPOINT_H
#define COMMON_EVENTLOG_CHECKPOINT_H

/*
 * Signed heads: C2SP tlog-checkpoint notes. Whoever has the verifier's key and one of these can
 * check any record, any copy of the log and any later head against it, without us.
 */
#include "common/eventlog/note_key.h"
#include "common/eventlog/sha256.h"

enum { CHECKPOINT_ORIGIN_MAX = 200, CHECKPOINT_TEXT_MAX = 2048 };

enum {
    CHECKPOINT_BROKEN = 1, /* not the form of a checkpoint */
    CHECKPOINT_UNSIGNED,   /* no valid signature of that key */
    CHECKPOINT_NONE,       /* no such file */
};

struct checkpoint {
    char origin[CHECKPOINT_ORIGIN_MAX + 1]; /* one line, not empty */
    uint64_t size;
    uint8_t root[SHA256_SIZE];
};

/* Writes the note, ended by a zero. 0 or CHECKPOINT_BROKEN (the origin is no line). */
int checkpoint_sign(const struct checkpoint *c, const struct note_key *key,
                    char out[CHECKPOINT_TEXT_MAX]);

/* The same three lines without a signature, to be held against a signed head that somebody has. */
int checkpoint_write(const struct checkpoint *c, char out[CHECKPOINT_TEXT_MAX]);

/* Reads the form alone, whoever signed it. 0 or CHECKPOINT_BROKEN. */
int checkpoint_parse(struct text note, struct checkpoint *out);

/* Parses and demands this key's signature. 0, CHECKPOINT_BROKEN, CHECKPOINT_UNSIGNED. */
int checkpoint_verify(struct text note, const struct note_key *key, struct checkpoint *out);

/* The file `checkpoint` of a log: replaced durably; read. 0, CHECKPOINT_NONE, -errno. */
int checkpoint_put(int dir_fd, const char *note);
int checkpoint_get(int dir_fd, char out[CHECKPOINT_TEXT_MAX], struct text *note);

#endif
