/*
 * Sending: runs of rows for one department are pipelined; before the department changes, and before
 * a day begins, everything sent is answered, so that whoever decides next knows it (`after`).
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "common/base/ensure.h"
#include "common/messages/intake.h"
#include "common/messages/policy.h"
#include "tools/latarnia/command.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/import.h"
#include "tools/latarnia/link.h"

enum { WINDOW = 96, DEPARTMENTS = 5, ANSWER_MS = 20000, ROUNDS_MAX = 20 };

struct sender {
    struct import *im;
    struct link departments[DEPARTMENTS], log;
    struct link *current;
    size_t first_waiting, waiting; /* rows sent and not answered: a run in `im->rows` */
    bool migration;
    uint64_t position; /* newest that anybody wrote */
    civil_day day;
    size_t accepted, events, done;
    time_t drawn;
};

static void draw(struct sender *s, bool now) {
    time_t t = time(NULL);
    if (!cli_progress() || (t == s->drawn && !now))
        return;
    char day[CIVIL_TEXT_SIZE] = "";
    s->drawn = t;
    if (s->migration)
        civil_format(s->day, day);
    fprintf(stderr, "\r%zu / %zu  %3zu %%  %s", s->done, s->im->count,
            s->im->count ? s->done * 100 / s->im->count : 100, day);
}

/* ---- answers ---- */

static void report(struct sender *s, const struct import_row *row, const struct Answer *a) {
    char column[64], code[64], sentence[620];
    struct text words = cli_polish() ? a->pl : a->en;
    snprintf(column, sizeof column, "%.*s", (int)a->field.size, a->field.data);
    snprintf(code, sizeof code, "%.*s", (int)a->code.size, a->code.data);
    snprintf(sentence, sizeof sentence, "%.*s", (int)words.size, words.data);
    import_report(s->im, row->file, row->number, *column ? column : NULL, *code ? code : NULL,
                  sentence);
}

static int take_answer(struct sender *s, const struct bus_answer *answer) {
    const struct import_row *row = &s->im->rows[answer->correlation];
    s->done++;
    if (answer->schema != Answer_schema())
        return link_unexpected(s->current, answer);
    const struct Answer *a = answer->message;
    if (a->outcome == OUTCOME_later)
        return cli_fail(CLI_LATER, "%.*s", "%.*s", (int)a->en.size, a->en.data);
    if (a->outcome != OUTCOME_accepted) {
        report(s, row, a);
        return 0;
    }
    s->accepted++;
    s->im->rows[answer->correlation].position = a->position;
    s->events += a->events.count;
    uint64_t last = (uint64_t)a->position + a->events.count - 1;
    if (last > s->position)
        s->position = last;
    return 0;
}

/* Waits until at most `left` rows are without an answer. */
static int drain(struct sender *s, size_t left) {
    while (s->waiting > left) {
        struct bus_answer answer;
        arena_reset(&s->current->arena);
        int r = bus_client_receive(s->current->client, ANSWER_MS, &s->current->arena, &answer);
        if (r)
            return link_fault(s->current, r);
        s->waiting--;
        r = take_answer(s, &answer);
        if (r)
            return r;
    }
    return 0;
}

/* ---- departments ---- */

static int reach(struct sender *s, const char *daemon, struct link **out) {
    for (int i = 0; i < DEPARTMENTS; i++) {
        if (strcmp(link_processes[i + 1], daemon) != 0)
            continue;
        *out = &s->departments[i];
        return (*out)->client ? 0 : link_open(*out, link_processes[i + 1]);
    }
    return cli_fail(CLI_USAGE, "no department takes this row", "żadna usługa nie przyjmuje wiersza");
}

/* Who may speak and under which numbers is folded from the log: known before anything follows. */
static bool changes_who_may_speak(const struct Command *c) {
    return c->type == EVENT_UnitRegistered || c->type == EVENT_PolicySetAdopted ||
           c->type == EVENT_WorkerHired || c->type == EVENT_WorkerReturned ||
           c->type == EVENT_DeputyNamed;
}

static int send_row(struct sender *s, size_t index) {
    const char *daemon = command_daemon(s->im->rows[index].command);
    struct link *to;
    int r = 0;
    if (index > 0 && changes_who_may_speak(s->im->rows[index - 1].command))
        r = drain(s, 0);
    r = r ? r : reach(s, daemon ? daemon : "", &to);
    if (!r && to != s->current) {
        r = drain(s, 0);
        s->current = to;
    }
    r = r ? r : drain(s, WINDOW - 1);
    if (r)
        return r;
    struct Command c = *s->im->rows[index].command;
    c.known_at = s->migration ? s->im->rows[index].known_at_us : 0;
    c.after = (int64_t)s->position;
    if (!import_resolve(s->im, index, &c)) {
        s->done++;
        import_report(s->im, s->im->rows[index].file, s->im->rows[index].number, "entry_of",
                      "UNKNOWN_ENTRY",
                      cli_say("the entry to correct was not accepted",
                              "nie przyjęto wpisu do sprostowania"));
        return 0;
    }
    r = bus_client_send(to->client, index, Command_schema(), &c);
    s->waiting++;
    return r ? link_fault(to, r) : 0;
}

