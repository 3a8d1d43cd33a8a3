#include "tests/hostile/good.h"

#include <stdlib.h>
#include <time.h>

#include "tests/hostile/record.h"

enum {
    ARENA_BYTES = 8 << 20,
    ANSWER_MS = 2000,
    PAUSE_MS = 3,
    CONNECTION_REQUESTS = 100,
    KNOWN = 1 << 14, /* sendings whose moment is remembered */
};

const char *const good_names[GOOD_KINDS] = {"sender", "follower", "asker"};

/* When an event was acknowledged, by its position: what the follower measures against. */
static struct told { _Atomic int64_t position, us; } told[KNOWN];

struct id good_coordinator(void) {
    return id_named("hostile", text_of("coordinator"));
}

struct id good_household(struct rng *rng) {
    struct id id;
    rng_fill(rng, id.bytes, sizeof id.bytes);
    memcpy(id.bytes + 12, "GOOD", 4);
    return id;
}

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct id command_id(struct rng *rng) {
    struct timespec now;
    uint8_t random[10];
    clock_gettime(CLOCK_REALTIME, &now);
    rng_fill(rng, random, sizeof random);
    return id_v7((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000, random);
}

/* ---- measuring ---- */

static void sample(struct good *g, int64_t us, bool answered) {
    if (!atomic_load(&g->counts))
        return;
    pthread_mutex_lock(&g->lock);
    g->unanswered += !answered;
    if (g->count < SAMPLES_MAX)
        g->samples[g->count++] = us < 0 ? 0 : (uint32_t)us;
    pthread_mutex_unlock(&g->lock);
}

void good_begin(struct good *g) {
    pthread_mutex_lock(&g->lock);
    g->count = g->unanswered = 0;
    pthread_mutex_unlock(&g->lock);
    atomic_store(&g->counts, true);
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

struct measured good_end(struct good *g) {
    atomic_store(&g->counts, false);
    pthread_mutex_lock(&g->lock);
    qsort(g->samples, g->count, sizeof *g->samples, by_size);
    struct measured m = {.count = g->count, .unanswered = g->unanswered};
    if (g->count) {
        m.p50 = g->samples[g->count / 2] / 1000.0;
        m.p99 = g->samples[(g->count * 99 + 99) / 100 - 1] / 1000.0;
        m.most = g->samples[g->count - 1] / 1000.0;
    }
    pthread_mutex_unlock(&g->lock);
    return m;
}

/* ---- the three ---- */

struct working {
    struct good *good;
    struct bus_client *client;
    struct arena arena;
    struct rng rng;
    uint64_t next; /* of the follower */
};

static void send_one(struct working *w) {
    struct Command c;
    struct bus_answer a;
    record_household(command_id(&w->rng), good_household(&w->rng), good_coordinator(), ROLE_COORD,
                     &w->arena, &c);
    int64_t begin = now_us();
    int r = bus_call(w->client, Command_schema(), &c, ANSWER_MS, &w->arena, &a);
    int64_t end = now_us();
    bool answered = r == 0 && a.schema == Answer_schema();
    const struct Answer *answer = answered ? a.message : NULL;
    must(!answered || answer->outcome == OUTCOME_accepted, "a household was refused: %.*s",
         (int)answer->code.size, answer->code.data);
    if (answered) {
        struct told *t = &told[answer->position % KNOWN];
        atomic_store(&t->us, end);
        atomic_store(&t->position, answer->position);
    }
    sample(w->good, end - begin, answered);
}

static void take_page(struct working *w, const struct FeedPage *page, int64_t now) {
    w->next = (uint64_t)page->next;
    for (uint32_t i = 0; i < page->records.count; i++) {
        struct record r;
        size_t mark = w->arena.used;
        must(record_peek(page->records.items[i].data, &w->arena, &r) == RECORD_OK,
             "a page with an unreadable record");
        w->arena.used = mark;
        must(!is_evil(r.said.stream), "position %lld was forged", (long long)r.log.position);
        struct told *t = &told[r.log.position % KNOWN];
        if (atomic_load(&t->position) == r.log.position)
            sample(w->good, now - atomic_load(&t->us), true);
    }
}

static void follow_one(struct working *w) {
    struct ReadFeed ask = {.from = (int64_t)w->next, .most = 500, .wait_ms = 500};
    struct bus_answer a;
    int r = bus_call(w->client, ReadFeed_schema(), &ask, ANSWER_MS, &w->arena, &a);
    if (r == 0 && a.schema == FeedPage_schema())
        take_page(w, a.message, now_us());
    else
        sample(w->good, ANSWER_MS * 1000, false);
}

static void ask_one(struct working *w) {
    struct Query ask = {.view = text_of("caseload")};
    struct bus_answer a;
    int64_t begin = now_us();
    int r = bus_call(w->client, Query_schema(), &ask, ANSWER_MS, &w->arena, &a);
    while (r == 0 && a.more)
        r = bus_client_receive(w->client, ANSWER_MS, &w->arena, &a);
    sample(w->good, now_us() - begin, r == 0 && a.schema == QueryAnswer_schema());
}

static void *work(void *argument) {
    static const enum process asked[GOOD_KINDS] = {INTAKE, EVENTLOG, PROJECTOR};
    static void (*const one[GOOD_KINDS])(struct working *) = {send_one, follow_one, ask_one};
    struct good *g = argument;
    struct working w = {.good = g, .next = 1};
    void *memory = malloc(ARENA_BYTES);
    must(memory != NULL, "out of memory");
    arena_init(&w.arena, memory, ARENA_BYTES);
    rng_init(&w.rng, 77 + g->kind);
    for (unsigned i = 0; !atomic_load(&g->stop); i++) {
        if (i % CONNECTION_REQUESTS == 0) {
            bus_client_close(w.client);
            w.client = town_client(g->town, asked[g->kind]);
        }
        arena_reset(&w.arena);
        one[g->kind](&w);
        pause_ms(PAUSE_MS);
    }
    bus_client_close(w.client);
    free(memory);
    return NULL;
}

void good_start(struct good *all, struct town *t) {
    for (int k = 0; k < GOOD_KINDS; k++) {
        all[k] = (struct good){.kind = (enum good_kind)k, .town = t};
        all[k].samples = calloc(SAMPLES_MAX, sizeof *all[k].samples);
        must(all[k].samples != NULL, "out of memory");
        pthread_mutex_init(&all[k].lock, NULL);
        must(pthread_create(&all[k].thread, NULL, work, &all[k]) == 0, "no thread");
    }
}

void good_stop(struct good *all) {
    for (int k = 0; k < GOOD_KINDS; k++) {
        atomic_store(&all[k].stop, true);
        pthread_join(all[k].thread, NULL);
        pthread_mutex_destroy(&all[k].lock);
        free(all[k].samples);
    }
}
