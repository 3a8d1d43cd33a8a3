/*
 * Reading: who is answered at once and who waits for a position, and the pages of one stream.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "daemons/eventlog/keeper.h"
#include "daemons/eventlog/walk.h"

/* ---- waiting ---- */

/* ---- feed ---- */

struct collected {
    struct bin *records;
    uint32_t count;
    uint64_t next;
};

/* Most readers want everything: then `said` need not be looked at. */
static int look_at(struct keeper *k, const struct ReadFeed *ask, struct bytes bytes,
                   struct log_part *log, bool *is_wanted) {
    struct record r;
    size_t mark = k->requests.used;
    bool filters = ask->category || ask->type;
    int bad = filters ? (int)record_peek(bytes, &k->requests, &r)
                      : record_peek_log(bytes, &k->requests, &r.log);
    k->requests.used = mark;
    if (bad)
        return -74; /* EBADMSG: what is stored cannot be read */
    *log = r.log;
    *is_wanted = !filters || ((!ask->category || ask->category == r.said.category) &&
                              (!ask->type || ask->type == r.said.type));
    return 0;
}

/* The page's records up to the last whole append; filtered ones only move `next`. */
static int collect(struct keeper *k, const struct ReadFeed *ask, struct collected *out) {
    struct batch_cursor at = batch_walk(k->page.bytes, k->page.size);
    struct bytes bytes;
    uint32_t pending = 0;
    while (batch_next(&at, &bytes) == 0) {
        struct log_part log;
        bool is_wanted;
        int r = look_at(k, ask, bytes, &log, &is_wanted);
        if (r)
            return r;
        if (is_wanted)
            out->records[out->count + pending++].data = bytes;
        if (log.position == log.first + log.count - 1) {
            out->count += pending;
            pending = 0;
            out->next = (uint64_t)log.position + 1;
        }
    }
    return 0;
}

static int answer_feed(struct keeper *k, const struct bus_peer *peer, const struct ReadFeed *ask) {
    struct order_point applied;
    struct collected c = {.next = (uint64_t)ask->from};
    uint32_t most = ask->most && ask->most < 1000 ? (uint32_t)ask->most : 1000;
    c.records = arena_get(&k->requests, 1200 * sizeof *c.records);
    ensure(c.records != NULL);
    log_applied(k->log, &applied);
    batch_clear(&k->page);
    /* An append has at most 200 events: with so many more every page holds a whole one. */
    int r = log_page(k->log, (uint64_t)ask->from, most + 200, &k->page);
    r = r ? r : collect(k, ask, &c);
    if (r)
        return r;
    struct FeedPage page = {
        .records = {c.records, c.count},
        .next = (int64_t)c.next,
        .size = (int64_t)applied.size,
        .root = bytes_of(applied.root, applied.size ? sizeof applied.root : 0),
    };
    if (c.next == applied.size + 1)
        page.root_at_next = page.root;
    struct pack_writer w = {k->frame, 0, FRAME_CAPACITY, false};
    ensure(!codec_encode_framed(FeedPage_schema(), &page, &w).result);
    return bus_server_answer_bytes(k->server, peer, bytes_of(w.data, w.size), false);
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
