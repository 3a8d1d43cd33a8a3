#include "common/eventlog/segment_file.h"

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/le.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Offsets in the block at the head of a file and in the head of an entry (FORMAT.md). */
enum { HEAD_FIRST = 8, HEAD_SALT = 16, HEAD_HASH = 32 };
enum { ENTRY_NUMBER = 8, ENTRY_EPOCH = 16, ENTRY_FIRST = 24, ENTRY_COUNT = 32, ENTRY_SIZE = 36 };
enum { ENTRY_PREV = 40 };

static const char file_magic[8] = {'L', 'A', 'T', 'S', 'E', 'G', 'F', '1'};
static const char entry_magic[8] = {'L', 'A', 'T', 'S', 'E', 'G', 'E', '1'};

static int file_make(int dir_fd, const char *name, uint64_t size);
static int file_read_head(struct segment_file *f, struct sha256 *h);
static int file_write_head(struct segment_file *f, struct sha256 *h);
static void entry_hash(struct sha256 *h, const struct segment_file *f, const uint8_t *entry,
                       size_t size, uint8_t *out);

size_t segment_entry_size(size_t size) {
    size_t all = SEGMENT_ENTRY_HEAD + size + SHA256_SIZE;
    return (all + SEGMENT_BLOCK - 1) / SEGMENT_BLOCK * SEGMENT_BLOCK;
}

int segment_file_open(struct segment_file *f, int dir_fd, unsigned index, uint64_t size,
                      struct sha256 *h) {
    char name[16];
    ensure(index < 2 && size % SEGMENT_BLOCK == 0 && size >= 4 * SEGMENT_BLOCK);
    snprintf(name, sizeof name, "segment-%u", index);
    if (faccessat(dir_fd, name, F_OK, 0) != 0) {
        int r = errno == ENOENT ? file_make(dir_fd, name, size) : -errno;
        if (r)
            return r == -ENOSPC || r == -EDQUOT ? ORDER_FULL : r;
    }
    f->fd = openat(dir_fd, name, O_RDWR | O_CLOEXEC);
    return f->fd < 0 ? -errno : file_read_head(f, h);
}

int segment_file_peek(struct segment_file *f, int dir_fd, unsigned index, struct sha256 *h) {
    char name[16];
    snprintf(name, sizeof name, "segment-%u", index);
    f->fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    return f->fd < 0 ? -errno : file_read_head(f, h);
}

