#include "common/service/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/service/answer.h"
#include "common/service/diag.h"
#include "common/service/options.h"
#include "common/service/signals.h"
#include "common/service/tick.h"

enum {
    REQUEST_ARENA = 24 << 20, /* the requests of one batch */
    TICK_ARENA = 48 << 20,    /* touched only as far as a batch needs it */
    MARK_GAP = 10000,         /* positions, DESIGN.md 4 */
    MARK_SECONDS = 60,
    TERM_WAIT_MS = 500,
    REQUESTS_AT_ONCE = 256, /* questions among them; a batch has fewer commands */
};

struct service {
    const struct domain *domain;
    struct bus *bus;
    struct bus_server *server;
    struct bus_doorbell *doorbell;
    struct follow log, history;
    struct machine *machine;
    struct arena requests;
    struct tick tick;
    int signal_fd;
    bool migration, is_ready;
    int64_t told_us; /* migration: newest moment that was told */
    time_t last_timers, last_mark, last_pull;
    bool stop;
};

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void set_clock(struct service *s) {
    int64_t us = s->migration ? s->told_us : now_us();
    s->tick.clock = (struct clock){us, civil_in_warsaw(us), s->migration};
}

/* ---- folding ---- */

static int history(void *context, struct stream stream, uint64_t at, struct arena *arena,
                   struct record **records, size_t *count) {
    struct service *s = context;
    return follow_history(&s->history, stream.category, stream.id, at, arena, records, count);
}

static int fold(void *context, const struct record *record) {
    struct service *s = context;
    if (record->said.type == EVENT_LogOpened)
        s->migration = ((const struct LogOpened *)record->payload)->migration;
    if (record->said.type == EVENT_MigrationClosed)
        s->migration = false;
    if (s->migration && record->log.known_at > s->told_us)
        s->told_us = record->log.known_at;
    int r = machine_fold(s->machine, record);
    if (r == MACHINE_LATER)
        return BUS_TIMEOUT;
    if (r)
        diag(DIAG_ERROR, "position %lld could not be folded (%d)",
             (long long)record->log.position, r);
    return r ? -1 : 0;
}

/* Pulls until `position` is folded; 0, BUS_TIMEOUT when the log has not come so far, or negative. */
static int catch_up(struct service *s, uint64_t position, int wait_ms) {
    do {
        uint64_t folded = machine_folded(s->machine), next;
        int wait = folded < position ? wait_ms : 0;
        int r = follow_page(&s->log, folded + 1, wait, fold, s, &next);
        if (r)
            return r;
        if (machine_folded(s->machine) == folded)
            return folded < position ? BUS_TIMEOUT : 0;
    } while (machine_folded(s->machine) < position ||
             machine_folded(s->machine) < s->log.size);
    return 0;
}

/* What is durable is applied in a moment. Nobody can have been told a later position, and to wait for
 * one would hold everybody up. */
static int is_durable(struct service *s, uint64_t position, bool *out) {
    struct AskLogState ask = {0};
    struct bus_answer answer;
    arena_reset(&s->log.pages);
    int r = bus_call(s->log.log, AskLogState_schema(), &ask, FOLLOW_TIMEOUT_MS, &s->log.pages,
                     &answer);
    if (r || answer.schema != LogState_schema())
        return r < 0 ? r : BUS_TIMEOUT;
    *out = position <= (uint64_t)((const struct LogState *)answer.message)->durable;
    return 0;
}

static int reach(struct service *s, uint64_t position) {
    bool durable = false;
    int r = catch_up(s, position, 0);
    if (r != BUS_TIMEOUT)
        return r;
    r = is_durable(s, position, &durable);
    if (r)
        return r;
    return durable ? catch_up(s, position, 2000) : BUS_TIMEOUT;
}

/* A doorbell can be lost and commands can come without a pause: neither may hold the fold up. */
static int follow(struct service *s, uint64_t rung) {
    time_t now = time(NULL);
    if (!s->tick.term || (rung <= machine_folded(s->machine) && now == s->last_pull))
        return 0;
    s->last_pull = now;
    return catch_up(s, machine_folded(s->machine), 0);
}

/* ---- the term ---- */

static int open_term(struct service *s) {
    struct OpenTerm ask = {.daemon = text_of(s->domain->name)};
    struct bus_answer answer;
    arena_reset(&s->tick.arena);
    int r = bus_call(s->log.log, OpenTerm_schema(), &ask, TERM_WAIT_MS, &s->tick.arena, &answer);
    if (r || answer.schema != TermOpened_schema())
        return r < 0 ? r : TICK_LOST;
    const struct TermOpened *opened = answer.message;
    s->tick.term = opened->term;
    r = catch_up(s, (uint64_t)opened->size, 1000);
    if (r > 0)
        s->tick.term = 0;
    return r;
}

