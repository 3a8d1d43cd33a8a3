#ifndef DAEMONS_EVENTLOG_KEEPER_H
#define DAEMONS_EVENTLOG_KEEPER_H

/*
 * The eventlog daemon: one thread that takes appends into the commit being filled, answers them when
 * the commit is durable, and serves pages of what is applied. It understands streams, versions and
 * command ids; of the programme's rules it knows nothing (DESIGN.md 1).
 */
#include "common/bus/bus.h"
#include "common/eventlog/log.h"
#include "daemons/eventlog/index.h"

enum {
    KEEPER_DAEMONS_MAX = 32,
    KEEPER_WAITING_MAX = 512, /* each that is gone still costs an answer when the log grows */
    KEEPER_WAITING_EACH = 16, /* of one connection */
    KEEPER_ANSWERS_MAX = 512, /* schemas/bus.def AppendBatch */
    KEEPER_PAGE_BYTES = 900 * 1024,
    KEEPER_FRAME_BYTES = 1 << 20,
    KEEPER_FILTERS_MAX = 65, /* schemas/bus.def ReadFeed: the first one and `also` */
};

struct term {
    char daemon[33];
    int64_t term;
};

/* An append frame whose commit is not durable yet. */
struct unanswered {
    struct bus_peer peer;
    uint64_t last; /* newest position it waits for */
    struct appended *answers;
    uint32_t count;
};

/* 0 stands for any. */
struct feed_choice {
    uint16_t category, type;
};

/* ReadFeed, kept by value while its reader waits. */
struct feed_wish {
    uint64_t from;
    uint32_t most;
    bool is_named;
    uint32_t filter_count;
    struct feed_choice filters[KEEPER_FILTERS_MAX];
};

/* A reader who waits for a position to be applied. */
struct waiter {
    struct bus_peer peer;
    uint64_t position;
    int64_t deadline_ms;
    bool is_stream;
    struct feed_wish feed;
    struct ReadStream stream;
};

struct keeper {
    struct bus *bus;
    struct bus_server *server;
    struct bus_doorbell *doorbell;
    struct log *log;
    struct index *index;
    struct arena requests;
    struct taking *taking; /* room for one append that is checked */
    struct batch filling; /* the next commit */
    uint64_t next;        /* position of the next record */
    uint64_t commits;
    bool in_flight;
    int64_t last_recorded_us, last_known_us;
    bool migration;
    struct term terms[KEEPER_DAEMONS_MAX];
    size_t term_count;
    struct unanswered *unanswered; /* in order of `last` */
    size_t unanswered_count, unanswered_capacity;
    struct waiter *waiting;
    size_t waiting_count;
    struct batch page;
    uint8_t *frame; /* an encoded page */
    uint8_t *named; /* the maps of a page in the named form */
};

int64_t keeper_now_ms(void);
int64_t keeper_now_us(void);
int keeper_fault(struct keeper *k, const struct bus_peer *peer, int32_t outcome);

bool keeper_same_peer(const struct bus_peer *a, const struct bus_peer *b);

/* appends.c */
struct taking *appends_open(struct keeper *k);
int appends_take(struct keeper *k, const struct bus_peer *peer, const struct AppendBatch *batch);
int appends_look_up(struct keeper *k, const struct bus_peer *peer, const struct LookUp *ask);
int appends_open_term(struct keeper *k, const struct bus_peer *peer, const struct OpenTerm *ask);
/* Submits what has been filled when nothing is in flight. */
int appends_submit(struct keeper *k);
/* Everything durable is answered; positions are applied, waiting or not. */
int appends_answer(struct keeper *k);

/* feed.c */
void feed_wish(const struct ReadFeed *ask, struct feed_wish *out);
int feed_answer(struct keeper *k, const struct bus_peer *peer, const struct feed_wish *wish);

/* pages.c */
int pages_feed(struct keeper *k, const struct bus_peer *peer, const struct ReadFeed *ask);
int pages_stream(struct keeper *k, const struct bus_peer *peer, const struct ReadStream *ask);
/* Serves those whose position is applied by now or whose time is over. */
int pages_wake(struct keeper *k);

/* genesis.c: the first record, the scan, the end of a migration. */
int genesis_load(struct keeper *k);
int genesis_open(struct keeper *k, bool migration);
int genesis_close_migration(struct keeper *k, const struct bus_peer *peer,
                            const struct Command *command);

/* Puts one half into the commit being filled; 0, or OUTCOME_full when the commit is full. */
int32_t keeper_write(struct keeper *k, const struct record *half, struct bytes said_bytes,
                     int64_t first, int64_t count, int64_t known_at_us);

#endif
