#ifndef TESTS_CRASH_IMAGE_H
#define TESTS_CRASH_IMAGE_H

/*
 * One legal state of the disk after a power cut at some event of a trace: everything that was
 * flushed is there; of the rest any part, in units of 512 bytes, and names in their order.
 */
#include "tests/crash/kept.h"
#include "tests/crash/trace.h"

/* A deliberately broken world, to prove that the checker can see: these flushes are lies. */
enum image_lie {
    IMAGE_HONEST,
    IMAGE_SEGMENT_UNSYNCED,
    IMAGE_LMDB_UNSYNCED,
    IMAGE_NOTHING_SYNCED,
};

/* Writes the state into an empty directory and tells what had been acknowledged and handed in
 * before the cut. The seed decides everything. */
void image_make(const struct trace *t, uint64_t seed, enum image_lie lie, int dir_fd,
                struct kept_bounds *out);

#endif
