#ifndef TESTS_UNIT_EVENTLOG_FIXTURE_H
#define TESTS_UNIT_EVENTLOG_FIXTURE_H

/* A fresh directory per test, records that can be recomputed from their position, bytes flipped in
 * files. */
#include <stdarg.h>
#include <setjmp.h>
#include "common/base/view.h"
#include <cmocka.h>

#include "common/eventlog/log.h"

struct place {
    char path[64];
    int fd;
};

/* cmocka set-up and tear-down: *state is a struct place. */
int place_new(void **state);
int place_free(void **state);

/* The record that belongs to a position: its size varies from 8 to about 3,000 bytes. */
size_t record_make(uint64_t position, uint8_t *out);
enum { RECORD_MOST = 4096 };
bool record_is(uint64_t position, struct bytes record);

/* Adds the records first .. first + count - 1. */
void batch_fill(struct batch *b, uint64_t first, uint32_t count);

/* Small enough for thousands of tests: 2 MiB of map, 64 KiB of segment. */
struct log_options small_options(void);

/* Opens, appends `count` records in commits of up to `per_commit`, waits until all are durable. */
void log_fill(struct log *l, uint64_t count, uint32_t per_commit);
int log_submit_wait(struct log *l, const struct batch *b);
void log_wait_applied(struct log *l, uint64_t size);

uint64_t file_size(int dir_fd, const char *name);
void file_flip(int dir_fd, const char *name, uint64_t offset, uint8_t mask);
void file_fill(int dir_fd, const char *name, uint64_t offset, uint64_t size, uint8_t value);

/* Flips the byte `at` of every copy of these bytes in the file: LMDB leaves older copies of a page
 * behind, before and after the living one. There must be one. */
void file_flip_bytes(int dir_fd, const char *name, const void *bytes, size_t size, size_t at,
                     uint8_t mask);

#endif
