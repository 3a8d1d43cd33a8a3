#include "tools/latarnia/figures_known.h"

#include <string.h>

#include "common/messages/monitoring.h"
#include "common/messages/record.h"
#include "tools/latarnia/pages.h"
#include "tools/latarnia/works.h"

/* ---- what the rows say ---- */

static double number_in(const json_t *row, const char *field) {
    return (double)json_integer_value(json_object_get(row, field));
}

static bool says(const json_t *row, const char *field, const char *text) {
    const char *value = json_string_value(json_object_get(row, field));
    return value && !strcmp(value, text);
}

static double of_effect(const struct known *k, const char *id, const char *field) {
    size_t i;
    json_t *row;
    json_array_foreach (k->effects.rows, i, row)
        if (says(row, "id", id))
            return number_in(row, field);
    return 0;
}

static double count_role(const struct known *k, const char *role) {
    size_t i, count = 0;
    json_t *row;
    json_array_foreach (k->caseload.rows, i, row)
        count += says(row, "role", role);
    return (double)count;
}

static double to_relocate(const struct known *k, const struct figure *f) {
    (void)f;
    return of_effect(k, "I01", "denominator");
}

static double remaining(const struct known *k, const struct figure *f) {
    (void)f;
    return of_effect(k, "I01", "denominator") - of_effect(k, "I01", "numerator");
}

static double persons(const struct known *k, const struct figure *f) {
    size_t i;
    json_t *row;
    double sum = 0;
    (void)f;
    json_array_foreach (k->relocations.rows, i, row)
        sum += number_in(row, "persons");
    return sum;
}

static double asked(const struct known *k, const struct figure *f) {
    (void)f;
    return of_effect(k, "I03", "denominator");
}

static double want_back(const struct known *k, const struct figure *f) {
    (void)f;
    return of_effect(k, "I03", "numerator");
}

static double may_not_return(const struct known *k, const struct figure *f) {
    return asked(k, f) - want_back(k, f);
}

static double hosts(const struct known *k, const struct figure *f) {
    (void)f;
    return count_role(k, "GO");
}

static double guides(const struct known *k, const struct figure *f) {
    (void)f;
    return count_role(k, "LS");
}

static double coordinators(const struct known *k, const struct figure *f) {
    (void)f;
    return count_role(k, "COORD");
}

static double largest_caseload(const struct known *k, const struct figure *f) {
    size_t i;
    json_t *row;
    double most = 0;
    (void)f;
    json_array_foreach (k->caseload.rows, i, row)
        if (says(row, "role", "LS") && number_in(row, "open") > most)
            most = number_in(row, "open");
    return most;
}

static double areas(const struct known *k, const struct figure *f) {
    size_t i;
    json_t *row;
    bool seen[10] = {false};
    double count = 0;
    (void)f;
    json_array_foreach (k->relocations.rows, i, row) {
        int area = (int)number_in(row, "area");
        if (area < 1 || area > 9 || seen[area])
            continue;
        seen[area] = true;
        count++;
    }
    return count;
}

static double in_ogrodowa(const struct known *k, const struct figure *f) {
    char building[ID_TEXT_SIZE];
    size_t i;
    json_t *row;
    double count = 0;
    (void)f;
    id_format(id_named("building", text_of("B094")), building);
    json_array_foreach (k->relocations.rows, i, row)
        count += says(row, "building", building);
    return count;
}

/* ---- what the log says beside the views ---- */

static const struct PolicySetAdopted *policy_on(const struct known *k, civil_day day) {
    const struct PolicySetAdopted *best = NULL;
    for (size_t i = 0; i < k->policy_count; i++) {
        const struct PolicySetAdopted *p = &k->policies[i];
        if (p->in_force_from <= day && (!best || p->version > best->version))
            best = p;
    }
    return best;
}

/* On the figure's own day; without one, on the day that is asked about. */
static const struct PolicySetAdopted *policy_of(const struct known *k, const struct figure *f) {
    civil_day day = works_day(f->date);
    return policy_on(k, day ? day : k->as_of);
}

static double work_off_rate(const struct known *k, const struct figure *f) {
    const struct PolicySetAdopted *p = policy_of(k, f);
    return p ? (double)p->work_off_grosz_hour / 100 : 0;
}

static double work_off_months(const struct known *k, const struct figure *f) {
    const struct PolicySetAdopted *p = policy_of(k, f);
    return p ? (double)p->work_off_months : 0;
}

static double induction_weeks(const struct known *k, const struct figure *f) {
    const struct PolicySetAdopted *p = policy_of(k, f);
    return p ? (double)p->induction_days / 7 : 0;
}

