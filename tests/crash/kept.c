#include "tests/crash/kept.h"

#include "common/eventlog/tree.h"
#include "tests/unit/eventlog/fixture.h"

static uint8_t roots[KEPT_RECORDS_MOST + 1][SHA256_SIZE];

void kept_init(void) {
    uint8_t record[RECORD_MOST], leaf[SHA256_SIZE];
    struct tree t = {0};
    struct sha256 h;
    sha256_init(&h);
    for (unsigned i = 0; i <= KEPT_RECORDS_MOST; i++) {
        tree_root(&h, &t, roots[i]);
        tree_leaf(&h, record, record_make(i + 1, record), leaf);
        tree_append(&h, &t, leaf);
    }
    sha256_deinit(&h);
}

static enum kept check_records(struct log *l, uint64_t size) {
    struct reader *r = log_reader(l);
    struct bytes record;
    if (reader_begin(r) != 0)
        return KEPT_CONTENT;
    for (uint64_t i = 1; i <= size; i++)
        if (reader_get(r, i, &record) != 0 || !record_is(i, record))
            return KEPT_CONTENT;
    bool more = reader_get(r, size + 1, &record) != READER_NONE;
    reader_end(r);
    return more ? KEPT_INVENTED : KEPT_GOOD;
}

enum kept kept_check(struct log *l, const struct kept_bounds *bounds) {
    struct log_state s;
    log_state(l, &s);
    if (s.applied.size < bounds->acked)
        return KEPT_LOST;
    if (s.applied.size > bounds->submitted || s.applied.size > KEPT_RECORDS_MOST)
        return KEPT_INVENTED;
    if (memcmp(s.applied.root, roots[s.applied.size], SHA256_SIZE) != 0)
        return KEPT_ROOT;
    return check_records(l, s.applied.size);
}

enum kept kept_check_head(int dir_fd, const struct note_key *key, uint64_t size) {
    char buffer[CHECKPOINT_TEXT_MAX];
    struct checkpoint head;
    struct text note;
    int r = checkpoint_get(dir_fd, buffer, &note);
    if (r == CHECKPOINT_NONE)
        return KEPT_GOOD;
    if (r || checkpoint_verify(note, key, &head) != 0 || head.size > size ||
        head.size > KEPT_RECORDS_MOST || memcmp(head.root, roots[head.size], SHA256_SIZE) != 0)
        return KEPT_HEAD;
    return KEPT_GOOD;
}

const char *kept_name(enum kept verdict) {
    static const char *const names[KEPT_VERDICTS] = {
        "crashed", "good", "not open", "lost", "invented", "content", "root", "head", "stuck",
    };
    return names[verdict];
}
