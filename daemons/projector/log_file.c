#include "daemons/projector/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "daemons/eventlog/walk.h"

enum { PAGE_RECORDS = 1000, ARENA_BYTES = 4 << 20, PATH_BYTES = 4096 };

static void *must(void *memory) {
    ensure(memory != NULL);
    return memory;
}

int log_file_open(struct log_file *f, const char *data_dir, uint64_t upto) {
    const struct store_options read_only = {.read_only = true};
    char path[PATH_BYTES];
    *f = (struct log_file){.dir_fd = -1, .upto = upto, .next = 1};
    f->heads = must(index_new());
    f->lent = must(calloc(PAGE_RECORDS + 1, sizeof *f->lent));
    f->lent_of_stream = must(calloc(WALK_RECORDS, sizeof *f->lent_of_stream));
    arena_init(&f->pages, must(malloc(ARENA_BYTES)), ARENA_BYTES);
    arena_init(&f->streams, must(malloc(ARENA_BYTES)), ARENA_BYTES);
    batch_init(&f->page, must(malloc(BATCH_BYTES_MAX)), BATCH_BYTES_MAX);
    sha256_init(&f->hasher);
    int size = snprintf(path, sizeof path, "%s/log", data_dir);
    if (size < 0 || (size_t)size >= sizeof path)
        return -ENAMETOOLONG;
    f->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->dir_fd < 0)
        return -errno;
    f->is_open = true;
    int r = store_open(&f->store, path, f->dir_fd, &read_only);
    return r ? r : reader_open(&f->reader, &f->store);
}

void log_file_close(struct log_file *f) {
    reader_close(&f->reader);
    if (f->is_open)
        store_close(&f->store);
    if (f->dir_fd >= 0)
        close(f->dir_fd);
    sha256_deinit(&f->hasher);
    index_free(f->heads);
    free(f->page.bytes);
    free(f->pages.memory);
    free(f->streams.memory);
    free(f->lent);
    free(f->lent_of_stream);
}

/* Heads and tree follow the pages, so that both are those of the position that was told. */
static int take(struct log_file *f, struct bytes bytes) {
    struct record record;
    uint8_t leaf[SHA256_SIZE];
    arena_reset(&f->pages);
    if (record_peek(bytes, &f->pages, &record))
        return 1;
    index_take(f->heads, &record);
    tree_leaf(&f->hasher, bytes.data, bytes.size, leaf);
    tree_append(&f->hasher, &f->tree, leaf);
    return 0;
}

static int file_page(void *context, uint64_t from, struct source_page *out) {
    struct log_file *f = context;
    uint64_t left = f->upto >= from ? f->upto - from + 1 : 0;
    *out = (struct source_page){.records = f->lent, .next = from, .size = f->upto};
    batch_clear(&f->page);
    if (from != f->next ||
        (left && reader_page(&f->reader, from, left < PAGE_RECORDS ? (uint32_t)left : PAGE_RECORDS,
                             &f->page)))
        return 1;
    struct batch_cursor at = batch_walk(f->page.bytes, f->page.size);
    while (batch_next(&at, &f->lent[out->count]) == 0)
        if (take(f, f->lent[out->count++]))
            return 1;
    f->next = out->next = from + out->count;
    out->has_root = f->next > 1;
    if (out->has_root)
        tree_root(&f->hasher, &f->tree, out->root);
    return 0;
}

static int file_stream(void *context, struct stream stream, uint64_t before,
                       struct source_page *out) {
    struct log_file *f = context;
    const struct head *head = index_find(f->heads, stream.category, stream.id);
    arena_reset(&f->streams);
    struct walk_page *walked = must(arena_get(&f->streams, sizeof *walked));
    int r = walk_stream(&f->reader, stream.category, stream.id, head ? head->position : 0, before,
                        &f->streams, walked);
    for (uint32_t i = 0; !r && i < walked->count; i++)
        f->lent_of_stream[i] = walked->records[i].data;
    *out = (struct source_page){
        .records = f->lent_of_stream, .count = walked->count, .next = walked->before};
    return r != 0;
}

struct source log_file_source(struct log_file *f) {
    return (struct source){f, file_page, file_stream};
}
