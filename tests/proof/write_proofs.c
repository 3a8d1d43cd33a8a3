/*
 * Proofs as the product makes them, over trees of invented leaves: every record and every pair of
 * sizes up to SMALL, then random ones up to LARGE. For test_proofs.py, which shares no code with
 * it.
 *
 * Output: the verifier's key, then entries "record <leaf, hex> <bytes>" or "growth <bytes of the
 * old head> <bytes>", each followed by that many bytes.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/eventlog/checkpoint.h"
#include "common/eventlog/proof_text.h"
#include "tests/harness/rng.h"

enum { SMALL = 40, LARGE = 100000, SAMPLES = 25 };

static uint8_t leaves[LARGE][SHA256_SIZE], roots[LARGE + 1][SHA256_SIZE];

static int get(void *context, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    (void)context;
    memcpy(out, leaves[first], (size_t)count * SHA256_SIZE);
    return 0;
}

static const struct tree_leaves source = {get, NULL};

/* A leaf is the hash of its index in eight little-endian bytes: the other side knows that too. */
static void grow(struct sha256 *h) {
    struct tree t = {0};
    for (uint64_t i = 0; i < LARGE; i++) {
        tree_leaf(h, &i, sizeof i, leaves[i]);
        tree_append(h, &t, leaves[i]);
        tree_root(h, &t, roots[i + 1]);
    }
}

static void make_key(struct note_key *key) {
    char dir[] = "/tmp/latproof.XXXXXX", text[NOTE_TEXT_MAX];
    ensure(mkdtemp(dir) != NULL);
    int fd = open(dir, O_RDONLY | O_DIRECTORY);
    ensure(note_key_create(fd, "key", "example.org/log", key) == 0);
    ensure(unlinkat(fd, "key", 0) == 0 && rmdir(dir) == 0);
    close(fd);
    note_key_format(key, text);
    puts(text);
}

static void head_at(uint64_t size, const struct note_key *key, char out[CHECKPOINT_TEXT_MAX]) {
    struct checkpoint c = {.origin = "example.org/log", .size = size};
    memcpy(c.root, roots[size], SHA256_SIZE);
    ensure(checkpoint_sign(&c, key, out) == 0);
}

static void write_record(struct sha256 *h, const struct note_key *key, uint64_t i, uint64_t size) {
    char head[CHECKPOINT_TEXT_MAX], *text;
    struct tree_proof path;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    ensure(tree_prove_inclusion(h, &source, i, size, &path) == 0);
    head_at(size, key, head);
    proof_text_record(out, i, &path, bytes_of(&i, sizeof i), head);
    fclose(out);
    printf("record %zu\n%s", bytes, text);
    free(text);
}

static void write_growth(struct sha256 *h, const struct note_key *key, uint64_t a, uint64_t b) {
    char old[CHECKPOINT_TEXT_MAX], head[CHECKPOINT_TEXT_MAX], *text;
    struct tree_proof path;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    ensure(tree_prove_consistency(h, &source, a, b, &path) == 0);
    head_at(a, key, old);
    head_at(b, key, head);
    proof_text_growth(out, a, &path, head);
    fclose(out);
    printf("growth %zu %zu\n%s%s", strlen(old), bytes, old, text);
    free(text);
}

int main(void) {
    struct rng rng;
    struct note_key key;
    struct sha256 h;
    rng_init(&rng, 1);
    sha256_init(&h);
    grow(&h);
    make_key(&key);
    for (uint64_t size = 1; size <= SMALL; size++)
        for (uint64_t i = 0; i < size; i++) {
            write_record(&h, &key, i, size);
            write_growth(&h, &key, i + 1, size);
        }
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t size = 1 + rng_below(&rng, LARGE);
        write_record(&h, &key, rng_below(&rng, size), size);
        write_growth(&h, &key, 1 + rng_below(&rng, size), size);
    }
    sha256_deinit(&h);
    return 0;
}
