/*
 * The bytes of every message, frozen: messages.txt holds for each type one line with all fields and
 * one with the required ones, encoded with the values of tests/harness/fill.c. A schema change that
 * alters old bytes shows up as a changed line; `golden --write FILE` writes the file anew, for a
 * reviewer to read the difference.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/registry.h"
#include "tests/harness/fill.h"
#include "tests/harness/hex.h"

enum { LINE = 16384 };

static void golden_line(const struct schema *schema, enum fill how, char out[LINE]) {
    static uint8_t memory[1 << 20], packed[8000];
    static char hex[16001];
    struct arena arena;
    struct pack_writer w = {packed, 0, sizeof packed, false};
    arena_init(&arena, memory, sizeof memory);
    void *message = arena_get(&arena, schema->size);
    fill_message(schema, how, &arena, message);
    ensure(codec_encode_framed(schema, message, &w).result == CODEC_OK);
    hex_text(bytes_of(packed, w.size), hex, sizeof hex);
    snprintf(out, LINE, "0x%04x %s %s %s\n", schema->about->type, schema->about->name,
             how == FILL_ALL ? "all" : "least", hex);
}

static int write_all(const char *path) {
    static char line[LINE];
    FILE *out = fopen(path, "w");
    if (!out)
        return 1;
    for (size_t i = 0; i < registry_count(); i++)
        for (int how = FILL_LEAST; how <= FILL_ALL; how++) {
            golden_line(registry_at(i), (enum fill)how, line);
            fputs(line, out);
        }
    return fclose(out) != 0;
}

/* Lines are found by their first three words, so that one new message is one difference. */
static bool same_head(const char *a, const char *b) {
    size_t blanks = 0, i = 0;
    for (; a[i] == b[i] && a[i] && blanks < 3; i++)
        blanks += a[i] == ' ';
    return blanks == 3;
}

static const char *find(char *const *lines, size_t count, const char *line) {
    for (size_t i = 0; i < count; i++)
        if (same_head(lines[i], line))
            return lines[i];
    return NULL;
}

static size_t read_lines(const char *path, char **lines, size_t most) {
    static char line[LINE];
    size_t count = 0;
    FILE *in = fopen(path, "r");
    while (in && count < most && fgets(line, sizeof line, in)) {
        lines[count] = malloc(strlen(line) + 1);
        ensure(lines[count] != NULL);
        memcpy(lines[count++], line, strlen(line) + 1);
    }
    if (in)
        fclose(in);
    return count;
}

static int difference(const char *what, const char *line) {
    fprintf(stderr, "%s: %.60s...\n", what, line);
    return 1;
}

static int compare_all(const char *path) {
    enum { MOST = 4096 };
    static char *lines[MOST], line[LINE];
    size_t count = read_lines(path, lines, MOST), expected = registry_count() * 2;
    int differences = 0;
    for (size_t i = 0; i < registry_count(); i++)
        for (int how = FILL_LEAST; how <= FILL_ALL; how++) {
            golden_line(registry_at(i), (enum fill)how, line);
            const char *kept = find(lines, count, line);
            if (!kept)
                differences += difference("not in the file", line);
            else if (strcmp(kept, line) != 0)
                differences += difference("other bytes than in the file", line);
        }
    if (count > expected)
        differences += difference("in the file but in no schema", "a message was removed");
    for (size_t i = 0; i < count; i++)
        free(lines[i]);
    printf("%zu messages, %d differences\n", registry_count(), differences);
    return differences != 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_all(argv[2]);
    if (argc == 2)
        return compare_all(argv[1]);
    fprintf(stderr, "usage: golden FILE, or golden --write FILE\n");
    return 100;
}
