/*
 * Runs a target over a kept corpus without libFuzzer, so that every compiler tests it: `DRIVER FILE
 * [AROUND]` where each line of the file is one input in hexadecimal. Each input is also tried cut
 * short at AROUND lengths and with AROUND of its bits turned, one at a time, spread over the whole
 * (2,048 unless told: all lengths, and all bits of most inputs).
 *
 * `DRIVER --unpack FILE DIR` writes the inputs as files for libFuzzer, `DRIVER --pack FILE...`
 * prints such files as lines again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/codec/scan.h"
#include "tests/fuzz/fuzz.h"
#include "tests/harness/hex.h"

enum { LINE = 2 * SCAN_RECORD_BYTES + 2, AROUND = 2048 };

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

static size_t step_over(size_t all, size_t around) {
    return all / around + 1;
}

static size_t run_around(struct bytes in, size_t around) {
    size_t tried = 1, bits = in.size * 8;
    run(in);
    for (size_t size = 0; size < in.size; size += step_over(in.size, around), tried++)
        run(bytes_of(in.data, size));
    for (size_t bit = 0; bit < bits; bit += step_over(bits, around), tried++) {
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

static int pack(char **paths) {
    for (; *paths; paths++) {
        FILE *in = fopen(*paths, "r");
        if (!in)
            return perror(*paths), 1;
        struct bytes input = bytes_of(room, fread(room, 1, sizeof room, in));
        fclose(in);
        hex_text(input, line, sizeof line);
        puts(line);
    }
    return 0;
}

static int run_all(const char *path, size_t around) {
    size_t inputs = 0, tried = 0;
    FILE *in = fopen(path, "r");
    struct bytes input;
    if (!in)
        return perror(path), 1;
    for (; next_input(in, &input); inputs++)
        tried += run_around(input, around);
    fclose(in);
    /* Not on standard output: a target may have taken it. */
    fprintf(stderr, "%zu inputs, %zu variants\n", inputs, tried);
    return inputs == 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "--unpack") == 0)
        return unpack(argv[2], argv[3]);
    if (argc > 2 && strcmp(argv[1], "--pack") == 0)
        return pack(argv + 2);
    size_t around = argc == 3 ? strtoul(argv[2], NULL, 10) : AROUND;
    return argc < 2 || around == 0 ? 2 : run_all(argv[1], around);
}
