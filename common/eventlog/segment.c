#define _GNU_SOURCE /* eventfd */
#include "common/eventlog/segment.h"

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/place.h"
#include "common/eventlog/ring.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/*
 * Whoever is free writes: the caller of submit when nothing else is outstanding and the disk is
 * quick, else the thread. To wake the thread and to be woken by it costs as much as a flush on a
 * good disk; on a slow one the caller must be free to go on reading.
 *
 * A commit lives in one slot: submitted (framed in the ring), durable (written and flushed by the
 * thread), told (given to the caller, whose bytes stay until he asks again). The ring holds the
 * entry as it will stand on disk, so that it is copied exactly once, at submit.
 */
enum { SLOTS = 64, RING_BYTES = 4 * 1024 * 1024 };
enum { FILE_BYTES = 64 * 1024 * 1024, QUICK_FLUSH_US = 2000 };

struct slot {
    struct order_commit commit; /* bytes point into the ring */
    uint8_t *entry;
    uint64_t ring_after;
};

struct segment {
    struct order order; /* first: the seam sees only this */
    struct segment_file files[2];
    struct segment_scan scan; /* recovery, until somebody leads */
    struct sha256 hasher;     /* once somebody leads: of whoever is `writing` */
    pthread_t thread;
    bool leads;

    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t work;   /* for the thread: submitted, settled or closing */
    struct ring ring;
    struct slot slots[SLOTS];
    uint64_t submitted, durable, told, released; /* counts of slots */
    uint64_t number, epoch;                      /* of the last submitted commit */
    uint64_t settled;
    unsigned current;           /* file in use */
    uint64_t rings;             /* of the event: written, or about to be, and not read yet */
    bool writing;               /* somebody does, without the mutex */
    uint64_t quick_us, last_us; /* the option; how long the last write and flush took */
    bool closing;
    int failed; /* 0 or what the thread died of */
    int event_fd;
};

static const struct order_engine segment_engine;

static struct segment *segment_of(struct order *o);
static int segment_recover(struct segment *s, int dir_fd, uint64_t file_bytes,
                           const struct order_point *held);
static int segment_start(struct segment *s);
static int segment_take(struct segment *s, const struct order_commit *c);
static void segment_write(struct segment *s, struct segment_file *file);
static void *segment_run(void *context);
static struct segment_file *segment_choose(struct segment *s, const struct slot *slot);
static int segment_next_recovered(struct segment *s, struct order_commit *c);
static size_t segment_bytes_max(const struct segment *s);

