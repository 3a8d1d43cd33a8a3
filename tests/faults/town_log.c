#include "tests/faults/town_log.h"

#include "tests/unit/eventlog/fixture.h"

struct log_options town_options(const struct note_key *key) {
    return (struct log_options){.map_bytes = 2 * 1024 * 1024,
                                .extend_bytes = 16 * 1024,
                                .segment_bytes = 32 * 1024,
                                .key = key,
                                .origin = "example.org/town",
                                .head_ms = 1};
}

static void wait_for_head(struct log *l, uint64_t size) {
    struct checkpoint head = {.size = 0};
    char note[CHECKPOINT_TEXT_MAX];
    while (head.size < size)
        if (log_checkpoint(l, note) == 0)
            checkpoint_parse(text_of(note), &head);
}

void town_log_make(struct stage *out, struct note_key *key) {
    struct place *p;
    struct log *l = NULL;
    struct stage later;
    place_new((void **)&p);
    assert_int_equal(note_key_create(p->fd, "log.key", "town.example", key), 0);
    struct log_options o = town_options(key);
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, TOWN_APPLIED, 7);
    wait_for_head(l, TOWN_APPLIED);
    log_close(l);
    stage_take(out, p->fd);
    assert_int_equal(log_open(&l, p->path, &o), 0);
    log_fill(l, TOWN_PENDING, 3);
    log_close(l);
    stage_take(&later, p->fd);
    stage_move(out, &later, "segment-0");
    stage_move(out, &later, "segment-1");
    stage_free(&later);
    place_free((void **)&p);
}

enum kept town_log_serve(const char *dir, const struct kept_bounds *bounds) {
    struct log_options o = town_options(NULL);
    struct log *l = NULL;
    if (log_open(&l, dir, &o) != 0)
        return KEPT_NOT_OPEN;
    enum kept v = kept_check(l, bounds);
    if (v != KEPT_GOOD) {
        log_close(l);
        return v;
    }
    log_fill(l, 5, 2);
    struct kept_bounds now = {log_durable_size(l), log_durable_size(l)};
    log_close(l);
    if (log_open(&l, dir, &o) != 0)
        return KEPT_STUCK;
    v = kept_check(l, &now);
    log_close(l);
    return v;
}
