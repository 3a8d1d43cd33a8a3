#include "daemons/projector/effects.h"

#include <stdlib.h>

enum { MILLION = 1000000, PERCENTILE = 90 };

static const struct indicator {
    const char *id, *unit, *name, *name_pl;
    indicator_fn *fill;
    uint8_t part;
} indicators[] = {
    {"I01", "share", "Relocation progress: tenants moved of those to be moved",
     "Postęp przeprowadzek: najemcy przeprowadzeni", i01_progress, 0},
    {"I02", "share", "Moves without an order", "Przeprowadzki bez przymusu", i02_without_order, 0},
    {"I03", "share", "Return declared", "Zadeklarowany powrót", i03_return_declared, 0},
    {"I04", "share", "Actual return, of rights that ended", "Faktyczny powrót", i04_returned, 0},
    {"I05", "days", "Days from announcement to move (median)",
     "Dni od ogłoszenia do przeprowadzki (mediana)", i05_days_to_move, 0},
    {"I06", "offers", "Offers per household that got one", "Oferty na środowisko", i06_offers, 0},
    {"I06.refused", "share", "Offers refused", "Oferty odrzucone", i06_refused, 0},
    {"I06.expired", "share", "Offers expired", "Oferty wygasłe", i06_expired, 0},
    {"I06.withdrawn", "share", "Offers withdrawn", "Oferty wycofane", i06_withdrawn, 0},
    {"I07", "share", "R1 letters with the information on rights and without breach",
     "Pisma R1 z informacją o prawach, bez naruszeń", i07_rights_information, 0},
    {"I08", "share", "Blockers solved", "Usunięte przeszkody", i08_blockers, 0},
    {"I08.days", "days", "Days to solve a blocker (median)",
     "Dni do usunięcia przeszkody (mediana)", i08_days, 0},
    {"I08.rent_debt", "share", "Blockers solved: rent arrears",
     "Usunięte przeszkody: zadłużenie czynszowe", i08_kind, BLOCKER_rent_debt},
    {"I08.other_debt", "share", "Blockers solved: other debt",
     "Usunięte przeszkody: inne zadłużenie", i08_kind, BLOCKER_other_debt},
    {"I08.title", "share", "Blockers solved: legal title", "Usunięte przeszkody: tytuł prawny",
     i08_kind, BLOCKER_title},
    {"I08.health", "share", "Blockers solved: health or disability",
     "Usunięte przeszkody: zdrowie lub niepełnosprawność", i08_kind, BLOCKER_health},
    {"I08.documents", "share", "Blockers solved: documents", "Usunięte przeszkody: dokumenty",
     i08_kind, BLOCKER_documents},
    {"I08.belongings", "share", "Blockers solved: belongings", "Usunięte przeszkody: rzeczy",
     i08_kind, BLOCKER_belongings},
    {"I08.utilities_debt", "share", "Blockers solved: utilities debt",
     "Usunięte przeszkody: zadłużenie za media", i08_kind, BLOCKER_utilities_debt},
    {"I08.conflict", "share", "Blockers solved: conflict", "Usunięte przeszkody: konflikt",
     i08_kind, BLOCKER_conflict},
    {"I08.no_suitable_flat", "share", "Blockers solved: no suitable flat",
     "Usunięte przeszkody: brak odpowiedniego lokalu", i08_kind, BLOCKER_no_suitable_flat},
    {"I08.fear", "share", "Blockers solved: fear of the change",
     "Usunięte przeszkody: lęk przed zmianą", i08_kind, BLOCKER_fear},
    {"I08.other", "share", "Blockers solved: other", "Usunięte przeszkody: inna", i08_kind,
     BLOCKER_other},
    {"I09", "share", "Stable after the move, at the newest check",
     "Stabilność po przeprowadzce, ostatnia kontrola", i09_stable, 0},
    {"I09.1", "share", "Stable one month after the move", "Stabilność po miesiącu", i09_month, 1},
    {"I09.6", "share", "Stable six months after the move", "Stabilność po 6 miesiącach", i09_month,
     6},
    {"I09.12", "share", "Stable a year after the move", "Stabilność po roku", i09_month, 12},
    {"I11", "share", "Households informed, in announced buildings", "Poinformowane środowiska",
     i11_informed, 0},
    {"I13", "share", "Load of the guides: places taken", "Obciążenie latarników: zajęte miejsca",
     i13_load, 0},
    {"I13.over", "times", "Places taken above the limit: always 0", "Miejsca ponad limit: zawsze 0",
     i13_over, 0},
    {"I13.no_guide", "days", "Days without a guide, per case", "Dni bez latarnika na sprawę",
     i13_days_without_guide, 0},
    {"I13.no_host", "days", "Days without a host, per area", "Dni bez gospodarza na obszar",
     i13_days_without_host, 0},
    {"I14", "families", "Families supported by a guide so far",
     "Rodziny objęte wsparciem latarnika", i14_families, 0},
    {"I15", "share", "Direct reach: first contacts at home",
     "Bezpośrednie dotarcie: pierwszy kontakt w domu", i15_direct_reach, 0},
    {"I16", "share", "Cases with an agreed plan, of those diagnosed", "Sprawy z uzgodnionym IPW",
     i16_plans, 0},
    {"I16.unsigned", "share", "Agreed plans whose signature is pending",
     "Plany oczekujące na podpis", i16_unsigned, 0},
    {"I17", "share", "Steps done of those due; partly done counts half",
     "Wykonane kroki IPW; częściowo liczy się za pół", i17_steps, 0},
    {"I18", "share", "Goal attainment: mean review score of 4",
     "Osiąganie celów: średnia ocena na 4", i18_scores, 0},
    {"I18.completed", "share", "Plans completed, of plans that ended", "Plany zrealizowane",
     i18_completed, 0},
    {"I19", "share", "Plan reviews on time", "Przeglądy planu w terminie", i19_reviews, 0},
    {"I20", "share", "Households without arrears, of those that had some",
     "Środowiska, które spłaciły zaległości", i20_settled, 0},
    {"I20.reduced", "grosz", "Arrears reduced, of those at the start", "Zmniejszenie zaległości",
     i20_reduced, 0},
    {"I22", "share", "Instalments paid on time", "Raty zapłacone w terminie", i22_instalments, 0},
    {"I24", "share", "Eviction risk avoided, of households warned", "Oddalone ryzyko eksmisji",
     i24_averted, 0},
    {"I25", "helpers", "Active helpers per open case", "Pomagający na otwartą sprawę", i25_helpers,
     0},
    {"I25.institutions", "share", "Partner institutions that help some case",
     "Instytucje zaangażowane w sprawy", i25_institutions, 0},
    {"I26", "share", "Cases with a conference", "Sprawy z DZM", i26_conferences, 0},
    {"I26.tasks", "share", "Conference tasks done", "Wykonane zadania DZM", i26_tasks, 0},
    {"I26.days", "days", "Days a conference was open (median)", "Dni trwania DZM (mediana)",
     i26_days, 0},
    {"I27", "visits", "Accompaniments per supported case", "Towarzyszenia na sprawę",
     i27_accompaniments, 0},
    {"I27.results", "share", "Accompaniments with a result", "Towarzyszenia z wynikiem",
     i27_results, 0},
    {"I34", "share", "Terms met, of terms that ended", "Dotrzymane terminy", i34_deadlines, 0},
    {"I34.breaches", "breaches", "Events that missed a rule", "Naruszenia", i34_breaches, 0},
    {"I34.T1", "share", "Terms met: T1", "Dotrzymane terminy: T1", i34_term, 1},
    {"I34.T2", "share", "Terms met: T2", "Dotrzymane terminy: T2", i34_term, 2},
    {"I34.T3", "share", "Terms met: T3", "Dotrzymane terminy: T3", i34_term, 3},
    {"I34.T4", "share", "Terms met: T4", "Dotrzymane terminy: T4", i34_term, 4},
    {"I34.T5", "share", "Terms met: T5", "Dotrzymane terminy: T5", i34_term, 5},
    {"I34.T6", "share", "Terms met: T6", "Dotrzymane terminy: T6", i34_term, 6},
    {"I34.T7", "share", "Terms met: T7", "Dotrzymane terminy: T7", i34_term, 7},
    {"I34.T8", "share", "Terms met: T8", "Dotrzymane terminy: T8", i34_term, 8},
    {"I34.T12", "share", "Terms met: T12", "Dotrzymane terminy: T12", i34_term, 12},
    {"I34.T14", "share", "Terms met: T14", "Dotrzymane terminy: T14", i34_term, 14},
    {"I34.T15", "share", "Terms met: T15", "Dotrzymane terminy: T15", i34_term, 15},
    {"I34.T17", "share", "Terms met: T17", "Dotrzymane terminy: T17", i34_term, 17},
    {"I34.T21", "share", "Terms met: T21", "Dotrzymane terminy: T21", i34_term, 21},
    {"I34.T23", "share", "Terms met: T23", "Dotrzymane terminy: T23", i34_term, 23},
    {"I34.T24", "share", "Terms met: T24", "Dotrzymane terminy: T24", i34_term, 24},
    {"I34.T25", "share", "Terms met: T25", "Dotrzymane terminy: T25", i34_term, 25},
    {"I34.T29", "share", "Terms met: T29", "Dotrzymane terminy: T29", i34_term, 29},
    {"I34.T30", "share", "Terms met: T30", "Dotrzymane terminy: T30", i34_term, 30},
    {"I34.T31", "share", "Terms met: T31", "Dotrzymane terminy: T31", i34_term, 31},
};

