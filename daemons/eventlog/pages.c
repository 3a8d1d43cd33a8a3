/*
 * Reading: who is answered at once and who waits for a position, and the pages of one stream.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "daemons/eventlog/keeper.h"
#include "daemons/eventlog/walk.h"

/* ---- waiting ---- */

/* A feed that waits less than it was asked to is an answer; a stream's newest entry is not there yet. */
static int end_wait(struct keeper *k, size_t index) {
    struct waiter w = k->waiting[index];
    k->waiting_count--;
    memmove(k->waiting + index, k->waiting + index + 1,
            (k->waiting_count - index) * sizeof *k->waiting);
    return w.is_stream ? keeper_fault(k, &w.peer, OUTCOME_later)
                       : feed_answer(k, &w.peer, &w.feed);
}

/* Nobody is refused: whoever has too many waiting ends his own oldest, and a full table the oldest
 * of all, so that many that wait cannot keep another one from waiting. */
static int wait_for(struct keeper *k, struct waiter w) {
    size_t own = 0, oldest = 0;
    for (size_t i = k->waiting_count; i > 0; i--)
        if (keeper_same_peer(&k->waiting[i - 1].peer, &w.peer)) {
            oldest = i - 1;
            own++;
        }
    int r = 0;
    if (own >= KEEPER_WAITING_EACH)
        r = end_wait(k, oldest);
    else if (k->waiting_count == KEEPER_WAITING_MAX)
        r = end_wait(k, 0);
    k->waiting[k->waiting_count++] = w;
    return r;
}

int pages_feed(struct keeper *k, const struct bus_peer *peer, const struct ReadFeed *ask) {
    struct waiter w = {.peer = *peer,
                       .position = (uint64_t)ask->from,
                       .deadline_ms = keeper_now_ms() + ask->wait_ms};
    feed_wish(ask, &w.feed);
    if (ask->wait_ms == 0 || w.position <= log_applied_size(k->log))
        return feed_answer(k, peer, &w.feed);
    return wait_for(k, w);
}

/* ---- one stream, newest first ---- */

/* `newest` is the stream's head when it was asked for: a later one may not be applied yet. */
static int answer_stream(struct keeper *k, const struct bus_peer *peer,
                         const struct ReadStream *ask, uint64_t newest) {
    struct walk_page *walked = arena_get(&k->requests, sizeof *walked);
    ensure(walked != NULL);
    int r = walk_stream(log_reader(k->log), (uint16_t)ask->category, ask->stream, newest,
                        (uint64_t)ask->before, &k->requests, walked);
    if (r)
        return r;
    struct StreamPage page = {.records = {walked->records, walked->count},
                              .before = (int64_t)walked->before};
    struct pack_writer w = {k->frame, 0, KEEPER_FRAME_BYTES, false};
    ensure(!codec_encode_framed(StreamPage_schema(), &page, &w).result);
    return bus_server_answer_bytes(k->server, peer, bytes_of(w.data, w.size), false);
}

int pages_stream(struct keeper *k, const struct bus_peer *peer, const struct ReadStream *ask) {
    const struct head *h = index_find(k->index, (uint16_t)ask->category, ask->stream);
    uint64_t newest = h ? h->position : 0;
    if (newest <= log_applied_size(k->log))
        return answer_stream(k, peer, ask, newest);
    return wait_for(k, (struct waiter){.peer = *peer,
                                       .position = newest,
                                       .deadline_ms = INT64_MAX,
                                       .is_stream = true,
                                       .stream = *ask});
}

int pages_wake(struct keeper *k) {
    uint64_t applied = log_applied_size(k->log);
    int64_t now = keeper_now_ms();
    size_t kept = 0, count = k->waiting_count;
    int r = 0;
    for (size_t i = 0; i < count; i++) {
        struct waiter w = k->waiting[i];
        if (r || (w.position > applied && now < w.deadline_ms)) {
            k->waiting[kept++] = w;
            continue;
        }
        arena_reset(&k->requests);
        r = w.is_stream ? answer_stream(k, &w.peer, &w.stream, w.position)
                        : feed_answer(k, &w.peer, &w.feed);
    }
    k->waiting_count = kept;
    return r;
}
