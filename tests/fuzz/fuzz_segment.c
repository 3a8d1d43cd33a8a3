/*
 * Two segment files of any content, as recovery finds them: what it tells is the unbroken
 * continuation of what is held, every entry of it stands in the files with its hash, a second look
 * tells the same, and writing the told entries once more changes no byte.
 *
 * Input: flags, held number, held size, blocks of the first file, then the files, block by block
 * (cut-off zeros may be left out). Hashes cannot be guessed, so on a flag the right ones are put
 * in: 1 file heads, 2 entries.
 */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment.h"
#include "tests/fuzz/fuzz.h"

enum {
    HEAD = 4,
    BLOCKS = 16,
    FILE_BYTES = BLOCKS * SEGMENT_BLOCK,
    SEAL_HEADS = 1,
    SEAL_ENTRIES = 2
};
enum { SALT = 16, HEAD_HASH = 32, ENTRY_SIZE = 36 }; /* common/eventlog/FORMAT.md */

struct image {
    uint8_t bytes[FILE_BYTES];
    size_t size;
};

static void hash(struct sha256 *h, const void *salt, size_t salt_size, const void *data,
                 size_t size, uint8_t *out) {
    sha256_begin(h);
    sha256_add(h, salt, salt_size);
    sha256_add(h, data, size);
    sha256_end(h, out);
}

/* The hash of an entry as the file head's salt makes it; NULL when it does not fit the image. */
static uint8_t *place_of_hash(struct image *f, size_t offset) {
    size_t size = le_get32(f->bytes + offset + ENTRY_SIZE);
    bool fits = size <= FILE_BYTES && offset + segment_entry_size(size) <= f->size;
    return fits ? f->bytes + offset + SEGMENT_ENTRY_HEAD + size : NULL;
}

static void hash_entry(struct sha256 *h, const struct image *f, size_t offset, uint8_t *out) {
    size_t size = le_get32(f->bytes + offset + ENTRY_SIZE);
    hash(h, f->bytes + SALT, SEGMENT_SALT, f->bytes + offset, SEGMENT_ENTRY_HEAD + size, out);
}

static void seal(struct sha256 *h, struct image *f, int flags) {
    if (flags & SEAL_HEADS && f->size)
        hash(h, "", 0, f->bytes, HEAD_HASH, f->bytes + HEAD_HASH);
    for (size_t at = SEGMENT_BLOCK; flags & SEAL_ENTRIES && at < f->size; at += SEGMENT_BLOCK) {
        uint8_t *out = memcmp(f->bytes + at, "LATSEGE1", 8) == 0 ? place_of_hash(f, at) : NULL;
        if (out)
            hash_entry(h, f, at, out);
    }
}

static void fill(struct image images[2], const uint8_t *data, size_t size) {
    size_t first = (data[3] % (BLOCKS + 1)) * (size_t)SEGMENT_BLOCK, rest = size - HEAD;
    memset(images, 0, 2 * sizeof *images);
    images[0].size = first;
    images[1].size = FILE_BYTES;
    size_t own = rest < first ? rest : first;
    memcpy(images[0].bytes, data + HEAD, own);
    rest -= own;
    memcpy(images[1].bytes, data + HEAD + own, rest < FILE_BYTES ? rest : FILE_BYTES);
}

/* ---- the files, in a directory that goes with the process ---- */

/* In memory where there is such a place: nothing here depends on a disk. */
static char directory[64];

static void remove_directory(void) {
    for (int i = 0; i < 2; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/segment-%d", directory, i);
        unlink(path);
    }
    rmdir(directory);
}

static int open_directory(void) {
    static int fd = -1;
    if (fd >= 0)
        return fd;
    snprintf(directory, sizeof directory, "%s/fuzz-segment.XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ensure(mkdtemp(directory) != NULL && atexit(remove_directory) == 0);
    fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ensure(fd >= 0);
    return fd;
}

static void write_file(unsigned index, const struct image *f) {
    static int fds[2] = {-1, -1};
    if (fds[index] < 0) {
        char name[16];
        snprintf(name, sizeof name, "segment-%u", index);
        fds[index] = openat(open_directory(), name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    }
    ensure(fds[index] >= 0 && ftruncate(fds[index], (off_t)f->size) == 0);
    ensure(pwrite(fds[index], f->bytes, f->size, 0) == (ssize_t)f->size);
}

static bool is_unchanged(const struct segment_file *file, const struct image *f) {
    static uint8_t bytes[FILE_BYTES];
    return pread(file->fd, bytes, f->size, 0) == (ssize_t)f->size &&
           memcmp(bytes, f->bytes, f->size) == 0;
}

/* ---- the look ---- */

/* The entry stands whole in one of the files, and its hash is right. */
static bool stands(struct sha256 *h, struct image images[2], const struct order_commit *c) {
    for (unsigned i = 0; i < 2; i++)
        for (size_t at = SEGMENT_BLOCK; at < images[i].size; at += SEGMENT_BLOCK) {
            const uint8_t *entry = images[i].bytes + at, *kept = place_of_hash(&images[i], at);
            uint8_t own[SHA256_SIZE];
            if (!kept || le_get64(entry + 8) != c->number || le_get64(entry + 24) != c->first ||
                le_get32(entry + ENTRY_SIZE) != c->size ||
                memcmp(entry + SEGMENT_ENTRY_HEAD, c->bytes, c->size) != 0)
                continue;
            hash_entry(h, &images[i], at, own);
            if (memcmp(own, kept, sizeof own) == 0)
                return true;
        }
    return false;
}

/* How many commits were told. */
static uint64_t tell(struct sha256 *h, struct segment_scan *scan, struct image images[2],
                     uint64_t held) {
    struct order_commit c;
    uint64_t told = 0;
    int r;
    while ((r = segment_scan_next(scan, &c)) == 0) {
        ensure(c.number == held + ++told);
        ensure(c.size <= BATCH_BYTES_MAX && stands(h, images, &c));
    }
    ensure(r == ORDER_NOTHING);
    return told;
}

static uint64_t look(struct sha256 *h, struct image images[2], const struct order_point *held,
                     int *result) {
    struct segment_file files[2] = {{.fd = -1}, {.fd = -1}};
    struct segment_scan scan = {0};
    uint64_t told = 0;
    for (unsigned i = 0; i < 2; i++)
        ensure(segment_file_open(&files[i], open_directory(), i, FILE_BYTES, h) == 0);
    *result = segment_scan_open(&scan, files, h, held);
    ensure(*result == 0 || *result == ORDER_NOTHING || *result == ORDER_BEHIND ||
           *result == ORDER_FORK || *result == ORDER_DAMAGED);
    if (*result == 0) {
        ensure(segment_scan_reinforce(&scan) == 0);
        ensure(is_unchanged(&files[0], &images[0]) && is_unchanged(&files[1], &images[1]));
        told = tell(h, &scan, images, held->number);
    }
    segment_scan_close(&scan);
    segment_file_close(&files[0]);
    segment_file_close(&files[1]);
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct image images[2];
    struct sha256 h;
    int first, second;
    if (size < HEAD || size > HEAD + 2 * FILE_BYTES)
        return 0;
    struct order_point held = {.number = data[1], .size = data[2]};
    sha256_init(&h);
    fill(images, data, size);
    for (unsigned i = 0; i < 2; i++) {
        seal(&h, &images[i], data[0]);
        write_file(i, &images[i]);
    }
    uint64_t told = look(&h, images, &held, &first);
    ensure(look(&h, images, &held, &second) == told && first == second);
    sha256_deinit(&h);
    return 0;
}
