#ifndef COMMON_EVENTLOG_SEGMENT_FILE_H
#define COMMON_EVENTLOG_SEGMENT_FILE_H

/*
 * One pre-written segment file: its layout (FORMAT.md), making it, writing one entry durably,
 * reading one entry back. Which file is written when is segment.c's business.
 */
#include "common/eventlog/order.h"
#include "common/eventlog/sha256.h"

enum {
    SEGMENT_BLOCK = 512,
    SEGMENT_SALT = 16,
    SEGMENT_ENTRY_HEAD = 72,
};

struct segment_file {
    int fd;
    uint64_t size;              /* bytes, fixed when the file was made */
    uint8_t salt[SEGMENT_SALT]; /* of the present round */
    uint64_t first, last;       /* numbers of the present round; first 0: never used */
    uint64_t end;               /* where the next entry goes */
};

/* Bytes on disk of an entry with that many bytes of records. */
size_t segment_entry_size(size_t size);

/* Opens file `index` (0 or 1) of the directory, makes it first when it is missing: zeros, flushed,
 * renamed, directory flushed. Reads the head of its round. 0, ORDER_FULL, -errno. */
int segment_file_open(struct segment_file *f, int dir_fd, unsigned index, uint64_t size,
                      struct sha256 *h);

/* The same without making or changing anything, for the verifier. */
int segment_file_peek(struct segment_file *f, int dir_fd, unsigned index, struct sha256 *h);
void segment_file_close(struct segment_file *f);

/* Fills in head and padding around the bytes, which stand at entry + SEGMENT_ENTRY_HEAD already;
 * the hash waits for the salt and is added by segment_file_append(). */
void segment_entry_frame(uint8_t *entry, const struct order_commit *c);

/* Begins a new round with a new salt; nothing is written until the first append. */
void segment_file_begin(struct segment_file *f, uint64_t first);

/* Hashes, writes and flushes one framed entry at the end. 0 or -errno: the outcome is unknown. */
int segment_file_append(struct segment_file *f, struct sha256 *h, uint8_t *entry);

/* Reads what stands at the offset. 0 when it is a valid entry of this round: then `c` points into
 * the buffer; ORDER_NOTHING when it is not, whatever it is; -errno when reading fails. With
 * `trust` only the head is read and believed (the commit is held elsewhere). */
int segment_file_read(struct segment_file *f, struct sha256 *h, uint64_t offset, bool trust,
                      uint8_t *buffer, struct order_commit *c);

/* The root before it that the entry at the offset names, whatever else is wrong with it. 0,
 * PLACE_SHORT, -errno. */
int segment_file_prev(struct segment_file *f, uint64_t offset, uint8_t prev[ORDER_ROOT_SIZE]);

/* What segment_file_read() needs as buffer. */
size_t segment_file_buffer(const struct segment_file *f);

/* Writes the same bytes once more where they are; the caller flushes. 0 or -errno. */
int segment_file_rewrite(struct segment_file *f, uint64_t offset, const uint8_t *entry,
                         size_t size);

#endif
