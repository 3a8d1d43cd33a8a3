#include "daemons/eventlog/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/service/answer.h"
#include "common/service/diag.h"
#include "common/service/options.h"
#include "common/service/signals.h"
#include "daemons/eventlog/keeper.h"

enum {
    REQUEST_ARENA = 16 << 20,
    DRAIN_MAX = 512, /* requests taken before durable ones are answered again */
    DRAIN_MS = 10,   /* pages cost a thousand times more than questions */
};

int64_t keeper_now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t keeper_now_ms(void) {
    return keeper_now_us() / 1000;
}

int keeper_fault(struct keeper *k, const struct bus_peer *peer, int32_t outcome) {
    return answer_fault(k->server, peer, outcome);
}

bool keeper_same_peer(const struct bus_peer *a, const struct bus_peer *b) {
    return a->identity_size == b->identity_size &&
           memcmp(a->identity, b->identity, a->identity_size) == 0;
}

/* ---- requests ---- */

static int tell_state(struct keeper *k, const struct bus_peer *peer) {
    struct log_state state;
    log_state(k->log, &state);
    struct LogState message = {
        .size = (int64_t)state.applied.size,
        .root = bytes_of(state.applied.root, state.applied.size ? sizeof state.applied.root : 0),
        .durable = (int64_t)state.durable_size,
        .epoch = (int64_t)log_epoch(k->log),
        .commits = (int64_t)k->commits,
        .streams = (int64_t)index_streams(k->index),
        .map_used = (int64_t)state.map_used,
        .map_size = (int64_t)state.map_bytes,
        .disk_free = (int64_t)state.disk_free,
        .migration = k->migration,
        .last_known = k->last_known_us,
        .refusing = state.full,
    };
    return bus_server_answer(k->server, peer, LogState_schema(), &message, false);
}

static int tell_status(struct keeper *k, const struct bus_peer *peer) {
    int64_t size = (int64_t)log_applied_size(k->log);
    struct Status status = {
        .name = text_of("eventlog"), .ready = true, .folded = size, .size = size};
    return bus_server_answer(k->server, peer, Status_schema(), &status, false);
}

static int tell_checkpoint(struct keeper *k, const struct bus_peer *peer) {
    char note[CHECKPOINT_TEXT_MAX];
    if (log_checkpoint(k->log, note))
        return keeper_fault(k, peer, OUTCOME_later);
    struct Checkpoint message = {.note = text_of(note)};
    return bus_server_answer(k->server, peer, Checkpoint_schema(), &message, false);
}

static int dispatch(struct keeper *k, const struct bus_request *q) {
    if (q->schema == AppendBatch_schema())
        return appends_take(k, &q->peer, q->message);
    if (q->schema == ReadFeed_schema())
        return pages_feed(k, &q->peer, q->message);
    if (q->schema == LookUp_schema())
        return appends_look_up(k, &q->peer, q->message);
    if (q->schema == ReadStream_schema())
        return pages_stream(k, &q->peer, q->message);
    if (q->schema == OpenTerm_schema())
        return appends_open_term(k, &q->peer, q->message);
    if (q->schema == AskLogState_schema())
        return tell_state(k, &q->peer);
    if (q->schema == AskCheckpoint_schema())
        return tell_checkpoint(k, &q->peer);
    if (q->schema == AskStatus_schema())
        return tell_status(k, &q->peer);
    if (q->schema == Command_schema() &&
        ((const struct Command *)q->message)->type == EVENT_MigrationClosed)
        return genesis_close_migration(k, &q->peer, q->message);
    return keeper_fault(k, &q->peer, OUTCOME_malformed);
}

static int drain(struct keeper *k) {
    int64_t until = keeper_now_ms() + DRAIN_MS;
    for (int i = 0; i < DRAIN_MAX && keeper_now_ms() <= until; i++) {
        struct bus_request q;
        arena_reset(&k->requests);
        int r = bus_server_receive(k->server, &k->requests, &q);
        if (r == BUS_TIMEOUT)
            break;
        r = r ? r : dispatch(k, &q);
        if (r)
            return r;
    }
    return appends_submit(k);
}

static int next_wait_ms(const struct keeper *k) {
    int64_t wait = 1000, now = keeper_now_ms();
    for (size_t i = 0; i < k->waiting_count; i++)
        if (k->waiting[i].deadline_ms - now < wait)
            wait = k->waiting[i].deadline_ms > now ? k->waiting[i].deadline_ms - now : 0;
    return (int)wait;
}

static int go_round(struct keeper *k, int signal_fd, bool *stop) {
    struct bus_waitable items[] = {{.server = k->server},
                                   {.fd = log_fd(k->log)},
                                   {.fd = log_applied_fd(k->log)},
                                   {.fd = signal_fd}};
    struct order_point applied;
    int r = bus_wait(items, 4, next_wait_ms(k));
    if (r)
        return r;
    if (items[3].ready && signals_read(signal_fd))
        *stop = true;
    r = appends_answer(k);
    if (!r && items[0].ready)
        r = drain(k);
    r = r ? r : appends_answer(k);
    if (items[2].ready)
        log_applied(k->log, &applied);
    r = r ? r : bus_doorbell_ring(k->doorbell, log_applied_size(k->log));
    return r ? r : pages_wake(k);
}

