/*
 * latarnia feed: events in order, once, from any position. With --follow the doorbell says when to
 * look again; it is only a hint, so there is a look every second without one too.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/messages/registry.h"
#include "tools/latarnia/cloudevent.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/moment.h"
#include "tools/latarnia/nearest.h"
#include "tools/latarnia/pages.h"

enum { KEY_FROM = 0x101, KEY_CATEGORY, KEY_TYPE, KEY_FOLLOW, KEY_COUNT, KEY_NEXT };
enum { LOOK_EVERY_MS = 1000, RECORD_ARENA_BYTES = 1 << 20 };

const struct cli_option feed_options[] = {
    {"from", KEY_FROM, "N", "First position; 1 if not given", "Pierwsza pozycja; domyślnie 1"},
    {"count", KEY_COUNT, "N", "Stop after so many events", "Zakończ po tylu zdarzeniach"},
    {"category", KEY_CATEGORY, "NAME", "Only streams of this category, such as Case; may be repeated",
     "Tylko strumienie tej kategorii, np. Case; można powtórzyć"},
    {"type", KEY_TYPE, "NAME", "Only events of this type, such as LsAssigned; may be repeated",
     "Tylko zdarzenia tego typu, np. LsAssigned; można powtórzyć"},
    {"next", KEY_NEXT, NULL, "Print at the end where to go on: {\"next\":N,\"size\":N}",
     "Wypisz na końcu, skąd czytać dalej: {\"next\":N,\"size\":N}"},
    {"follow", KEY_FOLLOW, NULL, "Go on with what is written from now on; Ctrl-C ends it",
     "Czytaj dalej to, co jest dopisywane; Ctrl-C kończy"},
    {"json", 'j', NULL, "CloudEvents as JSON lines", "CloudEvents w wierszach JSON"},
    {NULL, 0, NULL, NULL, NULL},
};

struct feed {
    struct pages pages;
    struct arena arena;
    bool json, follow, tells_next;
    uint16_t categories[PAGES_FILTERS_MAX], types[PAGES_FILTERS_MAX];
    uint32_t category_count, type_count;
    int64_t left; /* events still wanted; 0 at the start: no limit */
};

/* ---- options ---- */

static void take_number(const char *arg, struct argp_state *state, int64_t *out) {
    if (moment_read_number(arg, 1, out))
        cli_usage(state, "expected a number from 1 on; got '%s'",
                  "oczekiwano liczby od 1; podano '%s'", arg);
}

static void add_choice(const struct argp_state *state, uint16_t *list, uint32_t *count,
                       uint16_t number) {
    if (*count == PAGES_FILTERS_MAX)
        cli_usage(state, "at most %d of these; choose fewer", "najwyżej %d takich; wybierz mniej",
                  PAGES_FILTERS_MAX);
    list[(*count)++] = number;
}

static void take_category(const char *arg, struct argp_state *state, struct feed *f) {
    const struct category *c = registry_category_by_name(text_of(arg));
    struct nearest near = nearest_to(arg);
    for (size_t i = 0; !c && i < registry_category_count(); i++)
        nearest_try(&near, registry_category_at(i)->name);
    if (!c)
        cli_usage(state, "there is no category '%s'%s%s", "nie ma kategorii '%s'%s%s", arg,
                  nearest_word(&near) ? cli_say("; did you mean ", "; może ") : "",
                  nearest_word(&near) ? nearest_word(&near) : "");
    add_choice(state, f->categories, &f->category_count, c->number);
}

static void take_type(const char *arg, struct argp_state *state, struct feed *f) {
    const struct schema *s = registry_by_name(text_of(arg));
    if (!s || s->about->nature == NATURE_NONE)
        cli_usage(state, "there is no event '%s'; latarnia schema list shows all of them",
                  "nie ma zdarzenia '%s'; latarnia schema list pokazuje wszystkie", arg);
    add_choice(state, f->types, &f->type_count, s->about->type);
}

/* Every category with every type: an event has one of each. */
static void take_filters(struct argp_state *state, struct feed *f) {
    uint32_t categories = f->category_count ? f->category_count : 1;
    uint32_t types = f->type_count ? f->type_count : 1;
    if (!f->category_count && !f->type_count)
        return;
    if (categories * types > PAGES_FILTERS_MAX)
        cli_usage(state, "at most %d pairs of category and type; choose fewer",
                  "najwyżej %d par kategorii i typu; wybierz mniej", PAGES_FILTERS_MAX);
    for (uint32_t i = 0; i < categories * types; i++)
        f->pages.filters[f->pages.filter_count++] =
            (struct feed_filter){.category = f->categories[i / types], .type = f->types[i % types]};
}

