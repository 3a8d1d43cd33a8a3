#include "common/eventlog/pages_tree.h"

#include "common/eventlog/le.h"
#include "common/eventlog/pages.h"
#include "common/eventlog/place.h"

/* Offsets in the head of a page, in a node, and in a tree's description. */
enum { PAGE_FLAGS = 10, PAGE_LOWER = 12, PAGE_UPPER = 14, PAGE_PAGES = 12 };
enum { NODE_FLAGS = 4, NODE_KEY_SIZE = 6, NODE_HEAD = 8 };
enum { DB_FLAGS = 4, DB_DEPTH = 6, DB_BRANCHES = 8, DB_LEAVES = 16, DB_OVERFLOWS = 24 };
enum { DB_ENTRIES = 32, DB_ROOT = 40 };
enum { IS_BRANCH = 1, IS_LEAF = 2, IS_OVERFLOW = 4 };
enum { NODE_BIG = 1, NODE_TREE = 2 };

struct key {
    uint8_t bytes[PAGES_KEY_MAX];
    size_t size;
    bool is_set;
};

struct walk {
    struct pages *pages;
    const struct pages_tree *tree;
    pages_visit_fn *visit;
    void *context;
    uint64_t branches, leaves, overflows, entries;
    struct key last, floor; /* the key before; what the branch above promises of the next one */
};

static int walk_page(struct walk *w, uint64_t page, unsigned level);
static int walk_leaf(struct walk *w, const uint8_t *page);
static int walk_branch(struct walk *w, const uint8_t *page, unsigned level);

static uint16_t get16(const uint8_t *at) {
    return (uint16_t)(at[0] | at[1] << 8);
}

void pages_tree_read(struct pages_tree *t, const uint8_t *bytes) {
    *t = (struct pages_tree){.flags = get16(bytes + DB_FLAGS),
                             .depth = get16(bytes + DB_DEPTH),
                             .branches = le_get64(bytes + DB_BRANCHES),
                             .leaves = le_get64(bytes + DB_LEAVES),
                             .overflows = le_get64(bytes + DB_OVERFLOWS),
                             .entries = le_get64(bytes + DB_ENTRIES),
                             .root = le_get64(bytes + DB_ROOT)};
}

bool pages_take(struct pages *p, uint64_t page) {
    if (page < 2 || page >= p->count)
        return false;
    p->bad = page;
    uint8_t bit = (uint8_t)(1u << page % 8), *at = &p->taken[page / 8];
    bool was_free = (*at & bit) == 0;
    *at |= bit;
    return was_free;
}

int pages_tree_walk(struct pages *p, const struct pages_tree *t, pages_visit_fn *visit,
                    void *context) {
    struct walk w = {.pages = p, .tree = t, .visit = visit, .context = context};
    int r = 0;
    if (t->depth > PAGES_DEPTH || (t->depth == 0) != (t->root == UINT64_MAX))
        return PAGES_DAMAGED;
    if (t->depth > 0)
        r = walk_page(&w, t->root, 0);
    if (r)
        return r;
    bool fits = w.branches == t->branches && w.leaves == t->leaves && w.overflows == t->overflows &&
                w.entries == t->entries;
    return fits ? 0 : PAGES_DAMAGED;
}

static const uint8_t *slot(const uint8_t *page, unsigned i) {
    return page + get16(page + PAGES_HEAD + 2 * (size_t)i);
}

static unsigned slots(const uint8_t *page) {
    return (unsigned)(get16(page + PAGE_LOWER) - PAGES_HEAD) / 2;
}

static size_t data_size(const uint8_t *node) {
    return (size_t)get16(node) | (size_t)get16(node + 2) << 16;
}

static size_t node_size(const uint8_t *node, bool leaf) {
    size_t size = NODE_HEAD + (size_t)get16(node + NODE_KEY_SIZE);
    if (leaf)
        size += get16(node + NODE_FLAGS) & NODE_BIG ? sizeof(uint64_t) : data_size(node);
    return size + (size & 1);
}

/* LMDB closes every gap when it removes a node, so the nodes fill the page from `upper` to its end
 * exactly, each byte once. */
static bool nodes_tile(struct pages *p, const uint8_t *page, bool leaf) {
    unsigned lower = get16(page + PAGE_LOWER), upper = get16(page + PAGE_UPPER);
    size_t sum = 0;
    if (lower < PAGES_HEAD || lower % 2 || lower > upper || upper > p->page_size)
        return false;
    memset(p->tiles, 0, p->page_size);
    for (unsigned i = 0; i < slots(page); i++) {
        size_t at = (size_t)(slot(page, i) - page);
        if (at < upper || at % 2 || at + NODE_HEAD > p->page_size)
            return false;
        size_t size = node_size(page + at, leaf);
        if (at + size > p->page_size || memchr(p->tiles + at, 1, size))
            return false;
        memset(p->tiles + at, 1, size);
        sum += size;
    }
    return slots(page) > 0 && sum == p->page_size - upper;
}

