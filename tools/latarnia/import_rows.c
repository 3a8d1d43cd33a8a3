#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/import.h"

enum { CHUNK_BYTES = 8 << 20 };

/* Commands stay in memory until they are sent: in chunks, so that nothing ever moves. */
struct import_chunk {
    struct import_chunk *next;
    struct arena arena;
};

static struct arena *room(struct import *im) {
    struct import_chunk *c = im->chunks;
    if (c && c->arena.size - c->arena.used > COMMAND_ARENA_BYTES)
        return &c->arena;
    c = calloc(1, sizeof *c);
    void *memory = malloc(CHUNK_BYTES);
    ensure(c && memory);
    arena_init(&c->arena, memory, CHUNK_BYTES);
    c->next = im->chunks;
    im->chunks = c;
    return &c->arena;
}

void import_free(struct import *im) {
    while (im->chunks) {
        struct import_chunk *next = im->chunks->next;
        free(im->chunks->arena.memory);
        free(im->chunks);
        im->chunks = next;
    }
    free(im->rows);
}

void import_report(struct import *im, const char *file, size_t number, const char *column,
                   const char *code, const char *sentence) {
    im->rejected++;
    if (im->json) {
        json_t *line = json_pack("{s:s,s:I,s:s?,s:s?,s:o}", "file", file, "row",
                                 (json_int_t)number, "column", column, "code", code, "reason",
                                 command_reason(sentence));
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
        return;
    }
    fprintf(stderr, "%s, %s %zu%s%s: %s%s%s%s\n", file, cli_say("row", "wiersz"), number,
            column ? cli_say(", column ", ", kolumna ") : "", column ? column : "", sentence,
            code ? " [" : "", code ? code : "", code ? "]" : "");
}

/* Eight in the morning of its day, when the row does not say better. */
static int64_t known_at_of(const struct Command *c) {
    if (c->known_at)
        return c->known_at;
    return c->occurred_on ? civil_midnight_us(c->occurred_on) + 8 * 3600000000ll : 0;
}

void import_add(struct import *im, const char *file, size_t number, json_t *command) {
    struct arena *arena = room(im);
    struct Command *c = arena_get(arena, sizeof *c);
    struct render_fault fault;
    ensure(c != NULL);
    memset(&fault, 0, sizeof fault);
    struct id entry_of = import_entry_of(command);
    if (command_from_json(command, arena, c, &fault)) {
        import_report(im, file, number, fault.path[0] ? fault.path : NULL, "MALFORMED",
                      fault.reason);
        return;
    }
    if (im->count == im->capacity) {
        im->capacity = im->capacity ? im->capacity * 2 : 4096;
        im->rows = realloc(im->rows, im->capacity * sizeof *im->rows);
        ensure(im->rows != NULL);
    }
    im->rows[im->count] =
        (struct import_row){file, number, known_at_of(c), im->count, c, entry_of, 0};
    im->count++;
}

static int by_day(const void *a, const void *b) {
    const struct import_row *x = a, *y = b;
    if (x->known_at_us != y->known_at_us)
        return x->known_at_us < y->known_at_us ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

void import_sort(struct import *im) {
    if (im->count)
        qsort(im->rows, im->count, sizeof *im->rows, by_day);
}

int import_read_ndjson(struct import *im, const char *path, FILE *in) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    for (size_t number = 1; (size = getline(&line, &capacity, in)) >= 0; number++) {
        json_error_t error;
        if (size <= 1)
            continue;
        json_t *object = json_loadb(line, (size_t)size, JSON_REJECT_DUPLICATES, &error);
        if (!object) {
            import_report(im, path, number, NULL, "MALFORMED", error.text);
            continue;
        }
        import_add(im, path, number, object);
        json_decref(object);
    }
    free(line);
    return 0;
}
