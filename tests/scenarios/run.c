/*
 * Runs scenarios: `scenarios [--coverage] DIR...`. A directory is called like its daemon and holds
 * .scn files. One line for each scenario; exit 1 when one failed or, with --coverage, when a rule
 * of the daemon is reached by none. README.md in this folder describes the language.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/messages/registry.h"
#include "common/messages/rules.h"
#include "daemons/debt/domain.h"
#include "daemons/intake/domain.h"
#include "daemons/monitoring/domain.h"
#include "daemons/networking/domain.h"
#include "daemons/relocation/domain.h"
#include "tests/scenarios/expect.h"

static const struct domain *const domains[] = {
    &intake_domain, &relocation_domain, &debt_domain, &networking_domain, &monitoring_domain,
};

enum { ARENA = 8 << 20, MOST_FILES = 256 };

struct run {
    const struct domain *domain;
    const char *file;
    char title[200];
    int title_line;
    bool is_open, has_failed, owes_then; /* a `when` of which nothing was expected yet */
    struct world world;
    struct arena arena; /* one line */
    struct coverage coverage;
    bool written[65536]; /* event types */
    size_t passed, failed;
};

static void fail(struct run *r, const struct line *line, const char *text, const char *why) {
    while (*text == ' ' || *text == '\t')
        text++;
    printf("FAILED %s:%d  %s\n       expected  %.*s\n       got       %s\n", r->file, line->number,
           r->title, (int)strcspn(text, "\n"), text, why);
    r->has_failed = true;
}

/* ---- steps ---- */

static void begin_step(struct run *r) {
    r->world.window = r->world.count;
    r->world.outcome = (struct outcome){.rule = NULL};
}

static int step_on(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    civil_day day;
    if (count != 1 || civil_parse(words[0], &day)) {
        snprintf(why, WHY_SIZE, "expected a day as 2018-03-05");
        return 1;
    }
    if (day < r->world.clock.today && r->world.count) {
        snprintf(why, WHY_SIZE, "time does not run backwards");
        return 1;
    }
    begin_step(r);
    if (day < r->world.clock.today)
        r->world.clock.today = day - 1;
    world_move_to(&r->world, day);
    return 0;
}

static int step_given(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    struct Command command;
    const char *field;
    begin_step(r);
    if (speak_command(&r->world, words, count, &r->arena, &command, &field, why))
        return 1;
    world_command(&r->world, &command);
    expect_describe(&r->world, why, WHY_SIZE);
    return r->world.outcome.rule != NULL;
}

static int step_when(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    struct Command command;
    struct outcome *outcome = &r->world.outcome;
    const char *field;
    begin_step(r);
    r->owes_then = true;
    enum speak_result bad =
        speak_command(&r->world, words, count, &r->arena, &command, &field, why);
    if (bad == SPEAK_E_WORDS)
        return 1;
    if (bad == SPEAK_OK) {
        world_command(&r->world, &command);
        return 0;
    }
    outcome->rule = &RULE_MALFORMED;
    outcome->field = field;
    snprintf(outcome->detail, sizeof outcome->detail, "%.300s", why);
    return 0;
}

static int step_foreign(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    begin_step(r);
    return speak_foreign(&r->world, words, count, &r->arena, why);
}

static int step_migration(struct run *r, const struct text *words, size_t count,
                          char why[WHY_SIZE]) {
    (void)words;
    snprintf(why, WHY_SIZE, "expected nothing behind `migration`");
    r->world.clock.migration = true;
    return count != 0;
}

static int step_then(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    r->owes_then = false;
    return expect(&r->world, words, count, &r->arena, &r->coverage, why);
}

static const struct {
    const char *word;
    int (*run)(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]);
} steps[] = {
    {"on", step_on},
    {"given", step_given},
    {"when", step_when},
    {"then", step_then},
    {"and", step_then},
    {"foreign", step_foreign},
    {"migration", step_migration},
};

static int run_step(struct run *r, const struct text *words, size_t count, char why[WHY_SIZE]) {
    snprintf(why, WHY_SIZE, "no step begins like this");
    arena_reset(&r->arena);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!text_is(words[0], steps[i].word))
            continue;
        int bad = steps[i].run(r, words + 1, count - 1, why);
        if (!bad && r->world.trouble)
            snprintf(why, WHY_SIZE, "%s", r->world.trouble);
        return bad || r->world.trouble;
    }
    return 1;
}

/* ---- scenarios ---- */

static void end_scenario(struct run *r, const struct line *line) {
    char why[WHY_SIZE];
    if (!r->is_open)
        return;
    world_check_replay(&r->world);
    if (!r->has_failed && r->owes_then)
        fail(r, line, "a `then` behind the last `when`", "the end of the scenario");
    if (!r->has_failed && r->world.trouble) {
        snprintf(why, sizeof why, "%s", r->world.trouble);
        fail(r, line, "one history", why);
    }
    for (size_t i = 0; i < r->world.count; i++)
        r->written[r->world.log[i].type] = true;
    if (!r->has_failed)
        printf("ok     %s:%d  %s\n", r->file, r->title_line, r->title);
    r->passed += !r->has_failed;
    r->failed += r->has_failed;
    world_close(&r->world);
    r->is_open = false;
}

static void begin_scenario(struct run *r, const struct line *line) {
    end_scenario(r, line);
    const char *title = line->words[0].data + line->words[0].size;
    title += strspn(title, " \t");
    snprintf(r->title, sizeof r->title, "%.*s", (int)strcspn(title, "\n"), title);
    r->title_line = line->number;
    r->is_open = true;
    r->has_failed = r->owes_then = false;
    world_open(&r->world, r->domain);
}

