#ifndef COMMON_EVENTLOG_SEGMENT_H
#define COMMON_EVENTLOG_SEGMENT_H

/*
 * The local engine behind order.h: two pre-written files, one flush per commit, one thread of its
 * own that writes and flushes when the disk is slow. It is written all day and read once, at the next start.
 */
#include "common/eventlog/order.h"
#include "common/eventlog/segment_file.h"

struct segment_options {
    uint64_t file_bytes; /* of each of the two files when they are made; 0 = 64 MiB */
    uint64_t quick_us;   /* while a flush takes less, whoever submits flushes; 0 = 2,000 */
};

/* Everything after `held` will come back through order_next(), then order_lead() may be asked.
 * 0, ORDER_FULL (no space to pre-write), ORDER_BEHIND, ORDER_FORK, ORDER_DAMAGED, -errno. */
int segment_open(struct order **out, int dir_fd, const struct segment_options *options,
                 const struct order_point *held);

/* Recovery's reading, shared with the verifier: walks the entries after `held` in order. */
struct segment_scan {
    struct segment_file *files; /* both */
    struct sha256 *hasher;
    uint8_t *buffer;
    unsigned current;  /* file at hand */
    uint64_t offset;   /* of the next entry in it */
    uint64_t number;   /* of the last entry that was told */
    uint64_t epoch;
};

/* 0; ORDER_NOTHING: the segment holds nothing at all; ORDER_BEHIND; ORDER_FORK; ORDER_DAMAGED;
 * -errno. Afterwards both files know first, last and end, and the scan stands after `held`. */
int segment_scan_open(struct segment_scan *s, struct segment_file *files, struct sha256 *h,
                      const struct order_point *held);
void segment_scan_close(struct segment_scan *s);

/* The next entry; 0, ORDER_NOTHING at the end, -errno. Valid until the next call. */
int segment_scan_next(struct segment_scan *s, struct order_commit *c);

/* After everything was told, up to `end`: something stands where the next entry would that claims to
 * be it. A commit that was cut off and never acknowledged looks so, and a damaged last one. */
bool segment_scan_cut(struct segment_scan *s, const struct order_point *end);

/* Writes every entry after `held` in place again and flushes; see FORMAT.md. 0 or -errno. */
int segment_scan_reinforce(struct segment_scan *s);

#endif
