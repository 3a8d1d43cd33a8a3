/*
 * Pages of the feed, from what is applied. A page never ends inside an append, and `next` passes
 * over what a filter left out, so that a checkpoint can follow it.
 */
#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/named.h"
#include "daemons/eventlog/keeper.h"

enum { MOST = 1000, APPEND_MAX = 200, WINDOW = MOST + APPEND_MAX, PAGE_FULL = 1 };

struct page {
    struct keeper *k;
    const struct feed_wish *wish;
    struct bin *records; /* as stored: of this page, then of the append that is being read */
    struct named_event *events;
    struct pack_writer named; /* their maps */
    uint32_t count;
    uint64_t next;
    struct order_point applied;
};

void feed_wish(const struct ReadFeed *ask, struct feed_wish *out) {
    *out = (struct feed_wish){
        .from = (uint64_t)ask->from,
        .most = ask->most ? (uint32_t)ask->most : MOST,
        .is_named = ask->form == FEED_FORM_named,
    };
    if (ask->category || ask->type)
        out->filters[out->filter_count++] =
            (struct feed_choice){(uint16_t)ask->category, (uint16_t)ask->type};
    for (uint32_t i = 0; i < ask->also.count; i++)
        out->filters[out->filter_count++] = (struct feed_choice){
            (uint16_t)ask->also.items[i].category, (uint16_t)ask->also.items[i].type};
}

static bool is_wanted(const struct feed_wish *wish, const struct said *said) {
    for (uint32_t i = 0; i < wish->filter_count; i++) {
        struct feed_choice c = wish->filters[i];
        if ((!c.category || c.category == said->category) && (!c.type || c.type == said->type))
            return true;
    }
    return false;
}

/* ---- telling ---- */

/* 0, PAGE_FULL, or negative. */
static int tell_event(struct page *p, struct bytes stored) {
    struct arena *arena = &p->k->requests;
    size_t mark = arena->used, start = p->named.size;
    struct record r;
    int bad = record_decode(stored, arena, &r) ? -74 : named_encode(&r, &p->named);
    arena->used = mark;
    if (bad)
        return bad < 0 ? bad : PAGE_FULL;
    p->events[p->count++].map = bytes_of(p->named.data + start, p->named.size - start);
    return 0;
}

/* One whole append, or nothing of it. An append has at most 64 KiB (schemas/bus.def) and grows less
 * than tenfold by its names, so that an empty page always has room. */
static int tell_named(struct page *p, uint32_t count) {
    const struct page before = *p;
    for (uint32_t i = 0; i < count; i++) {
        int r = tell_event(p, p->records[i].data);
        if (!r)
            continue;
        ensure(r != PAGE_FULL || before.count != 0);
        *p = before;
        return r;
    }
    return 0;
}

/* `count` records of an append, which stand behind those of the page (stored) or alone (named). */
static int tell(struct page *p, uint32_t count) {
    if (p->count && p->count + count > p->wish->most)
        return PAGE_FULL;
    if (p->wish->is_named)
        return tell_named(p, count);
    p->count += count;
    return 0;
}

/* ---- reading ---- */

/* Most readers want everything: then `said` need not be looked at. */
static int look_at(struct page *p, struct bytes bytes, struct log_part *log, bool *wanted) {
    struct arena *arena = &p->k->requests;
    size_t mark = arena->used;
    struct record r;
    int bad = p->wish->filter_count ? (int)record_peek(bytes, arena, &r)
                                    : record_peek_log(bytes, arena, &r.log);
    arena->used = mark;
    if (bad)
        return -74; /* EBADMSG: what is stored cannot be read */
    *log = r.log;
    *wanted = !p->wish->filter_count || is_wanted(p->wish, &r.said);
    return 0;
}

/* Whole appends only; what is not wanted moves `next` alone. */
static int collect(struct page *p) {
    struct keeper *k = p->k;
    struct batch_cursor at = batch_walk(k->page.bytes, k->page.size);
    struct bytes bytes;
    uint32_t pending = 0;
    while (batch_next(&at, &bytes) == 0) {
        struct log_part log;
        bool wanted;
        int r = look_at(p, bytes, &log, &wanted);
        if (r)
            return r;
        uint32_t told = p->wish->is_named ? 0 : p->count;
        if (wanted)
            p->records[told + pending++].data = bytes;
        if (log.position != log.first + log.count - 1)
            continue;
        int bad = tell(p, pending);
        if (bad)
            return bad == PAGE_FULL ? 0 : bad;
        pending = 0;
        p->next = (uint64_t)log.position + 1;
    }
    return 0;
}

static int send_page(const struct page *p, const struct bus_peer *peer) {
    uint64_t size = p->applied.size;
    struct FeedPage page = {
        .next = (int64_t)p->next,
        .size = (int64_t)size,
        .root = bytes_of(p->applied.root, size ? sizeof p->applied.root : 0),
    };
    if (p->wish->is_named)
        page.events = (struct named_event_list){p->events, p->count};
    else
        page.records = (struct bin_list){p->records, p->count};
    if (p->next == size + 1)
        page.root_at_next = page.root;
    struct pack_writer w = {p->k->frame, 0, KEEPER_FRAME_BYTES, false};
    ensure(!codec_encode_framed(FeedPage_schema(), &page, &w).result);
    return bus_server_answer_bytes(p->k->server, peer, bytes_of(w.data, w.size), false);
}

int feed_answer(struct keeper *k, const struct bus_peer *peer, const struct feed_wish *wish) {
    struct page p = {.k = k, .wish = wish, .next = wish->from};
    uint32_t window = wish->filter_count ? WINDOW : wish->most + APPEND_MAX;
    p.named = (struct pack_writer){k->named, 0, KEEPER_PAGE_BYTES, false};
    p.records = arena_get(&k->requests, WINDOW * sizeof *p.records);
    p.events = arena_get(&k->requests, MOST * sizeof *p.events);
    ensure(p.records != NULL && p.events != NULL);
    log_point(k->log, &p.applied);
    batch_clear(&k->page);
    int r = log_page(k->log, wish->from, window, &k->page);
    r = r ? r : collect(&p);
    return r ? r : send_page(&p, peer);
}