static void repeat(struct run *r, const char *text, const struct line *line, char why[WHY_SIZE]) {
    char each[SCRIPT_LINE];
    int times = line->count > 2 ? atoi(line->words[1].data) : 0;
    if (times < 1) {
        fail(r, line, text, "expected repeat N given ...");
        return;
    }
    for (int n = 1; n <= times && !r->has_failed; n++) {
        struct line one = {.number = line->number};
        if (!script_repeat(line->words[2].data, n, each) || script_split(each, &one))
            fail(r, line, text, "too long or not closed");
        else if (run_step(r, one.words, one.count, why))
            fail(r, line, each, why);
    }
}

static void run_line(struct run *r, const char *text, struct line *line) {
    char why[WHY_SIZE] = "";
    bool bad = script_split(text, line);
    if (bad || (line->count && !r->is_open && !text_is(line->words[0], "scenario"))) {
        snprintf(r->title, sizeof r->title, "(outside of a scenario)");
        fail(r, line, text, bad ? "a quote or bracket is not closed" : "scenario comes first");
        r->failed += !r->is_open;
    } else if (line->count && text_is(line->words[0], "scenario")) {
        begin_scenario(r, line);
    } else if (line->count && !r->has_failed) {
        if (text_is(line->words[0], "repeat"))
            repeat(r, text, line, why);
        else if (run_step(r, line->words, line->count, why))
            fail(r, line, text, why);
    }
}

static void run_file(struct run *r, const char *path) {
    char text[SCRIPT_LINE];
    struct line line = {.number = 0};
    FILE *in = fopen(path, "r");
    r->file = path;
    if (!in) {
        printf("FAILED %s cannot be read\n", path);
        r->failed++;
        return;
    }
    while (fgets(text, sizeof text, in)) {
        line.number++;
        run_line(r, text, &line);
    }
    end_scenario(r, &line);
    fclose(in);
}

/* ---- directories ---- */

static int compare_names(const void *a, const void *b) {
    return strcmp(a, b);
}

static size_t list_files(const char *directory, char paths[MOST_FILES][512]) {
    DIR *in = opendir(directory);
    size_t count = 0;
    for (struct dirent *e; in && (e = readdir(in));) {
        size_t size = strlen(e->d_name);
        if (size < 5 || strcmp(e->d_name + size - 4, ".scn") != 0)
            continue;
        ensure(count < MOST_FILES);
        snprintf(paths[count++], 512, "%s/%s", directory, e->d_name);
    }
    if (in)
        closedir(in);
    qsort(paths, count, sizeof *paths, compare_names);
    return count;
}

static const struct domain *domain_of(const char *directory) {
    const char *slash = strrchr(directory, '/');
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (strcmp(domains[i]->name, slash ? slash + 1 : directory) == 0)
            return domains[i];
    return NULL;
}

/* Rules that nobody reaches are an error; events that nobody writes are told. */
static size_t report_coverage(const struct run *r) {
    const struct rule *const *rules;
    size_t count = rules_of(r->domain->name, &rules), missing = 0;
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        const char *daemon = s->about->nature ? registry_daemon(s) : NULL;
        if (daemon && strcmp(daemon, r->domain->name) == 0 && !r->written[s->about->type])
            printf("note   no scenario of %s writes %s\n", daemon, s->about->name);
    }
    for (size_t i = 0; i < count; i++) {
        if (coverage_has(&r->coverage, rules[i]))
            continue;
        printf("UNREACHED  %s  %s: %s\n", r->domain->name, rules[i]->code, rules[i]->en);
        missing++;
    }
    return missing;
}

static bool run_directory(const char *directory, bool with_coverage) {
    static char paths[MOST_FILES][512];
    struct run *r = calloc(1, sizeof *r);
    size_t missing = 0, count = list_files(directory, paths);
    ensure(r != NULL);
    r->domain = domain_of(directory);
    if (!r->domain || count == 0) {
        fprintf(stderr, "scenarios: %s is no daemon's directory with .scn files\n", directory);
        free(r);
        return false;
    }
    arena_init(&r->arena, malloc(ARENA), ARENA);
    ensure(r->arena.memory != NULL);
    for (size_t i = 0; i < count; i++)
        run_file(r, paths[i]);
    if (with_coverage)
        missing = report_coverage(r);
    printf("%s: %zu scenarios, %zu ok, %zu failed", r->domain->name, r->passed + r->failed,
           r->passed, r->failed);
    if (with_coverage)
        printf(", %zu rules unreached", missing);
    printf("\n");
    bool good = r->failed == 0 && missing == 0;
    free(r->arena.memory);
    free(r);
    return good;
}

int main(int argc, char **argv) {
    bool with_coverage = false, good = true;
    int directories = 0;
    for (int i = 1; i < argc; i++) {
        size_t size = strlen(argv[i]);
        if (strcmp(argv[i], "--coverage") == 0) {
            with_coverage = true;
            continue;
        }
        if (size > 1 && argv[i][size - 1] == '/')
            argv[i][size - 1] = 0;
        good = run_directory(argv[i], with_coverage) && good;
        directories++;
    }
    if (directories == 0) {
        fprintf(stderr, "usage: scenarios [--coverage] DIR...\n");
        return 100;
    }
    return good ? 0 : 1;
}
