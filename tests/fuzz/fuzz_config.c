/*
 * A file of settings: problems are told in both languages with their line and then no value counts;
 * or every value lies within its bounds, and written out it reads as the same.
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include <string.h>

#include "common/base/ensure.h"
#include "common/service/config.h"
#include "tests/fuzz/fuzz.h"

enum { FILE_BYTES = 16 << 10 };

static void note(void *context, const struct config_problem *p) {
    char text[CONFIG_TEXT_BYTES];
    ensure(p->line > 0 && p->fault >= CONFIG_SYNTAX && p->fault <= CONFIG_VALUE);
    for (int polish = 0; polish < 2; polish++) {
        config_problem_text(p, polish, text);
        ensure(text[0] != 0);
    }
    ++*(unsigned *)context;
}

static int read_bytes(struct config *c, const void *data, size_t size, unsigned *problems) {
    char path[64];
    int fd = memfd_create("config", MFD_CLOEXEC);
    ensure(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    *problems = 0;
    int r = config_read(c, "/", path, note, problems);
    close(fd);
    return r;
}

static void write_out(const struct config *c, FILE *out) {
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_entry *e = &config_entries[i];
        char value[CONFIG_VALUE_BYTES];
        config_value_text(e, c->values[i], value);
        fprintf(out, "[%s]\n%s = %s\n", e->section, e->name, value);
    }
}

static void reads_again(const struct config *c) {
    char text[4096];
    struct config again;
    unsigned problems;
    FILE *out = fmemopen(text, sizeof text, "w");
    ensure(out != NULL);
    write_out(c, out);
    fclose(out);
    ensure(read_bytes(&again, text, strlen(text), &problems) == 0);
    ensure(memcmp(again.values, c->values, sizeof again.values) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct config c;
    unsigned problems;
    if (size > FILE_BYTES)
        return 0;
    int r = read_bytes(&c, data, size, &problems);
    ensure(r == 0 || r == CONFIG_WRONG);
    ensure((r == CONFIG_WRONG) == (problems > 0));
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_entry *e = &config_entries[i];
        ensure(c.values[i] >= e->least && c.values[i] <= e->most);
        ensure(r == 0 || c.values[i] == e->fallback);
    }
    reads_again(&c);
    return 0;
}
