#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "tests/unit/eventlog/fixture.h"

#include "common/eventlog/place.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int place_new(void **state) {
    struct place *p = calloc(1, sizeof *p);
    memcpy(p->path, "eventlog-test-XXXXXX", 21);
    assert_non_null(mkdtemp(p->path));
    p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(p->fd >= 0);
    *state = p;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    return remove(path);
}

int place_free(void **state) {
    struct place *p = *state;
    close(p->fd);
    nftw(p->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

size_t record_make(uint64_t position, uint8_t *out) {
    uint64_t x = position * 0x9e3779b97f4a7c15ULL + 1;
    size_t size = 8 + (size_t)(x >> 33) % (position % 17 == 0 ? 3000 : 300);
    for (size_t i = 0; i < size; i++) {
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        out[i] = (uint8_t)(x >> 56);
    }
    return size;
}

bool record_is(uint64_t position, struct bytes record) {
    uint8_t wanted[RECORD_MOST];
    size_t size = record_make(position, wanted);
    return record.size == size && memcmp(record.data, wanted, size) == 0;
}

void batch_fill(struct batch *b, uint64_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *room = batch_reserve(b, RECORD_MOST);
        assert_non_null(room);
        batch_finish(b, record_make(first + i, room));
    }
}

struct log_options small_options(void) {
    return (struct log_options){.map_bytes = 2 * 1024 * 1024,
                                .extend_bytes = 64 * 1024,
                                .segment_bytes = 64 * 1024};
}

int log_submit_wait(struct log *l, const struct batch *b) {
    struct pollfd fds[2] = {{.fd = log_fd(l), .events = POLLIN},
                            {.fd = log_applied_fd(l), .events = POLLIN}};
    struct order_point point;
    struct log_done done;
    int r;
    while ((r = log_submit(l, b)) == LOG_BUSY) {
        poll(fds + 1, 1, 1000);
        log_applied(l, &point);
    }
    if (r)
        return r;
    while ((r = log_poll(l, &done)) == LOG_NOTHING)
        poll(fds, 1, 1000);
    if (!r)
        assert_int_equal(done.count, b->count);
    return r;
}

void log_fill(struct log *l, uint64_t count, uint32_t per_commit) {
    static uint8_t memory[BATCH_BYTES_MAX];
    struct batch b;
    uint64_t end = log_next_position(l) + count;
    batch_init(&b, memory, log_bytes_max(l));
    while (log_next_position(l) < end) {
        uint64_t first = log_next_position(l), left = end - first;
        batch_clear(&b);
        batch_fill(&b, first, left < per_commit ? (uint32_t)left : per_commit);
        assert_int_equal(log_submit_wait(l, &b), 0);
        assert_int_equal(log_durable_size(l), log_next_position(l) - 1);
    }
}

void log_wait_applied(struct log *l, uint64_t size) {
    struct pollfd fd = {.fd = log_applied_fd(l), .events = POLLIN};
    struct order_point point;
    for (int i = 0; log_applied_size(l) < size && i < 1000; i++) {
        poll(&fd, 1, 100);
        log_applied(l, &point);
    }
    assert_true(log_applied_size(l) >= size);
}

uint64_t file_size(int dir_fd, const char *name) {
    struct stat st;
    assert_int_equal(fstatat(dir_fd, name, &st, 0), 0);
    return (uint64_t)st.st_size;
}

static int file_open(int dir_fd, const char *name) {
    int fd = openat(dir_fd, name, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

void file_flip(int dir_fd, const char *name, uint64_t offset, uint8_t mask) {
    int fd = file_open(dir_fd, name);
    uint8_t byte;
    assert_int_equal(place_read(fd, &byte, 1, offset), 0);
    byte ^= mask;
    assert_int_equal(place_write(fd, &byte, 1, offset), 0);
    close(fd);
}

void file_fill(int dir_fd, const char *name, uint64_t offset, uint64_t size, uint8_t value) {
    int fd = file_open(dir_fd, name);
    for (uint64_t i = 0; i < size; i++)
        assert_int_equal(place_write(fd, &value, 1, offset + i), 0);
    close(fd);
}

void file_flip_bytes(int dir_fd, const char *name, const void *bytes, size_t size, size_t at,
                     uint8_t mask) {
    uint64_t all = file_size(dir_fd, name);
    uint8_t *data = malloc(all);
    int fd = file_open(dir_fd, name), found = 0;
    assert_int_equal(place_read(fd, data, all, 0), 0);
    close(fd);
    for (uint64_t i = 0; i + size <= all; i++) {
        if (data[i] != *(const uint8_t *)bytes || memcmp(data + i, bytes, size) != 0)
            continue;
        file_flip(dir_fd, name, i + at, mask);
        found++;
    }
    free(data);
    assert_true(found > 0);
}
