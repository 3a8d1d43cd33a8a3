#ifndef COMMON_EVENTLOG_PAGES_TREE_H
#define COMMON_EVENTLOG_PAGES_TREE_H

/* One B+tree of LMDB's data format 1 (LMDB 0.9), walked without trust; see pages.h. */
#include "common/base/view.h"

enum {
    PAGES_HEAD = 16,  /* bytes before the slots of a page */
    PAGES_DB = 48,    /* bytes of a tree's description */
    PAGES_DEPTH = 32, /* LMDB's own limit */
    PAGES_KEY_MAX = 511,
    PAGES_INTEGERKEY = 0x08,
};

struct pages_tree {
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

/* One file being looked at. */
struct pages {
    int fd;
    uint32_t page_size;
    uint64_t count; /* pages that LMDB may follow */
    uint8_t *taken; /* a bit for each: in a tree, or free */
    uint8_t *stack; /* PAGES_DEPTH pages */
    uint8_t *tiles; /* a byte for each byte of a page */
    uint64_t bad;   /* the page that was looked at last */
};

void pages_tree_read(struct pages_tree *t, const uint8_t *bytes);

/* Each value in order of its key. `is_tree`: the value describes a tree. Anything but 0 ends the
 * walk and is returned. A value longer than a page is not read: then `value.data` is NULL and
 * `overflow` its first page. */
struct pages_value {
    struct bytes key, value;
    bool is_tree;
    uint64_t overflow;
};
typedef int pages_visit_fn(void *context, const struct pages_value *value);

/* 0, PAGES_DAMAGED, -errno, or what the visitor returned. */
int pages_tree_walk(struct pages *p, const struct pages_tree *t, pages_visit_fn *visit,
                    void *context);

/* The page is in the file and nobody had it before. */
bool pages_take(struct pages *p, uint64_t page);

#endif