int segment_open(struct order **out, int dir_fd, const struct segment_options *options,
                 const struct order_point *held) {
    uint64_t file_bytes = options && options->file_bytes ? options->file_bytes : FILE_BYTES;
    struct segment *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->order.engine = &segment_engine;
    s->files[0].fd = s->files[1].fd = s->event_fd = -1;
    s->settled = held->number;
    s->quick_us = options && options->quick_us ? options->quick_us : QUICK_FLUSH_US;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->work, NULL);
    sha256_init(&s->hasher);
    int r = ring_init(&s->ring, RING_BYTES);
    if (!r)
        r = segment_recover(s, dir_fd, file_bytes, held);
    if (!r && (s->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        r = -errno;
    if (r) {
        order_close(&s->order);
        return r;
    }
    *out = &s->order;
    return 0;
}

static int segment_recover(struct segment *s, int dir_fd, uint64_t file_bytes,
                           const struct order_point *held) {
    for (unsigned i = 0; i < 2; i++) {
        int r = segment_file_open(&s->files[i], dir_fd, i, file_bytes, &s->hasher);
        if (r)
            return r;
    }
    int r = segment_scan_open(&s->scan, s->files, &s->hasher, held);
    if (r == ORDER_NOTHING) {
        segment_file_begin(&s->files[0], held->number + 1);
        s->scan.offset = SEGMENT_BLOCK;
        return 0;
    }
    return r ? r : segment_scan_reinforce(&s->scan);
}

static struct segment *segment_of(struct order *o) {
    ensure(o->engine == &segment_engine);
    return (struct segment *)(void *)o;
}

static int segment_fd(struct order *o) {
    return segment_of(o)->event_fd;
}

static int segment_lead(struct order *o, const struct order_point *own) {
    struct segment *s = segment_of(o);
    struct order_commit mark = {.number = own->number + 1, .first = own->size + 1};
    ensure(!s->leads);
    if (own->number != s->scan.number)
        return ORDER_FORK;
    memcpy(mark.prev, own->root, ORDER_ROOT_SIZE);
    s->number = own->number;
    s->epoch = (own->epoch > s->scan.epoch ? own->epoch : s->scan.epoch) + 1;
    s->current = s->files[1].first > s->files[0].first;
    mark.epoch = s->epoch;
    segment_scan_close(&s->scan);
    int r = segment_start(s);
    return r ? r : order_submit(o, &mark);
}

static int segment_start(struct segment *s) {
    int r = pthread_create(&s->thread, NULL, segment_run, s);
    s->leads = r == 0;
    return -r;
}

static int segment_submit(struct order *o, const struct order_commit *c) {
    struct segment *s = segment_of(o);
    if (!s->leads)
        return ORDER_FOLLOWER;
    if (c->size > segment_bytes_max(s) || c->count > BATCH_COUNT_MAX)
        return -EMSGSIZE;
    pthread_mutex_lock(&s->mutex);
    int r = segment_take(s, c);
    struct segment_file *file = NULL;
    if (!r && s->durable == s->submitted - 1 && s->last_us < s->quick_us)
        file = segment_choose(s, &s->slots[s->durable % SLOTS]);
    if (file)
        segment_write(s, file);
    pthread_mutex_unlock(&s->mutex);
    if (!file)
        pthread_cond_signal(&s->work); /* now: earlier it would only have met the mutex */
    return r;
}

static int segment_take(struct segment *s, const struct order_commit *c) {
    struct slot *slot = &s->slots[s->submitted % SLOTS];
    if (s->failed)
        return s->failed;
    if (c->number != s->number + 1 || c->epoch != s->epoch)
        return ORDER_FORK;
    if (s->submitted - s->released == SLOTS)
        return ORDER_BUSY;
    uint8_t *entry = ring_take(&s->ring, segment_entry_size(c->size));
    if (!entry)
        return ORDER_BUSY;
    if (c->size > 0)
        memcpy(entry + SEGMENT_ENTRY_HEAD, c->bytes, c->size);
    segment_entry_frame(entry, c);
    *slot = (struct slot){*c, entry, s->ring.head};
    slot->commit.bytes = entry + SEGMENT_ENTRY_HEAD;
    s->number = c->number;
    s->submitted++;
    return 0;
}

static uint64_t clock_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The oldest submitted commit. Holds the mutex on entry and exit, not while it writes. */
static void segment_write(struct segment *s, struct segment_file *file) {
    uint8_t *entry = s->slots[s->durable % SLOTS].entry;
    s->writing = true;
    pthread_mutex_unlock(&s->mutex);
    uint64_t start = clock_us();
    int r = segment_file_append(file, &s->hasher, entry);
    uint64_t took = clock_us() - start;
    pthread_mutex_lock(&s->mutex);
    s->writing = false;
    s->last_us = took;
    s->failed = r;
    s->durable += r == 0;
    s->rings++;
    pthread_mutex_unlock(&s->mutex);
    eventfd_write(s->event_fd, 1);
    pthread_mutex_lock(&s->mutex);
}

/* The thread: one commit, one write, one flush, then the next. */
static void *segment_run(void *context) {
    struct segment *s = context;
    pthread_mutex_lock(&s->mutex);
    while (!s->failed) {
        struct segment_file *file = NULL;
        if (!s->writing && s->durable < s->submitted)
            file = segment_choose(s, &s->slots[s->durable % SLOTS]);
        if (!file && s->closing)
            break;
        if (file)
            segment_write(s, file);
        else
            pthread_cond_wait(&s->work, &s->mutex);
    }
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

/* The file at hand while the entry fits; else the other one, once everything in it is settled. */
static struct segment_file *segment_choose(struct segment *s, const struct slot *slot) {
    struct segment_file *file = &s->files[s->current], *other = &s->files[!s->current];
    if (file->end + segment_entry_size(slot->commit.size) <= file->size)
        return file;
    /* The other file's round ended just before the one at hand began. */
    if (other->first > 0 && s->settled < file->first - 1)
        return NULL;
    segment_file_begin(other, slot->commit.number);
    s->current = !s->current;
    return other;
}

static int segment_next(struct order *o, struct order_commit *c) {
    struct segment *s = segment_of(o);
    uint64_t count;
    if (!s->leads)
        return segment_next_recovered(s, c);
    pthread_mutex_lock(&s->mutex);
    if (s->told > s->released) {
        s->released = s->told;
        ring_give(&s->ring, s->slots[(s->told - 1) % SLOTS].ring_after);
    }
    int r = 0;
    if (s->told < s->durable) {
        *c = s->slots[s->told++ % SLOTS].commit;
    } else {
        if (s->rings > 0 && eventfd_read(s->event_fd, &count) == 0)
            s->rings -= count;
        r = s->failed ? s->failed : ORDER_NOTHING;
    }
    pthread_mutex_unlock(&s->mutex);
    return r;
}

static int segment_next_recovered(struct segment *s, struct order_commit *c) {
    int r = s->scan.buffer ? segment_scan_next(&s->scan, c) : ORDER_NOTHING;
    if (!r) {
        s->number = c->number;
        s->epoch = c->epoch;
    }
    return r;
}

static void segment_settle(struct order *o, const struct order_point *held) {
    struct segment *s = segment_of(o);
    pthread_mutex_lock(&s->mutex);
    if (held->number > s->settled)
        s->settled = held->number;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->mutex);
}

static size_t segment_bytes_max(const struct segment *s) {
    uint64_t least = s->files[0].size < s->files[1].size ? s->files[0].size : s->files[1].size;
    uint64_t most = least - SEGMENT_BLOCK - SEGMENT_ENTRY_HEAD - SHA256_SIZE;
    return most < BATCH_BYTES_MAX ? (size_t)most : BATCH_BYTES_MAX;
}

static void segment_state(struct order *o, struct order_state *out) {
    struct segment *s = segment_of(o);
    const struct segment_file *file = &s->files[s->current], *other = &s->files[!s->current];
    pthread_mutex_lock(&s->mutex);
    *out = (struct order_state){
        .role = s->leads ? ORDER_ROLE_LEADER : ORDER_ROLE_READER,
        .epoch = s->epoch,
        .number = s->number - (s->submitted - s->durable),
        .settled = s->settled,
        .bytes_max = segment_bytes_max(s),
        .capacity = file->size + other->size,
    };
    bool other_kept = other->first > 0 && s->settled + 1 < file->first;
    out->kept = (other_kept ? other->size : 0) + (s->settled < out->number ? file->size : 0);
    pthread_mutex_unlock(&s->mutex);
}

static void segment_close(struct order *o) {
    struct segment *s = segment_of(o);
    if (s->leads) {
        pthread_mutex_lock(&s->mutex);
        s->closing = true;
        pthread_cond_signal(&s->work);
        pthread_mutex_unlock(&s->mutex);
        pthread_join(s->thread, NULL);
    }
    segment_scan_close(&s->scan);
    segment_file_close(&s->files[0]);
    segment_file_close(&s->files[1]);
    if (s->event_fd >= 0)
        close(s->event_fd);
    ring_deinit(&s->ring);
    sha256_deinit(&s->hasher);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

static const struct order_engine segment_engine = {
    .fd = segment_fd,
    .lead = segment_lead,
    .submit = segment_submit,
    .next = segment_next,
    .settle = segment_settle,
    .state = segment_state,
    .close = segment_close,
};
