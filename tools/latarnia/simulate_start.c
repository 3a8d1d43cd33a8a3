/* Before anybody moves: units, programme numbers, indicators, the special zone, institutions. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/codec/render.h"
#include "common/messages/policy.h"
#include "tests/harness/policy.h"
#include "tools/latarnia/simulate.h"

/* ---- who may speak ---- */

static const struct {
    int32_t role;
    const char *key, *institution;
} units[] = {
    {ROLE_BIURO, "biuro", "I001"},    {ROLE_ZLM, "zlm", "I053"},
    {ROLE_WINDYKACJA, "windykacja", "I053"}, {ROLE_MOPS, "mops", "I002"},
    {ROLE_DIRECTOR, "dyrektor", "I001"}, {ROLE_RECORDS, "archiwum-zakladowe", "I001"},
    {ROLE_IOD, "iod", "I001"},        {ROLE_AUDITOR, "audyt", "I001"},
    {ROLE_PARTNER, "partnerzy", NULL},
};

struct voice unit_voice(int32_t role) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].role == role)
            return (struct voice){role, id_named("unit", text_of(units[i].key))};
    ensure(false && "a unit of every role that is asked for");
    return (struct voice){0};
}

struct voice biuro(void) {
    return unit_voice(ROLE_BIURO);
}

/* T011: five administrations became the municipal dwellings board. */
static civil_day zlm_from(void) {
    return civil_from_ymd(2016, 4, 1);
}

bool has_zlm(const struct sim *s) {
    return s->today >= zlm_from();
}

struct voice landlord(const struct sim *s) {
    return has_zlm(s) ? unit_voice(ROLE_ZLM) : biuro();
}

static bool is_of_zlm(int32_t role) {
    return role == ROLE_ZLM || role == ROLE_WINDYKACJA;
}

static void register_units(struct sim *s, bool of_zlm) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (is_of_zlm(units[i].role) == of_zlm)
            say(s, biuro(), "UnitRegistered", unit_voice(units[i].role).id,
                "role=%s institution=%s",
                role_name(units[i].role), units[i].institution);
}

static void open_zlm(struct sim *s, void *none) {
    (void)none;
    register_units(s, true);
}

/* ---- programme numbers ---- */

struct rates {
    int year, month, day, grosz;
    const char *instrument;
};

/* Work-off 11, 13 and 15 zł an hour (F109-F111, O11); when 13 zł began is not printed. */
static const struct rates rates[] = {
    {2015, 1, 1, 1100, "DOMAIN.md 3; odpracowanie 11 zl/h (F109)"},
    {2017, 1, 1, 1300, "DOMAIN.md 3; odpracowanie 13 zl/h (F110)"},
    {2018, 7, 1, 1500, "Zarzadzenie 8764/VII/2018; odpracowanie 15 zl/h (F111, T035)"},
};

static void adopt(struct sim *s, int version) {
    const struct rates *r = &rates[version - 1];
    struct PolicySetAdopted policy;
    policy_default(&policy);
    policy.version = version;
    policy.in_force_from = civil_from_ymd(r->year, r->month, r->day);
    policy.work_off_grosz_hour = r->grosz;
    policy.instrument = text_of(r->instrument);
    json_t *object = render_json(PolicySetAdopted_schema(), &policy, RENDER_NAMES, CLASS_P3);
    char *text = json_dumps(object, RENDER_DUMP | JSON_SORT_KEYS);
    ensure(text != NULL);
    decided_by(s, ROLE_DIRECTOR, NULL);
    say_object(s, biuro(), "PolicySetAdopted", id_named("policy", text_of("lodz")), text);
    free(text);
    json_decref(object);
}

static void adopt_second(struct sim *s, void *none) {
    (void)none;
    adopt(s, 2);
}

static void adopt_third(struct sim *s, void *none) {
    (void)none;
    adopt(s, 3);
}

/* ---- indicators (DOMAIN.md 5 as far as views compute them, and those from outside) ---- */

