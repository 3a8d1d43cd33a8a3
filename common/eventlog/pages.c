#include "common/eventlog/pages.h"

#include "common/eventlog/le.h"
#include "common/eventlog/pages_tree.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Offsets in a meta page. */
enum { META_MAGIC = 16, META_VERSION = 20, META_MAP = 32, META_FREE = 40, META_MAIN = 88 };
enum { META_LAST = 136, META_TXN = 144, META_BYTES = 152 };
enum { PAGE_IS_META = 8, NOSUBDIR = 0x4000, PAGE_MAX = 65536, TREES_MAX = 8 };

static const uint32_t lmdb_magic = 0xbeefc0de, lmdb_version = 1;
static const uint64_t map_most = 1ULL << 47; /* what a process can address */

struct meta {
    uint32_t page_size;
    uint64_t map, last, txn;
    struct pages_tree free_pages, main;
};

/* The trees that the main one names. */
struct trees {
    struct pages_tree list[TREES_MAX];
    unsigned count;
};

static int open_pages(struct pages *p, uint64_t file_size, struct meta *m);
static int walk_all(struct pages *p, const struct meta *m);

int pages_check(int dir_fd, const char *name, uint64_t *page) {
    struct pages p = {.fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC)};
    struct stat st;
    struct meta m;
    if (p.fd < 0)
        return -errno;
    int r = fstat(p.fd, &st) ? -errno : open_pages(&p, (uint64_t)st.st_size, &m);
    if (!r)
        r = walk_all(&p, &m);
    *page = p.bad;
    free(p.taken);
    free(p.stack);
    free(p.tiles);
    close(p.fd);
    return r;
}

/* The page size stands where a tree's description has padding. */
static int read_meta(struct pages *p, unsigned index, uint32_t page_size, struct meta *m) {
    uint8_t bytes[META_BYTES];
    p->bad = index;
    int r = place_read(p->fd, bytes, sizeof bytes, (uint64_t)index * page_size);
    if (r)
        return r < 0 ? r : PAGES_DAMAGED;
    *m = (struct meta){.page_size = le_get32(bytes + META_FREE),
                       .map = le_get64(bytes + META_MAP),
                       .last = le_get64(bytes + META_LAST),
                       .txn = le_get64(bytes + META_TXN)};
    pages_tree_read(&m->free_pages, bytes + META_FREE);
    pages_tree_read(&m->main, bytes + META_MAIN);
    bool fits = le_get32(bytes + META_MAGIC) == lmdb_magic &&
                le_get32(bytes + META_VERSION) == lmdb_version &&
                (bytes[10] | bytes[11] << 8) == PAGE_IS_META && le_get64(bytes) == index &&
                (m->free_pages.flags & ~NOSUBDIR) == PAGES_INTEGERKEY && m->main.flags == 0;
    return fits ? 0 : PAGES_DAMAGED;
}

static bool is_page_size(uint32_t size) {
    return size >= 512 && size <= PAGE_MAX && (size & (size - 1)) == 0;
}

/* LMDB writes the two in turn, so their transactions are neighbours and each has its own parity;
 * a fresh file has 0 in both. Anything else would make it follow the older state. */
static bool metas_alternate(const struct meta *m) {
    if (m[0].txn == 0 && m[1].txn == 0)
        return true;
    return m[0].txn % 2 == 0 && m[1].txn % 2 == 1 &&
           (m[0].txn + 1 == m[1].txn || m[1].txn + 1 == m[0].txn);
}

static int read_metas(struct pages *p, struct meta *out) {
    struct meta m[2];
    int r = read_meta(p, 0, 0, &m[0]);
    if (!r && !is_page_size(m[0].page_size))
        r = PAGES_DAMAGED;
    if (!r)
        r = read_meta(p, 1, m[0].page_size, &m[1]);
    if (r)
        return r;
    if (m[0].page_size != m[1].page_size || !metas_alternate(m))
        return PAGES_DAMAGED;
    *out = m[m[1].txn > m[0].txn];
    p->bad = m[1].txn > m[0].txn;
    return 0;
}

static int open_pages(struct pages *p, uint64_t file_size, struct meta *m) {
    int r = read_metas(p, m);
    if (r)
        return r;
    p->page_size = m->page_size;
    p->count = m->last + 1;
    if (m->last < 1 || m->last >= file_size / p->page_size || m->map > map_most ||
        m->map / p->page_size < p->count)
        return PAGES_DAMAGED;
    p->taken = calloc(1, (size_t)(p->count / 8 + 1));
    p->stack = malloc((size_t)PAGES_DEPTH * p->page_size);
    p->tiles = malloc(p->page_size);
    return p->taken && p->stack && p->tiles ? 0 : -ENOMEM;
}

static int find_tree(void *context, const struct pages_value *v) {
    struct trees *t = context;
    if (!v->is_tree || v->value.size != PAGES_DB || t->count == TREES_MAX)
        return PAGES_DAMAGED;
    struct pages_tree *tree = &t->list[t->count++];
    pages_tree_read(tree, v->value.data);
    return tree->flags == 0 || tree->flags == PAGES_INTEGERKEY ? 0 : PAGES_DAMAGED;
}

static int plain_value(void *context, const struct pages_value *v) {
    (void)context;
    return v->is_tree ? PAGES_DAMAGED : 0;
}

/* A list of free pages: how many, then their numbers, falling. The value may have room for more. */
static int take_free(struct pages *p, const uint8_t *list, size_t size) {
    uint64_t count = size < 8 ? UINT64_MAX : le_get64(list);
    if (size % 8 || count > size / 8 - 1)
        return PAGES_DAMAGED;
    for (uint64_t i = 1, before = UINT64_MAX; i <= count; i++) {
        uint64_t page = le_get64(list + 8 * i);
        if (page >= before || !pages_take(p, page))
            return PAGES_DAMAGED;
        before = page;
    }
    return 0;
}

static int free_value(void *context, const struct pages_value *v) {
    struct pages *p = context;
    if (v->is_tree)
        return PAGES_DAMAGED;
    if (v->value.data)
        return take_free(p, v->value.data, v->value.size);
    uint8_t *list = malloc(v->value.size);
    if (!list)
        return -ENOMEM;
    int r = place_read(p->fd, list, v->value.size, v->overflow * p->page_size + PAGES_HEAD);
    if (!r)
        r = take_free(p, list, v->value.size);
    free(list);
    return r < 0 ? r : r ? PAGES_DAMAGED : 0;
}

static int walk_all(struct pages *p, const struct meta *m) {
    struct trees trees = {.count = 0};
    struct pages_tree free_pages = m->free_pages;
    free_pages.flags = PAGES_INTEGERKEY;
    int r = pages_tree_walk(p, &m->main, find_tree, &trees);
    for (unsigned i = 0; !r && i < trees.count; i++)
        r = pages_tree_walk(p, &trees.list[i], plain_value, NULL);
    return r ? r : pages_tree_walk(p, &free_pages, free_value, p);
}
