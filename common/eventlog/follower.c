#define _GNU_SOURCE /* eventfd */
#include "common/eventlog/follower.h"

#include "common/base/ensure.h"
#include "common/eventlog/batch.h"
#include "common/eventlog/ring.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE_COMMITS = 1024, QUEUE_BYTES = 8 * 1024 * 1024 };
enum { APPLY_RECORDS = 1000, PERIOD_MS = 20, QUIET_MS = 1, RETRY_MS = 1000 };
enum { CHECK_READERS_MS = 10000 };

struct item {
    struct store_commit commit; /* bytes and leaves point into the ring */
    uint64_t ring_after;
};

struct follower {
    struct store *store;
    struct follower_options options;
    pthread_t thread;
    int event_fd;
    uint64_t readers_checked_ms;                /* the thread's */
    struct store_commit batch[QUEUE_COMMITS];   /* the thread's */
    atomic_bool expected;                       /* a commit is in flight at the seam */
    _Atomic uint64_t size;                      /* point.size, readable without the mutex */

    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t wake;   /* for the thread */
    pthread_cond_t moved;  /* for follower_wait() */
    struct ring ring;
    struct item items[QUEUE_COMMITS];
    uint64_t pushed, done; /* counts of items */
    uint64_t records;      /* queued and not applied */
    uint64_t bytes;
    unsigned waiting;
    bool sleeping, closing, dead;
    int fault;
    struct order_point point;
};

static void *follower_run(void *context);
static void follower_sleep(struct follower *f, unsigned *again_ms);
static void follower_gather(struct follower *f);
static int follower_apply(struct follower *f);
static void follower_finish(struct follower *f, size_t count);
static unsigned follower_tell(struct follower *f);

static uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* True when the time ran out. */
static bool follower_nap(struct follower *f, uint64_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return pthread_cond_timedwait(&f->wake, &f->mutex, &until) == ETIMEDOUT;
}

static void follower_free(struct follower *f) {
    if (f->event_fd >= 0)
        close(f->event_fd);
    ring_deinit(&f->ring);
    pthread_cond_destroy(&f->wake);
    pthread_cond_destroy(&f->moved);
    pthread_mutex_destroy(&f->mutex);
    free(f);
}

int follower_start(struct follower **out, struct store *store, const struct follower_options *o) {
    struct follower *f = calloc(1, sizeof *f);
    pthread_condattr_t attr;
    if (!f)
        return -ENOMEM;
    f->store = store;
    f->options = *o;
    f->point = store->point;
    f->size = store->point.size;
    if (f->options.apply_records == 0)
        f->options.apply_records = APPLY_RECORDS;
    if (f->options.period_ms == 0)
        f->options.period_ms = PERIOD_MS;
    pthread_mutex_init(&f->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->wake, &attr);
    pthread_cond_init(&f->moved, &attr);
    pthread_condattr_destroy(&attr);
    int r = ring_init(&f->ring, QUEUE_BYTES);
    f->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!r && f->event_fd < 0)
        r = -errno;
    if (!r)
        r = -pthread_create(&f->thread, NULL, follower_run, f);
    if (r) {
        follower_free(f);
        return r;
    }
    *out = f;
    return 0;
}

void follower_stop(struct follower *f) {
    if (!f)
        return;
    pthread_mutex_lock(&f->mutex);
    f->closing = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->mutex);
    pthread_join(f->thread, NULL);
    follower_free(f);
}

static size_t item_size(size_t bytes, uint32_t count) {
    return (size_t)count * SHA256_SIZE + bytes;
}

bool follower_has_room(struct follower *f, size_t bytes, uint32_t count) {
    pthread_mutex_lock(&f->mutex);
    bool room = f->pushed - f->done < QUEUE_COMMITS &&
                (count == 0 || ring_has_room(&f->ring, item_size(bytes, count)));
    pthread_mutex_unlock(&f->mutex);
    return room;
}

void follower_expect(struct follower *f) {
    f->expected = true;
}

static int follower_put(struct follower *f, const struct store_commit *c) {
    size_t leaves = (size_t)c->commit.count * SHA256_SIZE, size = c->commit.size;
    struct item *item = &f->items[f->pushed % QUEUE_COMMITS];
    if (f->pushed - f->done == QUEUE_COMMITS)
        return FOLLOWER_BUSY;
    *item = (struct item){.commit.commit = c->commit};
    if (c->commit.count > 0) {
        uint8_t *place = ring_take(&f->ring, leaves + size);
        if (!place)
            return FOLLOWER_BUSY;
        memcpy(place, c->leaves, leaves);
        memcpy(place + leaves, c->commit.bytes, size);
        item->commit.leaves = place;
        item->commit.commit.bytes = place + leaves;
    }
    item->ring_after = f->ring.head;
    f->pushed++;
    f->records += c->commit.count;
    f->bytes += size;
    return 0;
}

int follower_push(struct follower *f, const struct store_commit *c) {
    pthread_mutex_lock(&f->mutex);
    int r = follower_put(f, c);
    /* While it gathers, the thread looks by itself: no wake-up per commit. */
    if (f->sleeping || f->records >= f->options.apply_records)
        pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->mutex);
    f->expected = false;
    return r;
}