/* ---- batches ---- */

static int end_batch(struct service *s) {
    int r = tick_end(&s->tick);
    bool has_amendment = false;
    for (size_t i = 0; i < s->tick.count; i++)
        has_amendment |= s->tick.proposals[i]->is_amendment;
    tick_begin(&s->tick);
    if (r == TICK_STALE)
        diag(DIAG_ERROR, "another %s has taken over; stopping", s->domain->name);
    if (r == TICK_LOST)
        s->tick.term = 0; /* outcome unknown: whoever asked sends again, with the same id */
    /* A correction shows only when its stream has been folded again: nothing is decided before. */
    if (!r && has_amendment && (r = catch_up(s, s->tick.wrote, 1000)) > 0)
        s->tick.term = 0;
    return r == TICK_LOST ? 0 : r;
}

static int react_and_fire(struct service *s, bool with_timers) {
    for (;;) {
        tick_begin(&s->tick);
        while (tick_has_room(&s->tick) && tick_reaction(&s->tick)) {
        }
        while (with_timers && tick_has_room(&s->tick) && tick_timer(&s->tick)) {
        }
        if (s->tick.count == 0)
            return 0;
        uint64_t before = s->tick.wrote_events;
        int r = end_batch(s);
        /* A full log takes nothing: tried again in the next round, people are served in between. */
        if (r || !s->tick.term || s->tick.wrote_events == before)
            return r;
    }
}

static int housekeep(struct service *s) {
    time_t now = time(NULL);
    bool with_timers = !s->migration && now != s->last_timers;
    set_clock(s);
    s->last_timers = now;
    int r = react_and_fire(s, with_timers);
    if (r || !s->tick.term || now - s->last_mark < MARK_SECONDS)
        return r;
    s->last_mark = now;
    tick_begin(&s->tick);
    if (tick_mark(&s->tick, MARK_GAP))
        return end_batch(s);
    return 0;
}

/* ---- requests ---- */

static int tell_status(struct service *s, const struct bus_peer *peer) {
    struct Status status = {
        .name = text_of(s->domain->name),
        .ready = s->is_ready && s->tick.term != 0,
        .folded = (int64_t)machine_folded(s->machine),
        .size = (int64_t)s->log.size,
    };
    return bus_server_answer(s->server, peer, Status_schema(), &status, false);
}

/* Before a day begins everything that is due before it is told to the end (DESIGN.md 6). */
static int advance(struct service *s, const struct bus_peer *peer, const struct AdvanceClock *to) {
    uint64_t before = s->tick.wrote_events;
    if (!s->migration)
        return answer_fault(s->server, peer, OUTCOME_malformed);
    int late = reach(s, (uint64_t)to->after);
    if (late)
        return late < 0 ? late : answer_fault(s->server, peer, OUTCOME_later);
    if (civil_midnight_us(to->day) > s->told_us)
        s->told_us = civil_midnight_us(to->day);
    set_clock(s);
    int r = react_and_fire(s, true);
    uint64_t folded = machine_folded(s->machine);
    struct ClockAdvanced done = {
        .position = (int64_t)(s->tick.wrote > folded ? s->tick.wrote : folded),
        .wrote = (int64_t)(s->tick.wrote_events - before),
    };
    if (r || !s->tick.term)
        return r ? r : answer_fault(s->server, peer, OUTCOME_later);
    return bus_server_answer(s->server, peer, ClockAdvanced_schema(), &done, false);
}

/* What has to be folded before this command is decided. A correction is decided on the history of its
 * stream: everything written so far belongs to it, the batch before it included. */
static int position_before(struct service *s, const struct Command *command, uint64_t *position) {
    bool amends = command->type == EVENT_EntryVoided || command->type == EVENT_EntryCorrected;
    int r = amends ? end_batch(s) : 0;
    *position = (uint64_t)command->after;
    if (amends && s->tick.wrote > *position)
        *position = s->tick.wrote;
    return r;
}

static int take_command(struct service *s, const struct bus_peer *peer,
                        const struct Command *command) {
    uint64_t position;
    int r = position_before(s, command, &position);
    if (!r && position > machine_folded(s->machine)) {
        r = end_batch(s);
        int late = r ? 0 : reach(s, position);
        if (late)
            return late < 0 ? late : answer_fault(s->server, peer, OUTCOME_later);
        r = r ? r : react_and_fire(s, false);
    }
    if (r)
        return r;
    if (s->migration && command->known_at > s->told_us) {
        s->told_us = command->known_at;
        set_clock(s);
    }
    if (!s->tick.term)
        return answer_fault(s->server, peer, OUTCOME_later);
    if (!tick_command(&s->tick, peer, command))
        return end_batch(s);
    return 0;
}

