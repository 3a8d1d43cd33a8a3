#ifndef COMMON_EVENTLOG_ORDER_H
#define COMMON_EVENTLOG_ORDER_H

/*
 * The seam: one total order of commits, each durable before it is told. Nothing above this header
 * may assume which engine runs; the chain of numbers and roots, not the engine, is the compare.
 *
 * There is one outcome path. A submit has no reply: the author recognises its own commit (number
 * and epoch) when it comes back through order_next(), and only then answers anybody.
 *
 * One thread opens, submits and asks for what is next; order_settle() and order_state() may be
 * called from any thread. Results: 0 done, positive a condition of the enum, negative -errno: the
 * outcome of what was submitted is unknown and the process has to end.
 */
#include "common/base/view.h"

enum { ORDER_ROOT_SIZE = 32 };

/* How far somebody is: the last commit and the tree that its records complete. */
struct order_point {
    uint64_t number, epoch, size;
    uint8_t root[ORDER_ROOT_SIZE];
};

struct order_commit {
    uint64_t number, epoch; /* number: contiguous from 1; epoch: rises with each take-over */
    uint64_t first;         /* position of the first record */
    uint32_t count;         /* records; 0 is an epoch mark */
    uint8_t prev[ORDER_ROOT_SIZE]; /* root of the tree at size first - 1 */
    const void *bytes;             /* framed records (batch.h) */
    size_t size;
};

enum {
    ORDER_NOTHING = 1, /* nothing to tell now */
    ORDER_BUSY,        /* no room now; again when order_fd() is readable or something was settled */
    ORDER_FOLLOWER,    /* not ours to write: somebody else leads, or nobody asked to lead */
    ORDER_NO_QUORUM,   /* for now nobody can write; reading goes on */
    ORDER_FULL,        /* no space on the medium */
    ORDER_BEHIND,      /* the engine has forgotten commits that we hold, or lost ones we need */
    ORDER_FORK,        /* the engine's history is not ours */
    ORDER_DAMAGED,     /* an acknowledged commit is unreadable */
};

enum order_role { ORDER_ROLE_READER, ORDER_ROLE_LEADER };

struct order_state {
    enum order_role role;
    uint64_t epoch, number;  /* of the last durable commit */
    uint64_t settled;        /* number up to which the engine may forget */
    size_t bytes_max;        /* largest order_commit.size that the engine takes */
    uint64_t kept, capacity; /* bytes on the medium that are not settled; bytes there are */
};

struct order;

struct order_engine {
    int (*fd)(struct order *o);
    int (*lead)(struct order *o, const struct order_point *own);
    int (*submit)(struct order *o, const struct order_commit *c);
    int (*next)(struct order *o, struct order_commit *c);
    void (*settle)(struct order *o, const struct order_point *held);
    void (*state)(struct order *o, struct order_state *out);
    void (*close)(struct order *o);
};

/* The head of every engine's own structure. */
struct order {
    const struct order_engine *engine;
};

/* Readable when order_next() has something; for poll loops. */
int order_fd(struct order *o);

/* Asks for the next epoch. `own` is the point after everything told so far; granted when the epoch
 * mark comes back through order_next(). */
int order_lead(struct order *o, const struct order_point *own);

/* Copies the commit, and may make it durable before it returns. 0 = taken, which says nothing about
 * the outcome; ORDER_BUSY, ORDER_FOLLOWER,
 * ORDER_FORK (not the next number or an old epoch), -EMSGSIZE (more than bytes_max). */
int order_submit(struct order *o, const struct order_commit *c);

/* The next commit of the order, own ones included. Its bytes are valid until the next call. */
int order_next(struct order *o, struct order_commit *c);

/* Everything up to this point is held and synced elsewhere and may be dropped here. */
void order_settle(struct order *o, const struct order_point *held);

void order_state(struct order *o, struct order_state *out);

/* What was submitted and not yet durable may or may not become so. NULL is allowed. */
void order_close(struct order *o);

#endif
