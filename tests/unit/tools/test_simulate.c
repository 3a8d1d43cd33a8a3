/*
 * The simulated history meets the rules like any other input: everything is accepted, no guide ever
 * has more places than the limit, and on its last day the counts agree with the published figures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/messages/networking.h"
#include "daemons/debt/debt_file.h"
#include "daemons/intake/case.h"
#include "daemons/intake/keeper_load.h"
#include "daemons/intake/waiting_list.h"
#include "daemons/relocation/relocation.h"
#include "daemons/relocation/return.h"
#include "tests/unit/tools/play.h"
#include "tools/latarnia/simulate.h"

struct counts {
    size_t relocations, moved, asked, wanted, cases, open_cases, debts, repaying, settled;
    size_t loads, least, most, waiting, held, in_plan;
};

static void count_move(void *context, struct stream stream, const void *state) {
    struct counts *c = context;
    if (stream.category == CATEGORY_Relocation) {
        c->relocations++;
        c->moved += ((const struct relocation *)state)->moved_at != 0;
    } else if (stream.category == CATEGORY_Return) {
        const struct right_to_return *r = state;
        c->asked += r->wish != 0;
        c->wanted += r->wish == RETURN_WISH_yes;
    }
}

static void count_support(void *context, struct stream stream, const void *state) {
    struct counts *c = context;
    if (stream.category == CATEGORY_Case) {
        const struct support_case *k = state;
        c->cases++;
        c->open_cases += is_case_open(k);
        c->held += k->life.state == CASE_ON_HOLD;
        c->in_plan += k->life.state == CASE_PLAN_ACTIVE;
    } else if (stream.category == CATEGORY_KeeperLoad) {
        const struct keeper_load *load = state;
        if (!load->count)
            return; /* left */
        c->loads++;
        c->least = load->count < c->least ? load->count : c->least;
        c->most = load->count > c->most ? load->count : c->most;
    } else if (stream.category == CATEGORY_WaitingList) {
        c->waiting = ((const struct waiting_list *)state)->count;
    }
}

static void count_debt(void *context, struct stream stream, const void *state) {
    struct counts *c = context;
    if (stream.category != CATEGORY_DebtFile)
        return;
    const struct debt_file *f = state;
    c->debts += f->life.state != NONE;
    c->repaying += f->life.state == DEBT_REPAYING;
    c->settled += f->life.state == DEBT_SETTLED;
}

static void look(struct play *p, void *context) {
    machine_visit(p->machines[PLAY_RELOCATION], count_move, context);
    machine_visit(p->machines[PLAY_INTAKE], count_support, context);
    machine_visit(p->machines[PLAY_DEBT], count_debt, context);
}

static void print_counts(const char *what, const struct play_count *counts) {
    for (size_t i = 0; i < PLAY_CODES && counts[i].code; i++)
        fprintf(stderr, "  %s %s %zu\n", what, counts[i].code, counts[i].count);
}

static void report(const struct play *p, const struct counts *c, const struct import *im) {
    fprintf(stderr,
            "rows %zu accepted %zu rejected %zu malformed %zu events %zu reactions %zu timers %zu "
            "refused timers %zu amendments %zu\n"
            "relocations %zu moved %zu asked %zu want %zu; cases %zu open %zu held %zu plan %zu "
            "waiting %zu; guides %zu places %zu-%zu, ever %zu; debts %zu repaying %zu settled %zu\n",
            im->count, p->accepted, p->rejected, im->rejected, p->events, p->reactions, p->timers,
            p->refused_timers, p->amendments, c->relocations, c->moved, c->asked, c->wanted, c->cases,
            c->open_cases, c->held, c->in_plan, c->waiting, c->loads, c->least, c->most,
            p->most_places, c->debts, c->repaying, c->settled);
    print_counts("rejected", p->rejections);
    print_counts("breach", p->breaches);
    print_counts("timer refused", p->refusals);
}

static void read_all(struct import *im, const char *dir, bool public_facts, char paths[5][300]) {
    static const char *const facts[] = {"areas.csv", "buildings.csv", "institutions.csv"};
    size_t n = 0;
    for (size_t i = 0; public_facts && i < 3; i++)
        snprintf(paths[n++], 300, "%s/%s", LODZ_FACTS, facts[i]);
    snprintf(paths[n++], 300, "%s/register.csv", dir);
    snprintf(paths[n++], 300, "%s/commands.ndjson", dir);
    for (size_t i = 0; i < n; i++) {
        FILE *in = fopen(paths[i], "re");
        assert_non_null(in);
        assert_int_equal((strstr(paths[i], ".csv") ? import_read_csv : import_read_ndjson)(
                             im, paths[i], in),
                         0);
        fclose(in);
    }
    import_sort(im);
}

static void remove_all(const char *dir) {
    static const char *const names[] = {"register.csv", "commands.ndjson", "last_day"};
    char path[300];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

static void tell(uint64_t seed, unsigned households, struct counts *c, size_t *rejected,
                 size_t *most) {
    char dir[] = "/tmp/latarnia-history-XXXXXX", paths[5][300];
    static struct play p;
    struct import im = {0};
    memset(&p, 0, sizeof p);
    *c = (struct counts){.least = 1000};
    assert_non_null(mkdtemp(dir));
    assert_int_equal(simulate_write(seed, households, dir), 0);
    read_all(&im, dir, true, paths);
    play_open(&p);
    p.talks = true;
    p.at = civil_from_ymd(2020, 6, 30);
    p.look = look;
    p.context = c;
    play_rows(&p, &im);
    report(&p, c, &im);
    *rejected = p.rejected + im.rejected + p.refused_timers;
    *most = p.most_places;
    play_close(&p);
    import_free(&im);
    remove_all(dir);
}

static void whole_history_is_accepted(void **state) {
    struct counts c;
    size_t rejected, most;
    (void)state;
    tell(2017, 1200, &c, &rejected, &most);
    assert_int_equal(rejected, 0);
    assert_true(most <= 30);
    assert_int_equal(c.relocations, 1200);
    assert_int_equal(c.moved, 920);
    assert_int_equal(c.asked, 920);
    assert_true(c.wanted >= 220);
    assert_int_equal(c.loads, 8);
    assert_true(c.least >= 20);
    assert_int_equal(c.most, 30);
    assert_true(c.waiting > 0);
    assert_true(c.debts >= 500 && c.debts <= 600);
}

static void other_seeds_are_accepted(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct counts c;
        size_t rejected, most;
        tell(seed, 120, &c, &rejected, &most);
        assert_int_equal(rejected, 0);
        assert_true(most <= 30);
        assert_int_equal(c.moved, 92);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_seeds_are_accepted),
        cmocka_unit_test(whole_history_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
