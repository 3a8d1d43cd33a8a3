#include "common/eventlog/checkpoint.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

enum { SIGNATURE_BYTES = 4 + 64, BASE64 = sodium_base64_VARIANT_ORIGINAL };

/* Em dash and space: how a signature line of a note begins. */
static const char signature_mark[] = "\xe2\x80\x94 ";

static bool take_line(struct text *rest, struct text *line);
static int split_note(struct text note, struct text *body, struct text *signatures);
static bool is_signed_by(struct text body, struct text line, const struct note_key *key);

int checkpoint_write(const struct checkpoint *c, char out[CHECKPOINT_TEXT_MAX]) {
    char root[64];
    if (c->origin[0] == 0 || strchr(c->origin, '\n'))
        return CHECKPOINT_BROKEN;
    sodium_bin2base64(root, sizeof root, c->root, SHA256_SIZE, BASE64);
    int body = snprintf(out, CHECKPOINT_TEXT_MAX, "%s\n%" PRIu64 "\n%s\n", c->origin, c->size,
                        root);
    ensure(body > 0 && body < CHECKPOINT_TEXT_MAX);
    return 0;
}

int checkpoint_sign(const struct checkpoint *c, const struct note_key *key,
                    char out[CHECKPOINT_TEXT_MAX]) {
    uint8_t signature[SIGNATURE_BYTES];
    char base64[128];
    ensure(key->can_sign);
    int r = checkpoint_write(c, out);
    if (r)
        return r;
    size_t body = strlen(out);
    memcpy(signature, key->id, 4);
    crypto_sign_detached(signature + 4, NULL, (const uint8_t *)out, (unsigned long long)body,
                         key->secret);
    sodium_bin2base64(base64, sizeof base64, signature, sizeof signature, BASE64);
    size_t room = CHECKPOINT_TEXT_MAX - body;
    int tail = snprintf(out + body, room, "\n%s%s %s\n", signature_mark, key->name, base64);
    ensure(tail > 0 && (size_t)tail < room);
    return 0;
}

static int parse_size(struct text line, uint64_t *out) {
    uint64_t value = 0;
    if (line.size == 0 || line.size > 19 || (line.size > 1 && line.data[0] == '0'))
        return CHECKPOINT_BROKEN;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < '0' || line.data[i] > '9')
            return CHECKPOINT_BROKEN;
        value = value * 10 + (uint64_t)(line.data[i] - '0');
    }
    *out = value;
    return 0;
}

static int parse_body(struct text body, struct checkpoint *out) {
    struct text origin, size, root;
    if (!take_line(&body, &origin) || !take_line(&body, &size) || !take_line(&body, &root))
        return CHECKPOINT_BROKEN;
    if (origin.size == 0 || origin.size > CHECKPOINT_ORIGIN_MAX)
        return CHECKPOINT_BROKEN;
    memcpy(out->origin, origin.data, origin.size);
    out->origin[origin.size] = 0;
    if (note_base64(root, out->root, SHA256_SIZE))
        return CHECKPOINT_BROKEN;
    return parse_size(size, &out->size);
}

int checkpoint_parse(struct text note, struct checkpoint *out) {
    struct text body, signatures;
    int r = split_note(note, &body, &signatures);
    return r ? r : parse_body(body, out);
}

int checkpoint_verify(struct text note, const struct note_key *key, struct checkpoint *out) {
    struct text body, signatures, line;
    int r = split_note(note, &body, &signatures);
    if (!r)
        r = parse_body(body, out);
    if (r)
        return r;
    while (take_line(&signatures, &line))
        if (is_signed_by(body, line, key))
            return 0;
    return CHECKPOINT_UNSIGNED;
}

/* The line without its newline; false when there is no whole line left. */
static bool take_line(struct text *rest, struct text *line) {
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    if (!end)
        return false;
    size_t size = (size_t)(end - rest->data);
    *line = (struct text){rest->data, size};
    *rest = (struct text){end + 1, rest->size - size - 1};
    return true;
}

/* signed-note: no control character but the newline; a zero would hide what stands behind it. */
static bool is_plain(struct text note) {
    for (size_t i = 0; i < note.size; i++)
        if ((unsigned char)note.data[i] < 0x20 && note.data[i] != '\n')
            return false;
    return true;
}

/* The signed body goes up to and with the newline before the last empty line. */
static int split_note(struct text note, struct text *body, struct text *signatures) {
    if (note.size < 2 || note.size > CHECKPOINT_TEXT_MAX || note.data[note.size - 1] != '\n' ||
        !is_plain(note))
        return CHECKPOINT_BROKEN;
    for (size_t at = note.size - 1; at > 0; at--) {
        if (note.data[at] != '\n' || note.data[at - 1] != '\n')
            continue;
        *body = (struct text){note.data, at};
        *signatures = (struct text){note.data + at + 1, note.size - at - 1};
        return 0;
    }
    return CHECKPOINT_BROKEN;
}

static bool is_signed_by(struct text body, struct text line, const struct note_key *key) {
    uint8_t signature[SIGNATURE_BYTES];
    size_t mark = sizeof signature_mark - 1, name = strlen(key->name);
    size_t head = mark + name + 1;
    if (line.size <= head || memcmp(line.data, signature_mark, mark) != 0 ||
        memcmp(line.data + mark, key->name, name) != 0 || line.data[head - 1] != ' ')
        return false;
    struct text base64 = {line.data + head, line.size - head};
    if (note_base64(base64, signature, sizeof signature) || memcmp(signature, key->id, 4) != 0)
        return false;
    return crypto_sign_verify_detached(signature + 4, (const uint8_t *)body.data, body.size,
                                       key->public_key) == 0;
}

int checkpoint_put(int dir_fd, const char *note) {
    return place_put(dir_fd, "checkpoint", note, strlen(note), false);
}

int checkpoint_get(int dir_fd, char out[CHECKPOINT_TEXT_MAX], struct text *note) {
    size_t size = CHECKPOINT_TEXT_MAX;
    int r = place_get(dir_fd, "checkpoint", out, &size);
    if (r == -ENOENT)
        return CHECKPOINT_NONE;
    if (r)
        return r < 0 ? r : -EBADMSG;
    *note = (struct text){out, size};
    return 0;
}