static double hours(const struct known *k, int kind) {
    return k->sessions[kind] ? (double)k->minutes[kind] / (double)k->sessions[kind] / 60 : 0;
}

static double group_hours(const struct known *k, const struct figure *f) {
    (void)f;
    return hours(k, SUPERVISION_KIND_group);
}

static double individual_hours(const struct known *k, const struct figure *f) {
    (void)f;
    return hours(k, SUPERVISION_KIND_individual);
}

/* Going out into the field is counted apart (S1). */
static double training_topics(const struct known *k, const struct figure *f) {
    uint32_t topics = k->trainings & ~(1u << TRAINING_field);
    double count = 0;
    (void)f;
    for (; topics; topics &= topics - 1)
        count++;
    return count;
}

static const struct {
    const char *metric;
    double (*compute)(const struct known *k, const struct figure *f);
} metrics[] = {
    {"tenants_to_relocate", to_relocate},
    {"tenants_remaining", remaining},
    {"persons_to_relocate", persons},
    {"flats_asked_about_return", asked},
    {"flats_declared_return", want_back},
    {"families_not_returning_upper", may_not_return},
    {"area_hosts", hosts},
    {"social_keepers", guides},
    {"team_coordinators", coordinators},
    {"keeper_caseload_max", largest_caseload},
    {"areas_count", areas},
    {"induction_weeks", induction_weeks},
    {"group_supervision_hours", group_hours},
    {"individual_supervision_hours", individual_hours},
    {"training_topics", training_topics},
    {"families_in_ogrodowa_24", in_ogrodowa},
    {"workoff_rate_pln_per_hour", work_off_rate},
    {"workoff_agreement_months", work_off_months},
};

/* ---- asking ---- */

static int ask_view(struct link *l, const char *view, civil_day as_of, struct answer *out) {
    struct Query query = {.view = text_of(view), .as_of = as_of};
    return answer_ask(l, &query, RENDER_NAMES, out);
}

static int ask_views(struct known *k) {
    struct link projector;
    int r = link_open(&projector, "projector");
    if (r)
        return r;
    r = ask_view(&projector, "effects", k->as_of, &k->effects);
    r = r ? r : ask_view(&projector, "caseload", k->as_of, &k->caseload);
    r = r ? r : ask_view(&projector, "relocations", k->as_of, &k->relocations);
    link_close(&projector);
    return r;
}

static void note_policy(struct known *k, const struct PolicySetAdopted *p) {
    if (k->policy_count < POLICIES_MAX)
        k->policies[k->policy_count++] = *p; /* its texts are not read */
}

static void note(struct known *k, const struct record *r) {
    const struct SupervisionHeld *held = r->payload;
    const struct TrainingCompleted *completed = r->payload;
    if (r->said.occurred_on > k->as_of)
        return;
    if (r->said.type == EVENT_PolicySetAdopted)
        note_policy(k, r->payload);
    else if (r->said.type == EVENT_TrainingCompleted)
        k->trainings |= 1u << completed->training;
    else if (r->said.type == EVENT_SupervisionHeld &&
             held->kind <= SUPERVISION_KIND_individual) {
        k->minutes[held->kind] += held->minutes;
        k->sessions[held->kind]++;
    }
}

static int visit(void *context, int64_t position, struct bytes bytes) {
    static uint8_t memory[1 << 18];
    struct arena arena;
    struct record r;
    (void)position;
    arena_init(&arena, memory, sizeof memory);
    if (record_decode(bytes, &arena, &r) == RECORD_OK)
        note(context, &r);
    return 0;
}

static int ask_log(struct known *k) {
    static const uint16_t types[] = {EVENT_PolicySetAdopted, EVENT_SupervisionHeld,
                                     EVENT_TrainingCompleted};
    struct link log;
    int r = link_open(&log, "eventlog");
    if (r)
        return r;
    for (size_t i = 0; !r && i < sizeof types / sizeof *types; i++) {
        struct pages pages = {
            .link = &log, .next = 1, .filters = {{.type = types[i]}}, .filter_count = 1};
        r = pages_read(&pages, visit, k);
    }
    link_close(&log);
    return r;
}

int known_ask(struct known *k) {
    int r = ask_views(k);
    return r ? r : ask_log(k);
}

void known_free(struct known *k) {
    answer_free(&k->effects);
    answer_free(&k->caseload);
    answer_free(&k->relocations);
}

bool known_compute(const struct known *k, const struct figure *f, double *out) {
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        if (strcmp(f->metric, metrics[i].metric) != 0)
            continue;
        *out = metrics[i].compute(k, f);
        return true;
    }
    return false;
}
