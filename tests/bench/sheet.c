#include "tests/bench/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void give_up(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

int64_t clock_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void pause_ms(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

void need_arguments(int argc, int count, const char *usage) {
    if (argc - 1 == count)
        return;
    fprintf(stderr, "usage: %s\n", usage);
    exit(100);
}

void latencies_add(struct latencies *l, int64_t ns) {
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 65536;
        l->ns = realloc(l->ns, l->capacity * sizeof *l->ns);
        must(l->ns != NULL, "out of memory");
    }
    l->ns[l->count++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

void latencies_free(struct latencies *l) {
    free(l->ns);
    *l = (struct latencies){0};
}

void tell(const char *metric, double value, const char *unit) {
    printf("%s\t%.6g\t%s\n", metric, value, unit);
    fflush(stdout);
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void tell_latencies(const char *metric, struct latencies *l) {
    char name[128];
    if (l->count == 0)
        return;
    qsort(l->ns, l->count, sizeof *l->ns, by_size);
    snprintf(name, sizeof name, "%s.p50", metric);
    tell(name, l->ns[l->count / 2] / 1000.0, "us");
    snprintf(name, sizeof name, "%s.p99", metric);
    tell(name, l->ns[l->count * 99 / 100] / 1000.0, "us");
}