static error_t take(int key, char *arg, struct argp_state *state) {
    struct feed *f = state->input;
    switch (key) {
    case KEY_FROM:     take_number(arg, state, &f->pages.next);  return 0;
    case KEY_COUNT:    take_number(arg, state, &f->left);        return 0;
    case KEY_CATEGORY: take_category(arg, state, f);             return 0;
    case KEY_TYPE:     take_type(arg, state, f);                 return 0;
    case KEY_FOLLOW:   f->follow = true;                         return 0;
    case KEY_NEXT:     f->tells_next = true;                     return 0;
    case ARGP_KEY_END: take_filters(state, f);                   return 0;
    case 'j':          f->json = true;                           return 0;
    default:           return ARGP_ERR_UNKNOWN;
    }
}

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

/* ---- printing ---- */

static void print_line(const struct record *r) {
    char day[CIVIL_TEXT_SIZE], stream[ID_TEXT_SIZE];
    const struct category *c = registry_category((uint16_t)r->said.category);
    const struct about *a = r->schema->about;
    civil_format(r->said.occurred_on, day);
    id_format(r->said.stream, stream);
    printf("%8" PRId64 "  %s  %-28s %s:%s  %s%s\n", r->log.position, day, a->name,
           c ? c->name : "?", stream, cli_say(a->en, a->pl),
           r->said.breach.count ? cli_say("  (breach)", "  (naruszenie)") : "");
}

static int print_json(const struct record *r) {
    json_t *event = cloudevent(r);
    int bad = !event || json_dumpf(event, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(event);
    return bad;
}

static int visit(void *context, int64_t position, struct bytes bytes) {
    struct feed *f = context;
    struct record r;
    arena_reset(&f->arena);
    if (record_decode(bytes, &f->arena, &r))
        return cli_fail(CLI_NEGATIVE, "the record at position %" PRId64 " does not fit its schema",
                        "wpis na pozycji %" PRId64 " nie pasuje do schematu", position);
    if (!f->json)
        print_line(&r);
    else if (print_json(&r) && !ferror(stdout))
        return cli_fail(CLI_LATER, "out of memory", "brak pamięci");
    f->pages.stop = interrupted || ferror(stdout) || (f->left && --f->left == 0);
    return 0;
}

/* ---- following ---- */

static int open_doorbell(struct feed *f, struct bus_doorbell **out) {
    char endpoint[BUS_ENDPOINT_SIZE];
    int r = bus_endpoint(cli_data(), "doorbell", endpoint);
    if (!r)
        r = bus_doorbell_connect(f->pages.link->bus, endpoint, out);
    return r ? link_fault(f->pages.link, r) : 0;
}

/* Until the bell rings, a second has passed, Ctrl-C, or nobody reads our output any more. */
static void wait_for_more(struct bus_doorbell *bell) {
    struct pollfd all[2] = {{.fd = bus_doorbell_fd(bell), .events = POLLIN},
                            {.fd = STDOUT_FILENO, .events = 0}};
    uint64_t size;
    if (bus_doorbell_hear(bell, &size) != BUS_TIMEOUT)
        return;
    if (!interrupted)
        poll(all, 2, LOOK_EVERY_MS);
    if (all[1].revents & (POLLERR | POLLHUP))
        interrupted = 1;
    while (bus_doorbell_hear(bell, &size) == 0)
        continue;
}

/* ZeroMQ's threads must not take the signals: they inherit the mask, we open it afterwards. */
static void catch_signals(sigset_t *before) {
    static const int wanted[] = {SIGINT, SIGTERM};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        sigaction(wanted[i], &action, NULL);
        sigaddset(&set, wanted[i]);
    }
    sigprocmask(SIG_BLOCK, &set, before);
}

static int follow(struct feed *f) {
    struct bus_doorbell *bell = NULL;
    int r = open_doorbell(f, &bell);
    f->pages.patient = true;
    while (!r && !interrupted) {
        r = pages_read(&f->pages, visit, f);
        fflush(stdout);
        if (r || f->pages.stop || ferror(stdout))
            break;
        wait_for_more(bell);
    }
    bus_doorbell_close(bell);
    return r;
}

static int read_all(struct feed *f) {
    void *memory = malloc(RECORD_ARENA_BYTES);
    ensure(memory != NULL);
    arena_init(&f->arena, memory, RECORD_ARENA_BYTES);
    int r = f->follow ? follow(f) : pages_read(&f->pages, visit, f);
    free(memory);
    return r;
}

int feed_main(int argc, char **argv) {
    struct link eventlog;
    struct feed feed = {.pages = {.link = &eventlog, .next = 1}};
    sigset_t before;
    cli_parse(argc, argv, take, &feed);
    catch_signals(&before);
    int r = link_open(&eventlog, "eventlog");
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (r)
        return r;
    r = read_all(&feed);
    if (r == 0 && feed.tells_next)
        printf("{\"next\":%" PRId64 ",\"size\":%" PRIu64 "}\n", feed.pages.next, feed.pages.size);
    link_close(&eventlog);
    return r;
}