static const struct {
    const char *key, *name, *unit, *level;
} indicators[] = {
    {"I01", "relocation progress", "share", "programme"},
    {"I02", "moves without order", "share", "programme"},
    {"I03", "return declared", "share", "programme"},
    {"I04", "actual return", "share", "programme"},
    {"I05", "days from announcement to move", "days", "programme"},
    {"I06", "offers per household", "offers", "programme"},
    {"I07", "rights information on time", "share", "programme"},
    {"I08", "blocker resolution", "share", "area"},
    {"I09", "stability after move", "share", "area"},
    {"I13", "load of the social guides", "share", "guide"},
    {"I14", "families supported", "families", "programme"},
    {"I15", "direct reach", "share", "guide"},
    {"I16", "coverage with support plans", "share", "guide"},
    {"I17", "steps of plans done", "share", "guide"},
    {"I19", "reviews on time", "share", "guide"},
    {"I20", "arrears settled", "share", "programme"},
    {"I22", "instalment compliance", "share", "programme"},
    {"I26", "use and result of case conferences", "share", "programme"},
    {"I34", "deadline discipline", "share", "programme"},
    {"X01", "registered unemployment, city", "percent", "city"},
    {"X02", "tenants of municipal flats with rent debt", "tenants", "city"},
    {"X03", "arrears of tenants of municipal flats", "zl", "city"},
};

static struct id indicator_id(const char *key) {
    return id_named("indicator", text_of(key));
}

static void define_indicators(struct sim *s, void *none) {
    (void)none;
    for (size_t i = 0; i < sizeof indicators / sizeof *indicators; i++) {
        struct id id = indicator_id(indicators[i].key);
        say(s, biuro(), "IndicatorDefined", id, "key=%s version=%d name=%s level=%s unit=%s",
            indicators[i].key, 1, indicators[i].name, indicators[i].level, indicators[i].unit);
        say(s, biuro(), "IndicatorActivated", id, "version=%d", 1);
    }
}

struct reading {
    const char *key, *day, *value, *source;
};

/* F095, F098, F099, F117, F118, F122 of figures.csv. */
static const struct reading readings[] = {
    {"X03", "2014-09-30", "241000000", "F095 W113"}, {"X02", "2015-12-31", "17800", "F098 W110"},
    {"X03", "2015-12-31", "194000000", "F099 W110"}, {"X01", "2017-05-31", "7.5", "F122 W115"},
};

static void record_readings(struct sim *s, void *none) {
    (void)none;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        const struct reading *r = &readings[i];
        civil_day day = works_day(r->day);
        say(s, biuro(), "ReadingRecorded", indicator_id(r->key),
            "level=%s from=%D to=%D value=%j source=%s published=%D", "city", day, day, r->value,
            r->source, day);
    }
}

/* ---- the special zone (T017): published 2017-03-15; the day of entry is assumed, 14 days later ---- */

static void enter_zone(struct sim *s, void *none) {
    (void)none;
    decided_by(s, ROLE_COUNCIL, "Rada Miejska w Lodzi");
    say(s, biuro(), "SsrEntered", id_named("zone", text_of("ssr-lodz")), "entry=%D journal=%s",
        s->today, "Uchwala XLII/1095/17, publikacja 2017-03-15 (W102)");
}

static void evaluate_programme(struct sim *s, void *none) {
    (void)none;
    say(s, biuro(), "GprEvaluated", id_named("zone", text_of("ssr-lodz")), "report=%s",
        "Uchwala LXXIII/1980/18, zmiana GPR (T036)");
}

void tell_beginning(struct sim *s) {
    register_units(s, false);
    adopt(s, 1);
    plan_on(s, s->first + 3, define_indicators, NULL);
    plan_on(s, zlm_from() - 1, open_zlm, NULL);
    plan_on(s, civil_from_ymd(2017, 1, 2), adopt_second, NULL);
    plan_on(s, civil_from_ymd(2017, 3, 29), enter_zone, NULL);
    plan_on(s, civil_from_ymd(2017, 9, 4), record_readings, NULL);
    plan_on(s, civil_from_ymd(2018, 7, 2), adopt_third, NULL);
    plan_on(s, civil_from_ymd(2018, 7, 5), evaluate_programme, NULL);
}