static int walk_page(struct walk *w, uint64_t number, unsigned level) {
    struct pages *p = w->pages;
    uint8_t *page = p->stack + (size_t)level * p->page_size;
    bool leaf = level + 1u == w->tree->depth;
    if (!pages_take(p, number))
        return PAGES_DAMAGED;
    int r = place_read(p->fd, page, p->page_size, number * p->page_size);
    if (r)
        return r < 0 ? r : PAGES_DAMAGED;
    if (le_get64(page) != number || get16(page + PAGE_FLAGS) != (leaf ? IS_LEAF : IS_BRANCH) ||
        !nodes_tile(p, page, leaf))
        return PAGES_DAMAGED;
    return leaf ? walk_leaf(w, page) : walk_branch(w, page, level);
}

static int compare(const struct walk *w, const struct key *a, struct bytes b) {
    if (w->tree->flags & PAGES_INTEGERKEY) {
        uint64_t x = le_get64(a->bytes), y = le_get64(b.data);
        return (x > y) - (x < y);
    }
    size_t common = a->size < b.size ? a->size : b.size;
    int order = memcmp(a->bytes, b.data, common);
    return order ? order : (a->size > b.size) - (a->size < b.size);
}

static void keep(struct key *key, struct bytes from) {
    memcpy(key->bytes, from.data, from.size);
    key->size = from.size;
    key->is_set = true;
}

static bool take_key(const struct walk *w, const uint8_t *node, struct bytes *key) {
    size_t size = get16(node + NODE_KEY_SIZE);
    *key = bytes_of(node + NODE_HEAD, size);
    return w->tree->flags & PAGES_INTEGERKEY ? size == sizeof(uint64_t)
                                             : size > 0 && size <= PAGES_KEY_MAX;
}

/* The first page of a long value names how many belong to it. */
static int take_overflow(struct walk *w, uint64_t first, size_t size) {
    struct pages *p = w->pages;
    uint64_t pages = (PAGES_HEAD - 1 + size) / p->page_size + 1;
    uint8_t head[PAGES_HEAD];
    for (uint64_t i = 0; i < pages; i++)
        if (!pages_take(p, first + i))
            return PAGES_DAMAGED;
    p->bad = first;
    int r = place_read(p->fd, head, sizeof head, first * p->page_size);
    if (r)
        return r < 0 ? r : PAGES_DAMAGED;
    w->overflows += pages;
    bool fits = le_get64(head) == first && get16(head + PAGE_FLAGS) == IS_OVERFLOW &&
                le_get32(head + PAGE_PAGES) == pages;
    return fits ? 0 : PAGES_DAMAGED;
}

static int walk_value(struct walk *w, const uint8_t *node, struct bytes key) {
    unsigned flags = get16(node + NODE_FLAGS);
    struct pages_value v = {.key = key, .is_tree = flags == NODE_TREE};
    const uint8_t *data = node + NODE_HEAD + key.size;
    int r = 0;
    if (flags != 0 && flags != NODE_BIG && flags != NODE_TREE)
        return PAGES_DAMAGED;
    v.value = bytes_of(data, data_size(node));
    if (flags == NODE_BIG) {
        v.overflow = le_get64(data);
        v.value.data = NULL;
        r = take_overflow(w, v.overflow, v.value.size);
    }
    if (!r && w->visit)
        r = w->visit(w->context, &v);
    return r;
}

static int walk_leaf(struct walk *w, const uint8_t *page) {
    w->leaves++;
    for (unsigned i = 0; i < slots(page); i++) {
        const uint8_t *node = slot(page, i);
        struct bytes key;
        if (!take_key(w, node, &key) || (w->last.is_set && compare(w, &w->last, key) >= 0) ||
            (w->floor.is_set && compare(w, &w->floor, key) > 0))
            return PAGES_DAMAGED;
        keep(&w->last, key);
        w->floor.is_set = false;
        w->entries++;
        int r = walk_value(w, node, key);
        if (r)
            return r;
    }
    return 0;
}

/* The key of the first child is never looked at and mostly empty. */
static int walk_branch(struct walk *w, const uint8_t *page, unsigned level) {
    w->branches++;
    for (unsigned i = 0; i < slots(page); i++) {
        const uint8_t *node = slot(page, i);
        struct bytes key;
        if (i > 0) {
            if (!take_key(w, node, &key) || compare(w, &w->last, key) >= 0)
                return PAGES_DAMAGED;
            keep(&w->floor, key);
        }
        uint64_t child = data_size(node) | (uint64_t)get16(node + NODE_FLAGS) << 32;
        int r = walk_page(w, child, level + 1);
        if (r)
            return r;
    }
    return 0;
}
