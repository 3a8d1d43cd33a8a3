/*
 * The JSON form as our own code has it, for tests that compare it with the exported schema:
 * `json_form show FILE` renders the golden messages, `json_form read` says for each line
 * {"name", "json"} of standard input whether it is taken: true or false.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/render.h"
#include "common/messages/registry.h"

enum { LINE = 16384, MEMORY = 1 << 20 };

static size_t from_hex(const char *hex, uint8_t *out, size_t capacity) {
    size_t size = 0;
    unsigned byte;
    for (; size < capacity && sscanf(hex + 2 * size, "%2x", &byte) == 1; size++)
        out[size] = (uint8_t)byte;
    return size;
}

static void print(json_t *object) {
    ensure(object != NULL && json_dumpf(object, stdout, RENDER_DUMP) == 0);
    putchar('\n');
    json_decref(object);
}

static void show(const char *name, const char *how, const char *hex, void *memory) {
    static uint8_t bytes[LINE];
    struct arena arena;
    struct bytes body;
    uint16_t type;
    arena_init(&arena, memory, MEMORY);
    ensure(!codec_open_frame(bytes_of(bytes, from_hex(hex, bytes, sizeof bytes)), &type, &body));
    const struct schema *s = registry_by_type(type);
    ensure(s != NULL);
    void *message = arena_get(&arena, s->size);
    ensure(!codec_decode(s, body, &arena, message).result);
    print(json_pack("{s:s, s:s, s:o}", "name", name, "how", how, "json",
                    render_json(s, message, RENDER_NAMES, CLASS_P3)));
}

static int show_all(const char *path, void *memory) {
    static char name[64], how[16], hex[LINE];
    FILE *in = fopen(path, "r");
    ensure(in != NULL);
    while (fscanf(in, "%*s %63s %15s %16383s", name, how, hex) == 3)
        show(name, how, hex, memory);
    return fclose(in);
}

static bool is_taken(json_t *line, void *memory) {
    struct arena arena;
    struct render_fault fault;
    arena_init(&arena, memory, MEMORY);
    const struct schema *s =
        registry_by_name(text_of(json_string_value(json_object_get(line, "name"))));
    ensure(s != NULL);
    void *message = arena_get(&arena, s->size);
    return !render_from_json(s, json_object_get(line, "json"), &arena, NULL, message, &fault);
}

static int read_all(void *memory) {
    json_t *line;
    while ((line = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        puts(is_taken(line, memory) ? "true" : "false");
        json_decref(line);
    }
    return 0;
}

int main(int argc, char **argv) {
    void *memory = malloc(MEMORY);
    ensure(memory != NULL && argc > 1);
    int r = argc == 3 ? show_all(argv[2], memory) : read_all(memory);
    free(memory);
    return r;
}