void segment_file_close(struct segment_file *f) {
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

static int file_make(int dir_fd, const char *name, uint64_t size) {
    char fresh[24];
    snprintf(fresh, sizeof fresh, "%s.new", name);
    int fd = openat(dir_fd, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int r = place_write_zeros(fd, 0, size);
    if (!r)
        r = place_flush(fd);
    close(fd);
    if (r)
        unlinkat(dir_fd, fresh, 0);
    return r ? r : place_rename(dir_fd, fresh, name);
}

/* A head that does not fit means that this file holds nothing: its round was never begun, or the
 * write of its first entry, which carries the head, was cut off. */
static int file_read_head(struct segment_file *f, struct sha256 *h) {
    uint8_t block[SEGMENT_BLOCK], hash[SHA256_SIZE];
    struct stat st;
    if (fstat(f->fd, &st) != 0)
        return -errno;
    f->size = (uint64_t)st.st_size / SEGMENT_BLOCK * SEGMENT_BLOCK;
    f->first = f->last = 0;
    f->end = SEGMENT_BLOCK;
    int r = place_read(f->fd, block, sizeof block, 0);
    if (r)
        return r == PLACE_SHORT ? 0 : r;
    sha256_begin(h);
    sha256_add(h, block, HEAD_HASH);
    sha256_end(h, hash);
    if (memcmp(block, file_magic, sizeof file_magic) != 0 ||
        memcmp(block + HEAD_HASH, hash, sizeof hash) != 0)
        return 0;
    f->first = le_get64(block + HEAD_FIRST);
    f->last = f->first - 1;
    memcpy(f->salt, block + HEAD_SALT, SEGMENT_SALT);
    return 0;
}

static int file_write_head(struct segment_file *f, struct sha256 *h) {
    uint8_t block[SEGMENT_BLOCK] = {0};
    memcpy(block, file_magic, sizeof file_magic);
    le_put64(block + HEAD_FIRST, f->first);
    memcpy(block + HEAD_SALT, f->salt, SEGMENT_SALT);
    sha256_begin(h);
    sha256_add(h, block, HEAD_HASH);
    sha256_end(h, block + HEAD_HASH);
    return place_write(f->fd, block, sizeof block, 0);
}

void segment_entry_frame(uint8_t *entry, const struct order_commit *c) {
    size_t used = SEGMENT_ENTRY_HEAD + c->size + SHA256_SIZE;
    memcpy(entry, entry_magic, sizeof entry_magic);
    le_put64(entry + ENTRY_NUMBER, c->number);
    le_put64(entry + ENTRY_EPOCH, c->epoch);
    le_put64(entry + ENTRY_FIRST, c->first);
    le_put32(entry + ENTRY_COUNT, c->count);
    le_put32(entry + ENTRY_SIZE, (uint32_t)c->size);
    memcpy(entry + ENTRY_PREV, c->prev, ORDER_ROOT_SIZE);
    memset(entry + used, 0, segment_entry_size(c->size) - used);
}

void segment_file_begin(struct segment_file *f, uint64_t first) {
    ensure(first > 0);
    f->first = first;
    f->last = first - 1;
    f->end = SEGMENT_BLOCK;
    randombytes_buf(f->salt, SEGMENT_SALT);
}

int segment_file_append(struct segment_file *f, struct sha256 *h, uint8_t *entry) {
    size_t size = le_get32(entry + ENTRY_SIZE), padded = segment_entry_size(size);
    int r = 0;
    ensure(f->end + padded <= f->size);
    ensure(le_get64(entry + ENTRY_NUMBER) == f->last + 1);
    entry_hash(h, f, entry, size, entry + SEGMENT_ENTRY_HEAD + size);
    if (f->end == SEGMENT_BLOCK)
        r = file_write_head(f, h);
    if (!r)
        r = place_write(f->fd, entry, padded, f->end);
    if (!r)
        r = place_flush_data(f->fd);
    if (r)
        return r;
    f->end += padded;
    f->last++;
    return 0;
}

static void entry_hash(struct sha256 *h, const struct segment_file *f, const uint8_t *entry,
                       size_t size, uint8_t *out) {
    sha256_begin(h);
    sha256_add(h, f->salt, SEGMENT_SALT);
    sha256_add(h, entry, SEGMENT_ENTRY_HEAD + size);
    sha256_end(h, out);
}

static bool entry_is_possible(const struct segment_file *f, uint64_t offset, const uint8_t *head) {
    size_t size = le_get32(head + ENTRY_SIZE);
    return memcmp(head, entry_magic, sizeof entry_magic) == 0 && size <= BATCH_BYTES_MAX &&
           offset + segment_entry_size(size) <= f->size;
}

int segment_file_read(struct segment_file *f, struct sha256 *h, uint64_t offset, bool trust,
                      uint8_t *buffer, struct order_commit *c) {
    uint8_t hash[SHA256_SIZE];
    int r = place_read(f->fd, buffer, SEGMENT_ENTRY_HEAD, offset);
    if (r)
        return r == PLACE_SHORT ? ORDER_NOTHING : r;
    if (!entry_is_possible(f, offset, buffer))
        return ORDER_NOTHING;
    size_t size = le_get32(buffer + ENTRY_SIZE);
    *c = (struct order_commit){.number = le_get64(buffer + ENTRY_NUMBER),
                               .epoch = le_get64(buffer + ENTRY_EPOCH),
                               .first = le_get64(buffer + ENTRY_FIRST),
                               .count = le_get32(buffer + ENTRY_COUNT),
                               .bytes = buffer + SEGMENT_ENTRY_HEAD,
                               .size = size};
    memcpy(c->prev, buffer + ENTRY_PREV, ORDER_ROOT_SIZE);
    if (trust)
        return 0;
    r = place_read(f->fd, buffer, segment_entry_size(size), offset);
    if (r)
        return r == PLACE_SHORT ? ORDER_NOTHING : r;
    entry_hash(h, f, buffer, size, hash);
    bool fits = memcmp(hash, buffer + SEGMENT_ENTRY_HEAD + size, sizeof hash) == 0;
    return fits ? 0 : ORDER_NOTHING;
}

int segment_file_prev(struct segment_file *f, uint64_t offset, uint8_t prev[ORDER_ROOT_SIZE]) {
    return place_read(f->fd, prev, ORDER_ROOT_SIZE, offset + ENTRY_PREV);
}

size_t segment_file_buffer(const struct segment_file *f) {
    size_t most = segment_entry_size(BATCH_BYTES_MAX);
    return f->size < most ? (size_t)f->size : most;
}

int segment_file_rewrite(struct segment_file *f, uint64_t offset, const uint8_t *entry,
                         size_t size) {
    return place_write(f->fd, entry, segment_entry_size(size), offset);
}
