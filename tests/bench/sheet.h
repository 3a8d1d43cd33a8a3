#ifndef TESTS_BENCH_SHEET_H
#define TESTS_BENCH_SHEET_H

/*
 * What every benchmark program prints: one line a figure, metric TAB value TAB unit, and for a set
 * of latencies its p50 and p99 under the same metric.
 */
#include <stddef.h>
#include <stdint.h>

/* Prints the sentence and ends the program: a benchmark that failed has no figures. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define must(condition, ...) ((condition) ? (void)0 : give_up(__VA_ARGS__))

int64_t clock_ns(void); /* monotonic */
void pause_ms(int ms);

/* Exits with the usage when the program was not given `count` arguments. */
void need_arguments(int argc, int count, const char *usage);

struct latencies {
    uint32_t *ns;
    size_t count, capacity;
};

void latencies_add(struct latencies *l, int64_t ns);
void latencies_free(struct latencies *l);

void tell(const char *metric, double value, const char *unit);
/* metric.p50 and metric.p99 in microseconds; nothing when there are none. */
void tell_latencies(const char *metric, struct latencies *l);

#endif
