/* Stream heads live in an open-addressing table that doubles when it is half full. */
#include "tools/latarnia/chain.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/scan.h"
#include "tools/latarnia/cli.h"

enum { FIRST_SLOTS = 1024, ARENA_BYTES = 1 << 20 };

struct head {
    struct id stream;
    int64_t category, position, version; /* position 0: free */
};

struct chain {
    struct head *heads;
    size_t slots, used;
    struct log_part last; /* of the record before */
    struct arena arena;
};

struct chain *chain_new(void) {
    struct chain *c = calloc(1, sizeof *c);
    void *memory = malloc(ARENA_BYTES);
    ensure(c != NULL && memory != NULL);
    arena_init(&c->arena, memory, ARENA_BYTES);
    c->slots = FIRST_SLOTS;
    c->heads = calloc(c->slots, sizeof *c->heads);
    ensure(c->heads != NULL);
    return c;
}

void chain_free(struct chain *c) {
    free(c->arena.memory);
    free(c->heads);
    free(c);
}

/* Ids end in random or hashed bytes. */
static size_t hash(const struct said *said) {
    uint64_t low;
    memcpy(&low, said->stream.bytes + 8, sizeof low);
    return (size_t)((low ^ (uint64_t)said->category << 48) * 0x9e3779b97f4a7c15u >> 20);
}

static struct head *slot_of(struct head *heads, size_t slots, const struct said *said) {
    size_t i = hash(said) & (slots - 1);
    while (heads[i].position &&
           (heads[i].category != said->category || !id_equal(heads[i].stream, said->stream)))
        i = (i + 1) & (slots - 1);
    return &heads[i];
}

static void grow(struct chain *c) {
    size_t slots = c->slots * 2;
    struct head *heads = calloc(slots, sizeof *heads);
    ensure(heads != NULL);
    for (size_t i = 0; i < c->slots; i++) {
        const struct head *h = &c->heads[i];
        struct said said = {.category = h->category, .stream = h->stream};
        if (h->position)
            *slot_of(heads, slots, &said) = *h;
    }
    free(c->heads);
    c->heads = heads;
    c->slots = slots;
}

/* Within an append first and count stay; the next append begins where the last one ended. */
static bool append_fits(const struct log_part *last, const struct log_part *now) {
    bool ended = last->position == 0 || last->position == last->first + last->count - 1;
    if (ended)
        return now->first == now->position;
    return now->first == last->first && now->count == last->count;
}

static enum chain_fault check_log(const struct chain *c, const struct record *r,
                                  uint64_t position) {
    const struct log_part *last = &c->last, *now = &r->log;
    if ((uint64_t)now->position != position)
        return CHAIN_POSITION;
    if (!append_fits(last, now))
        return CHAIN_APPEND;
    if (now->recorded_at < last->recorded_at || now->known_at < last->known_at ||
        now->epoch < last->epoch)
        return CHAIN_TIME;
    return r->said.seen < now->position ? CHAIN_SOUND : CHAIN_SEEN;
}

static enum chain_fault check_stream(struct chain *c, const struct record *r) {
    struct head *head = slot_of(c->heads, c->slots, &r->said);
    if (r->log.version != head->version + 1)
        return CHAIN_VERSION;
    if (r->log.previous != head->position)
        return CHAIN_PREVIOUS;
    c->used += head->position == 0;
    *head = (struct head){r->said.stream, r->said.category, r->log.position, r->log.version};
    if (c->used * 2 > c->slots)
        grow(c);
    return CHAIN_SOUND;
}

static enum chain_fault decode(struct chain *c, struct bytes bytes, struct record *out) {
    static const enum chain_fault fault[] = {[RECORD_OK] = CHAIN_SOUND,
                                             [RECORD_E_FORM] = CHAIN_FORM,
                                             [RECORD_E_TYPE] = CHAIN_TYPE,
                                             [RECORD_E_PAYLOAD] = CHAIN_PAYLOAD};
    if (scan(bytes, SCAN_RECORD_BYTES) != SCAN_OK)
        return CHAIN_FORM;
    arena_reset(&c->arena);
    return fault[record_decode(bytes, &c->arena, out)];
}

enum chain_fault chain_check(struct chain *c, uint64_t position, struct bytes bytes) {
    struct record r;
    enum chain_fault fault = decode(c, bytes, &r);
    if (!fault)
        fault = check_log(c, &r, position);
    if (!fault)
        fault = check_stream(c, &r);
    if (!fault)
        c->last = r.log;
    return fault;
}

const char *chain_text(enum chain_fault fault) {
    static const char *const text[][2] = {
        [CHAIN_SOUND] = {"sound", "poprawny"},
        [CHAIN_FORM] = {"is not a canonical record", "nie jest kanonicznym wpisem"},
        [CHAIN_TYPE] = {"has a type that no schema knows", "ma typ nieznany schematom"},
        [CHAIN_PAYLOAD] = {"has a payload that does not fit its schema",
                           "ma treść niezgodną ze schematem"},
        [CHAIN_POSITION] = {"says it is at another position", "podaje inną pozycję"},
        [CHAIN_APPEND] = {"does not continue its append", "nie pasuje do swojego dopisania"},
        [CHAIN_VERSION] = {"is not the next version of its stream",
                           "nie jest kolejną wersją strumienia"},
        [CHAIN_PREVIOUS] = {"names a wrong previous position of its stream",
                            "wskazuje błędną poprzednią pozycję strumienia"},
        [CHAIN_TIME] = {"was recorded before the one in front of it",
                        "zapisano wcześniej niż poprzedni"},
        [CHAIN_SEEN] = {"knows of entries that were written later",
                        "powołuje się na późniejsze wpisy"},
    };
    return cli_say(text[fault][0], text[fault][1]);
}
