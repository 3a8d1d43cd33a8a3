/*
 * A note as a file or a witness gives it: what parses as a head is exactly the text that we would
 * sign for it, and what verifies under our key says what we signed.
 */
#include <sodium.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/eventlog/checkpoint.h"
#include "tests/fuzz/fuzz.h"

/* The example key of the Go implementation of signed notes; tests/unit/eventlog has it too. */
static const char verifier[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static const struct note_key *other_key(void) {
    static struct note_key key;
    static const uint8_t seed[crypto_sign_SEEDBYTES] = {1};
    if (key.can_sign)
        return &key;
    ensure(sodium_init() >= 0);
    crypto_sign_seed_keypair(key.public_key, key.secret, seed);
    memcpy(key.name, "fuzz", 5);
    key.can_sign = true;
    return &key;
}

static bool is_same(const struct checkpoint *a, const struct checkpoint *b) {
    return strcmp(a->origin, b->origin) == 0 && a->size == b->size &&
           memcmp(a->root, b->root, sizeof a->root) == 0;
}

/* Three lines; whatever stands behind them is a witness's business (tlog-checkpoint). */
static size_t first_lines(const char *note) {
    const char *at = note;
    for (int i = 0; i < 3; i++)
        at = strchr(at, '\n') + 1;
    return (size_t)(at - note);
}

static void sign_again(struct text note, const struct checkpoint *c) {
    char own[CHECKPOINT_TEXT_MAX];
    struct checkpoint back;
    ensure(checkpoint_sign(c, other_key(), own) == 0);
    size_t head = first_lines(own);
    ensure(head < note.size && memcmp(own, note.data, head) == 0);
    ensure(checkpoint_verify(text_of(own), other_key(), &back) == 0);
    ensure(is_same(&back, c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct text note = {(const char *)data, size};
    struct checkpoint parsed, verified;
    struct note_key key;
    int r = checkpoint_parse(note, &parsed);
    ensure(note_key_parse(verifier, &key) == 0);
    int v = checkpoint_verify(note, &key, &verified);
    ensure(v == r || (r == 0 && v == CHECKPOINT_UNSIGNED));
    if (r)
        return 0;
    sign_again(note, &parsed);
    ensure(v || is_same(&parsed, &verified));
    return 0;
}