/* ---- days ---- */

static int advance_one(struct sender *s, int department, civil_day day, int64_t *wrote) {
    struct AdvanceClock ask = {.day = day, .after = (int64_t)s->position};
    const void *answer;
    struct link *to;
    int r = reach(s, link_processes[department + 1], &to);
    r = r ? r
          : link_ask(to, AdvanceClock_schema(), &ask, ClockAdvanced_schema(), ANSWER_MS, &answer);
    if (r)
        return r;
    const struct ClockAdvanced *done = answer;
    *wrote += done->wrote;
    s->events += (size_t)done->wrote;
    if ((uint64_t)done->position > s->position)
        s->position = (uint64_t)done->position;
    return 0;
}

/* All departments, again and again, until nobody has anything left to say before the day. */
static int begin_day(struct sender *s, civil_day day) {
    int r = drain(s, 0);
    for (int round = 0; !r && round < ROUNDS_MAX; round++) {
        int64_t wrote = 0;
        for (int i = 0; !r && i < DEPARTMENTS; i++)
            r = advance_one(s, i, day, &wrote);
        if (wrote == 0)
            break;
    }
    s->day = day;
    return r;
}

static int pass_days(struct sender *s, civil_day day) {
    int r = 0;
    if (!s->migration)
        return 0;
    if (s->day == 0)
        s->day = day - 1;
    while (!r && s->day < day)
        r = begin_day(s, s->day + 1);
    return r;
}

/* ---- the whole ---- */

static int ask_log(struct sender *s) {
    const void *answer;
    struct AskLogState ask = {0};
    int r = link_open(&s->log, "eventlog");
    r = r ? r
          : link_ask(&s->log, AskLogState_schema(), &ask, LogState_schema(), LINK_TIMEOUT_MS,
                     &answer);
    if (!r)
        s->migration = ((const struct LogState *)answer)->migration;
    return r;
}

static int close_migration(struct sender *s) {
    struct arena arena;
    struct MigrationClosed closed = {.rows = (int64_t)s->im->count};
    struct render_fault fault;
    const void *answer;
    static uint8_t memory[COMMAND_ARENA_BYTES];
    struct Command c = {
        .id = id_named("import", text_of("close-migration")),
        .type = EVENT_MigrationClosed,
        .category = CATEGORY_Log,
        .stream = id_named("log", text_of("lodz")),
        .actor = id_named("unit", text_of("biuro")),
        .role = ROLE_BIURO,
    };
    arena_init(&arena, memory, sizeof memory);
    ensure(!command_set_payload(&c, &closed, &arena, &fault));
    return link_ask(&s->log, Command_schema(), &c, Answer_schema(), LINK_TIMEOUT_MS, &answer);
}

static int run(struct sender *s, bool close) {
    int r = ask_log(s);
    for (size_t i = 0; !r && i < s->im->count; i++) {
        r = pass_days(s, civil_in_warsaw(s->im->rows[i].known_at_us));
        r = r ? r : send_row(s, i);
        draw(s, false);
    }
    r = r ? r : drain(s, 0);
    /* The last day is told to its end, too. */
    if (!r && s->migration && s->day)
        r = begin_day(s, s->day + 1);
    if (!r && close && s->migration)
        r = close_migration(s);
    draw(s, true);
    return r;
}

static void sum_up(const struct sender *s) {
    if (cli_progress())
        fputc('\n', stderr);
    if (s->im->json) {
        printf("{\"rows\":%zu,\"accepted\":%zu,\"rejected\":%zu,\"events\":%zu,\"position\":%" PRIu64
               "}\n", s->im->count, s->accepted, s->im->rejected, s->events, s->position);
        return;
    }
    printf(cli_say("%zu rows: %zu accepted, %zu rejected; %zu events, log at position %" PRIu64 "\n",
                   "wierszy %zu: przyjęto %zu, odrzucono %zu; zdarzeń %zu, dziennik na pozycji "
                   "%" PRIu64 "\n"),
           s->im->count, s->accepted, s->im->rejected, s->events, s->position);
}

int import_send(struct import *im, bool close) {
    struct sender s = {.im = im};
    int r = run(&s, close);
    for (int i = 0; i < DEPARTMENTS; i++)
        if (s.departments[i].client)
            link_close(&s.departments[i]);
    if (s.log.client)
        link_close(&s.log);
    if (!r)
        sum_up(&s);
    else
        fputs(cli_say("Interrupted; send the same files again to go on, nothing is told twice.\n",
                      "Przerwano; wczytaj te same pliki ponownie, nic nie zostanie zapisane "
                      "dwa razy.\n"),
              stderr);
    return r;
}
