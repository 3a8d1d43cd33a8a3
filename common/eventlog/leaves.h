#ifndef COMMON_EVENTLOG_LEAVES_H
#define COMMON_EVENTLOG_LEAVES_H

/*
 * The file of leaf hashes: derived, never flushed, never trusted (FORMAT.md). Proofs read it
 * instead of hashing every record again, and check what they made against the root.
 */
#include "common/eventlog/sha256.h"

struct leaves {
    int fd;
};

/* 0 or -errno. With `make` the file is created when missing. */
int leaves_open(struct leaves *l, int dir_fd, bool make);
void leaves_close(struct leaves *l);

/* Hashes of positions first .. first + count - 1. Read: 0, PLACE_SHORT, -errno. */
int leaves_write(struct leaves *l, uint64_t first, uint32_t count, const uint8_t *hashes);
int leaves_read(struct leaves *l, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]);

#endif
