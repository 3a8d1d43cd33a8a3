#ifndef COMMON_EVENTLOG_NOTE_KEY_H
#define COMMON_EVENTLOG_NOTE_KEY_H

/*
 * Keys of C2SP signed notes: an Ed25519 pair with a name. The verifier's text is public and is what
 * an auditor gets; the signer's text stands in a file of mode 0600 and nowhere else.
 */
#include "common/base/view.h"

enum { NOTE_NAME_MAX = 100, NOTE_TEXT_MAX = 256 };

enum {
    NOTE_BROKEN = 1, /* not the form, or key id and key do not belong together */
};

struct note_key {
    char name[NOTE_NAME_MAX + 1];
    uint8_t id[4];
    uint8_t public_key[32];
    uint8_t secret[64]; /* wipe with note_key_wipe() */
    bool can_sign;
};

/* Makes a pair and its file, which must not exist; both flushed. 0, NOTE_BROKEN (the name is empty,
 * too long, or has spaces or '+'), -errno. */
int note_key_create(int dir_fd, const char *file, const char *name, struct note_key *out);

/* Reads the signer's file. 0, NOTE_BROKEN, -errno. */
int note_key_load(int dir_fd, const char *file, struct note_key *out);

/* "<name>+<8 hex>+<base64>" */
int note_key_parse(const char *verifier, struct note_key *out);
void note_key_format(const struct note_key *key, char out[NOTE_TEXT_MAX]);

/* Exactly `size` bytes in their one base64 form: 0 or NOTE_BROKEN. */
int note_base64(struct text in, uint8_t *out, size_t size);

void note_key_wipe(struct note_key *key);

#endif
