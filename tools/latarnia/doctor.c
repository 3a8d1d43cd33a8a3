/* latarnia doctor: one look at everything an operator would ask about. Changes nothing. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "tools/latarnia/doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/ensure.h"
#include "tools/latarnia/claim.h"
#include "tools/latarnia/commands.h"

void doctor_say(struct doctor *d, const char *check, enum doctor_level level, const char *en,
                const char *pl, ...) {
    va_list arguments;
    ensure(d->count < DOCTOR_FINDINGS_MAX);
    struct finding *f = &d->findings[d->count++];
    f->check = check;
    f->level = level;
    f->next[0] = 0;
    va_start(arguments, pl);
    vsnprintf(f->text, sizeof f->text, cli_say(en, pl), arguments);
    va_end(arguments);
}

void doctor_next(struct doctor *d, const char *en, const char *pl, ...) {
    va_list arguments;
    ensure(d->count > 0);
    struct finding *f = &d->findings[d->count - 1];
    va_start(arguments, pl);
    vsnprintf(f->next, sizeof f->next, cli_say(en, pl), arguments);
    va_end(arguments);
}

static const char *level_name(enum doctor_level level) {
    static const char *const names[] = {"ok", "warning", "problem"};
    return names[level];
}

static const char *level_words(enum doctor_level level) {
    static const char *const names[][2] = {
        {"ok", "dobrze"}, {"warning", "ostrzeżenie"}, {"problem", "problem"}};
    return cli_say(names[level][0], names[level][1]);
}

/* Names of processes are the same in every language. */
static const char *check_words(const char *check) {
    static const char *const polish[][2] = {
        {"settings", "ustawienia"}, {"directory", "katalog"}, {"file system", "system plików"},
        {"disk", "dysk"},           {"key", "klucz"},         {"leftovers", "pozostałości"},
        {"readers", "czytelnicy"},  {"log", "dziennik"},      {"signed head", "podpisana głowa"},
        {"segment", "segment"},     {"map", "mapa"},          {"clock", "zegar"},
        {"limits", "limity"},       {"processes", "usługi"},  {"appends", "zapisy"},
        {"views", "widoki"},
    };
    for (size_t i = 0; cli_polish() && i < sizeof polish / sizeof *polish; i++)
        if (strcmp(check, polish[i][0]) == 0)
            return polish[i][1];
    return check;
}

static void print_words(const struct doctor *d) {
    for (unsigned i = 0; i < d->count; i++) {
        const struct finding *f = &d->findings[i];
        printf("%s: %s: %s\n", level_words(f->level), check_words(f->check), f->text);
        if (*f->next)
            printf("    -> %s\n", f->next);
    }
}

static void print_json(const struct doctor *d) {
    for (unsigned i = 0; i < d->count; i++) {
        const struct finding *f = &d->findings[i];
        json_t *line = json_pack("{s:s, s:s, s:s}", "check", f->check, "level",
                                 level_name(f->level), "text", f->text);
        if (*f->next)
            json_object_set_new(line, "next", json_string(f->next));
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
}

static void examine(struct doctor *d) {
    static void (*const checks[])(struct doctor *) = {
        doctor_settings,  doctor_directory, doctor_disk,    doctor_key,
        doctor_leftovers, doctor_readers,   doctor_verify,  doctor_store,
        doctor_limits,    doctor_processes, doctor_appends, doctor_views,
    };
    pid_t holder = claim_holder(cli_data());
    d->supervisor = holder > 0 ? holder : 0;
    log_place(d->log);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i](d);
}

int doctor_main(int argc, char **argv) {
    bool json = false, bad = false;
    cli_parse(argc, argv, take_json, &json);
    struct doctor *d =
        mmap(NULL, sizeof *d, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ensure(d != MAP_FAILED);
    examine(d);
    if (json)
        print_json(d);
    else
        print_words(d);
    for (unsigned i = 0; i < d->count; i++)
        bad |= d->findings[i].level == DOCTOR_PROBLEM;
    munmap(d, sizeof *d);
    return bad ? CLI_NEGATIVE : CLI_DONE;
}
