#include "common/eventlog/note_key.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"
#include "common/eventlog/sha256.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

enum { ALGORITHM_ED25519 = 0x01, KEY_BYTES = 33, BASE64 = sodium_base64_VARIANT_ORIGINAL };

static const char private_prefix[] = "PRIVATE+KEY+";

static bool name_is_allowed(const char *name, size_t size) {
    if (size == 0 || size > NOTE_NAME_MAX)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == '+' || name[i] == 0x7f)
            return false;
    return true;
}

/* signed-note: the first four bytes of SHA-256(name, newline, algorithm, public key). */
static void key_id(const struct note_key *key, uint8_t out[4]) {
    uint8_t hash[SHA256_SIZE], algorithm = ALGORITHM_ED25519;
    struct sha256 h;
    sha256_init(&h);
    sha256_begin(&h);
    sha256_add(&h, key->name, strlen(key->name));
    sha256_add(&h, "\n", 1);
    sha256_add(&h, &algorithm, 1);
    sha256_add(&h, key->public_key, sizeof key->public_key);
    sha256_end(&h, hash);
    sha256_deinit(&h);
    memcpy(out, hash, 4);
}

static void key_text(const struct note_key *key, const uint8_t *material, char *out, size_t room) {
    uint8_t data[KEY_BYTES] = {ALGORITHM_ED25519};
    char base64[64];
    memcpy(data + 1, material, KEY_BYTES - 1);
    sodium_bin2base64(base64, sizeof base64, data, sizeof data, BASE64);
    int n = snprintf(out, room, "%s+%02x%02x%02x%02x+%s", key->name, key->id[0], key->id[1],
                     key->id[2], key->id[3], base64);
    ensure(n > 0 && (size_t)n < room);
    sodium_memzero(data, sizeof data);
    sodium_memzero(base64, sizeof base64);
}

int note_base64(struct text in, uint8_t *out, size_t size) {
    size_t got = 0;
    bool fits = text_is_ascii(in) &&
                sodium_base642bin(out, size, in.data, in.size, NULL, &got, NULL, BASE64) == 0;
    return fits && got == size ? 0 : NOTE_BROKEN;
}

/* Splits "<name>+<8 hex>+<base64>" into name, claimed id and 32 bytes of key. */
static int key_split(const char *text, size_t size, struct note_key *out, uint8_t id[4],
                     uint8_t material[32]) {
    uint8_t data[KEY_BYTES];
    size_t got = 0;
    const char *end = text + size, *plus = memchr(text, '+', size);
    if (!plus || !name_is_allowed(text, (size_t)(plus - text)) || end - plus < 11 ||
        plus[9] != '+')
        return NOTE_BROKEN;
    memcpy(out->name, text, (size_t)(plus - text));
    out->name[plus - text] = 0;
    if (sodium_hex2bin(id, 4, plus + 1, 8, NULL, &got, NULL) != 0 || got != 4)
        return NOTE_BROKEN;
    struct text base64 = {plus + 10, (size_t)(end - plus - 10)};
    if (note_base64(base64, data, sizeof data) || data[0] != ALGORITHM_ED25519)
        return NOTE_BROKEN;
    memcpy(material, data + 1, KEY_BYTES - 1);
    sodium_memzero(data, sizeof data);
    return 0;
}

int note_key_create(int dir_fd, const char *file, const char *name, struct note_key *out) {
    char line[NOTE_TEXT_MAX + sizeof private_prefix];
    *out = (struct note_key){.can_sign = true};
    if (!name_is_allowed(name, strlen(name)))
        return NOTE_BROKEN;
    if (sodium_init() < 0)
        return -EIO;
    memcpy(out->name, name, strlen(name));
    crypto_sign_keypair(out->public_key, out->secret);
    key_id(out, out->id);
    memcpy(line, private_prefix, sizeof private_prefix);
    size_t prefix = sizeof private_prefix - 1;
    key_text(out, out->secret, line + prefix, sizeof line - prefix - 1);
    memcpy(line + strlen(line), "\n", 2);
    int r = place_put(dir_fd, file, line, strlen(line), true);
    sodium_memzero(line, sizeof line);
    if (r)
        note_key_wipe(out);
    return r;
}

int note_key_load(int dir_fd, const char *file, struct note_key *out) {
    char line[NOTE_TEXT_MAX + sizeof private_prefix];
    uint8_t seed[32] = {0}, claimed[4];
    size_t size = sizeof line, prefix = sizeof private_prefix - 1;
    *out = (struct note_key){.can_sign = true};
    if (sodium_init() < 0)
        return -EIO;
    int r = place_get(dir_fd, file, line, &size);
    if (r)
        return r < 0 ? r : NOTE_BROKEN;
    while (size > 0 && line[size - 1] == '\n')
        size--;
    if (size <= prefix || memcmp(line, private_prefix, prefix) != 0)
        r = NOTE_BROKEN;
    else
        r = key_split(line + prefix, size - prefix, out, claimed, seed);
    if (!r) {
        crypto_sign_seed_keypair(out->public_key, out->secret, seed);
        key_id(out, out->id);
        r = memcmp(out->id, claimed, sizeof claimed) == 0 ? 0 : NOTE_BROKEN;
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(line, sizeof line);
    if (r)
        note_key_wipe(out);
    return r;
}

int note_key_parse(const char *verifier, struct note_key *out) {
    uint8_t claimed[4];
    *out = (struct note_key){.can_sign = false};
    int r = key_split(verifier, strlen(verifier), out, claimed, out->public_key);
    if (r)
        return r;
    key_id(out, out->id);
    return memcmp(out->id, claimed, sizeof claimed) == 0 ? 0 : NOTE_BROKEN;
}

void note_key_format(const struct note_key *key, char out[NOTE_TEXT_MAX]) {
    key_text(key, key->public_key, out, NOTE_TEXT_MAX);
}

void note_key_wipe(struct note_key *key) {
    sodium_memzero(key, sizeof *key);
}