int follower_wait(struct follower *f, uint64_t number) {
    pthread_mutex_lock(&f->mutex);
    f->waiting++;
    pthread_cond_signal(&f->wake);
    while (f->point.number < number && !f->fault)
        pthread_cond_wait(&f->moved, &f->mutex);
    f->waiting--;
    int r = f->point.number >= number ? 0 : f->fault;
    pthread_mutex_unlock(&f->mutex);
    return r;
}

int follower_fault(struct follower *f) {
    pthread_mutex_lock(&f->mutex);
    int r = f->fault;
    pthread_mutex_unlock(&f->mutex);
    return r;
}

void follower_point(struct follower *f, struct order_point *out) {
    pthread_mutex_lock(&f->mutex);
    *out = f->point;
    pthread_mutex_unlock(&f->mutex);
}

uint64_t follower_size(struct follower *f) {
    return f->size;
}

uint64_t follower_queued(struct follower *f) {
    pthread_mutex_lock(&f->mutex);
    uint64_t bytes = f->bytes;
    pthread_mutex_unlock(&f->mutex);
    return bytes;
}

int follower_fd(struct follower *f) {
    return f->event_fd;
}

static void *follower_run(void *context) {
    struct follower *f = context;
    unsigned again_ms = follower_tell(f);
    pthread_mutex_lock(&f->mutex);
    while (!f->dead) {
        if (f->pushed == f->done) {
            if (f->closing)
                break;
            follower_sleep(f, &again_ms);
            continue;
        }
        follower_gather(f);
        int r = follower_apply(f);
        f->fault = r;
        f->dead = r < 0 || r == STORE_FORK;
        pthread_cond_broadcast(&f->moved);
        eventfd_write(f->event_fd, 1);
        if (r == STORE_FULL) { /* acknowledged and safe in the order: it only has to wait */
            if (f->closing)
                break;
            follower_nap(f, RETRY_MS);
        } else if (!f->dead) {
            pthread_mutex_unlock(&f->mutex);
            again_ms = follower_tell(f);
            pthread_mutex_lock(&f->mutex);
        }
    }
    pthread_mutex_unlock(&f->mutex);
    return NULL;
}

static void follower_sleep(struct follower *f, unsigned *again_ms) {
    bool timed_out = false;
    f->sleeping = true;
    if (*again_ms > 0)
        timed_out = follower_nap(f, *again_ms);
    else
        pthread_cond_wait(&f->wake, &f->mutex);
    f->sleeping = false;
    if (!timed_out)
        return;
    pthread_mutex_unlock(&f->mutex);
    *again_ms = follower_tell(f);
    pthread_mutex_lock(&f->mutex);
}

/* Waits while more is likely to come: a transaction costs two flushes on the disk that the order
 * needs, whether it carries one record or a thousand. The longer it has been busy, the more seldom
 * it looks whether it still is: each look takes a core from the order for a moment. */
static void follower_gather(struct follower *f) {
    uint64_t now = clock_ms(), deadline = now + f->options.period_ms, nap = QUIET_MS, seen;
    do {
        if (f->closing || f->waiting || f->records >= f->options.apply_records)
            return;
        seen = f->pushed;
        follower_nap(f, nap < deadline - now ? nap : deadline - now);
        nap *= 2;
        now = clock_ms();
    } while ((f->pushed != seen || f->expected) && now < deadline);
}

/* Holds the mutex on entry and exit, not during the transaction. */
static int follower_apply(struct follower *f) {
    size_t count = (size_t)(f->pushed - f->done);
    for (size_t i = 0; i < count; i++)
        f->batch[i] = f->items[(f->done + i) % QUEUE_COMMITS].commit;
    pthread_mutex_unlock(&f->mutex);
    int r = store_apply(f->store, f->batch, count);
    pthread_mutex_lock(&f->mutex);
    if (!r)
        follower_finish(f, count);
    return r;
}

static void follower_finish(struct follower *f, size_t count) {
    for (size_t i = 0; i < count; i++) {
        f->records -= f->batch[i].commit.count;
        f->bytes -= f->batch[i].commit.size;
    }
    f->done += count;
    ring_give(&f->ring, f->items[(f->done - 1) % QUEUE_COMMITS].ring_after);
    f->point = f->store->point;
    f->size = f->point.size;
}

/* On the thread, without the mutex. */
static unsigned follower_tell(struct follower *f) {
    uint64_t now = clock_ms();
    if (now - f->readers_checked_ms >= CHECK_READERS_MS) {
        store_check_readers(f->store);
        f->readers_checked_ms = now;
    }
    int r = store_extend(f->store);
    if (r) {
        pthread_mutex_lock(&f->mutex);
        f->fault = r;
        f->dead = true;
        pthread_cond_broadcast(&f->moved);
        eventfd_write(f->event_fd, 1);
        pthread_mutex_unlock(&f->mutex);
        return 0;
    }
    return f->options.applied ? f->options.applied(f->options.context, &f->store->point) : 0;
}