/* ---- start and end ---- */

static void open_memory(struct keeper *k) {
    void *requests = malloc(REQUEST_ARENA), *filling = malloc(BATCH_BYTES_MAX);
    void *page = malloc(KEEPER_PAGE_BYTES);
    k->frame = malloc(KEEPER_FRAME_BYTES);
    k->named = malloc(KEEPER_PAGE_BYTES);
    k->waiting = calloc(KEEPER_WAITING_MAX, sizeof *k->waiting);
    ensure(requests && filling && page && k->frame && k->named && k->waiting);
    arena_init(&k->requests, requests, REQUEST_ARENA);
    batch_init(&k->filling, filling, BATCH_BYTES_MAX);
    batch_init(&k->page, page, KEEPER_PAGE_BYTES);
    k->index = index_new();
    k->taking = appends_open(k);
}

static int open_key(const char *dir, struct note_key *key) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = note_key_load(fd, "log.key", key);
    if (r == -ENOENT)
        r = note_key_create(fd, "log.key", "latarnia.lodz/eventlog", key);
    close(fd);
    return r;
}

static struct log_options log_options_of(const struct config *c, const struct note_key *key) {
    return (struct log_options){
        .key = key,
        .origin = "latarnia.lodz/eventlog",
        .map_bytes = (uint64_t)c->values[CONFIG_log_map_size],
        .segment_bytes = (uint64_t)c->values[CONFIG_log_segment_size],
        .full_percent = (uint32_t)c->values[CONFIG_log_full_percent],
        .head_ms = (uint32_t)c->values[CONFIG_log_head_interval],
    };
}

static int open_log(struct keeper *k, const struct options *o, struct note_key *key) {
    char path[4096];
    const char *dir = o->data_dir;
    struct log_options options = log_options_of(&o->config, key);
    if (mkdir(dir, 0700) && errno != EEXIST)
        return -errno;
    int r = open_key(dir, key);
    if (r)
        return r;
    snprintf(path, sizeof path, "%s/log", dir);
    if (mkdir(path, 0700) && errno != EEXIST)
        return -errno;
    r = log_open(&k->log, path, &options);
    if (r)
        diag(DIAG_ERROR, "the log cannot be opened (condition %d): run latarnia log verify", r);
    return r;
}

static int open_sockets(struct keeper *k, const char *dir) {
    char path[4096], own[BUS_ENDPOINT_SIZE], bell[BUS_ENDPOINT_SIZE];
    snprintf(path, sizeof path, "%s/run", dir);
    if (mkdir(path, 0700) && errno != EEXIST)
        return -errno;
    if (bus_endpoint(dir, "eventlog", own) || bus_endpoint(dir, "doorbell", bell)) {
        diag(DIAG_ERROR, "the data directory's path is too long for a socket; choose a shorter one");
        return -ENAMETOOLONG;
    }
    int r = bus_doorbell_bind(k->bus, bell, &k->doorbell);
    return r ? r : bus_server_open(k->bus, own, &k->server);
}

static int open_keeper(struct keeper *k, const struct options *options, struct note_key *key) {
    *k = (struct keeper){.bus = bus_new()};
    open_memory(k);
    int r = open_log(k, options, key);
    r = r ? r : genesis_load(k);
    if (!r && k->next == 1)
        r = genesis_open(k, options->migrate);
    else if (!r && options->migrate && !k->migration)
        diag(DIAG_WARNING, "the log holds entries already: --migrate has no effect");
    return r ? r : open_sockets(k, options->data_dir);
}

static void close_keeper(struct keeper *k) {
    bus_server_close(k->server);
    bus_doorbell_close(k->doorbell);
    log_close(k->log);
    index_free(k->index);
    for (size_t i = 0; i < k->unanswered_count; i++)
        free(k->unanswered[i].answers);
    free(k->unanswered);
    free(k->waiting);
    free(k->taking);
    free(k->requests.memory);
    free(k->filling.bytes);
    free(k->page.bytes);
    free(k->frame);
    free(k->named);
    bus_free(k->bus);
}

int serve_main(int argc, char **argv) {
    struct options options;
    struct keeper k;
    struct note_key key = {0};
    bool stop = false;
    diag_open("latarnia-eventlog");
    int r = options_read(argc, argv, "latarnia-eventlog", &options);
    if (r)
        return r;
    int signal_fd = signals_open();
    r = open_keeper(&k, &options, &key);
    while (!r && !stop)
        r = go_round(&k, signal_fd, &stop);
    if (r)
        diag(DIAG_ERROR, "stopping (%d); nothing that was acknowledged is lost", r);
    if (!r)
        close_keeper(&k);
    note_key_wipe(&key);
    close(signal_fd);
    return r ? 111 : 0;
}