bool wants_home(const struct question *q, struct id household, struct id worker, struct id stream) {
    if (q->query->area == 0 && id_is_zero(q->query->key))
        return true;
    return wants_area(q, q->query->area ? area_of(q, household) : 0) &&
           wants_key(q, household, worker, stream);
}

void clear_marks(struct question *q) {
    for (size_t i = 0; i < q->joins->count; i++) {
        struct home *home = &q->joins->homes[i];
        home->is_marked = home->is_counted = false;
    }
}

void tally_sample(struct tally *t, int32_t value) {
    if (t->sample_count == t->sample_capacity) {
        size_t capacity = t->sample_capacity ? t->sample_capacity * 2 : 256;
        int32_t *samples = realloc(t->samples, capacity * sizeof *samples);
        if (!samples) {
            t->is_broken = true;
            return;
        }
        t->samples = samples;
        t->sample_capacity = capacity;
    }
    t->samples[t->sample_count++] = value;
}

static int by_value(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

/* Exact: the middle, or the mean of the two middle ones; the 90th percentile by nearest rank. */
static void take_median(struct tally *t) {
    size_t count = t->sample_count;
    if (count == 0)
        return;
    qsort(t->samples, count, sizeof *t->samples, by_value);
    int64_t low = t->samples[(count - 1) / 2], high = t->samples[count / 2];
    t->has_own_value = true;
    t->value = (low + high) * (MILLION / 2);
    t->p90 = (int64_t)t->samples[(count * PERCENTILE + 99) / 100 - 1] * MILLION;
}

/* The nearest millionth; both are not negative where there is a denominator. */
static int64_t divided(int64_t numerator, int64_t denominator) {
    int64_t whole = numerator / denominator, rest = numerator % denominator;
    return whole * MILLION + (rest * MILLION + denominator / 2) / denominator;
}

static void add(struct question *q, const struct indicator *indicator, size_t index,
                const struct tally *t) {
    struct effects_row row = {
        .id = text_of(indicator->id),
        .name = text_of(indicator->name),
        .name_pl = text_of(indicator->name_pl),
        .numerator = t->numerator,
        .denominator = t->denominator,
        .unit = text_of(indicator->unit),
        .n = t->n ? t->n : t->denominator,
        .p90 = t->p90,
    };
    if (t->has_own_value)
        row.value = t->value;
    else if (t->denominator > 0)
        row.value = divided(t->numerator, t->denominator);
    row.known = t->has_own_value || t->denominator > 0;
    rows_add(q->rows, index, &row);
}

/* Without a filter the indicators alone; "I08" shows what it consists of, "all" everything. */
static bool is_wanted(const struct indicator *indicator, struct text filter) {
    if (filter.size == 0)
        return strchr(indicator->id, '.') == NULL;
    if (text_is(filter, "all"))
        return true;
    return strncmp(indicator->id, filter.data, filter.size) == 0;
}

void effects_view(struct question *q) {
    for (size_t i = 0; i < sizeof indicators / sizeof *indicators; i++) {
        const struct indicator *indicator = &indicators[i];
        struct tally t = {.part = indicator->part};
        if (!is_wanted(indicator, q->query->text))
            continue;
        indicator->fill(q, &t);
        take_median(&t);
        q->rows->is_broken |= t.is_broken;
        add(q, indicator, i, &t);
        free(t.samples);
    }
}