static int take_request(struct service *s, const struct bus_request *q) {
    if (q->schema == Command_schema())
        return take_command(s, &q->peer, q->message);
    if (q->schema == AskStatus_schema())
        return tell_status(s, &q->peer);
    if (q->schema != AdvanceClock_schema())
        return answer_fault(s->server, &q->peer, OUTCOME_malformed);
    int r = end_batch(s);
    return r ? r : advance(s, &q->peer, q->message);
}

/* Drains what has arrived, at most one batch; the requests live until the batch is answered. */
static int serve(struct service *s) {
    int r = 0;
    arena_reset(&s->requests);
    tick_begin(&s->tick);
    set_clock(s);
    for (int i = 0; !r && i < REQUESTS_AT_ONCE && tick_has_room(&s->tick) &&
                    s->requests.used < REQUEST_ARENA / 2; i++) {
        struct bus_request q;
        int got = bus_server_receive(s->server, &s->requests, &q);
        if (got)
            return got < 0 ? got : end_batch(s);
        r = take_request(s, &q);
    }
    return r ? r : end_batch(s);
}

static int go_round(struct service *s) {
    struct bus_waitable items[] = {
        {.server = s->server}, {.doorbell = s->doorbell}, {.fd = s->signal_fd}};
    uint64_t size = 0;
    int r = bus_wait(items, 3, s->tick.term ? 1000 : 100);
    if (r)
        return r;
    if (items[2].ready && signals_read(s->signal_fd)) {
        s->stop = true;
        return 0;
    }
    /* Before the term: who asks is answered also while the log is away. */
    if (items[0].ready && (r = serve(s)))
        return r;
    if (!s->tick.term) {
        r = open_term(s);
        s->is_ready = s->is_ready || s->tick.term;
        if (r < 0)
            return r;
    }
    while (bus_doorbell_hear(s->doorbell, &size) == 0) {
    }
    r = follow(s, size);
    if (r > 0)
        s->tick.term = 0; /* the log is away, and may come back as another writer's */
    return r < 0 ? r : s->tick.term ? housekeep(s) : 0;
}

/* ---- start and end ---- */

static int open_sockets(struct service *s, const char *dir) {
    char own[BUS_ENDPOINT_SIZE], bell[BUS_ENDPOINT_SIZE];
    if (bus_endpoint(dir, s->domain->name, own) || bus_endpoint(dir, "doorbell", bell)) {
        diag(DIAG_ERROR, "the data directory's path is too long for a socket; choose a shorter one");
        return -1;
    }
    int r = follow_open(s->bus, dir, &s->log);
    r = r ? r : follow_open(s->bus, dir, &s->history);
    r = r ? r : bus_doorbell_connect(s->bus, bell, &s->doorbell);
    r = r ? r : bus_server_open(s->bus, own, &s->server);
    if (r)
        diag(DIAG_ERROR, "cannot open the sockets in the data directory (%d)", r);
    return r;
}

static void open_arena(struct arena *a, size_t size) {
    void *memory = malloc(size);
    ensure(memory != NULL);
    arena_init(a, memory, size);
}

static int open_service(struct service *s, const struct domain *domain, const char *dir) {
    *s = (struct service){.domain = domain, .bus = bus_new()};
    s->machine = machine_new(domain, history, s);
    open_arena(&s->requests, REQUEST_ARENA);
    open_arena(&s->tick.arena, TICK_ARENA);
    s->tick.machine = s->machine;
    s->tick.domain = domain;
    s->tick.log = &s->log;
    s->last_mark = time(NULL);
    int r = open_sockets(s, dir);
    s->tick.server = s->server;
    return r;
}

static void close_service(struct service *s) {
    bus_server_close(s->server);
    bus_doorbell_close(s->doorbell);
    follow_close(&s->log);
    follow_close(&s->history);
    machine_free(s->machine);
    free(s->requests.memory);
    free(s->tick.arena.memory);
    bus_free(s->bus);
    close(s->signal_fd);
}

int service_main(int argc, char **argv, const struct domain *domain) {
    struct options options;
    struct service s;
    char process[48];
    snprintf(process, sizeof process, "latarnia-%s", domain->name);
    diag_open(process);
    int r = options_read(argc, argv, process, &options);
    if (r)
        return r;
    int signal_fd = signals_open();
    r = open_service(&s, domain, options.data_dir);
    s.signal_fd = signal_fd;
    while (!r && !s.stop)
        r = go_round(&s);
    if (r)
        diag(DIAG_ERROR, "stopping (%d); nothing that was acknowledged is lost", r);
    close_service(&s);
    return r ? 111 : 0;
}
