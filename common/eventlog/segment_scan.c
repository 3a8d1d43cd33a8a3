#include "common/eventlog/segment.h"

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Where does the order end? In the file whose round began last, or in the other one if that round
 * was never completed. Entries up to `held` are walked by their heads alone; later ones by hash.
 */

static int scan_choose(struct segment_scan *s, uint64_t held, unsigned *start);
static int scan_file(struct segment_scan *s, unsigned index, const struct order_point *held);
static int scan_look_beyond(struct segment_scan *s, const struct segment_file *f);
static int scan_headless(struct segment_scan *s, unsigned index, uint64_t held);
/* The head of a round is written with its first entry, so it can be cut off with that one alone. A
 * later entry that is not held elsewhere proves that the head was flushed and is damaged now. */
static int scan_headless(struct segment_scan *s, unsigned index, uint64_t held) {
    struct segment_file *f = &s->files[index];
    struct order_commit c;
    uint64_t at = SEGMENT_BLOCK, before = 0;
    if (f->first > 0)
        return 0;
    int r;
    while ((r = segment_file_read(f, s->hasher, at, true, s->buffer, &c)) == 0) {
        if (before && c.number != before + 1)
            return 0;
        if (before && c.number > held)
            return ORDER_DAMAGED;
        before = c.number;
        at += segment_entry_size(c.size);
    }
    return r < 0 ? r : 0;
}

static bool is_next(struct segment_scan *s, unsigned index, uint64_t at,
                    const struct order_point *end) {
    struct segment_file *f = &s->files[index];
    struct order_commit c;
    uint8_t prev[ORDER_ROOT_SIZE];
    if (segment_file_read(f, s->hasher, at, true, s->buffer, &c) == 0 &&
        c.number == end->number + 1)
        return true;
    return segment_file_prev(f, at, prev) == 0 && memcmp(prev, end->root, sizeof prev) == 0;
}

bool segment_scan_cut(struct segment_scan *s, const struct order_point *end) {
    unsigned other = !s->current;
    return is_next(s, s->current, s->files[s->current].end, end) ||
           (s->files[other].first == 0 && is_next(s, other, SEGMENT_BLOCK, end));
}

static int scan_judge(const struct segment_scan *s, const struct order_point *held);

int segment_scan_open(struct segment_scan *s, struct segment_file *files, struct sha256 *h,
                      const struct order_point *held) {
    size_t a = segment_file_buffer(&files[0]), b = segment_file_buffer(&files[1]);
    unsigned start = 0;
    *s = (struct segment_scan){.files = files, .hasher = h, .buffer = malloc(a > b ? a : b)};
    if (!s->buffer)
        return -ENOMEM;
    s->number = held->number;
    s->epoch = held->epoch;
    int r = scan_headless(s, 0, held->number);
    if (!r)
        r = scan_headless(s, 1, held->number);
    if (!r)
        r = scan_choose(s, held->number, &start);
    if (r)
        return r;
    s->current = start;
    s->offset = 0;
    r = scan_file(s, start, held);
    struct segment_file *other = &files[!start];
    bool goes_on = other->first == files[start].last + 1;
    if (!r && goes_on)
        r = scan_file(s, !start, held);
    if (!r && s->offset == 0) { /* nothing to tell: stand at the end */
        s->current = goes_on ? !start : start;
        s->offset = files[s->current].end;
    }
    if (!r && other->first > files[start].last + 1)
        return ORDER_DAMAGED;
    return r ? r : scan_judge(s, held);
}

void segment_scan_close(struct segment_scan *s) {
    free(s->buffer);
    s->buffer = NULL;
}

/* The file with the greatest first number that is not above the first one wanted. */
static int scan_choose(struct segment_scan *s, uint64_t held, unsigned *start) {
    const struct segment_file *f = s->files;
    bool used = false;
    uint64_t best = 0;
    for (unsigned i = 0; i < 2; i++) {
        used = used || f[i].first > 0;
        if (f[i].first > best && f[i].first <= held + 1) {
            best = f[i].first;
            *start = i;
        }
    }
    if (!used)
        return ORDER_NOTHING;
    return best ? 0 : ORDER_BEHIND;
}

/* Walks one file to its end and remembers where the first entry after `held` stands. The last one
 * that is held must be the one that the store speaks of. */
static int scan_file(struct segment_scan *s, unsigned index, const struct order_point *held) {
    struct segment_file *f = &s->files[index];
    struct order_commit c;
    int r = 0;
    while (f->end < f->size) {
        bool trust = f->last + 1 < held->number;
        r = segment_file_read(f, s->hasher, f->end, trust, s->buffer, &c);
        if (r || c.number != f->last + 1)
            break;
        if (c.number == held->number && c.epoch != held->epoch)
            return ORDER_FORK;
        if (c.number == held->number + 1) {
            s->current = index;
            s->offset = f->end;
            if (c.first != held->size + 1 || c.epoch < held->epoch ||
                memcmp(c.prev, held->root, ORDER_ROOT_SIZE) != 0)
                return ORDER_FORK;
        }
        f->last = c.number;
        f->end += segment_entry_size(c.size);
    }
    return r < 0 ? r : scan_look_beyond(s, f);
}

/* At most one entry can be torn. A valid later one behind it proves that what looks like the end is
 * damage in the middle; silently ending there would lose acknowledged records. */
static int scan_look_beyond(struct segment_scan *s, const struct segment_file *f) {
    struct segment_file look = *f;
    struct order_commit c;
    uint64_t stop = f->end + segment_entry_size(BATCH_BYTES_MAX) + SEGMENT_BLOCK;
    for (uint64_t at = f->end; at < stop && at < f->size; at += SEGMENT_BLOCK) {
        int r = segment_file_read(&look, s->hasher, at, true, s->buffer, &c);
        if (r < 0)
            return r;
        if (r || c.number <= f->last)
            continue;
        r = segment_file_read(&look, s->hasher, at, false, s->buffer, &c);
        if (r <= 0)
            return r ? r : ORDER_DAMAGED;
    }
    return 0;
}

static int scan_judge(const struct segment_scan *s, const struct order_point *held) {
    const struct segment_file *f = s->files;
    uint64_t last = f[0].last > f[1].last ? f[0].last : f[1].last;
    return last < held->number ? ORDER_BEHIND : 0;
}

int segment_scan_next(struct segment_scan *s, struct order_commit *c) {
    struct segment_file *f = &s->files[s->current];
    if (s->offset >= f->end) {
        struct segment_file *other = &s->files[!s->current];
        if (other->first != f->last + 1 || other->last < other->first)
            return ORDER_NOTHING;
        s->current = !s->current;
        s->offset = SEGMENT_BLOCK;
        f = other;
    }
    int r = segment_file_read(f, s->hasher, s->offset, false, s->buffer, c);
    if (r)
        return r < 0 ? r : -EIO; /* it was valid a moment ago */
    ensure(c->number == s->number + 1);
    s->offset += segment_entry_size(c->size);
    s->number = c->number;
    s->epoch = c->epoch;
    return 0;
}

int segment_scan_reinforce(struct segment_scan *s) {
    struct segment_scan walk = *s;
    struct order_commit c;
    int r;
    while ((r = segment_scan_next(&walk, &c)) == 0) {
        uint64_t at = walk.offset - segment_entry_size(c.size);
        r = segment_file_rewrite(&s->files[walk.current], at, s->buffer, c.size);
        if (r)
            return r;
    }
    if (r < 0)
        return r;
    r = place_flush_data(s->files[0].fd);
    return r ? r : place_flush_data(s->files[1].fd);
}
