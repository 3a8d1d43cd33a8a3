/*
 * Runs a target over a kept corpus without libFuzzer, so that every compiler tests it: `DRIVER
 * FILE...` where each line of a file is one input in hexadecimal. Each input is also tried cut
 * short at every length and with every bit of its first 256 bytes turned. `DRIVER --unpack FILE
 * DIR` writes the inputs as files for libFuzzer.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/codec/scan.h"
#include "tests/fuzz/fuzz.h"
#include "tests/harness/hex.h"

enum { LINE = 2 * SCAN_RECORD_BYTES + 2 };

static char line[LINE];
static uint8_t room[SCAN_RECORD_BYTES];

/* A block of exactly the input's size, so that a sanitizer sees every read beyond it. */
static void run(struct bytes in) {
    uint8_t *copy = malloc(in.size ? in.size : 1);
    ensure(copy != NULL);
    memcpy(copy, in.data, in.size);
    LLVMFuzzerTestOneInput(copy, in.size);
    free(copy);
}

static size_t run_around(struct bytes in) {
    size_t tried = 1;
    run(in);
    for (size_t size = 0; size < in.size; size++, tried++)
        run(bytes_of(in.data, size));
    for (size_t bit = 0; bit < in.size * 8 && bit < 2048; bit++, tried++) {
        room[bit / 8] = (uint8_t)(room[bit / 8] ^ 1u << bit % 8);
        run(in);
        room[bit / 8] = (uint8_t)(room[bit / 8] ^ 1u << bit % 8);
    }
    return tried;
}

static bool next_input(FILE *in, struct bytes *out) {
    if (!fgets(line, sizeof line, in))
        return false;
    line[strcspn(line, "\n")] = 0;
    *out = hex_bytes(line, room, sizeof room);
    return true;
}

static int unpack(const char *path, const char *directory) {
    FILE *in = fopen(path, "r");
    struct bytes input;
    int bad = in == NULL;
    for (size_t i = 0; !bad && next_input(in, &input); i++) {
        char name[512];
        snprintf(name, sizeof name, "%s/%05zu", directory, i);
        FILE *out = fopen(name, "w");
        bad = !out || fwrite(input.data, 1, input.size, out) != input.size;
        if (out)
            bad |= fclose(out) != 0;
    }
    if (in)
        fclose(in);
    return bad;
}

int main(int argc, char **argv) {
    size_t inputs = 0, tried = 0;
    if (argc == 4 && strcmp(argv[1], "--unpack") == 0)
        return unpack(argv[2], argv[3]);
    for (int i = 1; i < argc; i++) {
        FILE *in = fopen(argv[i], "r");
        struct bytes input;
        if (!in)
            return perror(argv[i]), 1;
        for (; next_input(in, &input); inputs++)
            tried += run_around(input);
        fclose(in);
    }
    printf("%zu inputs, %zu variants\n", inputs, tried);
    return inputs == 0;
}
