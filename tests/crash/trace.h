#ifndef TESTS_CRASH_TRACE_H
#define TESTS_CRASH_TRACE_H

/*
 * What a running log does to its files, in the order in which it happened. The calls are caught at
 * link time (--wrap), in our code and in LMDB's. Each is recorded when it has returned; one lock
 * makes calls of several threads into one sequence, which is the strictest legal one.
 */
#include "common/base/view.h"

enum trace_kind {
    TRACE_CREATE,   /* `name` now means `file`, which is empty */
    TRACE_RENAME,   /* `from` is now called `name` */
    TRACE_WRITE,    /* data at offset of file */
    TRACE_SYNC,     /* all earlier writes of file are on disk */
    TRACE_SYNC_DIR, /* all earlier names are on disk */
    TRACE_SUBMIT,   /* the author handed in records up to `position` */
    TRACE_ACK,      /* the log told that records up to `position` are durable */
};

enum { TRACE_NAME = 24, TRACE_FILES = 256, TRACE_EVENTS = 20000 };

struct trace_event {
    enum trace_kind kind;
    unsigned file;
    bool dsync; /* a write that returned only when it was on disk (LMDB's meta page) */
    char name[TRACE_NAME], from[TRACE_NAME];
    uint64_t offset, position;
    uint8_t *data;
    size_t size;
};

struct trace {
    struct trace_event *events;
    size_t count;
    uint64_t bytes; /* of all writes */
    /* What stood in the directory when recording began. */
    struct trace_file {
        char name[TRACE_NAME];
        uint8_t *data;
        size_t size;
    } base[16];
    unsigned base_count;
    uint64_t base_position; /* acknowledged before recording began; set by the author */
};

/* Records everything that happens to files of this directory (given by descriptor) from now on. */
void trace_begin(struct trace *t, int dir_fd);
void trace_end(void);
void trace_free(struct trace *t);

/* The author's own marks. */
void trace_mark(enum trace_kind kind, uint64_t position);

#endif
